//! Streams (saved queries) and their matches.

use serde::{Deserialize, Serialize};

use crate::{Sentiment, StreamId, StreamVersion};

/// What a stream watches.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum StreamKind {
    /// A company or product of ours.
    #[default]
    Brand,
    /// One of somebody else's.
    Competitor,
    /// A subject.
    Theme,
    /// Something that begins and ends.
    Campaign,
}

/// A UTF-8 byte range of the mention's text.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

/// A mention met by a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamMatch {
    /// The stream.
    pub stream: StreamId,
    /// The version of its query.
    pub version: StreamVersion,
    /// Where in the text the query was met, in order; empty when only fields were.
    pub spans: Vec<Span>,
    /// What is said of this stream; unknown where the language has no support.
    pub sentiment: Option<Sentiment>,
}

/// A mention that meets a stream no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamWithdrawal {
    /// The stream.
    pub stream: StreamId,
    /// The version of its query that was met before.
    pub version: StreamVersion,
}
