//! What can go wrong with a log: with opening it, with its files, and with a read.

use std::io;
use std::path::{Path, PathBuf};

use vigie_runtime::{Offset, Position, TopicPartition};

use crate::directory::Holder;
use crate::layout::LayoutError;

/// Why a log could not be opened. Nothing in the directory was changed, unless it is an I/O
/// failure.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file system refused.
    #[error("cannot {attempt} {path}: {source}", path = .path.display())]
    Io {
        /// What was attempted.
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process holds the directory; it answers over its API.
    #[error("{directory} is held by a running process{holder}", directory = .directory.display())]
    Held {
        /// The data directory.
        directory: PathBuf,
        /// Who holds it.
        holder: Holder,
    },
    /// Another version of the format.
    #[error(
        "{directory} has format version {found} and this program reads version {expected}: use the \
         program that wrote it, or another data directory",
        directory = .directory.display()
    )]
    Format {
        /// The data directory.
        directory: PathBuf,
        /// What the format file says.
        found: String,
        /// What this program reads.
        expected: u32,
    },
    /// There is nothing to read.
    #[error("{directory} holds no log yet", directory = .directory.display())]
    NoLog {
        /// The data directory.
        directory: PathBuf,
    },
    /// A file that must be there is gone.
    #[error(
        "{path} is missing while other files of the log are there: {advice}",
        path = .path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// What to do.
        advice: &'static str,
    },
    /// The layout cannot be had.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A file of the log is damaged or cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A failure of the log's files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database failed: a full disk, a damaged file, an I/O error.
    #[error("cannot {attempt} {path}: {reason}", path = .path.display())]
    Database {
        /// What was attempted.
        attempt: String,
        /// On which file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A batch is not what was written.
    #[error(
        "{partition}: the batch at offset {base} in {path} is damaged: {reason}; restore the file, \
         or start with a new data directory and ingest again",
        base = .base.get(), path = .path.display()
    )]
    DamagedBatch {
        /// The partition.
        partition: TopicPartition,
        /// The first offset of the batch.
        base: Offset,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// Why a read gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The log has no such topic or partition.
    #[error("the log has no partition {0}")]
    UnknownPartition(TopicPartition),
    /// Keys are looked up in compacted topics only.
    #[error("{0} is not compacted: it has no newest value per key")]
    NotCompacted(TopicPartition),
    /// What was asked for has been dropped.
    #[error("{partition}: position {wanted} is below the log's start {start}",
        wanted = .wanted.get(), start = .start.get())]
    BelowStart {
        /// The partition.
        partition: TopicPartition,
        /// What was asked for.
        wanted: Position,
        /// The first that is there.
        start: Position,
    },
    /// What was asked for has never been written.
    #[error("{partition}: position {wanted} is beyond the log's end {end}",
        wanted = .wanted.get(), end = .end.get())]
    BeyondEnd {
        /// The partition.
        partition: TopicPartition,
        /// What was asked for.
        wanted: Position,
        /// The next to be written.
        end: Position,
    },
    /// A file of the log is damaged or cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A failure inside a database, before it is known which file and what for.
#[derive(Debug)]
pub(crate) enum Fault {
    Database(redb::Error),
    Store(StoreError),
}

macro_rules! fault_from {
    ($($source:ty),*) => {$(
        impl From<$source> for Fault {
            fn from(error: $source) -> Self {
                Self::Database(error.into())
            }
        }
    )*};
}

fault_from!(
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    redb::SetDurabilityError,
    redb::DatabaseError
);

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Runs `run` on the database at `path`.
///
/// A damaged file makes redb panic in places: it checks pages when it repairs, not when it reads.
/// Such a panic becomes an error here, so no closure of a caller may run inside.
pub(crate) fn guarded<T>(
    path: &Path,
    attempt: &str,
    run: impl FnOnce() -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let reason = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(Fault::Store(error))) => return Err(error),
        Ok(Err(Fault::Database(error))) => explain(&error),
        Err(panic) => format!("the file is damaged ({})", panic_text(&*panic)),
    };
    Err(StoreError::Database { attempt: attempt.into(), path: path.into(), reason })
}

fn explain(error: &redb::Error) -> String {
    let redb::Error::Io(source) = error else {
        return error.to_string();
    };
    let full = matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    );
    if full {
        format!(
            "{source}: nothing committed before is lost; make room, then start the process again"
        )
    } else {
        source.to_string()
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}
