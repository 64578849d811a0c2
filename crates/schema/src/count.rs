//! `counts.v1`: partial counts of streams, and the watermarks that close their windows.
//!
//! Partials of one bucket add up in any order and in any grouping, exactly: numbers are integers and
//! bounded maps keep the names of smallest hash.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_runtime::{Input, Lateness, Partition, Progress};
use vigie_types::{Bucket, EventTime, MentionId, Stamps, StreamId};

use crate::author::NamedCount;
use crate::bounded;

/// The most authors a bucket keeps: below it distinct authors are counted exactly.
pub const MAXIMUM_AUTHORS: usize = 256;

/// The most terms a bucket keeps.
pub const MAXIMUM_TERMS: usize = 64;

/// The most sample mentions a bucket keeps.
pub const MAXIMUM_SAMPLES: usize = 8;

/// What one commit of one tagger partition adds to a bucket of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The stream.
    pub stream: StreamId,
    /// The bucket.
    pub bucket: Bucket,
    /// Whether the mentions came behind the watermark.
    pub late: bool,
    /// Mentions; negative when taken back.
    pub count: i64,
    /// Of these: negative.
    pub negative: i64,
    /// Of these: neutral.
    pub neutral: i64,
    /// Of these: positive.
    pub positive: i64,
    /// Of these: noise.
    pub noisy: i64,
    /// Mentions by author.
    pub authors: Vec<NamedCount>,
    /// Mentions by language.
    pub languages: Vec<NamedCount>,
    /// Mentions by network.
    pub networks: Vec<NamedCount>,
    /// Mentions by hashtag and word.
    pub terms: Vec<NamedCount>,
    /// Mention ids.
    pub samples: Vec<MentionId>,
}

impl Partial {
    /// Adds another partial of the same bucket of the same stream.
    pub fn merge(&mut self, other: Self) {
        assert!(
            self.stream == other.stream && self.bucket == other.bucket && self.late == other.late,
            "only partials of one bucket add up"
        );
        self.count += other.count;
        self.negative += other.negative;
        self.neutral += other.neutral;
        self.positive += other.positive;
        self.noisy += other.noisy;
        bounded::merge_counts(&mut self.authors, other.authors, MAXIMUM_AUTHORS);
        bounded::merge_counts(&mut self.languages, other.languages, MAXIMUM_TERMS);
        bounded::merge_counts(&mut self.networks, other.networks, MAXIMUM_TERMS);
        bounded::merge_counts(&mut self.terms, other.terms, MAXIMUM_TERMS);
        bounded::merge_samples(&mut self.samples, other.samples, MAXIMUM_SAMPLES);
    }

    /// The named counts as a map.
    pub fn by_name(counts: &[NamedCount]) -> BTreeMap<&str, i64> {
        counts.iter().map(|named| (named.name.as_str(), named.count)).collect()
    }
}

/// How far a partition of the raw topic has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamWatermark {
    /// The partition.
    pub partition: u32,
    /// How many there are.
    pub of: u32,
    /// No mention on time will follow from it below this.
    pub watermark: EventTime,
}

/// One or the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountBody {
    /// How far a partition has come.
    #[serde(alias = "vigie.v1.Watermark")]
    Watermark(UpstreamWatermark),
    /// What was counted.
    #[serde(alias = "vigie.v1.Partial")]
    Partial(Partial),
}

/// One record of the counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRecord {
    /// Counts or watermark.
    pub body: CountBody,
}

impl Input for CountRecord {
    fn event_time(&self) -> Option<EventTime> {
        match &self.body {
            CountBody::Watermark(_) => None,
            CountBody::Partial(partial) => Some(partial.bucket.start()),
        }
    }

    fn progress(&self) -> Progress<'_> {
        match &self.body {
            CountBody::Watermark(upstream) => Progress::Upstream {
                partition: Partition::new(upstream.partition),
                of: upstream.of,
                watermark: upstream.watermark,
            },
            CountBody::Partial(_) => Progress::None,
        }
    }

    fn lateness(&self) -> Lateness {
        Lateness::Stamped {
            late: match &self.body {
                CountBody::Watermark(_) => false,
                CountBody::Partial(partial) => partial.late,
            },
        }
    }

    fn stamps(&self) -> Stamps {
        Stamps::default()
    }

    fn is_signal(&self) -> bool {
        matches!(self.body, CountBody::Watermark(_))
    }
}
