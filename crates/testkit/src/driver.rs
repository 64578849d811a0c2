//! A driver for one processor: feed records, let time pass, read outputs and committed state. It
//! goes through the same stream thread and task as every engine does.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_runtime::{
    Board, ControlFeed, Offset, Partition, PartitionTask, Processor, ProducerRecord, StreamThread,
    Tally, Task, TaskFactory, TaskParts, TaskProgress, ThreadError, ThreadParts, Topic,
    TopicPartition, partition_of,
};
use vigie_types::{EventTime, Millis};

use crate::chances::Chances;
use crate::engine::SimulatedEngine;
use crate::log::{LoggedRecord, SimulatedLog};

/// How long effects are staged at most.
const COMMIT_INTERVAL: Millis = Millis::new(100);

/// Steps without a commit after which nothing more will come of what was fed: a task waits. A poll
/// takes at least a twentieth of the interval, so a commit is due well within.
const STEPS_WITHOUT_COMMIT: usize = 64;

/// What a driver drives. Made anew after each crash, so nothing may live on in it.
pub struct DriverParts<P: Processor> {
    /// The processor and what its tasks share. Its layout must hold the input topic.
    pub task: TaskParts<P>,
    /// The control tables that `task` looks up, if any.
    pub controls: Vec<Arc<dyn ControlFeed>>,
}

/// Drives one processor over a log in memory.
///
/// ```text
/// let mut driver = TopologyTestDriver::new(Topic::new("input"), parts);
/// driver.feed(b"key", b"value", time);
/// driver.run()?;
/// assert_eq!(driver.outputs(&Topic::new("output")), [..]);
/// ```
pub struct TopologyTestDriver<P: Processor> {
    log: SimulatedLog,
    input: Topic,
    application: String,
    partitions: u32,
    make: Box<dyn Fn() -> DriverParts<P>>,
    thread: StreamThread<SimulatedEngine>,
    board: Arc<Board<P::Key, P::State>>,
    taken: BTreeMap<TopicPartition, Offset>,
}

impl<P: Processor> TopologyTestDriver<P> {
    /// Drives the processor that `make` makes, over `input` of its layout.
    pub fn new(input: Topic, make: impl Fn() -> DriverParts<P> + 'static) -> Self {
        let parts = make();
        let mut layout = (*parts.task.layout).clone();
        for control in &parts.controls {
            layout.entry(control.topic().clone()).or_insert(1);
        }
        let Some(partitions) = layout.get(&input).copied() else {
            panic!("the layout has no topic {input}");
        };
        let log = SimulatedLog::new(&layout, 0, Chances::CALM);
        let application = parts.task.application.clone();
        let (thread, board) = start(&log, &input, parts);
        let taken = BTreeMap::new();
        let make = Box::new(make);
        Self { log, input, application, partitions, make, thread, board, taken }
    }

    /// Appends a record to the partition of its key.
    pub fn feed(&mut self, key: &[u8], value: &[u8], timestamp: EventTime) {
        self.feed_to(partition_of(key, self.partitions), key, Some(value), timestamp);
    }

    /// Appends a record to this partition.
    pub fn feed_to(
        &mut self,
        partition: Partition,
        key: &[u8],
        value: Option<&[u8]>,
        timestamp: EventTime,
    ) {
        let topic = &self.input;
        self.log.append(ProducerRecord { topic, partition, key, value, timestamp });
    }

    /// Appends a record to a control topic.
    pub fn control(&mut self, topic: &Topic, value: &[u8]) {
        let (partition, timestamp) = (Partition::new(0), EventTime::default());
        let value = Some(value);
        self.log.append(ProducerRecord { topic, partition, key: b"", value, timestamp });
    }

    /// Processes and commits what was fed, up to records that wait for a control revision.
    ///
    /// # Errors
    /// When the thread ends; see [`ThreadError`].
    pub fn run(&mut self) -> Result<(), ThreadError> {
        let mut idle_steps = 0;
        while idle_steps < STEPS_WITHOUT_COMMIT && !self.is_read() {
            let before = self.log.positions();
            self.thread.step(COMMIT_INTERVAL)?;
            idle_steps = if self.log.positions() == before { idle_steps + 1 } else { 0 };
        }
        Ok(())
    }

    /// Processes what was fed without letting a commit fall due, unless a limit asks for one.
    ///
    /// # Errors
    /// As [`TopologyTestDriver::run`].
    pub fn step(&mut self) -> Result<(), ThreadError> {
        self.thread.step(Millis::ZERO)
    }

    /// Whether everything fed was processed and committed.
    pub fn is_read(&self) -> bool {
        self.log.is_read(&self.application, std::slice::from_ref(&self.input))
    }

    /// The visible records of `topic` that were not asked for yet, partition by partition.
    pub fn outputs(&mut self, topic: &Topic) -> Vec<LoggedRecord> {
        let mut records = self.log.records(topic);
        records.retain(|record| {
            let last = self.taken.get(&TopicPartition::new(topic, record.partition));
            last.is_none_or(|last| *last < record.offset)
        });
        for record in &records {
            self.taken.insert(TopicPartition::new(topic, record.partition), record.offset);
        }
        records
    }

    /// The committed state of `key`.
    pub fn state(&self, key: &P::Key) -> Option<P::State> {
        self.board.get(key)
    }

    /// The committed progress of each partition.
    pub fn progress(&self) -> BTreeMap<Partition, TaskProgress> {
        self.board.progress()
    }

    /// What became of all records committed.
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        for progress in self.progress().values() {
            for tally in progress.tallies.values() {
                sum += *tally;
            }
        }
        sum
    }

    /// Kills the thread with all its tasks and starts another: nothing but the log lives on.
    pub fn crash(&mut self) {
        let (thread, board) = start(&self.log, &self.input, (self.make)());
        self.thread = thread;
        self.board = board;
    }

    /// The log, to set chances or to read it as a whole.
    pub fn log(&self) -> &SimulatedLog {
        &self.log
    }
}

type Started<P> =
    (StreamThread<SimulatedEngine>, Arc<Board<<P as Processor>::Key, <P as Processor>::State>>);

fn start<P: Processor>(log: &SimulatedLog, input: &Topic, parts: DriverParts<P>) -> Started<P> {
    let application = parts.task.application.clone();
    let topics: Vec<Topic> = parts.controls.iter().map(|feed| feed.topic().clone()).collect();
    let engine = SimulatedEngine::new(log, &application, std::slice::from_ref(input), &topics);
    let board = Arc::new(Board::default());
    let (limits, observer) = (parts.task.limits, Arc::clone(&parts.task.observer));
    let (shared, posted) = (Arc::new(parts.task), Arc::clone(&board));
    let factory: TaskFactory = Box::new(move |partition: TopicPartition| {
        let task = Task::new(Arc::clone(&shared), partition, Arc::clone(&posted));
        Box::new(task) as Box<dyn PartitionTask>
    });
    let factories = BTreeMap::from([(input.clone(), factory)]);
    let controls = parts.controls;
    let thread_parts =
        ThreadParts { factories, controls, commit_interval: COMMIT_INTERVAL, limits, observer };
    (StreamThread::new(engine, thread_parts), board)
}
