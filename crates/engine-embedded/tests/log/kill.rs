//! A process that keeps committing is killed again and again: nothing acknowledged is lost, nothing
//! is half there, and the compacted state is the fold of what was written.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use vigie_engine_embedded::{Durability, EngineSettings, Log, Settings};
use vigie_runtime::{CommittedPosition, Engine, Topic, Transaction, TransactionalProducer};
use vigie_types::{EventTime, Millis};

use crate::support::{at, compacted, layout, open, open_to_read, position, records, send};

const DIRECTORY_VARIABLE: &str = "VIGIE_TEST_WRITER_DIRECTORY";
const FLUSH_VARIABLE: &str = "VIGIE_TEST_WRITER_FLUSH_MILLIS";
const WRITERS: u64 = 3;
const KILLS: u64 = 12;

/// Commits for ever and prints each acknowledgement, when it is the child; otherwise does nothing.
#[test]
fn the_writing_child_of_the_kill_test() {
    let Ok(directory) = std::env::var(DIRECTORY_VARIABLE) else { return };
    let durability = match std::env::var(FLUSH_VARIABLE) {
        Ok(millis) => Durability::Interval(Millis::new(millis.parse().expect("a number"))),
        Err(_) => Durability::EveryCommit,
    };
    // A flush of the state flushes the log too: a child that is to lose commits has neither.
    let state_flush = match durability {
        Durability::Interval(span) if span > Millis::seconds(1) => span,
        Durability::Interval(_) | Durability::EveryCommit => Millis::new(20),
    };
    let settings = Settings { durability, state_flush, ..Settings::default() };
    let log = Log::open(Path::new(&directory), &layout(), settings).expect("the child opens");
    let threads: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let log = Arc::clone(&log);
            std::thread::spawn(move || write_for_ever(&log, writer))
        })
        .collect();
    for thread in threads {
        thread.join().expect("it ends by being killed");
    }
}

fn write_for_ever(log: &Arc<Log>, writer: u64) {
    let application = format!("writer-{writer}");
    let settings = EngineSettings {
        application: application.clone(),
        inputs: vec![Topic::new("events")],
        controls: Vec::new(),
        fetch_bytes: 1,
    };
    let mut engine = log.engine(&settings).expect("an engine");
    let known = log.positions(&application).expect("positions read");
    let first = known.first().map_or(0, |committed| committed.position.get());
    for number in first.. {
        commit_one(engine.producer(), writer, number);
        let mut out = std::io::stdout().lock();
        writeln!(out, "ack {writer} {number}").expect("the parent reads");
        out.flush().expect("the parent reads");
    }
}

/// Transaction `number` of `writer`: the same record on three partitions, a put or a tombstone of
/// one of 50 keys together with a copy of it on a topic that keeps all, and the position.
fn commit_one(producer: &mut impl TransactionalProducer, writer: u64, number: u64) {
    let name = format!("{writer} {number}");
    let key = format!("{writer}-{}", number * 7 % 50);
    let value = (!number.is_multiple_of(5)).then_some(name.as_bytes());
    let mut transaction = producer.begin().expect("begins");
    for partition in [at("events", 0), at("events", 1)] {
        let filling = vec![b'x'; (number * 37 % 3_000) as usize];
        send(&mut transaction, (&partition, name.as_bytes(), Some(&filling))).expect("sends");
    }
    send(&mut transaction, (&at("state", 0), key.as_bytes(), value)).expect("sends");
    let copy = value.unwrap_or(b"tombstone");
    send(&mut transaction, (&at("rules", 0), key.as_bytes(), Some(copy))).expect("sends");
    let committed = CommittedPosition {
        partition: at("events", 0),
        position: position(number + 1),
        commit_number: number,
        stream_time: EventTime::default(),
    };
    transaction.send_positions(&[committed]).expect("sends the position");
    transaction.commit().expect("commits");
}

/// Lets the child write until it has acknowledged so many commits, kills it, and returns the last
/// number that it acknowledged for each writer.
fn write_and_kill(
    directory: &Path,
    acknowledgements: u64,
    variables: &[(&str, &str)],
) -> BTreeMap<u64, u64> {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "kill::the_writing_child_of_the_kill_test", "--nocapture"])
        .env(DIRECTORY_VARIABLE, directory)
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut last = BTreeMap::new();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
        let line = line.expect("text");
        // The test harness of the child writes into the same line as its first acknowledgement.
        let Some((_, numbers)) = line.split_once("ack ") else { continue };
        let Some((writer, number)) = numbers.split_once(' ') else { continue };
        last.insert(writer.parse().expect("a writer"), number.parse().expect("a number"));
        seen += 1;
        if seen == acknowledgements {
            child.kill().expect("the child is killed");
        }
    }
    let status = child.wait().expect("the child has ended");
    assert!(seen >= acknowledgements, "the child ended by itself: {status}");
    last
}

fn check(log: &Log, acknowledged: &BTreeMap<u64, u64>) {
    let names = |partition| -> Vec<String> {
        let found = records(log, &at("events", partition)).into_iter();
        found.map(|(_, key, _)| String::from_utf8(key).expect("text")).collect()
    };
    assert_eq!(names(0), names(1), "a transaction is on both partitions, or on none");
    for writer in 0..WRITERS {
        let of_writer: Vec<u64> = names(0)
            .iter()
            .filter_map(|name| name.strip_prefix(&format!("{writer} "))?.parse().ok())
            .collect();
        let written = of_writer.len() as u64;
        assert!(of_writer.into_iter().eq(0..written), "writer {writer} wrote each once, in order");
        if let Some(last) = acknowledged.get(&writer) {
            assert!(written > *last, "writer {writer}: {last} acknowledged, {written} are there");
        }
        let committed = log.positions(&format!("writer-{writer}")).expect("positions read");
        let committed = committed.first().map_or(position(0), |committed| committed.position);
        assert_eq!(committed, position(written), "the position is that of the records");
    }
    let mut fold = BTreeMap::new();
    for (_, key, value) in records(log, &at("rules", 0)) {
        match value.expect("a value") {
            tombstone if tombstone == b"tombstone" => drop(fold.remove(&key)),
            value => drop(fold.insert(key, value)),
        }
    }
    assert_eq!(compacted(log, &at("state", 0)), fold, "the state is the fold of its changelog");
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut acknowledged = BTreeMap::new();
    for kill in 0..KILLS {
        acknowledged.extend(write_and_kill(directory.path(), 5 + kill * 29 % 120, &[]));
        // Half of the time the child itself meets what its predecessor left.
        if kill % 2 == 0 {
            check(&open(directory.path()), &acknowledged);
        }
    }
    let log = open_to_read(directory.path());
    check(&log, &acknowledged);
    assert!(log.start(&at("state", 0)).expect("known") > position(0), "upkeep was at work");
}

#[test]
fn a_killed_process_that_flushes_later_leaves_a_whole_prefix_of_its_commits() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut lost = false;
    for (kill, flush_millis) in (0..6).zip(["5", "40", "3600000"].iter().cycle()) {
        let acknowledgements = 100 + kill * 331 % 1_000;
        let variables = [(FLUSH_VARIABLE, *flush_millis)];
        let acknowledged = write_and_kill(directory.path(), acknowledgements, &variables);
        let log = open(directory.path());
        // No writer's acknowledgements count here, only that what is there agrees.
        check(&log, &BTreeMap::new());
        let written = log.end(&at("rules", 0)).expect("known").get();
        lost |= written < acknowledged.values().map(|last| last + 1).sum();
    }
    assert!(lost, "the test means nothing if a kill never loses an unflushed commit");
}
