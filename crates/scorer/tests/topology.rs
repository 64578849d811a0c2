//! The scorer as it is wired: topics in, topics out, the configuration by revision.

mod events;

use std::sync::Arc;

use events::{author, done, own, received, said, time};
use vigie_runtime::{Limits, TaskParts, Topic, Unobserved};
use vigie_schema::{Act, AuthorEvent, Schemas, ScoreRecord, TaggedMention, Weight, topics};
use vigie_scorer::topology::{CONTROLS, INPUT, OUTPUTS, ScorerOutputs, ScoresAtStamp, score_table};
use vigie_scorer::{ScoreSettings, Scorer};
use vigie_testkit::{DriverParts, TopologyTestDriver};
use vigie_types::{ControlRevision, EventTime, Stamps};

fn driver(schemas: &Arc<Schemas>) -> TopologyTestDriver<Scorer> {
    let schemas = Arc::clone(schemas);
    TopologyTestDriver::new(Topic::new(INPUT), move || {
        let table = score_table(&schemas);
        let topics = OUTPUTS.into_iter().chain([INPUT]).map(|topic| (Topic::new(topic), 4));
        let task = TaskParts {
            application: "scorer".to_owned(),
            processor: Arc::new(Scorer),
            decoder: Arc::clone(&schemas.author_events) as _,
            outputs: Arc::new(ScorerOutputs::new(Arc::clone(&schemas))),
            controls: Arc::new(ScoresAtStamp::new(Arc::clone(&table))),
            layout: Arc::new(topics.collect()),
            limits: Limits::default(),
            observer: Arc::new(Unobserved),
        };
        DriverParts { task, controls: vec![table] }
    })
}

fn feed(
    driver: &mut TopologyTestDriver<Scorer>,
    schemas: &Schemas,
    event: &AuthorEvent,
    at: EventTime,
) {
    let mut value = Vec::new();
    schemas.author_events.encode(event, &mut value);
    driver.feed(event.author.as_str().as_bytes(), &value, at);
}

fn scored(driver: &mut TopologyTestDriver<Scorer>, schemas: &Schemas) -> Vec<TaggedMention> {
    driver
        .outputs(&Topic::new(topics::MENTIONS_SCORED))
        .into_iter()
        .map(|record| {
            assert_eq!(record.key, author().as_str().as_bytes());
            schemas.scored.decode(&record.value.expect("no tombstone")).expect("readable")
        })
        .collect()
}

fn events() -> Vec<(AuthorEvent, EventTime)> {
    (0..200_u32)
        .map(|number| {
            let at = time(i64::from(number) * 30_000);
            let event = if number % 3 == 0 {
                said(own(number, at))
            } else {
                done(received(number, Act::Repost, at))
            };
            (event, at)
        })
        .collect()
}

#[test]
fn a_crashed_run_and_a_straight_one_are_folds_of_the_same_log() {
    let schemas = Arc::new(Schemas::new());
    let mut driver = driver(&schemas);
    for (number, (event, at)) in events().iter().enumerate() {
        feed(&mut driver, &schemas, event, *at);
        if number % 50 == 20 {
            driver.run().expect("runs");
        }
        if number % 50 == 30 {
            // Ten events are read and not committed when the thread dies.
            driver.step().expect("steps");
            driver.crash();
        }
    }
    driver.run().expect("runs");
    let events: Vec<AuthorEvent> = events().into_iter().map(|(event, _)| event).collect();
    let (expected, outputs) = events::fold(&events);
    assert_eq!(driver.state(&author()), expected);
    let authors = driver.outputs(&Topic::new(topics::AUTHORS));
    assert_eq!(scored(&mut driver, &schemas).len() + authors.len(), outputs.len());
    assert_eq!(driver.tally().processed, 200);
}

#[test]
fn an_event_is_scored_with_the_revision_it_is_stamped_with_and_waits_for_it() {
    let schemas = Arc::new(Schemas::new());
    let mut driver = driver(&schemas);
    for revision in [0, 1] {
        let scores = ControlRevision::new(revision);
        let stamps = Stamps { scores, ..Stamps::default() };
        let tagged = TaggedMention { stamps, ..own(revision as u32, time(0)) };
        feed(&mut driver, &schemas, &said(tagged), time(0));
    }
    driver.run().expect("runs");
    let default = ScoreSettings::default();
    let first = scored(&mut driver, &schemas);
    assert_eq!(first.len(), 1, "the second waits");
    assert_eq!(first[0].configuration.as_ref(), Some(default.hash()));

    let weights = vec![Weight { name: "mention.noise".into(), value: -10.0 }];
    let settings = ScoreSettings::from_weights(&weights).expect("known");
    let record = ScoreRecord {
        revision: ControlRevision::new(1),
        hash: settings.hash().clone(),
        weights: settings.weights(),
        ..ScoreRecord::default()
    };
    let mut value = Vec::new();
    schemas.scores.encode(&record, &mut value);
    driver.control(&Topic::new(CONTROLS[0]), &value);
    driver.run().expect("runs");
    let second = scored(&mut driver, &schemas);
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].configuration.as_ref(), Some(settings.hash()));
}

#[test]
fn a_mention_under_another_author_is_dead_lettered() {
    let schemas = Arc::new(Schemas::new());
    let mut driver = driver(&schemas);
    let mut tagged = own(1, time(0));
    tagged.mention.author.id = "murmur:mallory".parse().expect("valid");
    feed(&mut driver, &schemas, &said(tagged), time(0));
    driver.run().expect("runs");
    assert_eq!(driver.tally().dead_lettered, 1);
    assert_eq!(driver.outputs(&Topic::new(topics::DEAD_LETTERS)).len(), 1);
}
