//! Changes of the streams that are spread over several records of `rules.v1`.

/// The parts of a change that is not whole yet.
#[derive(Clone, Debug)]
pub struct UnfinishedChange<T>(Vec<T>);

impl<T> Default for UnfinishedChange<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> UnfinishedChange<T> {
    /// Takes the next part; gives all parts, in order, once the change is whole. The first part of
    /// a change drops what was never finished before it.
    pub fn take(&mut self, part: T, number: u32, is_last: bool) -> Vec<T> {
        if number == 0 {
            self.0.clear();
        }
        self.0.push(part);
        if is_last { std::mem::take(&mut self.0) } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_when_it_is_whole_and_one_that_never_ended_is_dropped() {
        let mut unfinished = UnfinishedChange::default();
        assert_eq!(unfinished.take("whole", 0, true), ["whole"]);
        assert!(unfinished.take("lost", 0, false).is_empty());
        assert!(unfinished.take("a", 0, false).is_empty());
        assert!(unfinished.take("b", 1, false).is_empty());
        assert_eq!(unfinished.take("c", 2, true), ["a", "b", "c"]);
        assert_eq!(unfinished.take("next", 0, true), ["next"]);
    }
}
