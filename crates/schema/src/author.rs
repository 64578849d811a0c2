//! `authors.v1`: the state of an author: declared, counted and scored.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use vigie_types::{AuthorId, ConfigurationHash, EventTime, Score, StreamId};

/// How many bear a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedCount {
    /// The name.
    pub name: CompactString,
    /// How many; negative when taken back.
    pub count: i64,
}

/// Acts by sentiment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentimentTally {
    /// Negative.
    pub negative: i64,
    /// Neutral.
    pub neutral: i64,
    /// Positive.
    pub positive: i64,
    /// In a language without support.
    pub unknown: i64,
}

/// What an author says of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamInterest {
    /// The stream.
    pub stream: StreamId,
    /// Mentions.
    pub count: i64,
    /// Mentions by sentiment towards it.
    pub sentiment: SentimentTally,
}

/// The state of an author as it is published.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthorRecord {
    /// The author.
    pub author: AuthorId,
    /// The last handle seen.
    pub handle: Option<String>,
    /// The last name seen.
    pub display_name: Option<String>,
    /// The last number of followers seen.
    pub followers: Option<u64>,
    /// When it was seen.
    pub followers_as_of: Option<EventTime>,
    /// The first act of the author.
    pub first_seen: Option<EventTime>,
    /// The last act of the author.
    pub last_seen: Option<EventTime>,
    /// Own mentions that stand.
    pub mentions: i64,
    /// Distinct days (UTC) with an own mention.
    pub active_days: u32,
    /// What others did upon the author, by act.
    pub received: Vec<NamedCount>,
    /// Own mentions by sentiment.
    pub sentiment: SentimentTally,
    /// Own mentions by intent.
    pub intents: Vec<NamedCount>,
    /// What the author says of each stream.
    pub streams: Vec<StreamInterest>,
    /// The weighted decayed score, with its terms.
    pub score: Score,
    /// The event time at which the score was taken.
    pub as_of: EventTime,
    /// The hash of the configuration that the score was made with.
    pub configuration: ConfigurationHash,
}
