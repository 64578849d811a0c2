//! The rules of a task, one by one, through the topology test driver.

#[expect(dead_code, reason = "the properties use the rest")]
mod toy;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use toy::event::{Event, EventDecoder, Kind, Promise};
use toy::node::{Fold, Node, NodeOutputs, State};
use toy::{factors, task_parts, topic};
use vigie_runtime::{Layout, Limits, Offset, Partition, ProducerRecord, Tally, ThreadError, Topic};
use vigie_testkit::{Chances, DriverParts, TopologyTestDriver};
use vigie_types::EventTime;

fn layout() -> Layout {
    BTreeMap::from([(topic("raw"), 1), (topic("end"), 1), (topic("dead"), 1)])
}

fn driver_of(fold: Fold, limits: Limits, layout: Layout) -> TopologyTestDriver<Node> {
    TopologyTestDriver::new(topic("raw"), move || {
        let table = factors();
        let outputs = NodeOutputs { to: topic("end"), merges: false };
        let node = Node { fold, is_first: true };
        let mut task = task_parts("rules-of", node, outputs, &layout, &table);
        task.limits = limits;
        DriverParts { task, controls: vec![table] }
    })
}

fn driver(fold: Fold) -> TopologyTestDriver<Node> {
    driver_of(fold, Limits::default(), layout())
}

fn changelog() -> Topic {
    Topic::changelog("rules-of", "node")
}

fn promise(floor: i64) -> Promise {
    Promise { source: "file".into(), floor, heard_at: 0, kind: Kind::Bounded }
}

fn fact(time: i64, number: i64, revision: u64) -> Vec<u8> {
    Event::Fact { time, promise: promise(time), revision, is_left: true, number }.to_bytes()
}

fn at(millis: i64) -> EventTime {
    EventTime::from_millis(millis)
}

fn derived(driver: &mut TopologyTestDriver<Node>) -> Vec<(i64, i64, bool)> {
    let records = driver.outputs(&topic("end")).into_iter();
    records
        .filter_map(|record| match Event::from_bytes(record.value.as_deref()?)? {
            Event::Derived { time, number, late, .. } => Some((time, number, late)),
            Event::Fact { .. } | Event::Heartbeat(_) | Event::Watermark { .. } => None,
        })
        .collect()
}

fn check_ends(mut driver: TopologyTestDriver<Node>, expected: &str) {
    let error = driver.run().expect_err("the thread ends");
    assert_eq!(error.to_string(), expected);
    assert!(matches!(error, ThreadError::Task(_)));
}

#[test]
fn a_dead_letter_keeps_the_bytes_the_place_and_the_reason() {
    let mut driver = driver(Fold::Count);
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.feed(b"a", b"\xff\x00bytes", at(77));
    driver.feed(b"a", &fact(2, 7, 0), at(2));
    driver.run().expect("runs");
    let letters = driver.outputs(&topic("dead"));
    assert_eq!(letters[0].key, b"raw/0");
    assert_eq!(letters[0].value.as_deref(), Some(b"1 no event: a -> \xff\x00bytes".as_slice()));
    assert_eq!(letters[0].timestamp, at(77));
    let unlucky = [b"2 number: an unlucky one: a -> ".as_slice(), &fact(2, 7, 0)].concat();
    assert_eq!(letters[1].value, Some(unlucky));
    assert_eq!(letters.len(), 2);
    // What was emitted before the rejection is not kept.
    assert_eq!(derived(&mut driver), [(1, 1, false)]);
    assert_eq!(driver.tally(), Tally { processed: 1, dead_lettered: 2, ..Tally::default() });
}

#[test]
fn a_record_of_too_many_outputs_or_too_long_a_key_is_dead_lettered() {
    let limits = Limits { outputs_per_record: 0, key_bytes: 3, ..Limits::default() };
    let mut driver = driver_of(Fold::Count, limits, layout());
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.feed(b"long", &fact(1, 1, 0), at(1));
    driver.run().expect("runs");
    let letters = driver.outputs(&topic("dead"));
    let says = |index: usize, reason: &[u8]| {
        letters[index].value.as_deref().expect("a value").starts_with(reason)
    };
    assert!(says(0, b"0 1 outputs of one record, at most 0: "));
    assert!(says(1, b"1 key has 4 bytes, at most 3: "));
    assert_eq!(driver.state(&"a".into()), None);
}

#[test]
fn too_many_dead_letters_in_a_row_stop_the_thread() {
    let limits = Limits { dead_letters_in_a_row: 3, ..Limits::default() };
    let mut patient = driver_of(Fold::Count, limits, layout());
    for _ in 0..4 {
        patient.feed(b"a", b"bad", at(1));
        patient.feed(b"a", b"bad", at(1));
        patient.feed(b"a", &fact(1, 1, 0), at(1));
    }
    patient.run().expect("a good one in between begins anew");
    let mut driver = driver_of(Fold::Count, limits, layout());
    for _ in 0..3 {
        driver.feed(b"a", b"bad", at(1));
    }
    check_ends(
        driver,
        "raw/0: 3 records in a row were dead-lettered, the last because: no event; \
         the cause is not the data",
    );
}

#[test]
fn a_state_over_the_limit_ends_the_thread_with_its_key() {
    let limits = Limits { state_bytes: 4, ..Limits::default() };
    let mut driver = driver_of(Fold::Count, limits, layout());
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    check_ends(driver, "rules-of-node-changelog/0: the state of a has 7 bytes, at most 4");
}

#[test]
fn an_output_to_a_topic_that_is_not_laid_out_ends_the_thread() {
    let mut layout = layout();
    layout.remove(&topic("end"));
    let mut driver = driver_of(Fold::Count, Limits::default(), layout);
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    check_ends(driver, "topic end is not in the layout: add it to deploy/topics.toml");
}

/// Writes into the changelog what no task would have written.
fn tamper(driver: &TopologyTestDriver<Node>, key: &[u8], value: &[u8]) {
    let (topic, partition, timestamp) = (&changelog(), Partition::new(0), at(0));
    driver.log().append(ProducerRecord { topic, partition, key, value: Some(value), timestamp });
}

#[test]
fn a_changelog_and_a_position_of_different_commits_are_refused() {
    let mut driver = driver(Fold::Count);
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.run().expect("runs");
    let records = driver.log().records(&changelog());
    let first = records.iter().find(|record| record.key.starts_with(b"\0")).expect("progress");
    let first = (first.key.clone(), first.value.clone().expect("a value"));
    driver.feed(b"a", &fact(2, 2, 0), at(2));
    driver.run().expect("runs");
    tamper(&driver, &first.0, &first.1);
    driver.crash();
    driver.feed(b"a", &fact(3, 3, 0), at(3));
    check_ends(
        driver,
        "rules-of-node-changelog/0: the changelog is of commit 1, the position of commit 2: \
         they were not written together",
    );
}

#[test]
fn a_state_of_another_version_is_refused() {
    let mut driver = driver(Fold::Count);
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.run().expect("runs");
    tamper(&driver, b"a", &[9, 0, 0]);
    driver.crash();
    driver.feed(b"a", &fact(2, 2, 0), at(2));
    check_ends(
        driver,
        "rules-of-node-changelog/0: the state is of version 9, this binary reads version 1: \
         start a new application version, which reads the log anew",
    );
}

#[test]
fn a_limit_asks_for_a_commit_before_it_is_due() {
    let commits = |limits: Limits| {
        let mut driver = driver_of(Fold::Count, limits, layout());
        for number in 0..20 {
            driver.feed(format!("k{number}").as_bytes(), &fact(1, 1, 0), at(1));
        }
        driver.run().expect("runs");
        assert_eq!(driver.tally().total(), 20);
        driver.progress()[&Partition::new(0)].commit_number
    };
    let unhurried = commits(Limits::default());
    assert!(unhurried < 10, "{unhurried} commits without a limit");
    assert_eq!(commits(Limits { staged_states: 2, ..Limits::default() }), 10);
    assert_eq!(commits(Limits { staged_records: 1, ..Limits::default() }), 20);
    assert_eq!(commits(Limits { staged_bytes: 1, ..Limits::default() }), 20);
}

#[test]
fn an_aborted_commit_leaves_no_trace() {
    let mut driver = driver(Fold::Window);
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.run().expect("runs");
    let (state, progress) = (driver.state(&"a".into()), driver.progress());
    driver.outputs(&topic("end"));
    driver.log().set_chances(Chances { aborted: 1_000, ..Chances::CALM });
    driver.feed(b"a", &fact(2, 2, 0), at(2));
    driver.feed(b"a", &fact(25, 3, 0), at(25));
    driver.feed(b"b", b"bad", at(25));
    driver.run().expect("an abort is no error");
    assert!(!driver.is_read());
    assert_eq!((driver.state(&"a".into()), driver.progress()), (state, progress));
    assert_eq!(driver.outputs(&topic("end")), []);
    assert_eq!(driver.outputs(&topic("dead")), []);
    driver.log().set_chances(Chances::CALM);
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(9, 3, false)]);
    let windows = BTreeMap::from([(2, (1, 3))]);
    assert_eq!(driver.state(&"a".into()), Some(State { windows, ..State::default() }));
    assert_eq!(driver.tally(), Tally { processed: 3, dead_lettered: 1, ..Tally::default() });
}

#[test]
fn a_crash_restores_states_and_timers() {
    let mut driver = driver(Fold::Window);
    driver.feed(b"a", &fact(3, 4, 0), at(3));
    driver.run().expect("runs");
    let state = driver.state(&"a".into());
    driver.crash();
    driver.feed(b"", &Event::Heartbeat(promise(9)).to_bytes(), at(0));
    driver.run().expect("runs");
    assert_eq!(driver.state(&"a".into()), state);
    assert_eq!(derived(&mut driver), []);
    driver.crash();
    driver.feed(b"", &Event::Heartbeat(promise(10)).to_bytes(), at(0));
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(9, 4, false)]);
    driver.crash();
    driver.feed(b"", &Event::Heartbeat(promise(20)).to_bytes(), at(0));
    driver.run().expect("runs");
    assert_eq!(driver.state(&"a".into()), None);
    assert_eq!(derived(&mut driver), []);
}

#[test]
fn a_record_waits_for_its_control_revision_and_so_do_those_behind_it() {
    let mut driver = driver(Fold::Count);
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.feed(b"a", &fact(2, 2, 1), at(2));
    driver.feed(b"a", &fact(3, 3, 0), at(3));
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(1, 1, false)]);
    driver.control(&topic("rules"), &[1, 2]);
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(2, 10, false), (3, 3, false)]);
    driver.crash();
    driver.feed(b"a", &fact(4, 2, 1), at(4));
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(4, 10, false)]);
}

#[test]
fn a_record_that_cannot_be_read_yet_waits_and_is_no_dead_letter() {
    let decoder = EventDecoder::default();
    let broken_seal = Arc::clone(&decoder.broken_seal);
    let mut driver = TopologyTestDriver::new(topic("raw"), move || {
        let table = factors();
        let outputs = NodeOutputs { to: topic("end"), merges: false };
        let node = Node { fold: Fold::Count, is_first: true };
        let mut task = task_parts("rules-of", node, outputs, &layout(), &table);
        task.decoder = Arc::new(decoder.clone());
        DriverParts { task, controls: vec![table] }
    });
    driver.feed(b"a", &fact(1, 1, 0), at(1));
    driver.feed(b"a", &[&[EventDecoder::SEALED], fact(2, 2, 0).as_slice()].concat(), at(2));
    driver.feed(b"a", &fact(3, 3, 0), at(3));
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(1, 1, false)]);
    // No record and no control record comes: that the seal is broken is found out at a step.
    broken_seal.store(true, Ordering::Release);
    driver.run().expect("runs");
    assert_eq!(derived(&mut driver), [(2, 2, false), (3, 3, false)]);
    assert_eq!(driver.tally(), Tally { processed: 3, ..Tally::default() });
}

#[test]
fn offsets_of_outputs_rise_although_transactions_take_offsets_too() {
    let mut driver = driver(Fold::Count);
    for time in 0..3 {
        driver.feed(b"a", &fact(time, 1, 0), at(time));
        driver.run().expect("runs");
    }
    let records = driver.log().records(&topic("end"));
    let offsets: Vec<Offset> = records.iter().map(|record| record.offset).collect();
    assert!(offsets.is_sorted());
    assert!(*offsets.last().expect("one") > Offset::new(offsets.len() as u64));
}
