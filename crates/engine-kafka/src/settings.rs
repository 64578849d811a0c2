//! What an engine reads, as whom, and how long it waits.

use vigie_runtime::Topic;
use vigie_types::Millis;

use crate::connection::ConnectionSettings;
use crate::identity::Identity;
use crate::names::TopicNames;

/// What an engine reads, as whom, and how long it waits.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// The cluster.
    pub connection: ConnectionSettings,
    /// Who this thread is.
    pub identity: Identity,
    /// What topics are called.
    pub names: TopicNames,
    /// The topics whose records are processed; none for ingest, which is no member of a group.
    pub inputs: Vec<Topic>,
    /// The topics that are read whole.
    pub controls: Vec<Topic>,
    /// About how many bytes of keys and values a poll delivers.
    pub fetch_bytes: usize,
    /// How long a transaction may be open, and so how long a crash makes readers wait at most.
    pub transaction_timeout: Millis,
    /// How long a member may be silent before its partitions are given to others.
    pub session_timeout: Millis,
    /// Whether a member that ends hands its partitions over at once. Otherwise they wait for its
    /// return until its session is over.
    pub leave_on_drop: bool,
}

/// How much longer than its time-out a transaction may stay open: the broker looks for those that
/// are over every 10 seconds.
const EXPIRY_SCAN: Millis = Millis::seconds(10);

impl EngineSettings {
    /// After so long no transaction of a lost writer is open any more.
    pub(crate) fn longest_pending(&self) -> Millis {
        Millis::new(self.transaction_timeout.get() + EXPIRY_SCAN.get())
    }
}
