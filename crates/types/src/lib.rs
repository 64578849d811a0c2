//! The words vigie is written in: identifiers, time and domain values as newtypes.
//!
//! Guarantees: a value that exists is valid (constructors check, or clamp where the doc says so),
//! and unknown is `None`, never zero and never "neutral". Serialised, a time is milliseconds since
//! 1970.
//!
//! Refuses: I/O, clocks, randomness and anything that knows how a mention is judged.

mod author;
mod cluster;
mod control;
mod correction;
mod id;
mod judgement;
mod list;
mod mention;
mod place;
mod score;
mod sentiment;
mod spike;
mod stream;
mod tag;
mod time;

pub use author::{Author, AuthorKind};
pub use cluster::ClusterId;
pub use control::{ControlRevision, Stamps};
pub use correction::{CorrectedSentiment, Correction};
pub use id::{
    AuthorId, ConfigurationHash, IdError, ListName, ListVersion, MentionId, Network, SourceId,
    StreamId, StreamVersion,
};
pub use judgement::{Judgement, Revision, Status};
pub use list::ListKind;
pub use mention::{Counts, Mention, MentionKind, Origin, Reference, References};
pub use place::{Place, Precision, Provenance};
pub use score::{Score, Term};
pub use sentiment::{Sentiment, SentimentLabel, SentimentToken, Tier, Valence};
pub use spike::{Severity, SpikeId, SpikeState};
pub use stream::{Span, StreamKind, StreamMatch, StreamWithdrawal};
pub use tag::{Confidence, Fingerprint, Intent, IntentKind, Language, Noise, NoiseReason};
pub use time::{Bucket, EventTime, Millis, TimeError, WallTime};
