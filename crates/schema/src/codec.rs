//! Values to bytes and back: Avro in the schema-registry wire format.
//!
//! One zero byte, the schema's id as four bytes big-endian, then the datum. A record that another
//! version of the schema wrote is read by Avro's schema resolution: what it lacks takes the
//! default, what it has beyond ours is skipped, a symbol that we do not know becomes the default
//! symbol. A record whose schema is not known *yet* is no rejection, it waits.
//!
//! The newer form of the wire format, with the schema's GUID in the header `__value_schema_id`, is
//! not read: records have no headers at the engine seam.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_avro_fast::Schema;
use serde_avro_fast::ser::{SerializerConfig, SerializerState};
use vigie_runtime::{Decoder, Rejection, Undecoded};

use crate::resolution::{Reader, Resolution};
use crate::source::{SchemaLookup, SchemaSource};
use crate::topic::TopicSchema;

/// The zero byte and the schema id.
pub const WIRE_HEADER_BYTES: usize = 5;

/// The most other versions whose resolution is kept: more than a topic has in years. One more, and
/// all are worked out anew.
const MAXIMUM_OTHERS: usize = 64;

/// A schema of another writer as this topic's records are read with it.
enum Other {
    Readable(Resolution),
    Unreadable(String),
}

/// Reads and writes the values of one topic.
pub struct AvroCodec<T> {
    topic: &'static str,
    id: u32,
    schema: Arc<Schema>,
    reader: Reader,
    source: Arc<dyn SchemaSource>,
    others: RwLock<BTreeMap<u32, Arc<Other>>>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> AvroCodec<T> {
    /// A codec that writes with the topic's schema under `id`, and reads what other writers wrote
    /// as far as `source` knows their schemas.
    pub(crate) fn new(topic: &TopicSchema, id: u32, source: Arc<dyn SchemaSource>) -> Self {
        Self {
            topic: topic.name,
            id,
            schema: Arc::clone(&topic.schema),
            reader: Reader::new(topic.text),
            source,
            others: RwLock::default(),
            of: PhantomData,
        }
    }

    /// Appends a value.
    pub fn encode(&self, value: &T, into: &mut Vec<u8>) {
        into.push(0);
        into.extend_from_slice(&self.id.to_be_bytes());
        let mut configuration = SerializerConfig::new(&self.schema);
        let buffer = std::mem::take(into);
        let mut state = SerializerState::from_writer(buffer, &mut configuration);
        value.serialize(state.serializer()).expect("records agree with their schema");
        *into = state.into_writer();
    }

    /// Reads a value now, for those who cannot wait.
    ///
    /// # Errors
    /// When the bytes are no value of this topic, or the schema they were written with is not known
    /// yet.
    pub fn decode(&self, bytes: &[u8]) -> Result<T, Rejection> {
        Ok(self.read(bytes)?)
    }

    /// Reads a value.
    ///
    /// # Errors
    /// When the bytes are no value of this topic, or cannot be read yet.
    pub fn read(&self, bytes: &[u8]) -> Result<T, Undecoded> {
        let (header, datum) = bytes
            .split_first_chunk::<WIRE_HEADER_BYTES>()
            .filter(|(header, _)| header[0] == 0)
            .ok_or_else(|| {
                self.reject("the value does not begin with a zero byte and a schema id")
            })?;
        let id = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
        if id == self.id {
            return self.read_own(datum);
        }
        match &*self.other(id)? {
            Other::Readable(resolution) if resolution.changes_nothing() => self.read_own(datum),
            Other::Readable(resolution) => {
                let rewritten = resolution.rewrite(datum).map_err(|reason| {
                    self.reject(&format!("the value of schema id {id} cannot be read: {reason}"))
                })?;
                self.read_own(&rewritten)
            }
            Other::Unreadable(reason) => {
                Err(self.reject(&format!("schema id {id} is no Avro schema: {reason}")).into())
            }
        }
    }

    fn read_own(&self, datum: &[u8]) -> Result<T, Undecoded> {
        serde_avro_fast::from_datum_slice(datum, &self.schema)
            .map_err(|error| self.reject(&format!("the value cannot be read: {error}")).into())
    }

    /// How values of another schema are read.
    fn other(&self, id: u32) -> Result<Arc<Other>, Undecoded> {
        let known = {
            let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
            others.get(&id).cloned()
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let text = match self.source.schema(id) {
            SchemaLookup::Known(text) => text,
            SchemaLookup::Unknown => {
                return Err(self.reject(&format!("schema id {id} is not known")).into());
            }
            SchemaLookup::Pending => {
                let topic = self.topic;
                let reason = format!("{topic}: schema id {id} has not been looked up yet");
                return Err(Undecoded::NotYet(reason));
            }
        };
        let other = Resolution::new(&text, &self.reader);
        let other = Arc::new(other.map_or_else(Other::Unreadable, Other::Readable));
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        if others.len() >= MAXIMUM_OTHERS {
            others.clear();
        }
        others.insert(id, Arc::clone(&other));
        Ok(other)
    }

    fn reject(&self, reason: &str) -> Rejection {
        Rejection::new(format!("{}: {reason}", self.topic))
    }
}

impl<T: Serialize + DeserializeOwned> Decoder<T> for AvroCodec<T> {
    fn decode(&self, _key: &[u8], value: Option<&[u8]>) -> Result<T, Undecoded> {
        let value = value.ok_or_else(|| self.reject("a tombstone where a value belongs"))?;
        self.read(value)
    }
}
