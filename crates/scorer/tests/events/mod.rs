//! Events of one author, and their fold.
#![allow(dead_code, reason = "each test binary uses a part")]

use vigie_runtime::{
    Context, Emitter, Input, Judged, Offset, Partition, Processor, Record, StateUpdate,
};
use vigie_schema::{Act, AuthorEvent, Interaction, TaggedMention, WhatHappened};
use vigie_scorer::{AuthorState, ScoreSettings, Scorer, ScorerOutput};
use vigie_types::{
    AuthorId, Confidence, EventTime, Intent, IntentKind, Judgement, MentionId, Millis, Sentiment,
    SentimentLabel, Status, StreamId, StreamMatch, StreamVersion, Tier, Valence,
};

/// The author whose events these are.
pub fn author() -> AuthorId {
    AuthorId::new("murmur:ada").expect("valid")
}

/// So many milliseconds after the start.
pub fn time(millis: i64) -> EventTime {
    EventTime::parse("2015-02-17T08:00:00Z").expect("valid") + Millis::new(millis)
}

/// An own mention in its first judgement.
pub fn own(id: u32, at: EventTime) -> TaggedMention {
    let mut tagged = TaggedMention { event_time: at, ..TaggedMention::default() };
    tagged.mention.mention_id = MentionId::new(format!("murmur:{id}")).expect("valid");
    tagged.mention.author.id = author();
    tagged.mention.text = "the flight is late again".into();
    tagged
}

/// What the tagger tells of a deletion: no text and no judgement of it, only the streams.
pub fn deletion_of(tagged: &TaggedMention, at: EventTime) -> TaggedMention {
    let mut deleted = TaggedMention {
        status: Status::Deleted,
        judgement: tagged.judgement.next(),
        event_time: at,
        matches: tagged.matches.clone(),
        ..TaggedMention::default()
    };
    deleted.mention.mention_id = tagged.mention.mention_id.clone();
    deleted.mention.author.id = author();
    for found in &mut deleted.matches {
        found.sentiment = None;
    }
    deleted
}

/// The sentiment of this valence.
pub fn sentiment(valence: f32) -> Sentiment {
    let label = if valence < -0.2 {
        SentimentLabel::Negative
    } else if valence > 0.2 {
        SentimentLabel::Positive
    } else {
        SentimentLabel::Neutral
    };
    let score = Valence::clamped(valence);
    Sentiment { score, label, model: "rules@1".into(), tier: Tier::A, tokens: Vec::new() }
}

/// A sure intent.
pub fn intent(kind: IntentKind) -> Intent {
    Intent { kind, confidence: Confidence::clamped(0.9), cue: "".into() }
}

/// A match of the stream with this number.
pub fn found(stream: u32, valence: Option<f32>) -> StreamMatch {
    StreamMatch {
        stream: StreamId::new(format!("stream-{stream}")).expect("valid"),
        version: StreamVersion::new("1").expect("valid"),
        spans: Vec::new(),
        sentiment: valence.map(sentiment),
    }
}

/// What another did upon the author.
pub fn received(id: u32, act: Act, at: EventTime) -> Interaction {
    Interaction {
        by: AuthorId::new("murmur:bob").expect("valid"),
        act,
        mention_id: MentionId::new(format!("murmur:by-bob-{id}")).expect("valid"),
        judgement: Judgement::FIRST,
        event_time: at,
        ..Interaction::default()
    }
}

/// The event of an own mention.
pub fn said(tagged: TaggedMention) -> AuthorEvent {
    AuthorEvent { author: author(), event: WhatHappened::TaggedMention(Box::new(tagged)) }
}

/// The event of another's act.
pub fn done(interaction: Interaction) -> AuthorEvent {
    AuthorEvent { author: author(), event: WhatHappened::Interaction(interaction) }
}

/// Folds one event.
pub fn step(
    state: Option<&AuthorState>,
    event: &AuthorEvent,
    settings: &ScoreSettings,
    outputs: &mut Vec<ScorerOutput>,
) -> Option<AuthorState> {
    let record = Record {
        value: event,
        event_time: event.event_time().expect("an event has its time"),
        partition: Partition::new(0),
        offset: Offset::new(0),
    };
    let context = Context {
        control: settings,
        watermark: EventTime::MIN,
        stream_time: EventTime::MIN,
        late: false,
    };
    let judged = Scorer.process(state, &record, &context, &mut Emitter::new(outputs));
    match judged.expect("well formed") {
        Judged::Processed(StateUpdate::Put(state)) => Some(state),
        Judged::Processed(StateUpdate::Keep) => state.cloned(),
        Judged::Processed(StateUpdate::Delete) | Judged::Duplicate | Judged::Suppressed => {
            panic!("the scorer folds every event and forgets no author")
        }
    }
}

/// Folds events from nothing.
pub fn fold(events: &[AuthorEvent]) -> (Option<AuthorState>, Vec<ScorerOutput>) {
    let settings = ScoreSettings::default();
    let (mut state, mut outputs) = (None, Vec::new());
    for event in events {
        state = step(state.as_ref(), event, &settings, &mut outputs);
    }
    (state, outputs)
}
