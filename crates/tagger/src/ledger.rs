//! The ledger: what the tagger remembers of an author's last mentions, so that it knows a
//! redelivery, counts edits and can take back what it counted.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_types::{
    Bucket, ControlRevision, Correction, EventTime, Fingerprint, Judgement, Mention, MentionId,
    Revision, SentimentLabel, StreamId, StreamVersion,
};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

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
    pub(crate) added: Option<Arc<Added>>,
}

/// A mention as it is told now.
#[derive(Debug)]
pub(crate) struct Told<'m> {
    pub(crate) mention: &'m Mention,
    pub(crate) judgement: Judgement,
    pub(crate) correction: Option<Correction>,
    /// What its judgement before had added.
    pub(crate) previous: Option<&'m Added>,
}

impl Entry {
    /// Whether the mention still says this.
    pub(crate) const fn says(&self, content: u32) -> bool {
        self.content == content
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
    /// The same content, an older revision, or a mention that was deleted.
    Redelivered,
    /// Another content than before.
    Edited(&'a Entry),
}

/// The hash of what makes a mention's content: an edit changes it, new engagement does not.
pub(crate) fn content_hash(mention: &Mention) -> u32 {
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

fn day_of(time: EventTime) -> i32 {
    time.as_millis().div_euclid(MILLIS_PER_DAY).clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

impl Ledger {
    /// What is known of a mention that comes in.
    pub(crate) fn recognise(&self, mention: &Mention, content: u32) -> Known<'_> {
        match self.find(&mention.mention_id) {
            None => Known::New,
            Some(entry) if entry.deleted || entry.content == content => Known::Redelivered,
            Some(entry) if mention.revision.is_some() && mention.revision < entry.revision => {
                Known::Redelivered
            }
            Some(entry) => Known::Edited(entry),
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
        let Told { mention, judgement, correction, previous: _ } = told;
        let entry = Entry {
            id: id_hash(&mention.mention_id),
            content: content_hash(mention),
            day: day_of(time),
            judgement: *judgement,
            revision: mention.revision,
            deleted: false,
            correction: correction.clone().map(Arc::new),
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
    use super::*;

    fn mention(id: u32, text: &str) -> Mention {
        Mention {
            mention_id: MentionId::new(format!("murmur:{id}")).expect("valid"),
            text: text.into(),
            ..Mention::default()
        }
    }

    fn first(mention: &Mention) -> Told<'_> {
        Told { mention, judgement: Judgement::FIRST, correction: None, previous: None }
    }

    fn recognise(ledger: &Ledger, mention: &Mention) -> &'static str {
        match ledger.recognise(mention, content_hash(mention)) {
            Known::New => "new",
            Known::Redelivered => "redelivered",
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
