//! What the runtime tells whoever measures it. Every method does nothing by default.

use vigie_types::{EventTime, Millis};

use crate::disposition::{Disposition, Rejection};
use crate::record::TopicPartition;

/// Watches a stream thread; must not block.
pub trait Observer: Send + Sync {
    /// A record met its disposition.
    fn disposed(&self, _task: &'static str, _disposition: Disposition) {}
    /// A commit was made of so many input and output records; it took so long.
    fn committed(&self, _inputs: u64, _outputs: u64, _took: Millis) {}
    /// A commit was rolled back, for that reason.
    fn aborted(&self, _reason: &str) {}
    /// A task was restored from so many changelog entries.
    fn restored(&self, _partition: &TopicPartition, _entries: u64, _took: Millis) {}
    /// A stream thread has its first assignment, which may be empty, and has restored it.
    fn joined(&self) {}
    /// A partition's watermark at a commit.
    fn watermark(&self, _partition: &TopicPartition, _watermark: EventTime) {}
    /// A record of a control topic is none; it changes nothing.
    fn control_refused(&self, _reason: &Rejection) {}
    /// Some task waits for a control revision that has not been read, or for what it takes to
    /// decode a record.
    fn waiting(&self, _partition: &TopicPartition) {}
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}
