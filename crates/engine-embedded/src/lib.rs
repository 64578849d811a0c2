//! The embedded engine: a durable log of topics and partitions in one directory, for one machine.
//!
//! Guarantees: a transaction becomes visible whole or not at all, to readers in this process and
//! after any crash; with [`Durability::EveryCommit`] what was acknowledged survives the death of
//! the process and of the machine; the offsets of a partition are dense and rise; what is read
//! was written, or the read fails naming topic, partition, offset and file.
//!
//! Refuses: a second process on the directory, other partition numbers than those stored, a format
//! version it does not know, and any work beyond one machine: it is no broker.
//!
//! In the directory: `log.redb` holds the record batches and the positions, `state.redb` the
//! compacted topics up to a position, `vigie.format` the format's version, `vigie.lock` who holds
//! it all.

mod batch;
mod catalog;
mod compacted;
mod directory;
mod engine;
mod error;
mod identity;
mod layout;
mod log;
mod log_reader;
mod producer;
mod reader;
mod settings;
mod state;
mod store;
mod tail;
mod upkeep;
mod writer;

pub use directory::Holder;
pub use engine::{EmbeddedEngine, EngineSettings};
pub use error::{OpenError, ReadError, StoreError};
pub use layout::{Kind, Layout, LayoutError, TopicSpec};
pub use log::Log;
pub use producer::{EmbeddedProducer, EmbeddedTransaction};
pub use settings::{Clock, Durability, Settings};
