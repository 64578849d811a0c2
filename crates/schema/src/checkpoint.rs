//! `ingest-checkpoints.v1`: how far a source was read, written together with what was read.

use serde::{Deserialize, Serialize};
use vigie_types::{EventTime, SourceId, WallTime};

use crate::one_of::one_of_or_none;

/// How far a file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCheckpoint {
    /// Bytes of the decompressed stream.
    pub byte_offset: u64,
    /// SHA-256 of these bytes, in hex.
    pub digest: String,
    /// Lines.
    pub line: u64,
}

/// The answer to a push with an `Idempotency-Key`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushCheckpoint {
    /// Records taken.
    pub accepted: u64,
    /// Records rejected.
    pub dead_lettered: u64,
    /// Records of suppressed authors.
    pub suppressed: u64,
}

/// What the kind of source needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointDetail {
    /// A file.
    FileCheckpoint(FileCheckpoint),
    /// A push.
    PushCheckpoint(PushCheckpoint),
}

one_of_or_none!(CheckpointDetail {
    file: FileCheckpoint(FileCheckpoint),
    push: PushCheckpoint(PushCheckpoint)
});

/// How far a source was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The source.
    pub source: SourceId,
    /// Records read so far.
    pub read: u64,
    /// Of these: written to the raw log.
    pub raw: u64,
    /// Of these: of suppressed authors.
    pub suppressed: u64,
    /// Of these: rejected.
    pub dead_lettered: u64,
    /// The highest event time read.
    pub highest_event_time: Option<EventTime>,
    /// Whether the source has ended.
    pub ended: bool,
    /// When this was written.
    pub updated_at: WallTime,
    /// What the kind of source needs to go on.
    #[serde(with = "CheckpointDetail")]
    pub detail: Option<CheckpointDetail>,
}
