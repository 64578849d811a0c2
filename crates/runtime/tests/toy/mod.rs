//! A small domain to test the runtime with: events of several sources in one raw topic, two stages
//! of counters, windows and joins, and everything needed to run them over the simulated log.

pub mod event;
pub mod node;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use vigie_runtime::{
    Board, ControlLookup, ControlState, ControlTable, Layout, Limits, Partition, PartitionTask,
    ProducerRecord, Rejection, Task, TaskFactory, TaskParts, ThreadParts, Topic, Unobserved,
    partition_of,
};
use vigie_testkit::{
    Chances, LoggedRecord, Program, Reading, RunImage, SimulatedLog, Simulation, TopicRule,
};
use vigie_types::{ControlRevision, EventTime, Millis, Stamps};

use event::{Event, EventDecoder, Kind, Promise};
use node::{Factor, Fold, Node, NodeOutputs, State};

pub const FIRST: &str = "first";
pub const SECOND: &str = "second";

pub fn topic(name: &str) -> Topic {
    Topic::new(name)
}

/// The control table of one thread.
pub struct Factors(pub Arc<ControlTable<Factor>>);

impl ControlLookup<Factor> for Factors {
    fn at(&self, stamps: &Stamps) -> Option<Arc<Factor>> {
        self.0.at(stamps.rules)
    }
}

/// An empty control table; a record is two numbers: revision and delta.
pub fn factors() -> Arc<ControlTable<Factor>> {
    let decode = |value: &[u8]| match value {
        [revision, delta] => Ok((ControlRevision::new(u64::from(*revision)), i64::from(*delta))),
        _ => Err(Rejection::new("a control record is two bytes").into()),
    };
    Arc::new(ControlTable::new(topic("rules"), Box::new(decode)))
}

/// What the tasks of a node share.
pub fn task_parts(
    application: &str,
    node: Node,
    outputs: NodeOutputs,
    layout: &Layout,
    table: &Arc<ControlTable<Factor>>,
) -> TaskParts<Node> {
    TaskParts {
        application: application.into(),
        processor: Arc::new(node),
        decoder: Arc::new(EventDecoder::default()),
        outputs: Arc::new(outputs),
        controls: Arc::new(Factors(Arc::clone(table))),
        layout: Arc::new(layout.clone()),
        limits: Limits::default(),
        observer: Arc::new(Unobserved),
    }
}

/// Two stages, a raw log and control records.
#[derive(Clone, Debug)]
pub struct World {
    pub first: Fold,
    pub second: Fold,
    pub merges: bool,
    pub raw_partitions: u32,
    pub middle_partitions: u32,
    pub raw: Vec<RawRecord>,
    pub controls: Vec<u8>,
}

/// One record of the raw topic.
#[derive(Clone, Debug)]
pub struct RawRecord {
    pub partition: Partition,
    pub key: String,
    pub value: Vec<u8>,
}

/// What the dice of proptest say of one fact.
#[derive(Clone, Copy, Debug)]
struct Roll {
    key: u32,
    source: usize,
    passes: i64,
    off: i64,
    is_left: bool,
}

fn roll() -> impl Strategy<Value = Roll> {
    (0_u32..5, 0_usize..3, 0_i64..5, -9_i64..4, any::<bool>())
        .prop_map(|(key, source, passes, off, is_left)| Roll { key, source, passes, off, is_left })
}

pub fn folds() -> impl Strategy<Value = (Fold, Fold)> {
    let any_fold = || prop_oneof![Just(Fold::Count), Just(Fold::Window), Just(Fold::Join)];
    (any_fold(), any_fold())
}

/// Any world with these folds.
pub fn worlds(folds: impl Strategy<Value = (Fold, Fold)>) -> impl Strategy<Value = World> {
    let rolls = prop::collection::vec(roll(), 1..50);
    let controls = prop::collection::vec(0_u8..5, 0..4);
    (folds, any::<bool>(), 1_u32..4, 1_u32..4, rolls, controls).prop_map(
        |((first, second), merges, raw_partitions, middle_partitions, rolls, controls)| World {
            first,
            second,
            // A join keeps each record apart, so its inputs do not merge.
            merges: merges && second != Fold::Join,
            raw_partitions,
            middle_partitions,
            raw: raw_log(&rolls, raw_partitions, controls.len() as u64),
            controls,
        },
    )
}

/// Facts of three sources (one bounded, one live, one back-fill), heartbeats, garbage and the ends.
fn raw_log(rolls: &[Roll], partitions: u32, revisions: u64) -> Vec<RawRecord> {
    let mut raw = Vec::new();
    let mut clock = 100;
    let promise = |source: usize, clock: i64| Promise {
        source: format!("source-{source}"),
        floor: clock - 4,
        heard_at: clock * 1_000,
        kind: [Kind::Bounded, Kind::Live, Kind::Backfill][source],
    };
    for (number, roll) in rolls.iter().enumerate() {
        clock += roll.passes;
        let key = if number % 19 == 18 { String::new() } else { format!("key-{}", roll.key) };
        let fact = Event::Fact {
            time: clock + roll.off,
            promise: promise(roll.source, clock),
            revision: number as u64 * (revisions + 1) / rolls.len() as u64,
            is_left: roll.is_left,
            number: number as i64,
        };
        let value = if number % 17 == 16 { b"\xffgarbage".to_vec() } else { fact.to_bytes() };
        raw.push(RawRecord { partition: partition_of(key.as_bytes(), partitions), key, value });
        if number % 6 == 5 {
            signal(&mut raw, partitions, &promise(number % 2, clock));
        }
    }
    for source in 0..2 {
        let end = Promise { kind: Kind::Ended, floor: clock + 50, ..promise(source, clock) };
        signal(&mut raw, partitions, &end);
    }
    raw
}

/// A heartbeat for every partition.
fn signal(raw: &mut Vec<RawRecord>, partitions: u32, promise: &Promise) {
    for partition in (0..partitions).map(Partition::new) {
        let value = Event::Heartbeat(promise.clone()).to_bytes();
        raw.push(RawRecord { partition, key: String::new(), value });
    }
}

/// How a world is run.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub seed: u64,
    pub chances: Chances,
    pub threads: usize,
    pub steps: usize,
}

impl Manner {
    /// One thread each, no fault, nothing slow.
    pub const UNDISTURBED: Self = Self { seed: 0, chances: Chances::CALM, threads: 1, steps: 0 };

    /// Two threads each and every fault.
    pub const fn stormy(seed: u64) -> Self {
        Self { seed, chances: Chances::STORMY, threads: 2, steps: 160 }
    }
}

/// What a run left behind.
pub struct Ran {
    pub log: SimulatedLog,
    pub boards: [Arc<Board<String, State>>; 2],
    pub deaths: usize,
}

impl World {
    pub fn layout(&self) -> Layout {
        BTreeMap::from([
            (topic("raw"), self.raw_partitions),
            (topic("middle"), self.middle_partitions),
            (topic("end"), 2),
            (topic("dead"), 2),
            (topic("rules"), 1),
        ])
    }

    /// Runs both stages until everything is read.
    pub fn run(&self, manner: Manner) -> Ran {
        let log = SimulatedLog::new(&self.layout(), manner.seed, manner.chances);
        self.fill(&log);
        let boards = [Arc::new(Board::default()), Arc::new(Board::default())];
        let programs = vec![
            self.program(FIRST, self.first, &boards[0]),
            self.program(SECOND, self.second, &boards[1]),
        ];
        let mut simulation = Simulation::new(&log, programs, manner.threads);
        simulation.run(manner.steps).unwrap_or_else(|stopped| panic!("{stopped}"));
        let calm = Chances { largest_fetch: manner.chances.largest_fetch, ..Chances::CALM };
        simulation.finish(calm, 20_000).unwrap_or_else(|stopped| panic!("{stopped}"));
        Ran { log, boards, deaths: simulation.deaths() }
    }

    fn fill(&self, log: &SimulatedLog) {
        let timestamp = EventTime::default();
        for record in &self.raw {
            log.append(ProducerRecord {
                topic: &topic("raw"),
                partition: record.partition,
                key: record.key.as_bytes(),
                value: Some(&record.value),
                timestamp,
            });
        }
        for (before, delta) in self.controls.iter().enumerate() {
            let value = [before as u8 + 1, *delta];
            let (topic, partition) = (&topic("rules"), Partition::new(0));
            let (key, value) = (b"".as_slice(), Some(value.as_slice()));
            log.append(ProducerRecord { topic, partition, key, value, timestamp });
        }
    }

    fn program(&self, application: &str, fold: Fold, board: &Arc<Board<String, State>>) -> Program {
        let is_first = application == FIRST;
        let (input, to) = if is_first { ("raw", "middle") } else { ("middle", "end") };
        let (layout, merges, board) = (self.layout(), self.merges && is_first, Arc::clone(board));
        let name = application.to_owned();
        let parts = move || {
            let table = factors();
            let outputs = NodeOutputs { to: topic(to), merges };
            let node = Node { fold, is_first };
            let shared = Arc::new(task_parts(&name, node, outputs, &layout, &table));
            let board = Arc::clone(&board);
            let factory: TaskFactory = Box::new(move |partition| {
                let task = Task::new(Arc::clone(&shared), partition, Arc::clone(&board));
                Box::new(task) as Box<dyn PartitionTask>
            });
            ThreadParts {
                factories: BTreeMap::from([(topic(input), factory)]),
                controls: vec![table],
                commit_interval: Millis::new(100),
                limits: Limits::default(),
                observer: Arc::new(Unobserved),
            }
        };
        Program {
            application: application.into(),
            inputs: vec![topic(input)],
            controls: vec![topic("rules")],
            parts: Box::new(parts),
        }
    }

    /// The numbers that a first counter must pass on, computed without the runtime.
    pub fn judged_by_hand(&self) -> Vec<i64> {
        let mut factors = vec![Factor::default()];
        for delta in &self.controls {
            let last = factors[factors.len() - 1];
            factors.push(last.apply(&i64::from(*delta)));
        }
        let mut numbers = Vec::new();
        for record in self.raw.iter().filter(|record| !record.key.is_empty()) {
            let event = Event::from_bytes(&record.value);
            let Some(Event::Fact { number, revision, .. }) = event else { continue };
            if !matches!(number % 13, 5..=7) {
                numbers.push(number.wrapping_mul(factors[revision as usize].0));
            }
        }
        numbers.sort_unstable();
        numbers
    }

    /// What a run left behind, comparably.
    pub fn image(&self, ran: &Ran) -> RunImage {
        let reading = Reading::new(|_, record| is_signal(record));
        let reading = if self.merges {
            reading
                .with(topic("middle"), TopicRule::Merged(merge_bytes))
                .with(topic("second-node-changelog"), TopicRule::States)
                .with(topic("end"), self.end_rule())
        } else {
            reading
        };
        RunImage::of(&ran.log, &reading)
    }

    /// A counter passes on what was merged, in as many pieces as there were commits.
    fn end_rule(&self) -> TopicRule {
        match self.second {
            Fold::Count | Fold::Window => TopicRule::Merged(merge_bytes),
            Fold::Join => TopicRule::PerKey,
        }
    }
}

/// Whether the merged were late or left is told by the states, not by their sum.
fn merge_bytes(values: &[Vec<u8>]) -> Vec<u8> {
    let events = values.iter().map(|value| Event::from_bytes(value).expect("an event"));
    let nothing =
        Event::Derived { time: i64::MIN, late: false, is_left: false, number: 0, count: 0 };
    events.fold(nothing, |sum, event| node::merge(&sum, &event)).to_bytes()
}

pub fn is_signal(record: &LoggedRecord) -> bool {
    let event = record.value.as_deref().and_then(Event::from_bytes);
    matches!(event, Some(Event::Heartbeat(_) | Event::Watermark { .. }))
}

/// The events of a topic that are no signals, in no particular order.
pub fn events(log: &SimulatedLog, name: &str) -> Vec<(String, Event)> {
    let records = log.records(&topic(name)).into_iter().filter(|record| !is_signal(record));
    records
        .filter_map(|record| {
            let event = Event::from_bytes(record.value.as_deref()?)?;
            Some((String::from_utf8_lossy(&record.key).into_owned(), event))
        })
        .collect()
}
