//! The log-writer thread: merges the transactions that wait into one write with one flush.
//!
//! Each transaction stays whole, offsets follow the order of arrival, and nobody sees a record
//! before it is as durable as the settings say. After a failed write nothing is written any more:
//! what the database holds in memory is no longer known to be what the file holds, and a restart
//! settles it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use vigie_runtime::{CommitError, CommittedPosition, Offset, Position};

use crate::batch::SealedBatch;
use crate::catalog::{Catalog, Slot};
use crate::identity::{Identities, Identity};
use crate::layout::Kind;
use crate::settings::{Clock, Durability};
use crate::store::{Changes, Flush, Store};
use crate::tail::Tail;
use crate::upkeep::Call;

/// A write takes up to 64 MiB of waiting transactions: two full loads of a second's worth at 30
/// MB/s, so that one flush never waits for more than that is written.
const MAX_WRITE_BYTES: usize = 64 << 20;
/// Upkeep is called early once compacted topics have grown by this, which bounds what an open
/// reads.
const UPKEEP_BYTES: usize = 64 << 20;

/// What the writer is asked for.
#[derive(Debug)]
pub(crate) enum Work {
    /// Write a transaction.
    Commit {
        batches: Vec<(Slot, SealedBatch)>,
        positions: Vec<CommittedPosition>,
        identity: Option<Identity>,
    },
    /// Drop whole batches below these positions.
    Trim(Vec<(Slot, Position)>),
    /// Drop the positions of an application.
    Forget(Arc<str>),
    /// Make durable what has been written.
    Sync,
}

impl Work {
    fn bytes(&self) -> usize {
        match self {
            Self::Commit { batches, .. } => batches.iter().map(|(_, batch)| batch.bytes()).sum(),
            Self::Trim(_) | Self::Forget(_) | Self::Sync => 0,
        }
    }
}

/// A piece of work and where its outcome goes.
#[derive(Debug)]
pub(crate) struct Request {
    pub work: Work,
    pub reply: Sender<Result<(), CommitError>>,
}

/// Asks the writer and waits for the outcome.
pub(crate) fn ask(writer: &Sender<Request>, work: Work) -> Result<(), CommitError> {
    let (reply, outcome) = crossbeam_channel::bounded(1);
    let gone = || CommitError::Fatal("the log's writer has ended".into());
    writer.send(Request { work, reply }).map_err(|_| gone())?;
    outcome.recv().map_err(|_| gone())?
}

/// Everything the writer thread owns or shares.
#[derive(Debug)]
pub(crate) struct Writer {
    pub catalog: Arc<Catalog>,
    pub store: Arc<Store>,
    pub tail: Arc<Tail>,
    pub identities: Arc<Identities>,
    pub clock: Clock,
    pub durability: Durability,
    pub requests: Receiver<Request>,
    pub upkeep: Sender<Call>,
}

/// What has been written and not flushed, and what upkeep has not seen.
#[derive(Debug, Default)]
struct Owed {
    flush_by: Option<Instant>,
    compacted_bytes: usize,
}

impl Writer {
    /// Writes until everyone who could ask is gone, then flushes.
    pub fn run(self) {
        let mut owed = Owed::default();
        loop {
            match self.next(&owed) {
                Ok(first) => self.write(self.gather(first), &mut owed),
                Err(RecvTimeoutError::Timeout) => self.write(Vec::new(), &mut owed),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if owed.flush_by.is_some() {
            owed.flush_by = Some(now());
            self.write(Vec::new(), &mut owed);
        }
    }

    fn next(&self, owed: &Owed) -> Result<Request, RecvTimeoutError> {
        match owed.flush_by {
            Some(deadline) => self.requests.recv_deadline(deadline),
            None => self.requests.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Everything that waits, as far as one write takes it.
    fn gather(&self, first: Request) -> Vec<Request> {
        let mut bytes = first.work.bytes();
        let mut requests = vec![first];
        while bytes < MAX_WRITE_BYTES
            && let Ok(request) = self.requests.try_recv()
        {
            bytes += request.work.bytes();
            requests.push(request);
        }
        requests
    }

    fn write(&self, requests: Vec<Request>, owed: &mut Owed) {
        let mut changes = Changes::default();
        let mut ends = BTreeMap::new();
        let mut waiting = Vec::new();
        let mut sync = false;
        for Request { work, reply } in requests {
            sync |= matches!(work, Work::Sync);
            match self.stage(work, &mut changes, &mut ends) {
                Ok(()) => waiting.push(reply),
                // A producer that no longer waits has no use for the answer.
                Err(refused) => _ = reply.send(Err(refused)),
            }
        }
        let outcome = self.write_staged(changes, sync, owed);
        for reply in waiting {
            let _ = reply.send(outcome.clone());
        }
    }

    /// Gives a piece of work its place in the write.
    fn stage(
        &self,
        work: Work,
        changes: &mut Changes,
        ends: &mut BTreeMap<Slot, Position>,
    ) -> Result<(), CommitError> {
        match work {
            Work::Commit { batches, positions, identity } => {
                if identity.as_ref().is_some_and(|identity| self.identities.fences(identity)) {
                    return Err(CommitError::Fenced);
                }
                let committed = self.clock.now();
                for (slot, batch) in batches {
                    let end = ends.entry(slot).or_insert_with(|| self.tail.end(slot));
                    let base = Offset::new(end.get());
                    let place = self.catalog.place(slot);
                    let batch = Arc::new(batch.place(place.key(), base, committed));
                    *end = batch.view().end();
                    changes.batches.push((slot, batch));
                }
                if let Some(identity) = identity {
                    let with_name = |position| (Arc::clone(&identity.application), position);
                    changes.positions.extend(positions.into_iter().map(with_name));
                }
            }
            Work::Trim(trims) => changes.trims.extend(trims),
            Work::Forget(application) => changes.forgotten.push(application),
            Work::Sync => {}
        }
        Ok(())
    }

    fn write_staged(
        &self,
        changes: Changes,
        sync: bool,
        owed: &mut Owed,
    ) -> Result<(), CommitError> {
        if let Some(reason) = self.tail.lock().failure() {
            return Err(CommitError::Fatal(reason.into()));
        }
        let flush = match self.durability {
            Durability::EveryCommit => Flush::Now,
            Durability::Interval(_) if sync || owed.flush_by.is_some_and(|by| by <= now()) => {
                Flush::Now
            }
            Durability::Interval(_) => Flush::Later,
        };
        let nothing = changes.batches.is_empty()
            && changes.positions.is_empty()
            && changes.trims.is_empty()
            && changes.forgotten.is_empty();
        if nothing && owed.flush_by.is_none() {
            return Ok(());
        }
        self.store.write(&self.catalog, &changes, flush).map_err(|error| {
            self.tail.fail(&error.to_string());
            CommitError::Fatal(error.to_string())
        })?;
        owed.flush_by = match (flush, self.durability) {
            (Flush::Now, _) | (Flush::Later, Durability::EveryCommit) => None,
            (Flush::Later, Durability::Interval(span)) => {
                let span = Duration::from_millis(span.get().max(0) as u64);
                owed.flush_by.or_else(|| Some(now() + span))
            }
        };
        self.call_upkeep(&changes, owed);
        self.tail.publish(changes.batches, &changes.trims);
        Ok(())
    }

    fn call_upkeep(&self, changes: &Changes, owed: &mut Owed) {
        let compacted = |slot: &Slot| self.catalog.place(*slot).kind == Kind::Compacted;
        let batches = changes.batches.iter().filter(|(slot, _)| compacted(slot));
        owed.compacted_bytes += batches.map(|(_, batch)| batch.stored().len()).sum::<usize>();
        if owed.compacted_bytes >= UPKEEP_BYTES {
            owed.compacted_bytes = 0;
            // Full means that it has been called already.
            let _ = self.upkeep.try_send(Call::Early);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "an engine is an edge: a flush is due by the clock")]
fn now() -> Instant {
    Instant::now()
}
