//! One open file of a group.

use std::sync::Arc;

use vigie_schema::{Checkpoint as Kept, CheckpointDetail, FileCheckpoint};
use vigie_types::{SourceId, WallTime};

use super::account::Account;
use super::intake::{Intake, Reading, Received};
use super::stamper::Stamper;
use super::thread::{GroupError, SourceSettings};
use crate::mapping::{Mapping, MappingError};
use crate::source::{
    ByteOffset, Checkpoint, Digest, FileSource, Header, Item, LineNumber, Location, Source,
};

/// A file that is being read.
pub(super) struct OpenFile {
    source: FileSource,
    reading: Reading,
    pub(super) account: Account,
    at_end: bool,
    failure: Option<String>,
}

impl OpenFile {
    /// Opens the file where its checkpoint stands; none when it was read to an end that still is
    /// its end.
    pub(super) fn open(
        settings: &SourceSettings,
        identity: SourceId,
        known: Option<&Kept>,
    ) -> Result<Option<Self>, GroupError> {
        let resumes = matches!(settings.input.location, Location::File(_));
        let checkpoint = known.filter(|_| resumes).and_then(checkpoint_of);
        if checkpoint.is_some() && known.is_some_and(|known| known.ended) {
            let mut probe = FileSource::open(&settings.input, checkpoint.as_ref())?;
            if probe.next_item()?.is_none() {
                return Ok(None);
            }
        }
        let source = FileSource::open(&settings.input, checkpoint.as_ref())?;
        let reading = bind(&settings.reading, source.header()).map_err(|error| {
            GroupError::Reading { file: identity.to_string(), reason: error.to_string() }
        })?;
        let mut account = Account::open(identity, settings.disorder, known);
        account.ended = false;
        Ok(Some(Self { source, reading, account, at_end: false, failure: None }))
    }

    /// Reads so many lines; false when the file has ended. A file that cannot be read on leaves as
    /// if it had ended, but is tried again at the next start.
    pub(super) fn read(
        &mut self,
        lines: usize,
        intake: &mut Intake,
        stamper: &Stamper,
        at: WallTime,
    ) -> bool {
        if self.has_left() {
            return false;
        }
        for _ in 0..lines {
            let item = match self.source.next_item() {
                Ok(Some(item)) => item,
                Ok(None) => {
                    self.at_end = true;
                    break;
                }
                Err(error) => {
                    self.failure = Some(error.to_string());
                    break;
                }
            };
            let (line, place) = match &item {
                Item::Line { text, place } => (Ok(*text), place),
                Item::Broken { bytes, place, reason } => (Err((*bytes, reason.as_str())), place),
            };
            let place = place.to_string();
            let received = Received { line, place: &place, at, replay_of: None };
            intake.take(&mut self.account, &self.reading, stamper, &received);
        }
        true
    }

    /// Whether nothing more will come of it in this run.
    pub(super) const fn has_left(&self) -> bool {
        self.at_end || self.failure.is_some()
    }

    /// Why it could not be read to its end.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Writes down how far the file was read.
    pub(super) fn settle(&mut self) {
        let checkpoint = self.source.checkpoint();
        self.account.file = Some(FileCheckpoint {
            byte_offset: checkpoint.offset.get(),
            digest: checkpoint.sha256.to_string(),
            line: checkpoint.line.get(),
        });
        self.account.ended = self.at_end;
        self.account.left = self.has_left();
    }
}

/// Finds the columns of a CSV file; lines of JSON need none.
fn bind(reading: &Reading, header: Option<&Header>) -> Result<Reading, MappingError> {
    let Some(header) = header else { return Ok(reading.clone()) };
    let mapping = match reading {
        Reading::Mapped(mapping) => (**mapping).clone(),
        Reading::Envelope | Reading::Rows(_) => Mapping::from_header(header)?,
    };
    Ok(Reading::Rows(Arc::new(mapping.bind(header)?)))
}

fn checkpoint_of(kept: &Kept) -> Option<Checkpoint> {
    match &kept.detail {
        Some(CheckpointDetail::FileCheckpoint(file)) => Some(Checkpoint {
            offset: ByteOffset::new(file.byte_offset),
            sha256: Digest::parse(&file.digest)?,
            line: LineNumber::new(file.line),
            records: kept.read,
        }),
        Some(CheckpointDetail::PushCheckpoint(_)) | None => None,
    }
}
