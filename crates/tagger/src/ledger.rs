//! The ledger: what the tagger remembers of an author's last mentions, so that it knows a
//! redelivery, edits and new counts, and can take back what it counted.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_types::{
    Bucket, ControlRevision, Correction, EventTime, Fingerprint, Judgement, Mention, MentionId,
    Revision, SentimentLabel, StreamId, StreamVersion,
};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::reading::Reading;

/// The most mentions remembered of one author.
pub const MAXIMUM_MENTIONS: usize = 64;

/// How many days of event time a mention is remembered.
pub const MAXIMUM_DAYS: i64 = 7;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// What one match added to the counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counted {
    pub(crate) stream: StreamId,
    pub(crate) version: StreamVersion,
    pub(crate) label: Option<SentimentLabel>,
}

/// What a matched mention added, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Added {
    pub(crate) bucket: Bucket,
    pub(crate) late: bool,
    pub(crate) rules: ControlRevision,
    pub(crate) noisy: bool,
    pub(crate) language: String,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) link: Option<i64>,
    pub(crate) counted: Vec<Counted>,
}

impl Added {
    /// Whether the stream counts it.
    fn counts(&self, stream: &StreamId) -> bool {
        self.counted.binary_search_by(|known| known.stream.cmp(stream)).is_ok()
    }

    /// Whether a stream that both met is counted in the same way, but for its own sentiment.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        self.bucket == other.bucket
            && self.noisy == other.noisy
            && self.language == other.language
            && self.fingerprint == other.fingerprint
            && self.link == other.link
    }
}

/// One remembered mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    id: u64,
    content: u32,
    day: i32,
    pub(crate) judgement: Judgement,
    pub(crate) revision: Option<Revision>,
    pub(crate) deleted: bool,
    pub(crate) correction: Option<Arc<Correction>>,
    /// Remembered only where some stream asks for engagement.
    reading: Option<Reading>,
    pub(crate) added: Option<Arc<Added>>,
    /// Streams that counted it in the bucket and do so no more, as hashes.
    left: Box<[u32]>,
}

/// A mention as it is told now.
#[derive(Debug)]
pub(crate) struct Told<'m> {
    pub(crate) mention: &'m Mention,
    pub(crate) judgement: Judgement,
    pub(crate) correction: Option<Correction>,
    /// The counts it is judged with; none where no stream asks for them.
    pub(crate) reading: Option<Reading>,
    /// What its judgement before had added.
    pub(crate) previous: Option<&'m Added>,
}

impl Entry {
    /// Whether the mention still says this.
    pub(crate) const fn says(&self, content: u32) -> bool {
        self.content == content
    }

    /// Whether a stream counts it in this bucket, or has done so before.
    pub(crate) fn has_counted(&self, stream: &StreamId, bucket: Bucket) -> bool {
        let added = self.added.as_ref().filter(|added| added.bucket == bucket);
        added.is_some_and(|added| added.counts(stream)) || self.left.contains(&stream_hash(stream))
    }

    /// The streams that have counted it, and do so no more once it adds this.
    fn leaving(&self, added: Option<&Added>) -> Box<[u32]> {
        let counted = self.added.iter().flat_map(|known| &known.counted);
        let left = counted
            .map(|counted| &counted.stream)
            .filter(|stream| added.is_none_or(|added| !added.counts(stream)))
            .map(stream_hash);
        let mut left: Vec<u32> = self.left.iter().copied().chain(left).collect();
        left.sort_unstable();
        left.dedup();
        left.into()
    }
}

/// An author's last mentions, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    entries: VecDeque<Entry>,
}

/// What the ledger knows of a mention that comes in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Known<'a> {
    /// Nothing: it is new, or beyond the ledger.
    New,
    /// The same content with no newer counts, an older revision, or a mention that was deleted.
    Redelivered,
    /// The same content with newer counts.
    Recounted(&'a Entry),
    /// Another content than before.
    Edited(&'a Entry),
}

/// The hash of what makes a mention's content: an edit changes it, new engagement does not.
pub fn content_hash(mention: &Mention) -> u32 {
    let mut hash = Xxh3::new();
    for part in [Some(mention.text.as_str()), mention.title.as_deref(), mention.url.as_deref()] {
        hash.update(part.unwrap_or("\u{0}").as_bytes());
        hash.update(&[0xff]);
    }
    hash.update(mention.kind.as_str().as_bytes());
    hash.digest() as u32
}

fn id_hash(mention: &MentionId) -> u64 {
    xxh3_64(mention.as_str().as_bytes())
}

fn stream_hash(stream: &StreamId) -> u32 {
    xxh3_64(stream.as_str().as_bytes()) as u32
}

fn day_of(time: EventTime) -> i32 {
    time.as_millis().div_euclid(MILLIS_PER_DAY).clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

impl Ledger {
    /// What is known of a mention that comes in with this content and, where some stream asks for
    /// engagement, these counts.
    pub(crate) fn recognise(
        &self,
        mention: &Mention,
        content: u32,
        reading: Option<Reading>,
    ) -> Known<'_> {
        let Some(entry) = self.find(&mention.mention_id) else { return Known::New };
        let is_older = mention.revision.is_some() && mention.revision < entry.revision;
        if entry.deleted || is_older {
            return Known::Redelivered;
        }
        if !entry.says(content) {
            return Known::Edited(entry);
        }
        match reading {
            Some(reading) if reading.is_newer_than(entry.reading) => Known::Recounted(entry),
            Some(_) | None => Known::Redelivered,
        }
    }

    /// The remembered mention with this id.
    pub(crate) fn find(&self, mention: &MentionId) -> Option<&Entry> {
        let id = id_hash(mention);
        self.entries.iter().rev().find(|entry| entry.id == id)
    }

    /// The ledger with the mention remembered at its judgement; what is too old or too many goes.
    #[must_use]
    pub(crate) fn with(&self, told: &Told<'_>, time: EventTime, added: Option<Added>) -> Self {
        let Told { mention, judgement, correction, reading, previous: _ } = told;
        let known = self.find(&mention.mention_id);
        let entry = Entry {
            id: id_hash(&mention.mention_id),
            content: content_hash(mention),
            day: day_of(time),
            judgement: *judgement,
            // A delivery that does not tell its revision is of the one that is known.
            revision: mention.revision.max(known.and_then(|known| known.revision)),
            deleted: false,
            correction: correction.clone().map(Arc::new),
            reading: *reading,
            left: known.map(|known| known.leaving(added.as_ref())).unwrap_or_default(),
            added: added.map(Arc::new),
        };
        let newest = self.entries.iter().map(|known| known.day).max().unwrap_or(i32::MIN);
        let oldest = i64::from(newest.max(entry.day)) - MAXIMUM_DAYS;
        let keep = |known: &&Entry| known.id != entry.id && i64::from(known.day) >= oldest;
        let mut entries: VecDeque<Entry> = self.entries.iter().filter(keep).cloned().collect();
        while entries.len() >= MAXIMUM_MENTIONS {
            entries.pop_front();
        }
        entries.push_back(entry);
        Self { entries }
    }

    /// The ledger with the mention remembered at other counts, of which nothing is told.
    #[must_use]
    pub(crate) fn with_reading(&self, mention: &MentionId, reading: Option<Reading>) -> Self {
        let id = id_hash(mention);
        let mut entries = self.entries.clone();
        for entry in entries.iter_mut().filter(|entry| entry.id == id) {
            entry.reading = reading;
        }
        Self { entries }
    }

    /// The ledger with the mention adding this from now on, at the judgement that it has.
    #[must_use]
    pub(crate) fn with_added(&self, mention: &MentionId, added: Added) -> Self {
        let id = id_hash(mention);
        let added = (!added.counted.is_empty()).then(|| Arc::new(added));
        let mut entries = self.entries.clone();
        for entry in entries.iter_mut().filter(|entry| entry.id == id) {
            entry.left = entry.leaving(added.as_deref());
            entry.added.clone_from(&added);
        }
        Self { entries }
    }

    /// The ledger with the mention marked as deleted at its next judgement.
    #[must_use]
    pub(crate) fn with_deleted(&self, mention: &MentionId) -> Self {
        let id = id_hash(mention);
        let mut entries = self.entries.clone();
        for entry in entries.iter_mut().filter(|entry| entry.id == id) {
            entry.deleted = true;
            entry.added = None;
            entry.judgement = entry.judgement.next();
        }
        Self { entries }
    }
}

#[cfg(test)]
mod tests {
    use vigie_types::Counts;

    use super::*;

    fn mention(id: u32, text: &str) -> Mention {
        Mention {
            mention_id: MentionId::new(format!("murmur:{id}")).expect("valid"),
            text: text.into(),
            ..Mention::default()
        }
    }

    fn first(mention: &Mention) -> Told<'_> {
        Told {
            mention,
            judgement: Judgement::FIRST,
            correction: None,
            reading: Reading::of(&mention.counts),
            previous: None,
        }
    }

    fn recognise(ledger: &Ledger, mention: &Mention) -> &'static str {
        let reading = Reading::of(&mention.counts);
        match ledger.recognise(mention, content_hash(mention), reading) {
            Known::New => "new",
            Known::Redelivered => "redelivered",
            Known::Recounted(_) => "recounted",
            Known::Edited(_) => "edited",
        }
    }

    #[test]
    fn the_same_content_is_a_redelivery_and_another_is_an_edit() {
        let time = EventTime::from_millis(0);
        let ledger = Ledger::default().with(&first(&mention(1, "a")), time, None);
        assert_eq!(recognise(&ledger, &mention(1, "a")), "redelivered");
        assert_eq!(recognise(&ledger, &mention(1, "b")), "edited");
        assert_eq!(recognise(&ledger, &mention(2, "a")), "new");
        let deleted = ledger.with_deleted(&mention(1, "a").mention_id);
        assert_eq!(recognise(&deleted, &mention(1, "b")), "redelivered");
    }

    #[test]
    fn an_older_revision_is_a_redelivery() {
        let revised = |text: &str, revision| Mention {
            revision: Some(Revision::new(revision)),
            ..mention(1, text)
        };
        let time = EventTime::from_millis(0);
        let ledger = Ledger::default().with(&first(&revised("b", 2)), time, None);
        assert_eq!(recognise(&ledger, &revised("a", 1)), "redelivered");
        assert_eq!(recognise(&ledger, &revised("c", 3)), "edited");
    }

    fn liked(likes: u64, as_of: i64, revision: u64) -> Mention {
        let as_of = Some(EventTime::from_millis(as_of));
        Mention {
            revision: Some(Revision::new(revision)),
            counts: Counts { likes: Some(likes), as_of, ..Counts::default() },
            ..mention(1, "a")
        }
    }

    #[test]
    fn newer_counts_are_no_redelivery_and_older_or_equal_ones_are() {
        let time = EventTime::from_millis(0);
        let ledger = Ledger::default().with(&first(&liked(5, 10, 2)), time, None);
        assert_eq!(recognise(&ledger, &liked(6, 11, 2)), "recounted");
        assert_eq!(recognise(&ledger, &liked(6, 9, 2)), "redelivered");
        assert_eq!(recognise(&ledger, &liked(5, 11, 2)), "redelivered");
        assert_eq!(recognise(&ledger, &liked(6, 11, 1)), "redelivered", "an older revision");
        assert_eq!(recognise(&ledger, &mention(1, "a")), "redelivered", "no counts say nothing");
        let edited = Mention { text: "b".into(), ..liked(6, 9, 2) };
        assert_eq!(recognise(&ledger, &edited), "edited", "whatever its counts");
        let deleted = ledger.with_deleted(&edited.mention_id);
        assert_eq!(recognise(&deleted, &liked(6, 11, 2)), "redelivered");
    }

    #[test]
    fn other_counts_change_nothing_else_in_the_ledger() {
        let time = EventTime::from_millis(0);
        let mut ledger = Ledger::default().with(&first(&liked(5, 10, 2)), time, None);
        for id in 2..=MAXIMUM_MENTIONS as u32 {
            ledger = ledger.with(&first(&mention(id, "a")), time, None);
        }
        let newer = liked(6, 11, 2);
        ledger = ledger.with_reading(&newer.mention_id, Reading::of(&newer.counts));
        assert_eq!(recognise(&ledger, &newer), "redelivered");
        assert_eq!(recognise(&ledger, &liked(5, 10, 2)), "redelivered");
        assert_eq!(recognise(&ledger, &liked(7, 12, 2)), "recounted");
        ledger = ledger.with(&first(&mention(500, "a")), time, None);
        assert_eq!(recognise(&ledger, &newer), "new", "it stays the oldest");
    }

    #[test]
    fn the_ledger_is_bounded_in_number_and_in_days() {
        let mut ledger = Ledger::default();
        for id in 0..200 {
            let time = EventTime::from_millis(0);
            ledger = ledger.with(&first(&mention(id, "a")), time, None);
        }
        assert_eq!(ledger.entries.len(), MAXIMUM_MENTIONS);
        assert_eq!(recognise(&ledger, &mention(199, "a")), "redelivered");
        assert_eq!(recognise(&ledger, &mention(0, "a")), "new");
        let later = EventTime::from_millis(8 * MILLIS_PER_DAY);
        ledger = ledger.with(&first(&mention(500, "a")), later, None);
        assert_eq!(ledger.entries.len(), 1);
    }
}
