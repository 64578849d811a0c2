//! `dead-letters.v1`: a rejected record, its bytes untouched.

use serde::{Deserialize, Serialize};
use vigie_types::{SourceId, WallTime};

/// A rejected record, where it stood and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterRecord {
    /// The source it came from.
    pub source: Option<SourceId>,
    /// Where it stood: file and line, cursor, or topic/partition/offset.
    pub place: String,
    /// What is wrong with it, naming the field.
    pub reason: String,
    /// Who rejected it.
    pub service: String,
    /// Its key, when it came from a topic.
    #[serde(with = "serde_bytes")]
    pub key: Option<Vec<u8>>,
    /// Its bytes; of an overlong record the first part.
    #[serde(with = "serde_bytes")]
    pub value: Vec<u8>,
    /// How long it was.
    pub bytes: u64,
    /// When it was received.
    pub rejected_at: WallTime,
}
