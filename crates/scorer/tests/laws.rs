//! What holds for every author.

mod events;

use std::collections::BTreeMap;

use events::{
    author, deletion_of, done, fold, found, intent, own, received, said, sentiment, time,
};
use proptest::prelude::*;
use vigie_schema::{Act, AuthorEvent, AuthorRecord, TaggedMention};
use vigie_scorer::{AuthorState, ScoreSettings, ScorerOutput};
use vigie_types::{
    Author, EventTime, IntentKind, Judgement, MentionKind, Millis, Noise, Score, Status,
};

/// The state of one author in its compact form, at the most.
const LARGEST_STATE: usize = 4_096;

const ACTS: [Act; 5] = [Act::Reply, Act::Comment, Act::Repost, Act::Quote, Act::Mention];

/// Within the days that are remembered.
const SIX_DAYS: i64 = 6 * 86_400_000;

fn mention() -> impl Strategy<Value = TaggedMention> {
    let judged = (
        prop::option::of(-1.0..=1.0_f32),
        prop::sample::subsequence(IntentKind::ALL.to_vec(), 0..3),
        0..=100_u8,
        prop::collection::btree_set(0..10_u32, 0..4),
    );
    let known = (prop::option::of(any::<u64>()), prop::option::of(0..50_000_u64));
    (0..12_u32, 0..SIX_DAYS, prop::sample::select(MentionKind::ALL.to_vec()), judged, known)
        .prop_map(|(id, at, kind, (valence, intents, level, streams), (followers, likes))| {
            let mut tagged = own(id, time(at));
            tagged.mention.kind = kind;
            tagged.mention.author.followers = followers;
            tagged.mention.counts.likes = likes;
            tagged.sentiment = valence.map(sentiment);
            tagged.intents = intents.into_iter().map(intent).collect();
            tagged.noise = Noise { level, reasons: Vec::new() };
            tagged.matches = streams.into_iter().map(|stream| found(stream, valence)).collect();
            tagged
        })
}

/// What the log of an author may hold, with all that stands in the end as if it had been said once.
#[derive(Debug)]
struct History {
    events: Vec<AuthorEvent>,
    standing: Vec<AuthorEvent>,
}

/// Own mentions that are said, edited (said again) and deleted as the tagger tells it, and acts of
/// others.
fn history() -> impl Strategy<Value = History> {
    let act = (0..ACTS.len(), 0..SIX_DAYS, prop::option::of(-1.0..1.0_f32), any::<bool>());
    let step = (mention(), prop::bool::weighted(0.2), act);
    prop::collection::vec((step, any::<bool>()), 1..60).prop_map(|steps| {
        let (mut events, mut others) = (Vec::new(), Vec::new());
        let mut told: BTreeMap<_, (TaggedMention, Status)> = BTreeMap::new();
        for (number, ((mut tagged, deletes, act), is_own)) in steps.into_iter().enumerate() {
            if !is_own {
                let (act, at, valence, deletes) = act;
                let mut interaction = received(number as u32, ACTS[act], time(at));
                interaction.sentiment = valence.map(vigie_types::Valence::clamped);
                events.push(done(interaction.clone()));
                if deletes {
                    interaction.status = Status::Deleted;
                    events.push(done(interaction));
                } else {
                    others.push(done(interaction));
                }
                continue;
            }
            match told.get_mut(&tagged.mention.mention_id) {
                Some((_, Status::Deleted)) => {}
                Some((known, status)) if deletes => {
                    *status = Status::Deleted;
                    events.push(said(deletion_of(known, tagged.event_time)));
                }
                Some((known, _)) => {
                    tagged.judgement = known.judgement.next();
                    events.push(said(tagged.clone()));
                    *known = tagged;
                }
                None => {
                    events.push(said(tagged.clone()));
                    told.insert(tagged.mention.mention_id.clone(), (tagged, Status::Active));
                }
            }
        }
        let own = told.into_values().filter(|(_, status)| *status == Status::Active);
        let first = |tagged| TaggedMention { judgement: Judgement::FIRST, ..tagged };
        let standing = own.map(|(tagged, _)| said(first(tagged))).chain(others).collect();
        History { events, standing }
    })
}

fn record(state: Option<&AuthorState>) -> AuthorRecord {
    let end = time(SIX_DAYS);
    state.cloned().unwrap_or_default().record(&author(), end, &ScoreSettings::default())
}

/// Equal in all that is counted, and in every term of the score.
fn assert_same_counts(one: &AuthorRecord, other: &AuthorRecord) -> Result<(), TestCaseError> {
    let counts = |record: &AuthorRecord| {
        let AuthorRecord { mentions, received, sentiment, intents, streams, .. } = record.clone();
        (mentions, received, sentiment, intents, streams)
    };
    prop_assert_eq!(counts(one), counts(other));
    let terms = |score: &Score| -> BTreeMap<String, f64> {
        score.terms.iter().map(|term| (term.name.clone(), term.value)).collect()
    };
    let (one, other) = (terms(&one.score), terms(&other.score));
    for name in one.keys().chain(other.keys()) {
        let value = |terms: &BTreeMap<String, f64>| terms.get(name).copied().unwrap_or(0.0);
        prop_assert!((value(&one) - value(&other)).abs() < 1e-9, "{}: {:?} {:?}", name, one, other);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_score_is_the_sum_of_its_terms_and_every_mention_comes_out(history in history()) {
        let (_, outputs) = fold(&history.events);
        let mut mentions = Vec::new();
        for output in &outputs {
            match output {
                ScorerOutput::Scored(tagged) => {
                    let stands = tagged.status == Status::Active;
                    prop_assert_eq!(tagged.score.is_some(), stands);
                    prop_assert_eq!(tagged.configuration.is_some(), stands);
                    if let Some(score) = &tagged.score {
                        prop_assert!(score.is_explained(), "{:?}", score);
                        prop_assert!((0.0..=100.0).contains(&score.value), "{:?}", score);
                    }
                    let mut bare = (**tagged).clone();
                    (bare.score, bare.configuration) = (None, None);
                    mentions.push(said(bare));
                }
                ScorerOutput::Author(record) => {
                    prop_assert!(record.score.is_explained(), "{:?}", record.score);
                    prop_assert!(record.score.value.is_finite());
                }
            }
        }
        let own: Vec<AuthorEvent> = history
            .events
            .into_iter()
            .filter(|event| matches!(event.event, vigie_schema::WhatHappened::TaggedMention(_)))
            .collect();
        prop_assert_eq!(mentions, own);
    }

    #[test]
    fn what_stands_counts_and_what_was_edited_or_deleted_is_taken_back(history in history()) {
        let (state, _) = fold(&history.events);
        let (standing, _) = fold(&history.standing);
        assert_same_counts(&record(state.as_ref()), &record(standing.as_ref()))?;
    }

    #[test]
    fn what_is_counted_does_not_depend_on_the_order(history in history()) {
        let (straight, _) = fold(&history.standing);
        let reversed: Vec<AuthorEvent> = history.standing.into_iter().rev().collect();
        let (reversed, _) = fold(&reversed);
        let (one, other) = (record(straight.as_ref()), record(reversed.as_ref()));
        assert_same_counts(&one, &other)?;
        let seen = |record: &AuthorRecord| {
            (record.first_seen, record.last_seen, record.active_days)
        };
        prop_assert_eq!(seen(&one), seen(&other));
    }

    #[test]
    fn a_state_restored_at_any_event_goes_on_as_if_nothing_had_happened(history in history()) {
        let settings = ScoreSettings::default();
        let (straight, expected) = fold(&history.events);
        let (mut state, mut outputs) = (None::<AuthorState>, Vec::new());
        for event in &history.events {
            let bytes = postcard::to_stdvec(&state).expect("a state is written");
            prop_assert!(bytes.len() <= LARGEST_STATE);
            state = postcard::from_bytes(&bytes).expect("a state is read");
            state = events::step(state.as_ref(), event, &settings, &mut outputs);
        }
        prop_assert_eq!(state, straight);
        prop_assert_eq!(outputs, expected);
    }

    #[test]
    fn an_author_is_published_at_most_once_a_minute_and_for_a_change_of_one(
        moments in prop::collection::vec((0..600_000_i64, 0..ACTS.len()), 1..80),
    ) {
        let mut moments = moments;
        moments.sort_unstable();
        let events: Vec<AuthorEvent> = moments
            .iter()
            .enumerate()
            .map(|(number, (at, act))| done(received(number as u32, ACTS[*act], time(*at))))
            .collect();
        let (_, outputs) = fold(&events);
        let published: Vec<(EventTime, f64)> = outputs
            .iter()
            .filter_map(|output| match output {
                ScorerOutput::Author(record) => Some((record.as_of, record.score.value)),
                ScorerOutput::Scored(_) => None,
            })
            .collect();
        prop_assert_eq!(published[0].0, time(moments[0].0), "the first event is published");
        for pair in published.windows(2) {
            prop_assert!(pair[1].0 - pair[0].0 >= Millis::minutes(1));
            prop_assert!((pair[1].1 - pair[0].1).abs() >= 1.0);
        }
    }
}

#[test]
fn every_term_halves_after_the_half_life() {
    let (state, _) = fold(&[said(own(1, time(0))), done(received(1, Act::Quote, time(0)))]);
    let (state, settings) = (state.expect("an author"), ScoreSettings::default());
    let now = state.score(time(0), &settings);
    let later = state.score(time(0) + Millis::days(30), &settings);
    let names: Vec<&str> = now.terms.iter().map(|term| term.name.as_str()).collect();
    assert_eq!(names, ["own:post", "received:quote"]);
    for (term, half) in now.terms.iter().zip(&later.terms) {
        assert!((term.value / 2.0 - half.value).abs() < 1e-12, "{term:?} {half:?}");
    }
}

#[test]
fn a_late_act_counts_as_if_it_had_come_in_time() {
    let (early, late) =
        (done(received(1, Act::Reply, time(0))), done(received(2, Act::Reply, time(SIX_DAYS))));
    let (in_time, _) = fold(&[early.clone(), late.clone()]);
    let (behind, _) = fold(&[late, early]);
    let value = |state: Option<AuthorState>| record(state.as_ref()).score.value;
    assert!((value(in_time) - value(behind)).abs() < 1e-12);
}

#[test]
fn a_deletion_of_an_unknown_author_passes_and_leaves_nothing() {
    let (state, outputs) = fold(&[said(deletion_of(&own(1, time(0)), time(5)))]);
    assert_eq!(state, None);
    assert_eq!(outputs.len(), 1);
}

#[test]
fn an_edit_of_a_forgotten_mention_is_scored_and_does_not_count_again() {
    let mut events: Vec<AuthorEvent> = (0..100).map(|id| said(own(id, time(id.into())))).collect();
    let edited = TaggedMention { judgement: Judgement::FIRST.next(), ..own(0, time(0)) };
    events.push(said(edited));
    let (state, outputs) = fold(&events);
    assert_eq!(state.expect("an author").mentions(), 100);
    let Some(ScorerOutput::Scored(last)) = outputs.last() else { panic!("scored last") };
    assert!(last.score.is_some());
}

#[test]
fn a_mention_that_enters_and_leaves_a_stream_counts_once_and_there_only_while_it_is_met() {
    let judged = |number: u32, streams: &[u32]| {
        let matches = streams.iter().map(|stream| found(*stream, Some(0.5))).collect();
        said(TaggedMention { matches, judgement: Judgement::new(number), ..own(1, time(0)) })
    };
    let told = [judged(1, &[1]), judged(2, &[1, 2]), judged(3, &[1])];
    let counts = |events: &[AuthorEvent]| {
        let record = record(fold(events).0.as_ref());
        let streams = record.streams.iter().map(|interest| interest.count).collect::<Vec<_>>();
        (record.mentions, record.active_days, record.sentiment.positive, streams)
    };
    let sentiment = counts(&told[..1]).2;
    assert_eq!(counts(&told[..2]), (1, 1, sentiment, vec![1, 1]));
    assert_eq!(counts(&told), (1, 1, sentiment, vec![1]));
    let value = |events: &[AuthorEvent]| record(fold(events).0.as_ref()).score.value;
    assert!((value(&told) - value(&told[..1])).abs() < 1e-9);
}

#[test]
fn a_deletion_of_a_forgotten_mention_takes_it_back_from_mentions_and_streams() {
    let saying = |id: u32| {
        let matches = vec![found(1, Some(0.5))];
        TaggedMention { matches, ..own(id, time(id.into())) }
    };
    let mut events: Vec<AuthorEvent> = (0..100).map(|id| said(saying(id))).collect();
    events.push(said(deletion_of(&saying(0), time(200))));
    let record = record(fold(&events).0.as_ref());
    assert_eq!((record.mentions, record.streams[0].count), (99, 99));
}

#[test]
fn the_explicit_part_tells_where_its_followers_come_from() {
    let with = |id, at, followers, verified| {
        let mut tagged = own(id, time(at));
        let author =
            Author { followers, verified, handle: Some(format!("ada{id}")), ..Author::default() };
        tagged.mention.author = Author { id: tagged.mention.author.id.clone(), ..author };
        said(tagged)
    };
    let (state, _) = fold(&[with(1, 0, Some(10), None), with(2, 1_000, None, Some(true))]);
    let record = record(state.as_ref());
    assert_eq!(record.handle.as_deref(), Some("ada2"));
    assert_eq!((record.followers, record.followers_as_of), (Some(10), Some(time(0))));
    assert_eq!(record.score.terms.last().expect("terms").name, "explicit:verified");
}

#[test]
fn the_busiest_author_has_a_small_state() {
    let saying = |id: u32| {
        let mut tagged = own(id, time(i64::from(id) * 60_000));
        tagged.sentiment = Some(sentiment(-0.7));
        tagged.intents = IntentKind::ALL.into_iter().map(intent).collect();
        tagged.matches = (0..3).map(|step| found((id + 11 * step) % 40, Some(-0.7))).collect();
        tagged.mention.author.display_name = Some("n".repeat(1_000));
        said(tagged)
    };
    let events: Vec<AuthorEvent> = (0..1_000).map(saying).collect();
    let (state, _) = fold(&events);
    let bytes = postcard::to_stdvec(&state).expect("a state is written").len();
    assert!(bytes <= LARGEST_STATE, "{bytes} bytes");
}
