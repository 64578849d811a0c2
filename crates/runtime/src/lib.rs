//! The stream runtime: records, processors, tasks, stores, timers, watermarks, control tables,
//! commit batches, the engine seam and the one loop.
//!
//! Guarantees, over any engine that keeps its contract: every input record gets exactly one
//! disposition; outputs, state and positions become visible together or not at all; a rolled back
//! commit leaves no trace; event time, lateness and the closing of windows depend on the log alone.
//!
//! Refuses: I/O, clocks, randomness, async and any knowledge of what a mention is. Of `types` it
//! uses times and control stamps only.

mod board;
mod changelog;
mod control;
mod control_queue;
mod disposition;
mod emitter;
mod engine;
mod limits;
mod log_reader;
mod observer;
mod partition_task;
mod partitioner;
mod processor;
mod progress;
mod record;
mod staged;
mod staging;
mod store;
mod stream_thread;
mod task;
mod task_parts;
mod timer;
mod watermark;

pub use board::{Board, NotHeld};
pub use changelog::read_state;
pub use control::{
    ControlDecoder, ControlFeed, ControlLookup, ControlState, ControlTable, NoControl, Untaken,
};
pub use control_queue::ControlQueue;
pub use disposition::{Disposition, Rejection, Tally, TallyBySource, Undecoded};
pub use emitter::{CombineKey, DeadLetter, Decoder, Emitter, Outputs, Route};
pub use engine::{
    CommitError, CommittedPosition, Engine, EngineError, EngineEvent, Restore, RestoreEntry,
    Transaction, TransactionalProducer,
};
pub use limits::Limits;
pub use log_reader::{Kept, LogReader, ReadError, TopicOutline, VisitEntry};
pub use observer::{Observer, Unobserved};
pub use partition_task::{Offered, PartitionTask, TaskError};
pub use partitioner::partition_of;
pub use processor::{
    Context, Input, Judged, Lateness, Processor, Progress, Record, Standing, StateUpdate, StoreKey,
    StoreValue,
};
pub use progress::TaskProgress;
pub use record::{
    Fetched, FetchedRecord, Offset, Partition, Position, ProducerRecord, Topic, TopicPartition,
};
pub use staged::StagedRecords;
pub use staging::Layout;
pub use stream_thread::{StreamThread, TaskFactory, ThreadError, ThreadParts};
pub use task::Task;
pub use task_parts::TaskParts;
pub use watermark::{MAXIMUM_SOURCES, SILENCE, WatermarkError};
