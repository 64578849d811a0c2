//! `dead-letters.v1`: a rejected record, its bytes untouched.

use serde::{Deserialize, Serialize};
use vigie_runtime::{DeadLetter, Route, Topic};
use vigie_types::{SourceId, WallTime};

use crate::codec::AvroCodec;
use crate::topic::topics;

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

/// Appends key and value of a record that a task rejected, and says where it goes.
pub fn encode_dead_letter(
    codec: &AvroCodec<DeadLetterRecord>,
    service: &str,
    letter: &DeadLetter<'_>,
    key: &mut Vec<u8>,
    value: &mut Vec<u8>,
) -> Route {
    let record = DeadLetterRecord {
        source: letter.source.and_then(|source| SourceId::new(source).ok()),
        place: format!("{}/{}", letter.from, letter.offset.get()),
        reason: letter.reason.into(),
        service: service.into(),
        key: Some(letter.key.to_vec()),
        value: letter.value.unwrap_or_default().to_vec(),
        bytes: letter.value.map_or(0, <[u8]>::len) as u64,
        rejected_at: WallTime::from_millis(letter.timestamp.as_millis()),
    };
    key.extend_from_slice(letter.from.to_string().as_bytes());
    codec.encode(&record, value);
    Route { topic: Topic::new(topics::DEAD_LETTERS), timestamp: letter.timestamp }
}
