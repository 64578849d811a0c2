//! One open file of a group.

use vigie_schema::{Checkpoint as Kept, CheckpointDetail, FileCheckpoint};
use vigie_types::{SourceId, WallTime};

use super::account::Account;
use super::intake::{Intake, Reading, Received};
use super::stamper::Stamper;
use super::thread::{GroupError, SourceSettings};
use crate::mapping::Mapping;
use crate::source::{
    ByteOffset, Checkpoint, Digest, FileSource, Item, LineNumber, Location, Source, SourceError,
};

/// A file that is being read.
pub(super) struct OpenFile {
    source: FileSource,
    reading: Reading,
    pub(super) account: Account,
    at_end: bool,
}

impl OpenFile {
    /// Opens the file where its checkpoint stands; none when it was read to an end that still is its
    /// end.
    pub(super) fn open(
        settings: &SourceSettings,
        identity: SourceId,
        known: Option<&Kept>,
    ) -> Result<Option<Self>, GroupError> {
        let is_stream = !matches!(settings.input.location, Location::File(_));
        let checkpoint = known.filter(|_| !is_stream).and_then(checkpoint_of);
        let mut source = FileSource::open(&settings.input, checkpoint.as_ref())?;
        let file = identity.to_string();
        let reading = match source.header() {
            None => settings.reading.clone(),
            Some(header) => {
                let mapping = match &settings.reading {
                    Reading::Mapped(mapping) => Ok((**mapping).clone()),
                    Reading::Rows(rows) => {
                        return Ok(Some(Self::at(
                            source,
                            Reading::Rows(rows.clone()),
                            settings,
                            identity,
                            known,
                        )));
                    }
                    Reading::Envelope => Mapping::from_header(header),
                };
                let bound = mapping.and_then(|mapping| mapping.bind(header));
                let bound = bound.map_err(|error| GroupError::Reading {
                    file: file.clone(),
                    reason: error.to_string(),
                })?;
                Reading::Rows(std::sync::Arc::new(bound))
            }
        };
        let ended = known.is_some_and(|known| known.ended);
        if ended && !is_stream && !has_more(&mut source)? {
            return Ok(None);
        }
        if ended && !is_stream {
            source = FileSource::open(&settings.input, checkpoint.as_ref())?;
        }
        Ok(Some(Self::at(source, reading, settings, identity, known)))
    }

    fn at(
        source: FileSource,
        reading: Reading,
        settings: &SourceSettings,
        identity: SourceId,
        known: Option<&Kept>,
    ) -> Self {
        let mut account = Account::open(identity, settings.disorder, known);
        account.ended = false;
        Self { source, reading, account, at_end: false }
    }

    /// Reads so many lines; false when the file has ended.
    ///
    /// What was read before an error is staged first, so that it is kept.
    pub(super) fn read(
        &mut self,
        lines: usize,
        intake: &mut Intake,
        stamper: &Stamper,
        now: WallTime,
    ) -> Result<bool, GroupError> {
        if self.at_end {
            return Ok(false);
        }
        for _ in 0..lines {
            let place;
            let line = match self.source.next_item()? {
                None => {
                    self.at_end = true;
                    break;
                }
                Some(Item::Line { text, place: at }) => {
                    place = at.to_string();
                    Ok(text)
                }
                Some(Item::Broken { bytes, place: at, ref reason }) => {
                    place = at.to_string();
                    let received = Received {
                        line: Err((bytes, reason)),
                        place: &place,
                        at: now,
                        replay_of: None,
                    };
                    intake.take(&mut self.account, &self.reading, stamper, &received);
                    continue;
                }
            };
            let received = Received { line, place: &place, at: now, replay_of: None };
            intake.take(&mut self.account, &self.reading, stamper, &received);
        }
        Ok(true)
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
    }
}

fn has_more(source: &mut FileSource) -> Result<bool, SourceError> {
    Ok(source.next_item()?.is_some())
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
