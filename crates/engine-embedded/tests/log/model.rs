//! Random transactions of several producers, with restarts and upkeep in between, against a model.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use vigie_engine_embedded::{Durability, EngineSettings, Log, Settings};
use vigie_runtime::{
    CommittedPosition, Engine, Topic, TopicPartition, Transaction, TransactionalProducer,
};
use vigie_types::{EventTime, Millis};

use crate::support::{
    Written, at, commit, compacted, layout, once_free, open, open_to_read, position, records, send,
};

const PARTITIONS: [(&str, u32); 5] =
    [("events", 0), ("events", 1), ("rules", 0), ("state", 0), ("state", 1)];

#[derive(Clone, Debug)]
enum Step {
    Commit { producer: usize, writes: Vec<(usize, u8, Option<u16>)>, position: Option<u64> },
    Abort { writes: Vec<(usize, u8, Option<u16>)> },
    Tidy,
    Reopen,
}

#[derive(Default)]
struct Model {
    logs: BTreeMap<TopicPartition, Vec<Written>>,
    position: Option<u64>,
}

fn writes() -> impl Strategy<Value = Vec<(usize, u8, Option<u16>)>> {
    let value = proptest::option::weighted(0.8, 0_u16..2_000);
    proptest::collection::vec((0..PARTITIONS.len(), 0_u8..8, value), 0..20)
}

fn step() -> impl Strategy<Value = Step> {
    let position = proptest::option::of(0_u64..1_000);
    prop_oneof![
        12 => (0_usize..3, writes(), position)
            .prop_map(|(producer, writes, position)| Step::Commit { producer, writes, position }),
        2 => writes().prop_map(|writes| Step::Abort { writes }),
        2 => Just(Step::Tidy),
        1 => Just(Step::Reopen),
    ]
}

/// The writes as records: values of very different lengths, tombstones on compacted topics only.
fn to_records(
    writes: &[(usize, u8, Option<u16>)],
) -> Vec<(TopicPartition, Vec<u8>, Option<Vec<u8>>)> {
    let record = |(place, key, length): &(usize, u8, Option<u16>)| {
        let (topic, number) = PARTITIONS[*place];
        let value = length.map(|length| vec![*key; usize::from(length)]);
        let value = if topic == "state" { value } else { value.or(Some(Vec::new())) };
        (at(topic, number), vec![b'k', *key], value)
    };
    writes.iter().map(record).collect()
}

fn write<P: TransactionalProducer>(
    producer: &mut P,
    writes: &[(usize, u8, Option<u16>)],
    position_committed: Option<u64>,
    commits: bool,
) {
    let mut transaction = producer.begin().expect("begins");
    for (partition, key, value) in to_records(writes) {
        send(&mut transaction, (&partition, &key, value.as_deref())).expect("sends");
    }
    if let Some(number) = position_committed {
        let committed = CommittedPosition {
            partition: at("events", 0),
            position: position(number),
            commit_number: number * 2,
            stream_time: EventTime::default(),
        };
        transaction.send_positions(&[committed]).expect("sends positions");
    }
    if commits { transaction.commit() } else { transaction.abort() }.expect("ends");
}

impl Model {
    fn apply(&mut self, writes: &[(usize, u8, Option<u16>)]) {
        for (partition, key, value) in to_records(writes) {
            let log = self.logs.entry(partition).or_default();
            log.push((log.len() as u64, key, value));
        }
    }

    fn check(&self, log: &Log) {
        for (topic, number) in PARTITIONS {
            let partition = at(topic, number);
            let expected = self.logs.get(&partition).cloned().unwrap_or_default();
            assert_eq!(log.end(&partition).expect("known"), position(expected.len() as u64));
            let start = log.start(&partition).expect("known").get();
            assert!(start == 0 || topic == "state", "only compacted topics are cut");
            assert_eq!(records(log, &partition), expected[start as usize..], "{partition}");
            if topic != "state" {
                continue;
            }
            let mut fold = BTreeMap::new();
            for (_, key, value) in expected {
                match value {
                    Some(value) => drop(fold.insert(key, value)),
                    None => drop(fold.remove(&key)),
                }
            }
            assert_eq!(compacted(log, &partition), fold, "{partition}");
        }
        let found = log.positions("model").expect("positions read");
        let found = found.first().map(|committed| (committed.position, committed.commit_number));
        assert_eq!(found, self.position.map(|number| (position(number), number * 2)));
    }
}

fn run(durability: Durability, steps: &[Step]) {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = || Settings {
        durability,
        tail_bytes: 8_000,
        state_flush: Millis::hours(1),
        ..Settings::default()
    };
    let start = || {
        let log = once_free(|| Log::open(directory.path(), &layout(), settings()));
        let of_application = EngineSettings {
            application: "model".into(),
            inputs: vec![Topic::new("events")],
            controls: Vec::new(),
            fetch_bytes: 1_000,
        };
        let engine = log.engine(&of_application).expect("an engine");
        let free = [log.producer().expect("one"), log.producer().expect("two")];
        (log, engine, free)
    };
    let mut model = Model::default();
    let (mut log, mut engine, mut free) = start();
    for step in steps {
        match step {
            Step::Commit { producer: 0, writes, position } => {
                write(engine.producer(), writes, *position, true);
                model.apply(writes);
                model.position = position.or(model.position);
            }
            Step::Commit { producer, writes, position: _ } => {
                write(&mut free[producer - 1], writes, None, true);
                model.apply(writes);
            }
            Step::Abort { writes } => write(engine.producer(), writes, Some(5_000), false),
            Step::Tidy => log.tidy().expect("tidies"),
            Step::Reopen => {
                drop((log, engine, free));
                (log, engine, free) = start();
            }
        }
        model.check(&log);
    }
    drop((log, engine, free));
    model.check(&open_to_read(directory.path()));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_log_equals_its_model(steps in proptest::collection::vec(step(), 1..30)) {
        run(Durability::EveryCommit, &steps);
    }

    #[test]
    fn the_log_flushed_later_equals_its_model(steps in proptest::collection::vec(step(), 1..30)) {
        run(Durability::Interval(Millis::hours(1)), &steps);
    }
}

#[test]
fn producers_on_many_threads_each_keep_their_order_and_their_transactions_whole() {
    const THREADS: u64 = 6;
    const COMMITS: u64 = 30;
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let mut producer = Arc::clone(&log).producer().expect("a producer");
            std::thread::spawn(move || {
                for number in 0..COMMITS {
                    let (key, value) = (thread.to_le_bytes(), number.to_le_bytes());
                    let write = |topic, partition| (at(topic, partition), partition);
                    let places = [write("events", 0), write("events", 0), write("events", 1)];
                    let writes: Vec<_> = places
                        .iter()
                        .map(|(place, _)| (place, &key[..], Some(&value[..])))
                        .collect();
                    commit(&mut producer, &writes).expect("commits");
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    let both = records(&log, &at("events", 0));
    assert_eq!(both.len() as u64, 2 * THREADS * COMMITS);
    for pair in both.chunks(2) {
        assert_eq!((&pair[0].1, &pair[0].2), (&pair[1].1, &pair[1].2), "a transaction is whole");
    }
    for thread in 0..THREADS {
        for (partition, copies) in [(0, 2), (1, 1)] {
            let numbers: Vec<_> = records(&log, &at("events", partition))
                .into_iter()
                .filter(|(_, key, _)| *key == thread.to_le_bytes())
                .map(|(_, _, value)| value.expect("a value"))
                .collect();
            let expected = (0..COMMITS).flat_map(|number| vec![number.to_le_bytes(); copies]);
            assert!(numbers.into_iter().eq(expected.map(Vec::from)), "in order");
        }
    }
}
