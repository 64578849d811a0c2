//! Waiting for something to become so, with a deadline.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Between two looks: short against a start of seconds, long against what a look costs.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Looks again and again until there is something; `None` when the time is over.
///
/// # Errors
/// The first error of a look.
pub fn wait_for<T>(
    limit: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<Option<T>> {
    let end = now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        if now() >= end {
            return Ok(None);
        }
        // Woken early it only looks once more.
        thread::park_timeout(BETWEEN_LOOKS);
    }
}

/// The clock of the deadline.
#[allow(clippy::disallowed_methods, reason = "it waits for processes, which know no other time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_with_what_was_found_or_with_its_time() {
        let mut looks = 0;
        let found = wait_for(Duration::from_secs(10), || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        });
        assert_eq!(found.unwrap(), Some(3));
        assert_eq!(wait_for(Duration::ZERO, || Ok(None::<()>)).unwrap(), None);
    }
}
