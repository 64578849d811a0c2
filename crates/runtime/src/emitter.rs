//! The second seam: what a processor emits, gathered until the commit.

use vigie_types::EventTime;

use crate::disposition::Undecoded;
use crate::record::{Offset, Partition, Topic, TopicPartition};

/// Takes a processor's outputs in order.
#[derive(Debug)]
pub struct Emitter<'a, O> {
    outputs: &'a mut Vec<O>,
}

impl<'a, O> Emitter<'a, O> {
    /// An emitter that appends to `outputs`.
    pub fn new(outputs: &'a mut Vec<O>) -> Self {
        Self { outputs }
    }

    /// Emits one output.
    pub fn emit(&mut self, output: O) {
        self.outputs.push(output);
    }
}

/// Names the outputs of one commit that are merged before they are sent.
pub type CombineKey = String;

/// A rejected record on its way to the dead-letter topic.
#[derive(Clone, Copy, Debug)]
pub struct DeadLetter<'a> {
    /// Where it was read.
    pub from: &'a TopicPartition,
    /// Its offset there.
    pub offset: Offset,
    /// Its key, untouched.
    pub key: &'a [u8],
    /// Its value, untouched.
    pub value: Option<&'a [u8]>,
    /// Its event time as the producer gave it.
    pub timestamp: EventTime,
    /// The source it came from, where it can be told.
    pub source: Option<&'a str>,
    /// Why it was rejected.
    pub reason: &'a str,
}

/// A record to be written, before its partition is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it goes.
    pub topic: Topic,
    /// Its event time.
    pub timestamp: EventTime,
}

/// Encodes what one processor emits: output topics, keys, values and what merges.
pub trait Outputs<O>: Send + Sync {
    /// Appends the key and the value of `output` and says where it goes.
    fn encode(&self, output: &O, key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route;

    /// Under which name the output is merged with others of the same commit; none sends it as it
    /// is.
    fn combine_key(&self, _output: &O) -> Option<CombineKey> {
        None
    }

    /// Merges `other` into `into`; called only for equal keys, in any order with the same result.
    fn combine(&self, _into: &mut O, _other: O) {}

    /// The output that tells every partition of a derived topic how far this one has come; none
    /// where nothing downstream closes windows.
    fn watermark(&self, _partition: Partition, _of: u32, _watermark: EventTime) -> Option<O> {
        None
    }

    /// Appends the key and the value of a dead letter.
    fn encode_dead_letter(
        &self,
        letter: &DeadLetter<'_>,
        key: &mut Vec<u8>,
        value: &mut Vec<u8>,
    ) -> Route;
}

/// Reads a processor's input.
pub trait Decoder<I>: Send + Sync {
    /// Reads one value.
    ///
    /// # Errors
    /// When the bytes are no such value, the error says what was expected; when that cannot be told
    /// yet, the record is offered again.
    fn decode(&self, key: &[u8], value: Option<&[u8]>) -> Result<I, Undecoded>;
}
