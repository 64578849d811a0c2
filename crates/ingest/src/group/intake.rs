//! From a line to a raw record, a dead letter or a suppressed author's silence. Pure but for the
//! clock's reading, which is an argument.

use std::sync::Arc;

use vigie_runtime::{Layout, ProducerRecord, StagedRecords, Topic, partition_of};
use vigie_schema::{
    Checkpoint, DeadLetterRecord, Deletion, Heartbeat, RawBody, RawRecord, Schemas, SourceStanding,
    topics,
};
use vigie_types::{AuthorId, EventTime, Origin, Stamps, WallTime};

use super::account::Account;
use super::answer::Backfilled;
use super::stamper::Stamper;
use crate::clock::Stamped;
use crate::draft::Parsed;
use crate::envelope::parse_envelope;
use crate::mapping::{Mapping, RowMapping};
use crate::rejection::Rejection;

/// How the lines of a source become mentions.
#[derive(Clone, Debug)]
pub enum Reading {
    /// They have our own envelope.
    Envelope,
    /// They are JSON of another shape.
    Mapped(Arc<Mapping>),
    /// They are rows of a CSV file.
    Rows(Arc<RowMapping>),
}

impl Reading {
    fn parse(&self, line: &str) -> Result<Parsed, Rejection> {
        match self {
            Self::Envelope => parse_envelope(line, Origin::File),
            Self::Mapped(mapping) => mapping.parse(line, Origin::File),
            Self::Rows(mapping) => mapping.parse(line, Origin::File),
        }
    }
}

/// A line with where and when it was received.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received<'a> {
    /// The text, or the bytes that are none.
    pub(super) line: Result<&'a str, (&'a [u8], &'a str)>,
    /// Where it stood.
    pub(super) place: &'a str,
    /// When it was received.
    pub(super) at: WallTime,
    /// The dead letter that it replays.
    pub(super) replay_of: Option<&'a str>,
}

/// Stages what a source gives.
pub(super) struct Intake {
    schemas: Arc<Schemas>,
    layout: Arc<Layout>,
    raw: Topic,
    dead_letters: Topic,
    checkpoints: Topic,
    pub(super) staged: StagedRecords,
    value: Vec<u8>,
}

impl Intake {
    pub(super) fn new(schemas: Arc<Schemas>, layout: Arc<Layout>) -> Self {
        Self {
            schemas,
            layout,
            raw: Topic::new(topics::MENTIONS_RAW),
            dead_letters: Topic::new(topics::DEAD_LETTERS),
            checkpoints: Topic::new(topics::INGEST_CHECKPOINTS),
            staged: StagedRecords::default(),
            value: Vec::new(),
        }
    }

    /// Takes one line.
    pub(super) fn take(
        &mut self,
        account: &mut Account,
        reading: &Reading,
        stamper: &Stamper,
        received: &Received<'_>,
    ) {
        account.read += 1;
        let parsed = match received.line {
            Ok(line) => reading.parse(line).map_err(|rejection| rejection.to_string()),
            Err((_, reason)) => Err(reason.to_owned()),
        };
        let entry = parsed.and_then(|parsed| entry_of(parsed, received.at));
        match entry {
            Ok(entry) if stamper.is_suppressed(&entry.author) => account.suppressed += 1,
            Ok(entry) => self.stage_raw(account, stamper.stamps(), received, entry),
            Err(reason) => self.stage_dead_letter(account, received, reason),
        }
    }

    /// Takes a mention of the raw log that is held to a stream once more.
    pub(super) fn take_backfilled(
        &mut self,
        account: &mut Account,
        stamper: &Stamper,
        backfilled: Backfilled,
        at: WallTime,
    ) {
        account.read += 1;
        let Backfilled { place, event_time, body } = backfilled;
        let author = body.mention.author.id.clone();
        if stamper.is_suppressed(&author) {
            account.suppressed += 1;
            return;
        }
        let received = Received { line: Ok(""), place: &place, at, replay_of: None };
        let entry = Entry {
            author,
            stamped: Stamped::new(Some(event_time), at),
            body: RawBody::BackfilledMention(body),
        };
        self.stage_raw(account, stamper.stamps(), &received, entry);
    }

    fn stage_raw(
        &mut self,
        account: &mut Account,
        stamps: Stamps,
        received: &Received<'_>,
        entry: Entry,
    ) {
        let record = RawRecord {
            source: account.source.clone(),
            standing: account.standing(),
            floor: account.floor(),
            heard_at: received.at,
            event_time: entry.stamped.time(),
            clamped: entry.stamped.is_clamped(),
            stamps,
            place: received.place.into(),
            replay_of: received.replay_of.map(Into::into),
            body: entry.body,
        };
        account.raw += 1;
        account.observe(entry.stamped);
        self.value.clear();
        self.schemas.raw.encode(&record, &mut self.value);
        let key = entry.author.as_str().as_bytes();
        let partition = partition_of(key, self.layout[&self.raw]);
        self.staged.push(ProducerRecord {
            topic: &self.raw,
            partition,
            key,
            value: Some(&self.value),
            timestamp: record.event_time,
        });
    }

    fn stage_dead_letter(
        &mut self,
        account: &mut Account,
        received: &Received<'_>,
        reason: String,
    ) {
        account.dead_lettered += 1;
        let bytes = match received.line {
            Ok(line) => line.as_bytes(),
            Err((bytes, _)) => bytes,
        };
        let letter = DeadLetterRecord {
            source: Some(account.source.clone()),
            place: received.place.into(),
            reason,
            service: "ingest".into(),
            key: None,
            value: bytes.to_vec(),
            bytes: bytes.len() as u64,
            rejected_at: received.at,
        };
        self.value.clear();
        self.schemas.dead_letters.encode(&letter, &mut self.value);
        let key = account.source.as_str().as_bytes();
        let partition = partition_of(key, self.layout[&self.dead_letters]);
        self.staged.push(ProducerRecord {
            topic: &self.dead_letters,
            partition,
            key,
            value: Some(&self.value),
            timestamp: received.at.as_event_time(),
        });
    }

    /// Tells every raw partition what the source promises.
    pub(super) fn stage_promise(
        &mut self,
        account: &Account,
        stamps: Stamps,
        promise: (EventTime, SourceStanding),
        now: WallTime,
    ) {
        let (floor, standing) = promise;
        let record = RawRecord {
            source: account.source.clone(),
            standing,
            floor,
            heard_at: now,
            event_time: floor,
            clamped: false,
            stamps,
            place: String::new(),
            replay_of: None,
            body: RawBody::Heartbeat(Heartbeat {}),
        };
        self.value.clear();
        self.schemas.raw.encode(&record, &mut self.value);
        for partition in 0..self.layout[&self.raw] {
            self.staged.push(ProducerRecord {
                topic: &self.raw,
                partition: vigie_runtime::Partition::new(partition),
                key: b"",
                value: Some(&self.value),
                timestamp: floor,
            });
        }
    }

    /// Stages how far a source was read, or what a push was answered; none forgets it.
    pub(super) fn stage_checkpoint(
        &mut self,
        key: &str,
        checkpoint: Option<&Checkpoint>,
        now: WallTime,
    ) {
        self.value.clear();
        if let Some(checkpoint) = checkpoint {
            self.schemas.checkpoints.encode(checkpoint, &mut self.value);
        }
        let partition = partition_of(key.as_bytes(), self.layout[&self.checkpoints]);
        self.staged.push(ProducerRecord {
            topic: &self.checkpoints,
            partition,
            key: key.as_bytes(),
            value: checkpoint.is_some().then_some(&self.value),
            timestamp: now.as_event_time(),
        });
    }
}

/// What a line says, under its author.
struct Entry {
    author: AuthorId,
    stamped: Stamped,
    body: RawBody,
}

fn entry_of(parsed: Parsed, at: WallTime) -> Result<Entry, String> {
    match parsed {
        Parsed::Mention(mention) => Ok(Entry {
            author: mention.author.id.clone(),
            stamped: Stamped::new(mention.claimed_time(), at),
            body: RawBody::Mention(mention),
        }),
        Parsed::Deletion { mention_id, author: Some(author), at: claimed } => Ok(Entry {
            author: author.clone(),
            stamped: Stamped::new(claimed, at),
            body: RawBody::Deletion(Deletion { mention_id, author: Some(author) }),
        }),
        Parsed::Correction(corrected) => Ok(Entry {
            author: corrected.mention.author.id.clone(),
            stamped: Stamped::new(corrected.mention.claimed_time(), at),
            body: RawBody::CorrectedMention(corrected),
        }),
        Parsed::Deletion { mention_id, author: None, .. } => Err(format!(
            "author.id: is missing or null, expected the author of {mention_id}: \
             a deletion is found by its author"
        )),
    }
}
