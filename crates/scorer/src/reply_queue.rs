//! The order in which mentions are answered. Made when it is read; no processing depends on it.
//!
//! Questions first, then criticism, suggestions, compliments and the rest (who means to buy or to
//! leave stands before those who want nothing); among equals the more severe, then the further
//! reaching, then the one that waits longest; ties by mention id.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use vigie_schema::TaggedMention;
use vigie_types::{EventTime, IntentKind, MentionId, Millis, Status};

use crate::action::{known_reach, leading_intent};

/// One mention that waits for an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The mention.
    pub mention: MentionId,
    /// What is wanted first.
    pub intent: IntentKind,
    /// The mention's score, from 0 to 100; 0 before it is scored.
    pub severity: f64,
    /// How negative it is, from 0 to 1; 0 where it is not, or where nobody knows.
    pub negative: f32,
    /// How many may have seen it, where known.
    pub reach: Option<u64>,
    /// When it happened.
    pub since: EventTime,
}

impl Waiting {
    /// The mention's place in the queue; none for a deleted one, which nobody waits for.
    pub fn of(tagged: &TaggedMention) -> Option<Self> {
        let valence = tagged.sentiment.as_ref().map_or(0.0, |sentiment| sentiment.score.get());
        match tagged.status {
            Status::Deleted => None,
            Status::Active => Some(Self {
                mention: tagged.mention.mention_id.clone(),
                intent: leading_intent(tagged),
                severity: tagged.score.as_ref().map_or(0.0, |score| score.value),
                negative: if valence < 0.0 { -valence } else { 0.0 },
                reach: known_reach(&tagged.mention),
                since: tagged.event_time,
            }),
        }
    }

    /// How long it has waited; a mention from ahead of `now` has not.
    pub fn age(&self, now: EventTime) -> Millis {
        (now - self.since).max(Millis::ZERO)
    }

    /// Which of two comes first at `now`.
    pub fn cmp_at(&self, other: &Self, now: EventTime) -> Ordering {
        self.intent
            .cmp(&other.intent)
            .then_with(|| other.severity.total_cmp(&self.severity))
            .then_with(|| other.negative.total_cmp(&self.negative))
            .then_with(|| other.reach.cmp(&self.reach))
            .then_with(|| other.age(now).cmp(&self.age(now)))
            .then_with(|| self.mention.cmp(&other.mention))
    }
}

/// Puts the queue in order, the next to be answered first.
pub fn order(queue: &mut [Waiting], now: EventTime) {
    queue.sort_unstable_by(|one, other| one.cmp_at(other, now));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(id: &str) -> Waiting {
        Waiting {
            mention: MentionId::new(format!("murmur:{id}")).expect("valid"),
            intent: IntentKind::Other,
            severity: 50.0,
            negative: 0.0,
            reach: None,
            since: EventTime::from_millis(1_000),
        }
    }

    /// The queue given in the right order comes out so, whatever order it went in.
    fn check(right: &[Waiting]) {
        for turn in 0..right.len() {
            let mut queue = right.to_vec();
            queue.reverse();
            queue.rotate_left(turn);
            order(&mut queue, EventTime::from_millis(10_000));
            assert_eq!(queue, right);
        }
    }

    #[test]
    fn what_is_wanted_comes_before_everything_else() {
        let wanting = |id, intent, severity| Waiting { intent, severity, ..waiting(id) };
        check(&[
            wanting("e", IntentKind::Question, 1.0),
            wanting("d", IntentKind::Criticism, 20.0),
            wanting("c", IntentKind::Suggestion, 30.0),
            wanting("b", IntentKind::Compliment, 40.0),
            wanting("a", IntentKind::Other, 90.0),
        ]);
    }

    #[test]
    fn then_severity_then_reach_then_age_then_the_id() {
        let since = |id, millis| Waiting { since: EventTime::from_millis(millis), ..waiting(id) };
        check(&[
            Waiting { severity: 60.0, ..waiting("i") },
            Waiting { negative: 0.9, ..waiting("h") },
            Waiting { reach: Some(10), since: EventTime::from_millis(1), ..waiting("g") },
            Waiting { reach: Some(0), ..waiting("f") },
            since("e", 0),
            since("c", 1_000),
            since("d", 1_000),
            since("a", 20_000),
            since("b", 15_000),
        ]);
    }

    #[test]
    fn a_deleted_mention_waits_for_nothing() {
        let deleted = TaggedMention { status: Status::Deleted, ..TaggedMention::default() };
        assert_eq!(Waiting::of(&deleted), None);
        assert!(Waiting::of(&TaggedMention::default()).is_some());
    }
}
