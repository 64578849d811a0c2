//! Why services cannot start or go on.

use std::path::PathBuf;

use vigie_engine_embedded::{LayoutError, OpenError};
use vigie_engine_kafka::ClusterError;
use vigie_ingest::group::GroupError;
use vigie_runtime::{EngineError, ReadError, ThreadError};

use crate::configuration::ConfigurationError;
use crate::rules::ApplyError;

/// Why services cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The configuration is wrong.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The topics cannot be had.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The data directory cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The cluster cannot be asked.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The cluster has a topic with another number of partitions than the layout says, or not.
    #[error("{0}")]
    Topics(String),
    /// An engine cannot be had.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The streams cannot be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An input's format cannot be told from its name.
    #[error(
        "{0}: its format cannot be told from its name: it ends in .ndjson, .jsonl, .json or .csv, \
         and may be compressed (.gz, .zst)"
    )]
    Format(PathBuf),
    /// Ingest ended.
    #[error("ingest: {0}")]
    Ingest(#[from] GroupError),
    /// A stream service ended.
    #[error("{service}: {error}")]
    Service {
        /// Which.
        service: &'static str,
        /// Why.
        error: ThreadError,
    },
    /// A thread cannot be started, or panicked.
    #[error("the thread {name} failed: {reason}")]
    Thread {
        /// Which.
        name: String,
        /// Why.
        reason: String,
    },
    /// Positions cannot be read.
    #[error(transparent)]
    Lag(#[from] ReadError),
}
