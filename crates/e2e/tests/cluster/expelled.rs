//! A member is expelled in the middle of a rebalance, while its thread stands still.
//!
//! librdkafka then joins again as a new member and tells nobody that what it holds was lost. The
//! engine must not commit as that member before it has told that a new generation has begun.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use vigie_e2e::now;
use vigie_engine_kafka::{
    ConnectionSettings, EngineSettings, Identity, KafkaEngine, TopicNames, Watchdog,
};
use vigie_runtime::{
    CommitError, CommittedPosition, Engine as _, EngineEvent, Partition, Position, ProducerRecord,
    Topic, TopicPartition, Transaction as _, TransactionalProducer as _,
};
use vigie_types::{EventTime, Millis};

use crate::support::Ground;

const GROUP: &str = "expelled";
/// A rebalance takes seconds; a busy machine may need many of them.
const LONGEST: Duration = Duration::from_mins(5);
const WAIT: Millis = Millis::new(50);

struct Thread {
    engine: KafkaEngine,
    held: BTreeSet<TopicPartition>,
    /// What it was told of since it was cleared.
    told: BTreeSet<TopicPartition>,
}

impl Thread {
    fn open(bootstrap: &str, instance: &str, watchdog: &Watchdog) -> Self {
        let settings = EngineSettings {
            connection: ConnectionSettings::plain(bootstrap),
            identity: Identity {
                application: GROUP.into(),
                instance: instance.into(),
                advertised: None,
            },
            names: TopicNames::new(1, Vec::new()),
            inputs: vec![Topic::new("mentions.raw.v1")],
            controls: Vec::new(),
            fetch_bytes: 1 << 20,
            transaction_timeout: Millis::seconds(10),
            session_timeout: Millis::seconds(10),
            leave_on_drop: true,
        };
        let engine = KafkaEngine::open(settings, watchdog).unwrap();
        Self { engine, held: BTreeSet::new(), told: BTreeSet::new() }
    }

    fn poll(&mut self) {
        let mut events = Vec::new();
        self.engine.poll(WAIT, &mut events).unwrap();
        for event in events {
            match event {
                EngineEvent::Assigned(partitions) => {
                    for partition in &partitions {
                        self.engine.seek(partition, Position::START).unwrap();
                    }
                    self.held.extend(partitions.iter().cloned());
                    self.told.extend(partitions);
                }
                EngineEvent::Revoked(partitions) | EngineEvent::Lost(partitions) => {
                    self.held.retain(|partition| !partitions.contains(partition));
                    self.told.extend(partitions);
                }
                EngineEvent::Kept(partitions) => self.told.extend(partitions),
                EngineEvent::Records(_) | EngineEvent::Control(_) => {}
            }
        }
    }

    /// Commits a position with a record of that partition, so that the position is one that the
    /// log has.
    fn commit(&mut self, partition: &TopicPartition, number: u64) -> Result<(), CommitError> {
        let mut transaction = self.engine.producer().begin()?;
        transaction.send(ProducerRecord {
            topic: &partition.topic,
            partition: partition.partition,
            key: b"expelled",
            value: Some(b"nobody decodes it"),
            timestamp: EventTime::from_millis(0),
        })?;
        transaction.send_positions(&[CommittedPosition {
            partition: partition.clone(),
            position: Position::new(number),
            commit_number: number,
            stream_time: EventTime::from_millis(0),
        }])?;
        transaction.commit()
    }
}

/// Has the member of that instance leave the group, as an operator may: `LeaveGroup`, version 3.
fn expel(bootstrap: &str, instance: &str) {
    let text = |text: &str| [&(text.len() as i16).to_be_bytes()[..], text.as_bytes()].concat();
    let leave_group = 13_i16.to_be_bytes();
    let version = 3_i16.to_be_bytes();
    let request = [
        &leave_group[..],
        &version,
        &7_i32.to_be_bytes(),
        &text("operator"),
        &text(GROUP),
        &1_i32.to_be_bytes(),
        &text(""),
        &text(instance),
    ]
    .concat();
    let mut broker = TcpStream::connect(bootstrap).unwrap();
    broker.write_all(&(request.len() as i32).to_be_bytes()).unwrap();
    broker.write_all(&request).unwrap();
    let mut length = [0; 4];
    broker.read_exact(&mut length).unwrap();
    let mut answer = vec![0; i32::from_be_bytes(length) as usize];
    broker.read_exact(&mut answer).unwrap();
    // Correlation, throttle time, then the error; and the member's own error at the end.
    assert_eq!((&answer[8..10], &answer[answer.len() - 2..]), (&[0, 0][..], &[0, 0][..]));
}

/// Polls until something is so.
fn until(what: &str, mut step: impl FnMut() -> bool) {
    let end = now() + LONGEST;
    while !step() {
        assert!(now() < end, "{what}: not within {LONGEST:?}");
    }
}

#[test]
fn a_member_that_was_expelled_unheard_commits_nothing_before_it_has_told() {
    let ground = Ground::take(&[]);
    let watchdog = Watchdog::start(LONGEST, |hang| panic!("{hang}")).unwrap();
    let mut first = Thread::open(&ground.bootstrap, "0", &watchdog);
    until("the first has everything", || {
        first.poll();
        first.held.len() == 4
    });
    for partition in first.held.clone() {
        first.commit(&partition, 1).unwrap();
    }

    // The second joins while the thread of the first stands still; its client's own threads take
    // part in the rebalance, up to where the thread must answer.
    let mut second = Thread::open(&ground.bootstrap, "1", &watchdog);
    first.told.clear();
    let halfway = now() + Duration::from_secs(4);
    until("half of the rebalance", || {
        second.poll();
        now() > halfway
    });
    expel(&ground.bootstrap, &format!("{GROUP}-0"));
    until("the second has everything", || {
        second.poll();
        second.held.len() == 4
    });
    for partition in second.held.clone() {
        second.commit(&partition, 2).unwrap();
    }

    // The first goes on with what it holds. Whatever it was not told of it must not commit.
    let held = first.held.clone();
    until("the first was told of everything", || {
        for partition in held.difference(&first.told.clone()) {
            let committed = first.commit(partition, 9);
            assert!(
                matches!(committed, Err(CommitError::Aborted(_))),
                "{partition} was committed by a member that did not know that it had lost it: \
                 {committed:?}"
            );
        }
        first.poll();
        second.poll();
        held.is_subset(&first.told)
    });
    // Once it was told, it and its state are new.
    until("both own a part", || {
        first.poll();
        second.poll();
        first.held.len() == 2 && second.held.len() == 2
    });
    for partition in first.held.clone() {
        until("it can be committed again", || {
            first.poll();
            second.poll();
            first.commit(&partition, 3).is_ok()
        });
    }
    assert_eq!(partition_of(&first, 0).is_some(), partition_of(&second, 0).is_none());
}

fn partition_of(thread: &Thread, number: u32) -> Option<&TopicPartition> {
    thread.held.iter().find(|partition| partition.partition == Partition::new(number))
}
