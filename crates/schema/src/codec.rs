//! Values to bytes and back: Avro in the schema-registry wire format.
//!
//! One zero byte, the schema's id as four bytes big-endian, then the datum. A record written with
//! another known version of the schema is read with that version: what it lacks takes the default,
//! what it has beyond ours is skipped.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_avro_fast::Schema;
use serde_avro_fast::ser::{SerializerConfig, SerializerState};
use vigie_runtime::{Decoder, Rejection};

use crate::topic::TopicSchema;

/// The zero byte and the schema id.
pub const WIRE_HEADER_BYTES: usize = 5;

/// Reads and writes the values of one topic.
pub struct AvroCodec<T> {
    topic: &'static str,
    id: u32,
    schema: Arc<Schema>,
    others: BTreeMap<u32, Arc<Schema>>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> AvroCodec<T> {
    /// A codec that writes with `schema` and reads it and the older ones in `schemas`.
    pub(crate) fn new(topic: &TopicSchema, others: BTreeMap<u32, Arc<Schema>>) -> Self {
        Self {
            topic: topic.name,
            id: topic.id(),
            schema: Arc::clone(topic.schema()),
            others,
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

    /// Reads a value.
    ///
    /// # Errors
    /// When the bytes are no value of this topic.
    pub fn decode(&self, bytes: &[u8]) -> Result<T, Rejection> {
        let (header, datum) = bytes
            .split_first_chunk::<WIRE_HEADER_BYTES>()
            .filter(|(header, _)| header[0] == 0)
            .ok_or_else(|| {
                self.reject("the value does not begin with a zero byte and a schema id")
            })?;
        let id = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
        let schema = if id == self.id { Some(&self.schema) } else { self.others.get(&id) };
        let schema = schema.ok_or_else(|| self.reject(&format!("schema id {id} is not known")))?;
        serde_avro_fast::from_datum_slice(datum, schema)
            .map_err(|error| self.reject(&format!("the value cannot be read: {error}")))
    }

    fn reject(&self, reason: &str) -> Rejection {
        Rejection::new(format!("{}: {reason}", self.topic))
    }
}

impl<T: Serialize + DeserializeOwned> Decoder<T> for AvroCodec<T> {
    fn decode(&self, _key: &[u8], value: Option<&[u8]>) -> Result<T, Rejection> {
        let value = value.ok_or_else(|| self.reject("a tombstone where a value belongs"))?;
        Self::decode(self, value)
    }
}
