//! Measures of a classifier.

/// How often each class was given for each class that was true.
#[derive(Clone, Debug)]
pub struct Confusion {
    classes: usize,
    /// `counts[truth * classes + given]`.
    counts: Vec<u32>,
}

impl Confusion {
    /// Nothing counted yet.
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// Counts one judgement.
    pub fn add(&mut self, truth: usize, given: usize) {
        self.counts[truth * self.classes + given] += 1;
    }

    /// How many judgements were counted.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// How many are of a class.
    pub fn true_of(&self, class: usize) -> u32 {
        self.counts[class * self.classes..][..self.classes].iter().sum()
    }

    fn given_of(&self, class: usize) -> u32 {
        self.counts.iter().skip(class).step_by(self.classes).sum()
    }

    /// Of what was given a class, the share that is of it; zero where none was.
    pub fn precision(&self, class: usize) -> f64 {
        f64::from(self.right(class)) / f64::from(self.given_of(class).max(1))
    }

    /// Of what is of a class, the share that was given it; zero where none is.
    pub fn recall(&self, class: usize) -> f64 {
        f64::from(self.right(class)) / f64::from(self.true_of(class).max(1))
    }

    fn right(&self, class: usize) -> u32 {
        self.counts[class * self.classes + class]
    }

    /// F1 of one class; zero where it was never right.
    pub fn f1(&self, class: usize) -> f64 {
        let both = self.true_of(class) + self.given_of(class);
        if both == 0 { 0.0 } else { 2.0 * f64::from(self.right(class)) / f64::from(both) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_is_the_harmonic_mean_of_precision_and_recall() {
        let mut confusion = Confusion::new(2);
        for (truth, given) in [(0, 0), (0, 1), (1, 1), (1, 1)] {
            confusion.add(truth, given);
        }
        assert_eq!(confusion.total(), 4);
        assert_eq!(confusion.true_of(1), 2);
        assert!((confusion.precision(1) - 2.0 / 3.0).abs() < 1e-12);
        assert!((confusion.recall(0) - 0.5).abs() < 1e-12);
        assert!((confusion.f1(0) - 2.0 / 3.0).abs() < 1e-12);
        assert!((confusion.f1(1) - 0.8).abs() < 1e-12);
    }
}
