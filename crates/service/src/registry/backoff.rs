//! How long to wait before a registry that does not answer is asked again.

use std::time::Duration;

/// The first wait: a restart of the registry takes seconds.
const FIRST: Duration = Duration::from_millis(250);

/// The longest wait: what a start is delayed by at most after the registry is back.
const LONGEST: Duration = Duration::from_secs(10);

/// Waits so long; true when somebody asked to end meanwhile.
pub type Wait<'a> = &'a dyn Fn(Duration) -> bool;

/// Waits that double up to the longest one.
#[derive(Debug)]
pub(super) struct Backoff(Duration);

impl Backoff {
    pub(super) const fn new() -> Self {
        Self(FIRST)
    }

    /// The next wait.
    pub(super) fn next(&mut self) -> Duration {
        let wait = self.0;
        self.0 = (wait * 2).min(LONGEST);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_seconds() {
        let mut backoff = Backoff::new();
        let waits: Vec<u128> = (0..8).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    }
}
