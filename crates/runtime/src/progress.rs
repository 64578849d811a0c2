//! What a task remembers beside its keyed state, under a reserved key of its changelog.

use serde::{Deserialize, Serialize};
use vigie_types::EventTime;

use crate::changelog;
use crate::disposition::{Rejection, TallyBySource};
use crate::watermark::Watermark;

/// The reserved key; identifiers hold no control characters, so no state can have it.
pub(crate) const RESERVED_KEY: &[u8] = b"\0progress";

/// Commit number, time and tallies of one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskProgress {
    /// How many commits this task has made.
    pub commit_number: u64,
    /// The highest event time seen.
    pub stream_time: EventTime,
    /// What became of the records, by source.
    pub tallies: TallyBySource,
    pub(crate) watermark: Watermark,
    pub(crate) announced: EventTime,
}

impl TaskProgress {
    /// The key under which each partition of a changelog holds its task's progress.
    pub const KEY: &'static [u8] = RESERVED_KEY;

    pub(crate) fn new() -> Self {
        Self {
            commit_number: 0,
            stream_time: EventTime::MIN,
            tallies: TallyBySource::new(),
            watermark: Watermark::new(),
            announced: EventTime::MIN,
        }
    }

    /// Reads a task's progress from an entry of its changelog; none when the entry is the state of
    /// a key.
    ///
    /// # Errors
    /// When the progress is unreadable or of another version.
    pub fn from_changelog(key: &[u8], value: &[u8]) -> Option<Result<Self, Rejection>> {
        (key == RESERVED_KEY)
            .then(|| changelog::decode(changelog::PROGRESS_VERSION, value).map_err(Rejection::new))
    }

    /// The partition's watermark.
    pub const fn watermark(&self) -> EventTime {
        self.watermark.value()
    }
}
