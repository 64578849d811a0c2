//! How many events of one busy author a second one core folds.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vigie_runtime::{
    Context, Emitter, Input, Judged, Offset, Partition, Processor, Record, StateUpdate,
};
use vigie_schema::{Act, AuthorEvent, Interaction, TaggedMention, WhatHappened};
use vigie_scorer::{AuthorState, ScoreSettings, Scorer};
use vigie_types::{
    AuthorId, Confidence, EventTime, Intent, IntentKind, MentionId, Millis, StreamId, StreamMatch,
    StreamVersion,
};

/// Enough to fill what is remembered of an author many times.
const EVENTS: u32 = 4_096;

fn event(number: u32, is_own: bool) -> AuthorEvent {
    let author = AuthorId::new("murmur:ada").expect("valid");
    let event_time = EventTime::from_millis(1_424_160_000_000) + Millis::seconds(number.into());
    let mention_id = MentionId::new(format!("murmur:{number}")).expect("valid");
    if !is_own {
        let interaction =
            Interaction { act: Act::Repost, mention_id, event_time, ..Interaction::default() };
        return AuthorEvent { author, event: WhatHappened::Interaction(interaction) };
    }
    let question = Intent {
        kind: IntentKind::Question,
        confidence: Confidence::clamped(0.8),
        cue: "when".into(),
    };
    let found = StreamMatch {
        stream: StreamId::new(format!("stream-{}", number % 40)).expect("valid"),
        version: StreamVersion::new("1").expect("valid"),
        spans: Vec::new(),
        sentiment: None,
    };
    let mut tagged = TaggedMention {
        event_time,
        intents: vec![question],
        matches: vec![found],
        ..TaggedMention::default()
    };
    tagged.mention.mention_id = mention_id;
    tagged.mention.author.id = author.clone();
    tagged.mention.author.followers = Some(1_234);
    tagged.mention.text = "when does the flight to Boston leave, it should have left by now".into();
    AuthorEvent { author, event: WhatHappened::TaggedMention(Box::new(tagged)) }
}

fn fold(events: &[AuthorEvent], settings: &ScoreSettings) -> Option<AuthorState> {
    let (mut state, mut outputs) = (None, Vec::new());
    for value in events {
        let event_time = value.event_time().unwrap_or_default();
        let (partition, offset) = (Partition::new(0), Offset::new(0));
        let record = Record { value, event_time, partition, offset };
        let context = Context {
            control: settings,
            watermark: EventTime::MIN,
            stream_time: EventTime::MIN,
            late: false,
        };
        let mut out = Emitter::new(&mut outputs);
        let judged = Scorer.process(state.as_ref(), &record, &context, &mut out);
        if let Ok(Judged::Processed(StateUpdate::Put(folded))) = judged {
            state = Some(folded);
        }
        black_box(&outputs);
        outputs.clear();
    }
    state
}

fn fold_a_busy_author(criterion: &mut Criterion) {
    let settings = ScoreSettings::default();
    let mut group = criterion.benchmark_group("fold");
    group.throughput(Throughput::Elements(EVENTS.into()));
    for (name, is_own) in [("own", true), ("received", false)] {
        let events: Vec<AuthorEvent> = (0..EVENTS).map(|number| event(number, is_own)).collect();
        group.bench_function(name, |bencher| bencher.iter(|| fold(&events, &settings)));
    }
    group.finish();
}

criterion_group!(benches, fold_a_busy_author);
criterion_main!(benches);
