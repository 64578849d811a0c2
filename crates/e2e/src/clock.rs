//! The clock of the suite: moments of a kill are moments of the machine's own clock.

use std::time::{Duration, Instant};

/// The moment.
#[expect(clippy::disallowed_methods, reason = "processes outside know no other time")]
pub fn now() -> Instant {
    Instant::now()
}

/// Lets so much time pass.
pub fn wait(span: Duration) {
    let end = now() + span;
    while let Some(left) = end.checked_duration_since(now()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}
