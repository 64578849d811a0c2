//! How fast files are read: as fast as they can be, or so many lines in a second.

use std::num::NonZeroU32;

use vigie_types::WallTime;

/// Lines that were not read in time are caught up for a second, not for as long as a cluster may
/// have been away.
const LONGEST_CATCH_UP_MILLIS: u64 = 1_000;

/// Says how many lines may be read at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    lines_per_second: Option<NonZeroU32>,
    /// Lines times milliseconds: what rounding would lose is kept.
    credit: u64,
    counted: WallTime,
}

impl Pace {
    /// Begins at that moment, with nothing to catch up.
    pub(super) const fn new(lines_per_second: Option<NonZeroU32>, now: WallTime) -> Self {
        Self { lines_per_second, credit: 0, counted: now }
    }

    /// How many lines one of so many files may read now, up to `most`; counts them as read.
    pub(super) fn take(&mut self, most: usize, files: usize, now: WallTime) -> usize {
        let Some(rate) = self.lines_per_second else { return most };
        let rate = u64::from(rate.get());
        let passed = (now - self.counted).get().max(0) as u64;
        self.counted = now;
        self.credit =
            (self.credit + rate.saturating_mul(passed)).min(rate * LONGEST_CATCH_UP_MILLIS);
        let share = (self.credit / 1_000).div_ceil(files.max(1) as u64);
        let lines = usize::try_from(share).unwrap_or(most).min(most);
        self.credit = self.credit.saturating_sub(lines as u64 * 1_000);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> WallTime {
        WallTime::from_millis(millis)
    }

    #[test]
    fn lines_come_at_the_pace_and_a_stall_is_not_caught_up() {
        let mut pace = Pace::new(NonZeroU32::new(10), at(0));
        assert_eq!(pace.take(100, 1, at(0)), 0);
        assert_eq!(pace.take(100, 1, at(150)), 1);
        assert_eq!(pace.take(100, 1, at(200)), 1);
        assert_eq!(pace.take(100, 2, at(600)), 2);
        assert_eq!(pace.take(100, 2, at(600)), 1);
        assert_eq!(pace.take(100, 1, at(60_000)), 10);
        assert_eq!(pace.take(100, 1, at(60_000)), 0);
    }

    #[test]
    fn without_a_pace_a_turn_is_a_turn() {
        assert_eq!(Pace::new(None, at(0)).take(2_000, 3, at(0)), 2_000);
    }
}
