//! The tail: where each partition starts and ends, and its newest batches, in memory.
//!
//! All batches of a write become visible under one lock, so a reader never sees a part of a
//! transaction. The oldest batches of all partitions leave first when the memory is used up.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use vigie_runtime::Position;

use crate::batch::Batch;
use crate::catalog::Slot;

#[derive(Debug)]
struct Recent {
    start: Position,
    end: Position,
    batches: VecDeque<Arc<Batch>>,
}

/// What is known of the log without its file.
#[derive(Debug)]
pub(crate) struct TailState {
    partitions: Vec<Recent>,
    /// The slots of the batches in memory, oldest first.
    order: VecDeque<Slot>,
    bytes: usize,
    failure: Option<Arc<str>>,
}

impl TailState {
    /// The next position to be written.
    pub fn end(&self, slot: Slot) -> Position {
        self.partitions[slot.0].end
    }

    /// The first position that is kept.
    pub fn start(&self, slot: Slot) -> Position {
        self.partitions[slot.0].start
    }

    /// Why nothing can be written any more, if so.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

/// The tail of a log, shared by its writer and its readers.
#[derive(Debug)]
pub(crate) struct Tail {
    state: Mutex<TailState>,
    changed: Condvar,
    limit_bytes: usize,
}

impl Tail {
    /// The tail of a log with these bounds, which keeps so many bytes.
    pub fn new(bounds: Vec<(Position, Position)>, limit_bytes: usize) -> Self {
        let recent = |(start, end)| Recent { start, end, batches: VecDeque::new() };
        let state = TailState {
            partitions: bounds.into_iter().map(recent).collect(),
            order: VecDeque::new(),
            bytes: 0,
            failure: None,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), limit_bytes }
    }

    /// What is known now.
    pub fn lock(&self) -> MutexGuard<'_, TailState> {
        self.state.lock().expect("nobody panics holding this lock")
    }

    /// The next position to be written.
    pub fn end(&self, slot: Slot) -> Position {
        self.lock().end(slot)
    }

    /// The first position that is kept.
    pub fn start(&self, slot: Slot) -> Position {
        self.lock().start(slot)
    }

    /// Makes the batches of one write visible, together, and drops what was trimmed.
    pub fn publish(&self, batches: Vec<(Slot, Arc<Batch>)>, trims: &[(Slot, Position)]) {
        let mut state = self.lock();
        for (slot, batch) in batches {
            let recent = &mut state.partitions[slot.0];
            assert_eq!(recent.end.get(), batch.view().base.get(), "offsets are dense");
            recent.end = batch.view().end();
            state.bytes += batch.stored().len();
            state.partitions[slot.0].batches.push_back(batch);
            state.order.push_back(slot);
        }
        for (slot, start) in trims {
            let recent = &mut state.partitions[slot.0];
            assert!(recent.start <= *start && *start <= recent.end, "starts rise, up to the end");
            recent.start = *start;
        }
        while state.bytes > self.limit_bytes
            && let Some(slot) = state.order.pop_front()
        {
            let oldest = state.partitions[slot.0].batches.pop_front();
            state.bytes -= oldest.expect("each batch is in the order once").stored().len();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Tells everyone that nothing can be written any more, and why. The first reason stays.
    pub fn fail(&self, reason: &str) {
        let mut state = self.lock();
        if state.failure.is_none() {
            state.failure = Some(reason.into());
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Wakes those who wait, so that they look again.
    pub fn wake(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// The batches in memory from the one that holds `from` on, up to about so many bytes; none
    /// when older batches than those in memory are wanted.
    pub fn recent(&self, slot: Slot, from: Position, bytes: usize) -> Option<Vec<Arc<Batch>>> {
        let state = self.lock();
        let batches = &state.partitions[slot.0].batches;
        if batches.front()?.view().base.get() > from.get() {
            return None;
        }
        let first = batches.partition_point(|batch| batch.view().end() <= from);
        let mut found = Vec::new();
        let mut found_bytes = 0;
        for batch in batches.range(first..) {
            if found_bytes >= bytes {
                break;
            }
            found_bytes += batch.stored().len();
            found.push(Arc::clone(batch));
        }
        Some(found)
    }

    /// Waits until `ready`, a failure, or until so much time has passed.
    pub fn wait(&self, wait: Duration, ready: impl Fn(&TailState) -> bool) {
        let unready = |state: &mut TailState| state.failure.is_none() && !ready(state);
        let state = self.lock();
        drop(self.changed.wait_timeout_while(state, wait, unready));
    }
}
