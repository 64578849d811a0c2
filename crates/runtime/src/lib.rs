//! The stream runtime: records, processors, tasks, stores, timers, watermarks, control tables,
//! commit batches, the engine seam and the one loop.
//!
//! Guarantees, over any engine that keeps its contract: every input record gets exactly one
//! disposition; outputs, state and positions become visible together or not at all; a rolled back
//! commit leaves no trace; event time, lateness and the closing of windows depend on the log alone.
//!
//! Refuses: I/O, clocks, randomness, async and any knowledge of what a mention is. Of `types` it uses
//! times and control stamps only.

mod engine;
mod partitioner;
mod record;

pub use engine::{
    CommitError, CommittedPosition, Engine, EngineError, EngineEvent, RestoreEntry, Transaction,
    TransactionalProducer,
};
pub use partitioner::partition_of;
pub use record::{
    Fetched, FetchedRecord, Offset, Partition, Position, ProducerRecord, Topic, TopicPartition,
};
