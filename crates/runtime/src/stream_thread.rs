//! The stream thread: the one loop over any engine.
//!
//! poll -> rebalance events -> process -> commit. A commit is one function: prepare every task,
//! open a transaction, send outputs, changelogs and positions, commit, publish the overlays.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vigie_types::{Millis, WallTime};

use crate::control::ControlFeed;
use crate::control_queue::ControlQueue;
use crate::disposition::Rejection;
use crate::engine::{
    CommitError, CommittedPosition, Engine, EngineError, EngineEvent, Restore, Transaction,
    TransactionalProducer,
};
use crate::limits::Limits;
use crate::observer::Observer;
use crate::partition_task::{Offered, PartitionTask, TaskError};
use crate::record::{Fetched, Topic, TopicPartition};

/// Makes the task of an input partition.
pub type TaskFactory = Box<dyn Fn(TopicPartition) -> Box<dyn PartitionTask> + Send>;

/// What a stream thread is made of.
pub struct ThreadParts {
    /// Per input topic, how its tasks are made.
    pub factories: BTreeMap<Topic, TaskFactory>,
    /// The control tables that the engine's control records feed.
    pub controls: Vec<Arc<dyn ControlFeed>>,
    /// How long effects are staged at most.
    pub commit_interval: Millis,
    /// What may be held.
    pub limits: Limits,
    /// Who watches.
    pub observer: Arc<dyn Observer>,
}

/// Why a stream thread ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThreadError {
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A task cannot go on.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// A newer instance with the same identity has taken over.
    #[error("fenced by a newer instance of the same identity")]
    Fenced,
    /// A commit cannot be made.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// A control record is unreadable.
    #[error("a control record is wrong: {0}")]
    Control(Rejection),
    /// Records of a topic that no processor reads.
    #[error("no processor reads {0}")]
    NoProcessor(TopicPartition),
}

/// A task and what was fetched for it but not processed yet.
struct Slot {
    task: Box<dyn PartitionTask>,
    backlog: VecDeque<Fetched>,
    next: usize,
    waits: bool,
    /// Rewound since the last poll: what that poll still delivers is from before.
    rewound: bool,
}

/// A task that is being restored.
struct Opening {
    partition: TopicPartition,
    task: Box<dyn PartitionTask>,
    committed: Option<CommittedPosition>,
    entries: u64,
    failure: Option<TaskError>,
}

impl Opening {
    fn restore(&mut self) -> Restore<'_> {
        let Self { task, entries, failure, .. } = self;
        Restore {
            changelog: task.changelog().clone(),
            entry: Box::new(move |key, value| {
                *entries += 1;
                if failure.is_none() {
                    *failure = task.restore(key, value).err();
                }
            }),
        }
    }
}

/// The loop of one OS thread, which owns its engine and its tasks.
pub struct StreamThread<E: Engine> {
    engine: E,
    parts: ThreadParts,
    slots: BTreeMap<TopicPartition, Slot>,
    controls: ControlQueue,
    last_commit: WallTime,
    events: Vec<EngineEvent>,
    inputs: u64,
    has_joined: bool,
}

impl<E: Engine> StreamThread<E> {
    /// A thread that has not polled yet.
    pub fn new(engine: E, parts: ThreadParts) -> Self {
        let last_commit = engine.now();
        Self {
            engine,
            parts,
            slots: BTreeMap::new(),
            controls: ControlQueue::default(),
            last_commit,
            events: Vec::new(),
            inputs: 0,
            has_joined: false,
        }
    }

    /// Goes on until `stop` is set, then commits what was processed.
    ///
    /// # Errors
    /// See [`ThreadError`]; what was not committed is as if it had never been read.
    pub fn run(&mut self, stop: &AtomicBool) -> Result<(), ThreadError> {
        while !stop.load(Ordering::Acquire) {
            self.step(self.parts.commit_interval)?;
        }
        self.commit()
    }

    /// Polls once, waiting at most `wait`, processes what came and commits when it is time.
    ///
    /// # Errors
    /// See [`ThreadError`].
    pub fn step(&mut self, wait: Millis) -> Result<(), ThreadError> {
        let wait = self.time_to_commit().map_or(wait, |left| wait.min(left));
        let mut events = std::mem::take(&mut self.events);
        for slot in self.slots.values_mut() {
            slot.rewound = false;
            // What it waits for may have come by another way than a poll.
            slot.waits = false;
        }
        self.engine.poll(wait, &mut events)?;
        for event in events.drain(..) {
            self.heed(event)?;
        }
        self.events = events;
        let refused = self.controls.feed(&self.parts.controls).map_err(ThreadError::Control)?;
        for reason in &refused {
            self.parts.observer.control_refused(reason);
        }
        self.process()?;
        if self.time_to_commit().is_some_and(|left| left <= Millis::ZERO) {
            self.commit()?;
        }
        Ok(())
    }

    /// Whether everything delivered so far was processed and committed.
    pub fn is_idle(&self) -> bool {
        self.slots.values().all(|slot| slot.backlog.is_empty() && !slot.task.is_dirty())
    }

    /// The engine, for those who drive it in tests.
    pub fn engine(&mut self) -> &mut E {
        &mut self.engine
    }

    /// How long until a commit is due; none while there is nothing to commit.
    fn time_to_commit(&self) -> Option<Millis> {
        let dirty = self.slots.values().any(|slot| slot.task.is_dirty());
        dirty.then(|| {
            let due = self.last_commit + self.parts.commit_interval;
            (due - self.engine.now()).max(Millis::ZERO)
        })
    }

    fn heed(&mut self, event: EngineEvent) -> Result<(), ThreadError> {
        match event {
            EngineEvent::Assigned(partitions) => {
                self.open(partitions)?;
                if !self.has_joined {
                    self.has_joined = true;
                    self.parts.observer.joined();
                }
            }
            EngineEvent::Revoked(partitions) => {
                self.commit()?;
                self.drop_tasks(&partitions);
            }
            EngineEvent::Lost(partitions) => {
                for partition in &partitions {
                    if let Some(slot) = self.slots.get_mut(partition) {
                        slot.task.roll_back();
                    }
                }
                self.drop_tasks(&partitions);
            }
            EngineEvent::Kept(partitions) => self.check_kept(partitions)?,
            EngineEvent::Control(fetched) => self.controls.push(fetched),
            EngineEvent::Records(fetched) => {
                let slot = self.slots.get_mut(&fetched.from);
                if let Some(slot) = slot.filter(|slot| !slot.rewound) {
                    slot.backlog.push_back(fetched);
                }
            }
        }
        Ok(())
    }

    /// Opens the partitions anew that somebody else has committed to since we did.
    fn check_kept(&mut self, partitions: Vec<TopicPartition>) -> Result<(), ThreadError> {
        let mut changed = Vec::new();
        for partition in partitions {
            let Some(slot) = self.slots.get(&partition) else { continue };
            if self.engine.committed(&partition)? == slot.task.committed() {
                slot.task.stay();
            } else {
                changed.push(partition);
            }
        }
        self.drop_tasks(&changed);
        self.open(changed)
    }

    /// Restores the tasks of assigned partitions and reads on where each was committed.
    fn open(&mut self, partitions: Vec<TopicPartition>) -> Result<(), ThreadError> {
        if partitions.is_empty() {
            // Most rebalances bring nothing: the deliveries of the others go on.
            return Ok(());
        }
        let begun = self.engine.now();
        let mut openings = Vec::with_capacity(partitions.len());
        for partition in partitions {
            let Some(factory) = self.parts.factories.get(&partition.topic) else {
                return Err(ThreadError::NoProcessor(partition));
            };
            // The position first: the engine answers once no commit of an earlier owner is pending,
            // so the changelog read after it is of that commit or the restore is refused.
            let committed = self.engine.committed(&partition)?;
            let task = factory(partition.clone());
            openings.push(Opening { partition, task, committed, entries: 0, failure: None });
        }
        let mut restores: Vec<Restore<'_>> = openings.iter_mut().map(Opening::restore).collect();
        self.engine.restore(&mut restores)?;
        drop(restores);
        for Opening { partition, mut task, committed, entries, failure } in openings {
            if let Some(failure) = failure {
                return Err(failure.into());
            }
            let position = task.start(committed.as_ref())?;
            self.engine.seek(&partition, position)?;
            self.parts.observer.restored(&partition, entries, self.engine.now() - begun);
            let slot =
                Slot { task, backlog: VecDeque::new(), next: 0, waits: false, rewound: true };
            self.slots.insert(partition, slot);
        }
        Ok(())
    }

    fn drop_tasks(&mut self, partitions: &[TopicPartition]) {
        for partition in partitions {
            if let Some(mut slot) = self.slots.remove(partition) {
                slot.task.close();
            }
        }
    }

    /// Works off the backlogs, committing early whenever a task is full.
    fn process(&mut self) -> Result<(), ThreadError> {
        loop {
            let mut full = false;
            for (partition, slot) in &mut self.slots {
                self.inputs += slot.work_off()?;
                full |= slot.task.is_full();
                if slot.backlog.is_empty() {
                    self.engine.resume(partition);
                } else {
                    self.engine.pause(partition);
                }
            }
            if !full {
                return Ok(());
            }
            self.commit()?;
        }
    }

    /// Makes everything processed so far visible together: decision 6, open late, commit fast.
    fn commit(&mut self) -> Result<(), ThreadError> {
        self.last_commit = self.engine.now();
        let mut dirty: Vec<&mut Slot> =
            self.slots.values_mut().filter(|slot| slot.task.is_dirty()).collect();
        if dirty.is_empty() {
            return Ok(());
        }
        for slot in &mut dirty {
            slot.task.prepare()?;
        }
        let begun = self.engine.now();
        match send_all(self.engine.producer(), &dirty) {
            Ok(outputs) => {
                for slot in dirty {
                    slot.task.publish();
                }
                let took = self.engine.now() - begun;
                self.parts.observer.committed(std::mem::take(&mut self.inputs), outputs, took);
                Ok(())
            }
            Err(CommitError::Aborted(reason)) => self.roll_back(&reason),
            Err(CommitError::InDoubt) => self.settle(),
            Err(CommitError::Fenced) => Err(ThreadError::Fenced),
            Err(CommitError::Fatal(reason)) => Err(ThreadError::Commit(reason)),
        }
    }

    /// Drops what is staged and reads it again.
    fn roll_back(&mut self, reason: &str) -> Result<(), ThreadError> {
        self.parts.observer.aborted(reason);
        self.inputs = 0;
        for (partition, slot) in &mut self.slots {
            let position = slot.task.roll_back();
            slot.rewind();
            self.engine.seek(partition, position)?;
        }
        Ok(())
    }

    /// Finds out what became of a commit in doubt: decision 8.
    fn settle(&mut self) -> Result<(), ThreadError> {
        let mut tries = 0;
        while let Err(error) = self.engine.recreate_producer() {
            tries += 1;
            if tries > self.parts.limits.doubt_retries {
                return Err(error.into());
            }
        }
        let partitions: Vec<TopicPartition> = self.slots.keys().cloned().collect();
        for partition in partitions {
            let committed = self.engine.committed(&partition)?;
            let Some(slot) = self.slots.get_mut(&partition) else { continue };
            // The whole of it: an owner after us may have made a commit of the same number.
            let took_place = committed.is_some_and(|known| known == slot.task.staged_position());
            if slot.task.is_dirty() && took_place {
                slot.task.publish();
            } else {
                let position = slot.task.roll_back();
                slot.rewind();
                self.engine.seek(&partition, position)?;
            }
        }
        self.inputs = 0;
        Ok(())
    }
}

/// Sends what the tasks staged in one transaction; returns how many records that were.
fn send_all<P: TransactionalProducer>(
    producer: &mut P,
    slots: &[&mut Slot],
) -> Result<u64, CommitError> {
    let mut transaction = producer.begin()?;
    let mut sent = 0;
    for slot in slots {
        let mut index = 0;
        while let Some(record) = slot.task.staged(index) {
            transaction.send(record)?;
            index += 1;
        }
        sent += index as u64;
    }
    let positions: Vec<_> = slots.iter().map(|slot| slot.task.staged_position()).collect();
    transaction.send_positions(&positions)?;
    transaction.commit()?;
    Ok(sent)
}

impl Slot {
    /// Offers fetched records until none is left, one waits, or a limit asks for a commit.
    fn work_off(&mut self) -> Result<u64, TaskError> {
        let mut taken = 0;
        if self.waits {
            return Ok(taken);
        }
        while let Some(fetched) = self.backlog.front() {
            while let Some(record) = fetched.get(self.next) {
                match self.task.offer(record)? {
                    Offered::Taken => {
                        self.next += 1;
                        taken += 1;
                    }
                    Offered::Waits => {
                        self.waits = true;
                        return Ok(taken);
                    }
                }
                if self.task.is_full() {
                    return Ok(taken);
                }
            }
            self.backlog.pop_front();
            self.next = 0;
        }
        Ok(taken)
    }

    /// Forgets what was fetched: it will be fetched again.
    fn rewind(&mut self) {
        self.rewound = true;
        self.backlog.clear();
        self.next = 0;
        self.waits = false;
    }
}
