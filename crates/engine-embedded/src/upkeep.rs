//! Upkeep: folds compacted topics into `state.redb`, and drops what retention no longer keeps.
//!
//! A batch of a compacted topic is dropped once it is durable in `state.redb`, so the log itself
//! holds only their last seconds. A batch of a retained topic is dropped once it is old enough by
//! the wall time of its commit and every application known to read the partition is beyond it: one
//! with a committed position, or one that runs now. An application that is gone for good holds the
//! log until its positions are forgotten.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use vigie_runtime::{CommitError, Position};
use vigie_types::{Millis, WallTime};

use crate::catalog::{Catalog, Slot};
use crate::compacted::fold;
use crate::error::{ReadError, StoreError};
use crate::identity::Identities;
use crate::layout::Kind;
use crate::reader::Reader;
use crate::settings::{Clock, Durability};
use crate::state::{Fold, StateStore};
use crate::store::Store;
use crate::tail::Tail;
use crate::writer::{Request, Work, ask};

/// One transaction of `state.redb` takes about this much log: what it holds in memory twice.
const FOLD_BYTES: usize = 32 << 20;
/// Retention is counted in days: looking once a minute is exact enough.
const RETENTION_PERIOD: Millis = Millis::minutes(1);
/// Batches looked at, and dropped, at a time: 1,000 of 200 kB are 200 MB of pages to free.
const MAX_EXPIRED_BATCHES: usize = 1_000;

/// What the upkeep thread is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    /// Do not wait for the next round.
    Early,
    /// Do a last round and end.
    Stop,
}

/// The upkeep of an open log.
#[derive(Debug)]
pub(crate) struct Upkeep {
    pub catalog: Arc<Catalog>,
    pub store: Arc<Store>,
    pub state: Arc<StateStore>,
    pub tail: Arc<Tail>,
    pub identities: Arc<Identities>,
    pub clock: Clock,
    pub durability: Durability,
    pub writer: Sender<Request>,
    /// One round at a time; holds when retention was last looked at.
    pub turn: Mutex<WallTime>,
}

impl Upkeep {
    /// Works every `period` and when called, until told to stop.
    pub fn run(&self, period: Millis, calls: &Receiver<Call>) {
        let period = Duration::from_millis(period.get().max(1) as u64);
        loop {
            let stops = match calls.recv_timeout(period) {
                Ok(Call::Early) | Err(RecvTimeoutError::Timeout) => false,
                Ok(Call::Stop) | Err(RecvTimeoutError::Disconnected) => true,
            };
            if self.tail.lock().failure().is_none()
                && let Err(error) = self.round(false)
            {
                self.tail.fail(&error.to_string());
            }
            if stops {
                return;
            }
        }
    }

    /// Folds what there is to fold and, when it is due or `all` is wanted, applies retention.
    pub fn round(&self, all: bool) -> Result<(), ReadError> {
        let mut retention_looked_at = self.turn.lock().expect("nobody panics holding this lock");
        self.flush_state()?;
        let now = self.clock.now();
        if all || now - *retention_looked_at >= RETENTION_PERIOD {
            *retention_looked_at = now;
            self.apply_retention(now)?;
        }
        Ok(())
    }

    fn flush_state(&self) -> Result<(), ReadError> {
        let compacted = |place: &crate::catalog::Place| place.kind == Kind::Compacted;
        let slots: Vec<Slot> = self
            .catalog
            .places()
            .filter(|(_, place)| compacted(place))
            .map(|(slot, _)| slot)
            .collect();
        let tail = self.tail.lock();
        let ends: Vec<Position> = slots.iter().map(|slot| tail.end(*slot)).collect();
        drop(tail);
        if self.durability != Durability::EveryCommit {
            // What `state.redb` holds must not outlive a log that lost its last span.
            self.ask(Work::Sync)?;
        }
        while self.fold_once(&slots, &ends)? {}
        Ok(())
    }

    /// Folds one transaction's worth; returns whether there was anything.
    fn fold_once(&self, slots: &[Slot], ends: &[Position]) -> Result<bool, ReadError> {
        let reader = Reader { catalog: &self.catalog, store: &self.store, tail: &self.tail };
        let view = self.state.view()?;
        let mut folds = Vec::new();
        let mut trims = Vec::new();
        let mut left = FOLD_BYTES;
        for (slot, end) in slots.iter().zip(ends) {
            let place = self.catalog.place(*slot);
            let applied = view.applied(place)?;
            if applied >= *end || left == 0 {
                continue;
            }
            let (entries, up_to) = fold(&reader, *slot, (applied, *end), left)?;
            let bytes = |(key, value): (&Vec<u8>, &Option<Vec<u8>>)| {
                key.len() + value.as_ref().map_or(0, Vec::len)
            };
            left = left.saturating_sub(entries.iter().map(bytes).sum());
            trims.push((*slot, up_to));
            folds.push(Fold { place: place.clone(), entries, applied: up_to });
        }
        drop(view);
        if folds.is_empty() {
            return Ok(false);
        }
        self.state.apply(&folds)?;
        self.ask(Work::Trim(trims))?;
        Ok(true)
    }

    fn apply_retention(&self, now: WallTime) -> Result<(), ReadError> {
        let positions = self.store.positions(&self.catalog, None)?;
        for (slot, place) in self.catalog.places() {
            let Kind::Retained { retention } = place.kind else { continue };
            let mut floor = self.tail.end(slot);
            for application in self.identities.readers(slot) {
                let committed =
                    positions.iter().any(|(name, of, _)| **name == *application && *of == slot);
                if !committed {
                    floor = Position::START;
                }
            }
            for (_, _, committed) in positions.iter().filter(|(_, of, _)| *of == slot) {
                floor = floor.min(committed.position);
            }
            let cutoff = now - retention;
            while let Some(start) = self.store.expired(place, cutoff, floor, MAX_EXPIRED_BATCHES)? {
                self.ask(Work::Trim(vec![(slot, start)]))?;
            }
        }
        Ok(())
    }

    fn ask(&self, work: Work) -> Result<(), ReadError> {
        ask(&self.writer, work).map_err(|error| {
            let reason = match error {
                CommitError::Fatal(reason) | CommitError::Aborted(reason) => reason,
                CommitError::Fenced | CommitError::InDoubt => error.to_string(),
            };
            let path = self.state.path().clone();
            ReadError::Store(StoreError::Database { attempt: "keep up".into(), path, reason })
        })
    }
}
