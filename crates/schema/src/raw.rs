//! `mentions.raw.v1`: a mention, deletion or correction as it entered, a mention held to one stream
//! once more, or a heartbeat, with the promise of its source.

use serde::{Deserialize, Serialize};
use vigie_runtime::{Input, Lateness, Progress, Standing};
use vigie_types::{
    AuthorId, Correction, EventTime, Judgement, Mention, MentionId, SentimentLabel, SourceId,
    Stamps, StreamId, StreamVersion, WallTime,
};

use crate::one_of::one_of;

/// How a source relates to event time, as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceStanding {
    /// Follows the clock.
    #[default]
    Live,
    /// Has an end.
    Bounded,
    /// Brings the past.
    Backfill,
    /// Has left.
    Ended,
}

impl From<SourceStanding> for Standing {
    fn from(standing: SourceStanding) -> Self {
        match standing {
            SourceStanding::Live => Self::Live,
            SourceStanding::Bounded => Self::Bounded,
            SourceStanding::Backfill => Self::Backfill,
            SourceStanding::Ended => Self::Ended,
        }
    }
}

/// Nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {}

/// The source took a mention back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// The mention taken back.
    pub mention_id: MentionId,
    /// Its author, where the source tells.
    pub author: Option<AuthorId>,
}

/// A person corrected what vigie says of a mention.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CorrectedMention {
    /// The mention as it was judged: it is judged again.
    pub mention: Mention,
    /// The judgement that was corrected.
    pub judgement: Judgement,
    /// What is so instead.
    pub correction: Correction,
}

/// What was told before of a mention and a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousMatch {
    /// The version of the query that was met.
    pub version: StreamVersion,
    /// How it speaks of the stream; unknown where that was not known.
    pub label: Option<SentimentLabel>,
}

/// A mention of the raw log that is held once more to one stream, which is new or has changed
/// since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BackfilledMention {
    /// The mention as it stands in the raw log.
    pub mention: Mention,
    /// The stream.
    pub stream: StreamId,
    /// What was told of it and this stream before; none if it did not meet it.
    pub previous: Option<PreviousMatch>,
}

/// What entered.
#[derive(Clone, Debug, PartialEq)]
pub enum RawBody {
    /// Nothing: only the promise counts.
    Heartbeat(Heartbeat),
    /// A mention.
    Mention(Box<Mention>),
    /// A mention taken back.
    Deletion(Deletion),
    /// A mention corrected.
    CorrectedMention(Box<CorrectedMention>),
    /// A mention held to one stream.
    BackfilledMention(Box<BackfilledMention>),
}

one_of!(RawBody {
    heartbeat: Heartbeat(Heartbeat),
    mention: Mention(Box<Mention>),
    deletion: Deletion(Deletion),
    correction: CorrectedMention(Box<CorrectedMention>),
    backfill: BackfilledMention(Box<BackfilledMention>)
});

/// One record of the raw log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawRecord {
    /// Where it came from.
    pub source: SourceId,
    /// How the source relates to event time.
    pub standing: SourceStanding,
    /// Nothing on time will follow from this source below this.
    pub floor: EventTime,
    /// When it was received: `ingested_at`.
    pub heard_at: WallTime,
    /// When it happened, clamped where the claim was impossible.
    pub event_time: EventTime,
    /// Whether the claimed time was clamped.
    pub clamped: bool,
    /// The control revisions it is judged with.
    pub stamps: Stamps,
    /// Where in its source it stood.
    pub place: String,
    /// The dead letter that this record replays.
    pub replay_of: Option<String>,
    /// What entered.
    pub body: RawBody,
}

impl Input for RawRecord {
    fn event_time(&self) -> Option<EventTime> {
        (!self.is_signal()).then_some(self.event_time)
    }

    fn progress(&self) -> Progress<'_> {
        Progress::Source {
            source: self.source.as_str(),
            floor: self.floor,
            heard_at: self.heard_at,
            standing: self.standing.into(),
        }
    }

    fn lateness(&self) -> Lateness {
        match self.standing {
            SourceStanding::Backfill => Lateness::Stamped { late: true },
            SourceStanding::Live | SourceStanding::Bounded | SourceStanding::Ended => {
                Lateness::Decided
            }
        }
    }

    fn stamps(&self) -> Stamps {
        self.stamps
    }

    fn is_signal(&self) -> bool {
        matches!(self.body, RawBody::Heartbeat(_))
    }
}
