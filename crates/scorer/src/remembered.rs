//! The author's last own mentions: what each added, so that an edit replaces it and a deletion
//! takes it back.

use serde::{Deserialize, Serialize};
use vigie_types::{EventTime, MentionId, MentionKind, Millis, SentimentLabel};
use xxhash_rust::xxh3::xxh3_64;

use crate::interests::Marks;

/// The most mentions remembered of one author: as many as the tagger remembers, which tells of no
/// edit and no deletion beyond.
pub const MAXIMUM_REMEMBERED: usize = 64;

/// How long a mention is remembered, behind the newest: the tagger's seven days, whole.
const KEPT: Millis = Millis::days(8);

/// What one own mention added; some 50 bytes, half of it when written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    pub(crate) id: u64,
    pub(crate) at: EventTime,
    pub(crate) kind: MentionKind,
    pub(crate) label: Option<SentimentLabel>,
    /// One bit for each kind of intent.
    pub(crate) intents: u8,
    /// What it added to the decayed sum of its kind, at its time.
    pub(crate) amount: f64,
    pub(crate) marks: Marks,
}

/// The last mentions, the one touched last at the end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LastMentions {
    entries: Vec<Remembered>,
}

/// What a mention is remembered by.
pub(crate) fn id_hash(mention: &MentionId) -> u64 {
    xxh3_64(mention.as_str().as_bytes())
}

impl LastMentions {
    /// Takes out what is remembered of this mention.
    pub(crate) fn take_out(&mut self, id: u64) -> Option<Remembered> {
        let place = self.entries.iter().rposition(|entry| entry.id == id)?;
        Some(self.entries.remove(place))
    }

    /// Remembers a mention, and forgets what is too old or too many.
    pub(crate) fn push(&mut self, entry: Remembered) {
        let newest = self.entries.iter().map(|known| known.at).fold(entry.at, EventTime::max);
        self.entries.retain(|known| known.at >= newest - KEPT);
        if self.entries.len() >= MAXIMUM_REMEMBERED {
            self.entries.drain(..=self.entries.len() - MAXIMUM_REMEMBERED);
        }
        self.entries.push(entry);
    }

    /// Forgets what was added to slots that were given up.
    pub(crate) fn clear(&mut self, given_up: u32) {
        for entry in &mut self.entries {
            entry.marks.clear(given_up);
        }
    }

    /// How many mentions are remembered.
    #[cfg(test)]
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u64, day: i64) -> Remembered {
        Remembered {
            id,
            at: EventTime::from_millis(0) + Millis::days(day),
            kind: MentionKind::Post,
            label: None,
            intents: 0,
            amount: 1.0,
            marks: Marks::default(),
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_in_number_and_in_days() {
        let mut last = LastMentions::default();
        for id in 0..200 {
            last.push(entry(id, 0));
        }
        assert_eq!(last.len(), MAXIMUM_REMEMBERED);
        assert!(last.take_out(199).is_some() && last.take_out(0).is_none());
        last.push(entry(500, 9));
        assert_eq!(last.len(), 1);
        last.push(entry(501, 0));
        assert_eq!(last.len(), 2, "a late mention is remembered all the same");
    }
}
