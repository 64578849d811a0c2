//! The account of one source: how far it was read and what became of what it gave.

use vigie_schema::{Checkpoint, CheckpointDetail, FileCheckpoint, SourceStanding};
use vigie_types::{EventTime, Millis, SourceId, WallTime};

use crate::clock::Stamped;
use crate::floor::FileFloor;

/// The running numbers of a source.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) source: SourceId,
    pub(super) read: u64,
    pub(super) raw: u64,
    pub(super) suppressed: u64,
    pub(super) dead_lettered: u64,
    /// Read to its end.
    pub(super) ended: bool,
    /// Takes no more part in time, whether it was read to its end or not.
    pub(super) left: bool,
    /// Takes no part in time at all.
    pub(super) brings_the_past: bool,
    pub(super) file: Option<FileCheckpoint>,
    floor: FileFloor,
    announced: Option<(EventTime, SourceStanding)>,
}

impl Account {
    /// Opens the account where the checkpoint left it.
    pub(super) fn open(
        source: SourceId,
        disorder: Millis,
        checkpoint: Option<&Checkpoint>,
    ) -> Self {
        let known = checkpoint.cloned().unwrap_or_default();
        let file = match known.detail {
            Some(CheckpointDetail::FileCheckpoint(file)) => Some(file),
            Some(CheckpointDetail::PushCheckpoint(_)) | None => None,
        };
        Self {
            source,
            read: known.read,
            raw: known.raw,
            suppressed: known.suppressed,
            dead_lettered: known.dead_lettered,
            ended: known.ended,
            left: known.ended,
            brings_the_past: false,
            file,
            floor: FileFloor::new(disorder, known.highest_event_time),
            announced: None,
        }
    }

    /// The floor before the next record.
    pub(super) fn floor(&self) -> EventTime {
        self.floor.floor()
    }

    /// Takes the time of a record in.
    pub(super) fn observe(&mut self, stamped: Stamped) {
        self.floor.observe(stamped);
    }

    /// How the source relates to time now.
    pub(super) const fn standing(&self) -> SourceStanding {
        if self.brings_the_past {
            SourceStanding::Backfill
        } else if self.left {
            SourceStanding::Ended
        } else {
            SourceStanding::Bounded
        }
    }

    /// The promise to announce, if it changed since the last one.
    pub(super) fn promise(&mut self) -> Option<(EventTime, SourceStanding)> {
        let floor = if self.left {
            self.floor.last_floor().unwrap_or(EventTime::MIN)
        } else {
            self.floor.floor()
        };
        let promise = (floor, self.standing());
        if self.announced == Some(promise) {
            return None;
        }
        self.announced = Some(promise);
        Some(promise)
    }

    /// The account as it is kept.
    pub(super) fn checkpoint(&self, now: WallTime) -> Checkpoint {
        Checkpoint {
            source: self.source.clone(),
            read: self.read,
            raw: self.raw,
            suppressed: self.suppressed,
            dead_lettered: self.dead_lettered,
            highest_event_time: self.floor.highest(),
            ended: self.ended,
            updated_at: now,
            detail: self.file.clone().map(CheckpointDetail::FileCheckpoint),
        }
    }
}
