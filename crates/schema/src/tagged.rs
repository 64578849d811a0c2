//! `mentions.scored.v1`: a mention with everything vigie says of it.

use serde::{Deserialize, Serialize};
use vigie_types::{
    ConfigurationHash, Correction, EventTime, Fingerprint, Intent, Judgement, Language, Mention,
    Noise, Place, Score, Sentiment, SourceId, Stamps, Status, StreamId, StreamMatch,
    StreamWithdrawal, WallTime,
};

/// A tagged mention; scored once `score` is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaggedMention {
    /// The mention itself; without text when deleted.
    pub mention: Mention,
    /// Whether it stands.
    pub status: Status,
    /// vigie's running number of this mention.
    pub judgement: Judgement,
    /// When it happened.
    pub event_time: EventTime,
    /// When it entered.
    pub ingested_at: WallTime,
    /// Whether it came behind its source's floor or the watermark.
    pub late: bool,
    /// Where it came from.
    pub source: SourceId,
    /// The control revisions it is judged with.
    pub stamps: Stamps,
    /// The language of the text.
    pub language: Language,
    /// The sentiment of the whole; unknown where the language has no support.
    pub sentiment: Option<Sentiment>,
    /// What the author wants, in reply order.
    pub intents: Vec<Intent>,
    /// How much of it is noise.
    pub noise: Noise,
    /// For finding near-duplicates.
    pub fingerprint: Fingerprint,
    /// Where it was said from.
    pub place: Option<Place>,
    /// The streams it meets, by id.
    pub matches: Vec<StreamMatch>,
    /// The streams that the judgement before met and this one does not, by id; all of them when
    /// deleted.
    pub withdrawn: Vec<StreamWithdrawal>,
    /// The stream that the retained log was held to once more: this record then speaks of that
    /// stream alone, adds to what is told of the mention, and replaces nothing.
    pub backfill: Option<StreamId>,
    /// From 0 to 100, with its terms.
    pub score: Option<Score>,
    /// The hash of the configuration that the score was made with.
    pub configuration: Option<ConfigurationHash>,
    /// What a person corrected, who and when.
    pub correction: Option<Correction>,
}
