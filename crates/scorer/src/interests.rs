//! What an author says of each stream, for the streams mentioned most.
//!
//! Each stream has a slot, so that a remembered mention notes in one bit what it added where. When
//! all slots are taken, the stream mentioned least gives up its own: what it counted is forgotten,
//! and a stream that comes back counts from one.

use serde::{Deserialize, Serialize};
use vigie_schema::{SentimentTally, StreamInterest};
use vigie_types::{SentimentLabel, StreamId, StreamMatch};

/// The most streams kept of one author: one bit each in a mark.
pub const MAXIMUM_STREAMS: usize = u32::BITS as usize;

/// The slots to which a mention was added, by the sentiment it was added with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marks {
    negative: u32,
    neutral: u32,
    positive: u32,
    unknown: u32,
}

impl Marks {
    fn set(&mut self, slot: usize, label: Option<SentimentLabel>) {
        let marks = match label {
            Some(SentimentLabel::Negative) => &mut self.negative,
            Some(SentimentLabel::Neutral) => &mut self.neutral,
            Some(SentimentLabel::Positive) => &mut self.positive,
            None => &mut self.unknown,
        };
        *marks |= 1 << slot;
    }

    /// Adds what another mark notes.
    pub(crate) fn join(&mut self, other: Self) {
        self.negative |= other.negative;
        self.neutral |= other.neutral;
        self.positive |= other.positive;
        self.unknown |= other.unknown;
    }

    /// Takes one slot out.
    fn split(&mut self, slot: usize) -> Self {
        let bit = 1 << slot;
        let one = Self {
            negative: self.negative & bit,
            neutral: self.neutral & bit,
            positive: self.positive & bit,
            unknown: self.unknown & bit,
        };
        self.clear(bit);
        one
    }

    /// Forgets the slots of `given_up`.
    pub(crate) fn clear(&mut self, given_up: u32) {
        self.negative &= !given_up;
        self.neutral &= !given_up;
        self.positive &= !given_up;
        self.unknown &= !given_up;
    }
}

/// The streams an author mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Interests {
    slots: Vec<StreamInterest>,
}

impl Interests {
    /// Adds a mention's matches; returns where they went, and the slots that were given up for it.
    pub(crate) fn add(&mut self, matches: &[StreamMatch]) -> (Marks, u32) {
        let (mut marks, mut given_up) = (Marks::default(), 0);
        for found in matches {
            let (slot, was_taken) = self.slot_for(&found.stream);
            if was_taken {
                marks.clear(1 << slot);
                given_up |= 1 << slot;
            }
            let label = found.sentiment.as_ref().map(|sentiment| sentiment.label);
            self.slots[slot].count += 1;
            tally(&mut self.slots[slot].sentiment, label, 1);
            marks.set(slot, label);
        }
        (marks, given_up)
    }

    /// Takes back what was added.
    pub(crate) fn take_back(&mut self, marks: Marks) {
        let labelled = [
            (marks.negative, Some(SentimentLabel::Negative)),
            (marks.neutral, Some(SentimentLabel::Neutral)),
            (marks.positive, Some(SentimentLabel::Positive)),
            (marks.unknown, None),
        ];
        for (mut slots, label) in labelled {
            while slots != 0 {
                let interest = &mut self.slots[slots.trailing_zeros() as usize];
                interest.count -= 1;
                tally(&mut interest.sentiment, label, -1);
                slots &= slots - 1;
            }
        }
    }

    /// Takes a forgotten mention back from the streams it met; with which sentiment it had been
    /// added, nobody knows any more.
    pub(crate) fn take_back_forgotten(&mut self, matches: &[StreamMatch]) {
        for found in matches {
            let slot = self.slots.iter_mut().find(|slot| slot.stream == found.stream);
            if let Some(interest) = slot.filter(|interest| interest.count > 0) {
                interest.count -= 1;
            }
        }
    }

    /// Takes a mention back from one stream: as it is marked, or if it is forgotten, from the count
    /// alone.
    pub(crate) fn leave(&mut self, stream: &StreamId, marks: Option<&mut Marks>) {
        let Some(slot) = self.slots.iter().position(|interest| interest.stream == *stream) else {
            return;
        };
        let interest = &mut self.slots[slot];
        match marks {
            Some(marks) => self.take_back(marks.split(slot)),
            None if interest.count > 0 => interest.count -= 1,
            None => {}
        }
    }

    /// The streams, the most mentioned first.
    pub(crate) fn most_mentioned(&self) -> Vec<StreamInterest> {
        let mut streams: Vec<StreamInterest> =
            self.slots.iter().filter(|interest| interest.count != 0).cloned().collect();
        streams.sort_unstable_by(|one, other| {
            other.count.cmp(&one.count).then_with(|| one.stream.cmp(&other.stream))
        });
        streams
    }

    /// The stream's slot, and whether another stream gave it up.
    fn slot_for(&mut self, stream: &StreamId) -> (usize, bool) {
        if let Some(slot) = self.slots.iter().position(|interest| interest.stream == *stream) {
            return (slot, false);
        }
        let interest = StreamInterest { stream: stream.clone(), ..StreamInterest::default() };
        if self.slots.len() < MAXIMUM_STREAMS {
            self.slots.push(interest);
            return (self.slots.len() - 1, false);
        }
        let by_count = |(_, one): &(usize, &StreamInterest),
                        (_, other): &(usize, &StreamInterest)| {
            one.count.cmp(&other.count).then_with(|| other.stream.cmp(&one.stream))
        };
        let least = self.slots.iter().enumerate().min_by(by_count).map_or(0, |(slot, _)| slot);
        self.slots[least] = interest;
        (least, true)
    }
}

/// Adds `by` to the count of one class.
pub(crate) fn tally(tally: &mut SentimentTally, label: Option<SentimentLabel>, by: i64) {
    let count = match label {
        Some(SentimentLabel::Negative) => &mut tally.negative,
        Some(SentimentLabel::Neutral) => &mut tally.neutral,
        Some(SentimentLabel::Positive) => &mut tally.positive,
        None => &mut tally.unknown,
    };
    *count += by;
}

#[cfg(test)]
mod tests {
    use vigie_types::{Sentiment, StreamVersion, Tier, Valence};

    use super::*;

    fn matches(streams: impl IntoIterator<Item = usize>) -> Vec<StreamMatch> {
        let found = |number| StreamMatch {
            stream: StreamId::new(format!("s{number:02}")).expect("valid"),
            version: StreamVersion::new("v").expect("valid"),
            spans: Vec::new(),
            sentiment: None,
        };
        streams.into_iter().map(found).collect()
    }

    #[test]
    fn what_was_added_is_taken_back() {
        let mut interests = Interests::default();
        interests.add(&matches([1, 2]));
        let before = interests.most_mentioned();
        let (marks, given_up) = interests.add(&matches([2, 3]));
        assert_eq!(given_up, 0);
        interests.take_back(marks);
        assert_eq!(interests.most_mentioned(), before);
    }

    #[test]
    fn the_least_mentioned_stream_gives_up_its_slot() {
        let mut interests = Interests::default();
        interests.add(&matches(0..MAXIMUM_STREAMS));
        interests.add(&matches(0..MAXIMUM_STREAMS - 1));
        let (marks, given_up) = interests.add(&matches([40]));
        assert_eq!(given_up, 1 << (MAXIMUM_STREAMS - 1));
        assert_eq!(interests.most_mentioned().len(), MAXIMUM_STREAMS);
        interests.take_back(marks);
        assert_eq!(interests.most_mentioned().len(), MAXIMUM_STREAMS - 1);
    }

    #[test]
    fn a_mention_of_more_streams_than_slots_is_taken_back_whole() {
        let mut interests = Interests::default();
        let mut found = matches(0..3 * MAXIMUM_STREAMS);
        // A slot that changes hands within the mention must forget how it was marked before.
        for found in found.iter_mut().step_by(3) {
            found.sentiment = Some(Sentiment {
                score: Valence::ZERO,
                label: SentimentLabel::Neutral,
                model: "m@1".into(),
                tier: Tier::A,
                tokens: Vec::new(),
            });
        }
        let (marks, _) = interests.add(&found);
        interests.take_back(marks);
        assert_eq!(interests.most_mentioned(), []);
    }
}
