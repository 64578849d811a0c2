//! The engine: delivers the records of one application's inputs and control topics from a log.
//!
//! All partitions of the inputs are assigned at the first poll, which delivers nothing else, and
//! are never taken away. Delivery begins at the committed position, or at the log's start where
//! there is none. Control topics are delivered whole from their start, before input records and
//! even while inputs are paused.

use std::sync::Arc;
use std::time::Duration;

use vigie_runtime::{
    CommittedPosition, Engine, EngineError, EngineEvent, Position, Restore, Topic, TopicPartition,
};
use vigie_types::{Millis, WallTime};

use crate::catalog::{Catalog, Slot};
use crate::error::{ReadError, StoreError};
use crate::identity::Identity;
use crate::layout::Kind;
use crate::log::Log;
use crate::producer::EmbeddedProducer;
use crate::tail::TailState;

/// A partition's share of a poll is never less than this, or many partitions would make many events
/// of a record each.
const MIN_SHARE_BYTES: usize = 64 << 10;

/// What an engine reads, and for whom.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// The application: positions are kept, and older engines fenced, under this name.
    pub application: String,
    /// The topics whose records are processed.
    pub inputs: Vec<Topic>,
    /// The topics that are read whole.
    pub controls: Vec<Topic>,
    /// About how many bytes of keys and values a poll delivers, shared by the partitions that have
    /// any.
    pub fetch_bytes: usize,
}

#[derive(Debug)]
struct Input {
    slot: Slot,
    partition: TopicPartition,
    next: Position,
    paused: bool,
}

/// Everything that does I/O for one stream thread, over a log.
#[derive(Debug)]
pub struct EmbeddedEngine {
    log: Arc<Log>,
    producer: EmbeddedProducer,
    identity: Identity,
    assigned: bool,
    inputs: Vec<Input>,
    controls: Vec<Input>,
    /// The input that is looked at first in the next poll.
    turn: usize,
    fetch_bytes: usize,
}

impl EmbeddedEngine {
    pub(crate) fn new(log: Arc<Log>, settings: &EngineSettings) -> Result<Self, EngineError> {
        let inputs = partitions(log.catalog(), &settings.inputs)?;
        let controls = partitions(log.catalog(), &settings.controls)?;
        for input in inputs.iter().chain(&controls) {
            if log.catalog().place(input.slot).kind == Kind::Compacted {
                return Err(EngineError::Fatal(format!(
                    "{} is compacted: it can be restored, not read record by record",
                    input.partition.topic
                )));
            }
        }
        let slots = inputs.iter().map(|input| input.slot).collect();
        let identity = log.identities().begin(&settings.application, slots);
        // An older engine of the application may be waiting: it is fenced now.
        log.tail().wake();
        let producer = EmbeddedProducer::new(Arc::clone(&log), Some(identity.clone()));
        let fetch_bytes = settings.fetch_bytes.max(1);
        let (assigned, turn) = (false, 0);
        Ok(Self { log, producer, identity, assigned, inputs, controls, turn, fetch_bytes })
    }

    fn assign(&mut self, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        let committed =
            self.log.committed(&self.identity.application).map_err(|error| fatal(&error))?;
        for input in &mut self.inputs {
            let position = committed.iter().find(|(slot, _)| *slot == input.slot);
            input.next = match position {
                Some((_, committed)) => committed.position,
                None => self.log.tail().start(input.slot),
            };
            self.log.reader().check(input.slot, input.next).map_err(engine_error)?;
        }
        for control in &mut self.controls {
            control.next = self.log.tail().start(control.slot);
        }
        self.assigned = true;
        let partitions = self.inputs.iter().map(|input| input.partition.clone()).collect();
        events.push(EngineEvent::Assigned(partitions));
        Ok(())
    }

    fn deliver_controls(&mut self, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        for control in &mut self.controls {
            let fetched = fetch(&self.log, control, self.fetch_bytes)?;
            events.extend(fetched.map(EngineEvent::Control));
        }
        Ok(())
    }

    fn deliver_records(&mut self, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        let tail = self.log.tail().lock();
        let ready = self.inputs.iter().filter(|input| input.is_ready(&tail)).count();
        drop(tail);
        let share = (self.fetch_bytes / ready.max(1)).max(MIN_SHARE_BYTES).min(self.fetch_bytes);
        let mut left = self.fetch_bytes;
        for _ in 0..self.inputs.len() {
            if left == 0 {
                break;
            }
            let turn = self.turn % self.inputs.len();
            self.turn = turn + 1;
            let input = &mut self.inputs[turn];
            if !input.paused
                && let Some(fetched) = fetch(&self.log, input, share.min(left))?
            {
                left = left.saturating_sub(fetched.bytes().max(1));
                events.push(EngineEvent::Records(fetched));
            }
        }
        Ok(())
    }

    fn input_mut(&mut self, partition: &TopicPartition) -> Option<&mut Input> {
        self.inputs.iter_mut().find(|input| input.partition == *partition)
    }
}

impl Input {
    fn is_ready(&self, tail: &TailState) -> bool {
        !self.paused && tail.end(self.slot) > self.next
    }
}

impl Engine for EmbeddedEngine {
    type Producer = EmbeddedProducer;

    fn now(&self) -> WallTime {
        self.log.clock_now()
    }

    fn poll(&mut self, wait: Millis, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        if self.log.identities().fences(&self.identity) {
            return Err(EngineError::Fenced);
        }
        if !self.assigned {
            return self.assign(events);
        }
        self.log.tail().wait(Duration::from_millis(wait.get().max(0) as u64), |tail| {
            let mut read = self.inputs.iter().chain(&self.controls);
            read.any(|input| input.is_ready(tail)) || self.log.identities().fences(&self.identity)
        });
        if let Some(reason) = self.log.tail().lock().failure() {
            return Err(EngineError::Fatal(reason.into()));
        }
        self.deliver_controls(events)?;
        self.deliver_records(events)
    }

    fn committed(
        &mut self,
        partition: &TopicPartition,
    ) -> Result<Option<CommittedPosition>, EngineError> {
        let slot = self.log.slot(partition).map_err(engine_error)?;
        let committed =
            self.log.committed(&self.identity.application).map_err(|error| fatal(&error))?;
        Ok(committed.into_iter().find(|(of, _)| *of == slot).map(|(_, committed)| committed))
    }

    fn restore(&mut self, restores: &mut [Restore<'_>]) -> Result<(), EngineError> {
        for Restore { changelog, entry } in restores {
            let slot = self.log.slot(changelog).map_err(engine_error)?;
            let mut visit = |key: &[u8], value: &[u8]| entry(key, Some(value));
            self.log
                .compacted_now(slot)
                .and_then(|compacted| compacted.visit(&mut visit))
                .map_err(engine_error)?;
        }
        Ok(())
    }

    fn seek(&mut self, partition: &TopicPartition, position: Position) -> Result<(), EngineError> {
        let slot = self.log.slot(partition).map_err(engine_error)?;
        self.log.reader().check(slot, position).map_err(engine_error)?;
        let input = self.input_mut(partition).ok_or_else(|| {
            EngineError::Fatal(format!("cannot seek in {partition}: it is not an input"))
        })?;
        input.next = position;
        input.paused = false;
        Ok(())
    }

    fn pause(&mut self, partition: &TopicPartition) {
        if let Some(input) = self.input_mut(partition) {
            input.paused = true;
        }
    }

    fn resume(&mut self, partition: &TopicPartition) {
        if let Some(input) = self.input_mut(partition) {
            input.paused = false;
        }
    }

    fn producer(&mut self) -> &mut EmbeddedProducer {
        &mut self.producer
    }

    fn recreate_producer(&mut self) -> Result<(), EngineError> {
        if self.log.identities().fences(&self.identity) {
            return Err(EngineError::Fenced);
        }
        let slots = self.inputs.iter().map(|input| input.slot).collect();
        self.identity = self.log.identities().begin(&self.identity.application, slots);
        self.producer = EmbeddedProducer::new(Arc::clone(&self.log), Some(self.identity.clone()));
        Ok(())
    }
}

impl Drop for EmbeddedEngine {
    fn drop(&mut self) {
        self.log.identities().end(&self.identity);
    }
}

fn partitions(catalog: &Catalog, topics: &[Topic]) -> Result<Vec<Input>, EngineError> {
    let mut inputs = Vec::new();
    for topic in topics {
        let slots = catalog
            .slots(topic)
            .ok_or_else(|| EngineError::Fatal(format!("the log has no topic {topic}")))?;
        inputs.extend(slots.map(|slot| Input {
            slot,
            partition: catalog.place(slot).partition.clone(),
            next: Position::START,
            paused: false,
        }));
    }
    Ok(inputs)
}

/// The next records of an input, if there are any; moves it beyond them.
fn fetch(
    log: &Log,
    input: &mut Input,
    max_bytes: usize,
) -> Result<Option<vigie_runtime::Fetched>, EngineError> {
    if log.tail().end(input.slot) <= input.next {
        return Ok(None);
    }
    let fetched = log.reader().fetch(input.slot, input.next, max_bytes).map_err(engine_error)?;
    if let Some(last) = fetched.len().checked_sub(1).and_then(|last| fetched.get(last)) {
        input.next = last.offset.next();
    }
    Ok((!fetched.is_empty()).then_some(fetched))
}

fn engine_error(error: ReadError) -> EngineError {
    match error {
        ReadError::BelowStart { partition, wanted, start } => {
            EngineError::BelowLogStart { partition, wanted, start }
        }
        ReadError::UnknownPartition(_)
        | ReadError::NotCompacted(_)
        | ReadError::BeyondEnd { .. }
        | ReadError::Store(_) => EngineError::Fatal(error.to_string()),
    }
}

fn fatal(error: &StoreError) -> EngineError {
    EngineError::Fatal(error.to_string())
}
