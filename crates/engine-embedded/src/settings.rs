//! How a log behaves: durability, memory, upkeep and the clock.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use vigie_types::{Millis, WallTime};

/// When a commit is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Once the data has been flushed to the device. Neither the death of the process nor a power
    /// failure loses an acknowledged commit.
    #[default]
    EveryCommit,
    /// At once, while the data is flushed to the device each time this span has passed, and
    /// whenever compacted topics are folded. The death of the process, as a power failure, loses
    /// the commits since the last flush, acknowledged or not; what is left is a prefix of the
    /// commits, each of them whole, so records, positions and state agree. Only for input that can
    /// be read again: an HTTP push that was answered with 200 may be lost.
    Interval(Millis),
}

/// Reads the wall clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> WallTime + Send + Sync>);

impl Clock {
    /// The clock that `read` reads; tests pass one that they move.
    pub fn new(read: impl Fn() -> WallTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The system's clock.
    pub fn system() -> Self {
        Self::new(system_time)
    }

    /// What the clock shows.
    pub fn now(&self) -> WallTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Clock({})", self.now())
    }
}

#[expect(clippy::disallowed_methods, reason = "an engine is an edge: here the clock is read")]
fn system_time() -> WallTime {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    WallTime::from_millis(since_1970.as_millis() as i64)
}

/// How a log behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// When a commit is acknowledged.
    pub durability: Durability,
    /// The clock that stamps commits, for retention only.
    pub clock: Clock,
    /// How many bytes of the newest batches are kept in memory for readers, over all partitions. 64
    /// MiB is two seconds of a full load of 30 MB/s: a reader that keeps up never reads the file.
    pub tail_bytes: usize,
    /// How long compacted topics may run ahead of `state.redb`: what an open after a crash reads
    /// again.
    pub state_flush: Millis,
    /// The page cache of `log.redb`, in bytes. Half of it may hold pages not written yet.
    pub log_cache_bytes: usize,
    /// The page cache of `state.redb`, in bytes: random keys want their leaves in it.
    pub state_cache_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            durability: Durability::default(),
            clock: Clock::system(),
            tail_bytes: 64 << 20,
            state_flush: Millis::seconds(2),
            log_cache_bytes: 64 << 20,
            state_cache_bytes: 128 << 20,
        }
    }
}
