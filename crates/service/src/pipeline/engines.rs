//! Where services run: the one seam between the life cycle and the engines.

use std::sync::Arc;

use vigie_engine_kafka::KafkaLog;
use vigie_runtime::{Engine, Layout, LogReader, Topic};

use super::control_writer::ControlWriter;
use super::{PipelineError, Role};

/// What a thread of a service reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Reads {
    /// The topics whose records are processed.
    pub(super) inputs: Vec<Topic>,
    /// The topics that are read whole.
    pub(super) controls: Vec<Topic>,
}

/// Makes an engine for each thread of each service, over one log.
pub(super) trait Engines: Send + Sync + 'static {
    /// The engine of one thread.
    type Engine: Engine;

    /// The engine of a service's thread; made on that thread.
    fn engine(&self, role: Role, thread: u32, reads: &Reads)
    -> Result<Self::Engine, PipelineError>;

    /// How many threads each stream service has.
    fn threads(&self) -> u32;

    /// What sets the pushes of this process apart from those of other instances of ingest.
    fn push_suffix(&self) -> Option<String>;

    /// How many partitions the topics have.
    fn layout(&self) -> Arc<Layout>;

    /// The log, for readers.
    fn log(&self) -> Arc<dyn LogReader>;

    /// The cluster, which knows who owns what; none where nobody else runs.
    fn cluster(&self) -> Option<Arc<KafkaLog>>;

    /// The writer of the control topics.
    fn control(&self) -> Arc<dyn ControlWriter>;
}
