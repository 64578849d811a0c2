//! Decayed sums: one per kind of act, all taken at one time.
//!
//! The sum of `a_i * 2^(-(t - t_i) / h)` at a later time is the sum at `t` times
//! `2^(-(later - t) / h)`, so one number and one time stand for any number of acts. An act from
//! before that time joins as what is left of it by then.

use serde::{Deserialize, Serialize};
use vigie_types::{EventTime, Millis};

use crate::action::Action;

/// The decayed sums of an author's acts, before their weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Activity {
    sums: [f64; Action::COUNT],
    as_of: Option<EventTime>,
}

/// What is left of one after `age`, with half-life `half_life_days`.
pub(crate) fn left_after(age: Millis, half_life_days: f64) -> f64 {
    libm::exp2(-age.as_days() / half_life_days)
}

impl Activity {
    /// The latest time anything happened, at which the sums stand.
    pub(crate) const fn as_of(&self) -> Option<EventTime> {
        self.as_of
    }

    /// Lets time pass up to `at`; it never goes back.
    pub(crate) fn advance(&mut self, at: EventTime, half_life_days: f64) {
        let as_of = *self.as_of.get_or_insert(at);
        if at > as_of {
            let left = left_after(at - as_of, half_life_days);
            for sum in &mut self.sums {
                *sum *= left;
            }
            self.as_of = Some(at);
        }
    }

    /// Adds an act of this amount that happened at `at`; a negative amount takes one back.
    pub(crate) fn add(&mut self, action: Action, amount: f64, at: EventTime, half_life_days: f64) {
        self.advance(at, half_life_days);
        let age = self.as_of.map_or(Millis::ZERO, |as_of| as_of - at);
        self.sums[action.index()] += amount * left_after(age, half_life_days);
    }

    /// The sum of each kind of act at `at`, or at the latest time if that is later.
    pub(crate) fn sums_at(&self, at: EventTime, half_life_days: f64) -> [f64; Action::COUNT] {
        let age = self.as_of.map_or(Millis::ZERO, |as_of| at.max(as_of) - as_of);
        let left = left_after(age, half_life_days);
        self.sums.map(|sum| sum * left)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vigie_types::MentionKind;

    use super::*;

    const POST: Action = Action::Own(MentionKind::Post);

    fn day(days: i64) -> EventTime {
        EventTime::from_millis(0) + Millis::days(days)
    }

    #[test]
    fn an_act_counts_half_after_the_half_life_and_a_quarter_after_two() {
        let mut activity = Activity::default();
        activity.add(POST, 8.0, day(0), 30.0);
        assert!((activity.sums_at(day(30), 30.0)[0] - 4.0).abs() < 1e-12);
        activity.advance(day(60), 30.0);
        assert!((activity.sums_at(day(60), 30.0)[0] - 2.0).abs() < 1e-12);
        assert!((activity.sums_at(day(0), 30.0)[0] - 2.0).abs() < 1e-12, "time never goes back");
    }

    #[test]
    fn acts_before_1970_decay_as_others_do() {
        let mut activity = Activity::default();
        activity.add(POST, 1.0, day(-40), 10.0);
        activity.add(POST, 1.0, day(-30), 10.0);
        assert!((activity.sums_at(day(-30), 10.0)[0] - 1.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn the_sums_do_not_depend_on_the_order(
            acts in prop::collection::vec((0..Action::COUNT, -2.0..2.0, 0..400_i64), 1..40),
        ) {
            let folded = |acts: &mut dyn Iterator<Item = &(usize, f64, i64)>| {
                let mut activity = Activity::default();
                for (index, amount, at) in acts {
                    activity.add(Action::ALL[*index], *amount, day(*at), 30.0);
                }
                activity
            };
            let straight = folded(&mut acts.iter());
            let reversed = folded(&mut acts.iter().rev());
            let end = straight.as_of().expect("acts");
            prop_assert_eq!(reversed.as_of(), Some(end));
            for action in Action::ALL {
                let by_definition: f64 = acts
                    .iter()
                    .filter(|(index, _, _)| *index == action.index())
                    .map(|(_, amount, at)| amount * left_after(end - day(*at), 30.0))
                    .sum();
                let index = action.index();
                for activity in [straight, reversed] {
                    let sum = activity.sums_at(end, 30.0)[index];
                    prop_assert!((sum - by_definition).abs() < 1e-9);
                }
            }
        }
    }
}
