//! Values of the spike detector.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Bucket, StreamId};

/// How bad, from 1 to 10.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Severity(u8);

impl Severity {
    /// Takes the value, clamped to 1..=10.
    pub const fn clamped(value: u8) -> Self {
        match value {
            0 => Self(1),
            1..=10 => Self(value),
            11.. => Self(10),
        }
    }

    /// From 1 to 10.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Where a spike is in its life.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum SpikeState {
    /// It was just found.
    #[default]
    Opened,
    /// It goes on.
    Updated,
    /// It is over.
    Closed,
}

/// One spike of one stream, named by the bucket that opened it.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpikeId(String);

impl SpikeId {
    /// The spike of `stream` that opened in `bucket`.
    pub fn of(stream: &StreamId, bucket: Bucket) -> Self {
        Self(format!("{stream}/{}", bucket.start()))
    }

    /// The text, `stream/time`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SpikeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for SpikeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
