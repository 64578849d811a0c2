//! The toy domain's records: facts from sources, what is derived of them, and the signals of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use vigie_runtime::{
    Decoder, Input, Lateness, Partition, Progress, Rejection, Standing, Undecoded,
};
use vigie_types::{ControlRevision, EventTime, Stamps, WallTime};

/// How a source of the toy domain relates to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Live,
    Bounded,
    Backfill,
    Ended,
}

/// What a source promises with a record or a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub source: String,
    pub floor: i64,
    pub heard_at: i64,
    pub kind: Kind,
}

/// A record's value on every topic of the toy domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    Fact { time: i64, promise: Promise, revision: u64, is_left: bool, number: i64 },
    Heartbeat(Promise),
    Derived { time: i64, late: bool, is_left: bool, number: i64, count: u32 },
    Watermark { partition: u32, of: u32, watermark: i64 },
}

impl Event {
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("an event is plain serde")
    }

    /// The number of a fact or of what was derived.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Fact { number, .. } | Self::Derived { number, .. } => Some(*number),
            Self::Heartbeat(_) | Self::Watermark { .. } => None,
        }
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        // Every byte counts: what is left over is an error.
        postcard::take_from_bytes(bytes).ok().filter(|(_, left)| left.is_empty()).map(|(it, _)| it)
    }
}

/// A decoded record with its key.
#[derive(Clone, Debug)]
pub struct Keyed {
    pub key: String,
    pub event: Event,
}

impl Input for Keyed {
    fn event_time(&self) -> Option<EventTime> {
        match &self.event {
            Event::Fact { time, .. } | Event::Derived { time, .. } => {
                Some(EventTime::from_millis(*time))
            }
            Event::Heartbeat(_) | Event::Watermark { .. } => None,
        }
    }

    fn progress(&self) -> Progress<'_> {
        match &self.event {
            Event::Fact { promise, .. } | Event::Heartbeat(promise) => Progress::Source {
                source: &promise.source,
                floor: EventTime::from_millis(promise.floor),
                heard_at: WallTime::from_millis(promise.heard_at),
                standing: match promise.kind {
                    Kind::Live => Standing::Live,
                    Kind::Bounded => Standing::Bounded,
                    Kind::Backfill => Standing::Backfill,
                    Kind::Ended => Standing::Ended,
                },
            },
            Event::Derived { .. } => Progress::None,
            Event::Watermark { partition, of, watermark } => Progress::Upstream {
                partition: Partition::new(*partition),
                of: *of,
                watermark: EventTime::from_millis(*watermark),
            },
        }
    }

    fn lateness(&self) -> Lateness {
        match &self.event {
            Event::Derived { late, .. } => Lateness::Stamped { late: *late },
            Event::Fact { .. } | Event::Heartbeat(_) | Event::Watermark { .. } => Lateness::Decided,
        }
    }

    fn stamps(&self) -> Stamps {
        match &self.event {
            Event::Fact { revision, .. } => {
                Stamps { rules: ControlRevision::new(*revision), ..Stamps::default() }
            }
            Event::Derived { .. } | Event::Heartbeat(_) | Event::Watermark { .. } => {
                Stamps::default()
            }
        }
    }

    fn is_signal(&self) -> bool {
        matches!(self.event, Event::Heartbeat(_) | Event::Watermark { .. })
    }
}

/// Reads the toy domain's records. A value that begins with [`EventDecoder::SEALED`] cannot be read
/// before the seal is broken.
#[derive(Clone, Default)]
pub struct EventDecoder {
    pub broken_seal: Arc<AtomicBool>,
}

impl EventDecoder {
    pub const SEALED: u8 = 0xee;
}

impl Decoder<Keyed> for EventDecoder {
    fn decode(&self, key: &[u8], value: Option<&[u8]>) -> Result<Keyed, Undecoded> {
        let value = match value {
            Some([Self::SEALED, inner @ ..]) if self.broken_seal.load(Ordering::Acquire) => {
                Some(inner)
            }
            Some([Self::SEALED, ..]) => return Err(Undecoded::NotYet("sealed".into())),
            other => other,
        };
        let event = value.and_then(Event::from_bytes).ok_or_else(|| Rejection::new("no event"))?;
        let key = String::from_utf8(key.to_vec()).map_err(|_| Rejection::new("key: no UTF-8"))?;
        Ok(Keyed { key, event })
    }
}
