//! The log as an engine: what polls deliver, where they go on, and what retention leaves.

use std::sync::Arc;

use vigie_engine_embedded::{EmbeddedEngine, EngineSettings, Log, Settings};
use vigie_runtime::{
    CommitError, CommittedPosition, Engine, EngineError, EngineEvent, Restore, Topic,
    TopicPartition, Transaction, TransactionalProducer,
};
use vigie_types::{EventTime, Millis};

use crate::support::{RETENTION, TestClock, at, commit, layout, open, position, records};

fn settings(application: &str, fetch_bytes: usize) -> EngineSettings {
    EngineSettings {
        application: application.into(),
        inputs: vec![Topic::new("events")],
        controls: vec![Topic::new("rules")],
        fetch_bytes,
    }
}

fn engine(log: &Arc<Log>, application: &str) -> EmbeddedEngine {
    let mut engine = log.engine(&settings(application, 1 << 20)).expect("an engine");
    let expected = [format!("assigned {:?}", [at("events", 0), at("events", 1)])];
    assert_eq!(poll(&mut engine), expected, "the first poll assigns, and nothing else");
    engine
}

/// What one poll that waits for nothing gives, as text.
fn poll(engine: &mut EmbeddedEngine) -> Vec<String> {
    poll_for(engine, Millis::ZERO).expect("polls")
}

fn poll_for(engine: &mut EmbeddedEngine, wait: Millis) -> Result<Vec<String>, EngineError> {
    let mut events = Vec::new();
    engine.poll(wait, &mut events)?;
    let text = |event: EngineEvent| match event {
        EngineEvent::Assigned(partitions) => format!("assigned {partitions:?}"),
        EngineEvent::Records(fetched) | EngineEvent::Control(fetched) => {
            let records: Vec<_> = fetched
                .iter()
                .map(|record| {
                    let key = String::from_utf8_lossy(record.key).into_owned();
                    format!("{}={key}", record.offset.get())
                })
                .collect();
            format!("{} {}", fetched.from, records.join(" "))
        }
        EngineEvent::Revoked(_) | EngineEvent::Lost(_) | EngineEvent::Kept(_) => {
            panic!("never taken away")
        }
    };
    Ok(events.into_iter().map(text).collect())
}

fn write(log: &Arc<Log>, partition: &TopicPartition, keys: &[&str]) {
    let mut producer = log.producer().expect("a producer");
    let writes: Vec<_> =
        keys.iter().map(|key| (partition, key.as_bytes(), Some(&b"value"[..]))).collect();
    commit(&mut producer, &writes).expect("commits");
}

fn commit_position(engine: &mut EmbeddedEngine, number: u64) -> Result<(), CommitError> {
    let committed = CommittedPosition {
        partition: at("events", 0),
        position: position(number),
        commit_number: 9,
        stream_time: EventTime::default(),
    };
    let mut transaction = engine.producer().begin()?;
    transaction.send_positions(std::slice::from_ref(&committed))?;
    transaction.commit()?;
    assert_eq!(engine.committed(&at("events", 0)), Ok(Some(committed)));
    Ok(())
}

#[test]
fn an_engine_delivers_controls_first_then_records_and_goes_on_where_it_committed() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    write(&log, &at("events", 0), &["a", "b"]);
    write(&log, &at("events", 1), &["c"]);
    write(&log, &at("rules", 0), &["r"]);
    let mut first = engine(&log, "one");
    assert_eq!(first.committed(&at("events", 0)), Ok(None));
    assert_eq!(poll(&mut first), ["rules/0 0=r", "events/0 0=a 1=b", "events/1 0=c"]);
    assert_eq!(poll(&mut first), [""; 0]);
    commit_position(&mut first, 1).expect("commits");
    drop((log, first));
    let log = open(directory.path());
    let mut again = engine(&log, "one");
    assert_eq!(poll(&mut again), ["rules/0 0=r", "events/0 1=b", "events/1 0=c"]);
    let mut other = engine(&log, "other");
    assert_eq!(poll(&mut other), ["rules/0 0=r", "events/0 0=a 1=b", "events/1 0=c"]);
}

#[test]
fn a_paused_partition_is_silent_until_resumed_and_a_seek_rewinds_and_resumes() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let mut engine = engine(&log, "one");
    engine.pause(&at("events", 0));
    write(&log, &at("events", 0), &["a", "b"]);
    write(&log, &at("events", 1), &["c"]);
    write(&log, &at("rules", 0), &["r"]);
    assert_eq!(poll(&mut engine), ["rules/0 0=r", "events/1 0=c"]);
    engine.resume(&at("events", 0));
    assert_eq!(poll(&mut engine), ["events/0 0=a 1=b"]);
    engine.pause(&at("events", 0));
    engine.seek(&at("events", 0), position(1)).expect("seeks");
    assert_eq!(poll(&mut engine), ["events/0 1=b"]);
    let beyond = engine.seek(&at("events", 0), position(3)).expect_err("nothing there");
    let says = "events/0: position 3 is beyond the log's end 2";
    assert_eq!(beyond, EngineError::Fatal(says.into()));
}

#[test]
fn a_small_fetch_takes_turns_between_partitions() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    write(&log, &at("events", 0), &["a", "b"]);
    write(&log, &at("events", 1), &["c", "d"]);
    let mut engine = log.engine(&settings("one", 1)).expect("an engine");
    let polls: Vec<_> = (0..6).flat_map(|_| poll(&mut engine)).collect();
    assert_eq!(polls[1..], ["events/0 0=a", "events/1 0=c", "events/0 1=b", "events/1 1=d"]);
}

#[test]
fn a_waiting_poll_ends_with_the_commit_that_it_waits_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let mut engine = engine(&log, "one");
    let writing = Arc::clone(&log);
    let writer = std::thread::spawn(move || write(&writing, &at("events", 1), &["late"]));
    let hour = Millis::hours(1);
    assert_eq!(poll_for(&mut engine, hour), Ok(vec!["events/1 0=late".to_owned()]));
    writer.join().expect("no panic");
}

#[test]
fn a_newer_engine_of_the_same_application_fences_the_older() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let mut older = engine(&log, "one");
    let mut newer = engine(&log, "one");
    assert_eq!(commit_position(&mut older, 0), Err(CommitError::Fenced));
    assert_eq!(poll_for(&mut older, Millis::hours(1)), Err(EngineError::Fenced));
    assert_eq!(older.recreate_producer(), Err(EngineError::Fenced));
    newer.recreate_producer().expect("it is the newest");
    commit_position(&mut newer, 0).expect("commits");
}

#[test]
fn a_restore_shows_the_newest_value_of_each_key_before_and_after_upkeep() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let mut engine = engine(&log, "one");
    let state = at("state", 1);
    let mut producer = log.producer().expect("a producer");
    let mut restored = |expected: &[(&str, &str)]| {
        let mut found = Vec::new();
        let entry = |key: &[u8], value: Option<&[u8]>| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            found.push((text(key), text(value.expect("a value"))));
        };
        let restore = Restore { changelog: state.clone(), entry: Box::new(entry) };
        engine.restore(&mut [restore]).expect("restores");
        let found: Vec<_> = found.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(found, expected);
    };
    let first = [(&state, &b"a"[..], Some(&b"1"[..])), (&state, b"b", Some(b"1"))];
    commit(&mut producer, &first).expect("commits");
    restored(&[("a", "1"), ("b", "1")]);
    log.tidy().expect("tidies");
    assert_eq!(log.start(&state), Ok(position(2)), "folded batches are dropped");
    restored(&[("a", "1"), ("b", "1")]);
    let second = [(&state, &b"a"[..], None), (&state, b"c", Some(&b"2"[..]))];
    commit(&mut producer, &second).expect("commits");
    restored(&[("b", "1"), ("c", "2")]);
    log.tidy().expect("tidies");
    restored(&[("b", "1"), ("c", "2")]);
    let key = (0_u32..100)
        .map(|number| format!("k{number}"))
        .find(|key| vigie_runtime::partition_of(key.as_bytes(), 2) == state.partition);
    let key = key.expect("one of them");
    commit(&mut producer, &[(&state, key.as_bytes(), Some(b"3"))]).expect("commits");
    assert_eq!(log.get(&state.topic, key.as_bytes()), Ok(Some(b"3".to_vec())));
    assert_eq!(log.get(&state.topic, b"none such"), Ok(None));
}

#[test]
fn a_compacted_topic_or_one_that_is_not_there_is_no_input() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    for (topic, reason) in [
        ("state", "state is compacted: it can be restored, not read record by record"),
        ("absent", "the log has no topic absent"),
    ] {
        let inputs = vec![Topic::new(topic)];
        let refused = log.engine(&EngineSettings { inputs, ..settings("one", 1) });
        assert_eq!(refused.map(drop).expect_err("refused"), EngineError::Fatal(reason.into()));
    }
}

#[test]
fn retention_drops_what_is_old_and_read_by_all_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a directory");
    let time = TestClock::default();
    let settings =
        Settings { clock: time.clock(), state_flush: Millis::hours(1), ..Settings::default() };
    let log = Log::open(directory.path(), &layout(), settings).expect("opens");
    let events = at("events", 0);
    for _ in 0..3 {
        write(&log, &events, &["a", "b"]);
        write(&log, &at("rules", 0), &["r"]);
        time.advance(Millis::minutes(20));
    }
    let start = |expected: u64, why: &str| {
        log.tidy().expect("tidies");
        assert_eq!(log.start(&events), Ok(position(expected)), "{why}");
    };
    start(0, "nothing is older than the retention");
    time.advance(Millis::minutes(1));
    let mut engine = engine(&log, "one");
    start(0, "an engine that runs and has committed nothing needs all");
    commit_position(&mut engine, 1).expect("commits");
    start(0, "a batch is dropped whole or not at all");
    commit_position(&mut engine, 6).expect("commits");
    start(2, "the first batch is old and read");
    let below = EngineError::BelowLogStart {
        partition: events.clone(),
        wanted: position(1),
        start: position(2),
    };
    assert_eq!(engine.seek(&events, position(1)), Err(below));
    time.advance(RETENTION);
    start(6, "all is old and read");
    assert_eq!(records(&log, &events), []);
    assert_eq!(records(&log, &at("rules", 0)).len(), 3, "kept for ever");
    write(&log, &events, &["c", "d"]);
    time.advance(RETENTION);
    time.advance(Millis::new(1));
    start(6, "what the application has not read stays");
    drop(engine);
    log.forget_positions("one").expect("forgets");
    assert_eq!(log.positions("one"), Ok(Vec::new()));
    start(8, "nobody is known to read it any more");
}
