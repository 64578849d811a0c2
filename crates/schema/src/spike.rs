//! `spikes.v1`: what the detector says of a stream.

use serde::{Deserialize, Serialize};
use vigie_types::{Bucket, EventTime, MentionId, Severity, SpikeId, SpikeState, StreamId};

use crate::one_of::one_of;

/// A name with its part of the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The name.
    pub name: String,
    /// How many.
    pub count: i64,
    /// Its part of the whole, from 0 to 1.
    pub share: f64,
}

/// A spike: opened, updated or closed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpikeRecord {
    /// The stream and the bucket that opened it.
    pub id: SpikeId,
    /// The stream.
    pub stream: StreamId,
    /// Where it is in its life.
    pub state: SpikeState,
    /// The start of the bucket that opened it.
    pub opened_at: EventTime,
    /// The start of the window judged.
    pub window_start: EventTime,
    /// The end of the window judged.
    pub window_end: EventTime,
    /// Mentions in the window.
    pub observed: u64,
    /// What the seasonal baseline expects of it.
    pub expected: f64,
    /// The probability of as many or more under the baseline.
    pub p_value: f64,
    /// From 1 to 10.
    pub severity: Severity,
    /// The greatest number of mentions in the window at which it would not have fired.
    pub would_not_fire_at: u64,
    /// Distinct authors in the window.
    pub authors: u64,
    /// Negative mentions in the window.
    pub negative: i64,
    /// Neutral mentions in the window.
    pub neutral: i64,
    /// Positive mentions in the window.
    pub positive: i64,
    /// Who said most of it.
    pub top_authors: Vec<Share>,
    /// What was said most.
    pub top_terms: Vec<Share>,
    /// Mention ids.
    pub samples: Vec<MentionId>,
}

/// A closed window, or its correction by what came late.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowRecord {
    /// The stream.
    pub stream: StreamId,
    /// The bucket.
    pub bucket: Bucket,
    /// Mentions on time; 0 in a correction.
    pub count: i64,
    /// Mentions that came late, to be added; taken back ones subtracted. 0 when the window closes.
    pub late: i64,
    /// Distinct authors on time.
    pub authors: u64,
    /// What the seasonal baseline expects.
    pub expected: f64,
    /// The probability of as many or more under the baseline.
    pub p_value: f64,
    /// Whether the baseline has too little history to judge.
    pub warming: bool,
}

/// One or the other.
#[derive(Clone, Debug, PartialEq)]
pub enum SpikeBody {
    /// A spike.
    SpikeRecord(SpikeRecord),
    /// A window.
    WindowRecord(WindowRecord),
}

one_of!(SpikeBody { spike: SpikeRecord(SpikeRecord), window: WindowRecord(WindowRecord) });

/// One record of the detector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpikeMessage {
    /// A spike or a window.
    pub body: SpikeBody,
}

impl SpikeMessage {
    /// The stream it is about.
    pub const fn stream(&self) -> &StreamId {
        match &self.body {
            SpikeBody::SpikeRecord(spike) => &spike.stream,
            SpikeBody::WindowRecord(window) => &window.stream,
        }
    }
}
