//! `counts.v1`: partial counts of streams, and the watermarks that close their windows.
//!
//! Partials of one bucket add up in any order and in any grouping, exactly: numbers are integers
//! and bounded maps keep the names of smallest hash.

use serde::{Deserialize, Serialize};
use vigie_runtime::{Input, Lateness, Partition, Progress};
use vigie_types::{Bucket, ControlRevision, EventTime, MentionId, Stamps, StreamId};

use crate::author::NamedCount;
use crate::bounded;
use crate::one_of::one_of;
use crate::text::{MAXIMUM_TEXTS, TextCount};

/// The most authors a bucket keeps: below it distinct authors are counted exactly.
pub const MAXIMUM_AUTHORS: usize = 256;

/// The most terms a bucket keeps.
pub const MAXIMUM_TERMS: usize = 256;

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
    /// The revision of the streams that the mentions were judged with.
    pub rules: ControlRevision,
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
    /// Mentions by text, for finding copies.
    pub texts: Vec<TextCount>,
}

impl Partial {
    /// Adds another partial of the same bucket of the same stream.
    pub fn merge(&mut self, other: Self) {
        assert!(
            self.stream == other.stream && self.bucket == other.bucket && self.late == other.late,
            "only partials of one bucket add up"
        );
        self.rules = self.rules.max(other.rules);
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
        TextCount::merge(&mut self.texts, other.texts, MAXIMUM_TEXTS);
    }

    /// The mentions of the author who said most, of those that are kept.
    pub fn loudest(&self) -> i64 {
        self.authors.iter().map(|named| named.count).max().unwrap_or(0)
    }

    /// How many distinct authors there are: exact below 256, else estimated from
    /// the greatest of the smallest hashes (k minimum values), about 6% off.
    pub fn distinct_authors(&self) -> u64 {
        let standing = self.authors.iter().filter(|named| named.count > 0).count() as u64;
        match self.authors.get(MAXIMUM_AUTHORS - 1) {
            None => standing,
            Some(last) => bounded::distinct(MAXIMUM_AUTHORS, bounded::hash(&last.name)),
        }
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly all are partials")]
pub enum CountBody {
    /// How far a partition has come.
    Watermark(UpstreamWatermark),
    /// What was counted.
    Partial(Partial),
}

one_of!(CountBody { watermark: Watermark(UpstreamWatermark), partial: Partial(Partial) });

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
        let rules = match &self.body {
            CountBody::Watermark(_) => ControlRevision::ZERO,
            CountBody::Partial(partial) => partial.rules,
        };
        Stamps { rules, ..Stamps::default() }
    }

    fn is_signal(&self) -> bool {
        matches!(self.body, CountBody::Watermark(_))
    }
}
