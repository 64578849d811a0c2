//! Measures of a classifier, and of a score.

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

    /// The classes that are true of something, in order.
    fn present(&self) -> Vec<usize> {
        (0..self.classes).filter(|&class| self.true_of(class) > 0).collect()
    }

    /// How many classes are true of something.
    pub fn classes_present(&self) -> usize {
        self.present().len()
    }

    /// The mean of F1 over the classes that are true of something.
    pub fn macro_f1(&self) -> f64 {
        mean(self.present().into_iter().map(|class| self.f1(class)))
    }

    /// The mean of recall over the classes that are true of something.
    pub fn macro_recall(&self) -> f64 {
        mean(self.present().into_iter().map(|class| self.recall(class)))
    }

    /// Macro-F1 of always giving the most frequent class.
    pub fn majority_f1(&self) -> f64 {
        let present = self.present();
        let most = present.iter().map(|&class| self.true_of(class)).max().unwrap_or(0);
        if most == 0 {
            return 0.0;
        }
        let share = f64::from(most) / f64::from(self.total());
        2.0 * share / (1.0 + share) / present.len() as f64
    }
}

/// The mean; zero of nothing.
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0_u32), |(sum, n), x| (sum + x, n + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

/// Pearson's correlation of two lists of one length.
pub fn pearson(left: &[f64], right: &[f64]) -> f64 {
    assert_eq!(left.len(), right.len(), "values that are correlated come in pairs");
    let (left_mean, right_mean) = (mean(left.iter().copied()), mean(right.iter().copied()));
    let (mut product, mut left_square, mut right_square) = (0.0, 0.0, 0.0);
    for (a, b) in left.iter().zip(right) {
        let (a, b) = (a - left_mean, b - right_mean);
        product += a * b;
        left_square += a * a;
        right_square += b * b;
    }
    product / (left_square * right_square).sqrt()
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

    #[test]
    fn a_class_that_is_never_true_does_not_count() {
        let mut confusion = Confusion::new(3);
        for (truth, given) in [(0, 0), (0, 1), (2, 2), (2, 2)] {
            confusion.add(truth, given);
        }
        assert_eq!(confusion.classes_present(), 2);
        assert!((confusion.macro_f1() - f64::midpoint(2.0 / 3.0, 1.0)).abs() < 1e-12);
        assert!((confusion.macro_recall() - 0.75).abs() < 1e-12);
        assert!((confusion.majority_f1() - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn what_lies_on_a_line_correlates_fully() {
        assert!((pearson(&[1.0, 2.0, 3.0], &[5.0, 3.0, 1.0]) + 1.0).abs() < 1e-12);
    }
}
