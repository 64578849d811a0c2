//! Reading the log: from memory where the reader keeps up, from the file where it does not.

use vigie_runtime::{Fetched, Position};

use crate::batch::BatchView;
use crate::catalog::{Catalog, Slot};
use crate::error::{ReadError, StoreError};
use crate::store::Store;
use crate::tail::Tail;

/// How many bytes of batches are taken from memory at a time: one lock for many batches.
const MEMORY_PIECE_BYTES: usize = 4 << 20;

/// What a read needs of an open log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub catalog: &'a Catalog,
    pub store: &'a Store,
    pub tail: &'a Tail,
}

impl Reader<'_> {
    /// Records from `from` on, at least one if there is one, else until `max_bytes` are reached.
    pub fn fetch(
        &self,
        slot: Slot,
        from: Position,
        max_bytes: usize,
    ) -> Result<Fetched, ReadError> {
        let mut fetched = Fetched::new(self.catalog.place(slot).partition.clone());
        self.scan(slot, from, max_bytes, &mut |batch| {
            let skipped = from.get().saturating_sub(batch.base.get()) as usize;
            for record in batch.records().skip(skipped) {
                if !fetched.is_empty() && fetched.bytes() >= max_bytes {
                    return false;
                }
                fetched.push(record);
            }
            fetched.bytes() < max_bytes
        })?;
        Ok(fetched)
    }

    /// Shows the batches that are there at the call, from the one that holds `from` on, until
    /// `visit` has had enough; about `bytes` of them are wanted.
    pub fn scan(
        &self,
        slot: Slot,
        from: Position,
        bytes: usize,
        visit: &mut dyn FnMut(BatchView<'_>) -> bool,
    ) -> Result<(), ReadError> {
        let end = self.check(slot, from)?;
        let mut next = from;
        while next < end {
            let piece = bytes.min(MEMORY_PIECE_BYTES);
            let Some(batches) = self.tail.recent(slot, next, piece) else {
                return self.scan_store(slot, next, end, visit);
            };
            for batch in batches {
                let view = batch.view();
                next = view.end();
                if !visit(view) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn scan_store(
        &self,
        slot: Slot,
        from: Position,
        end: Position,
        visit: &mut dyn FnMut(BatchView<'_>) -> bool,
    ) -> Result<(), ReadError> {
        let place = self.catalog.place(slot);
        let mut next = from;
        let mut enough = false;
        let mut gap = None;
        self.store.scan(place, from, &mut |batch| {
            if batch.base.get() > next.get() || batch.end() <= next {
                gap = Some(batch.base);
                return false;
            }
            next = batch.end();
            enough = !visit(batch);
            !enough && next < end
        })?;
        if enough || next >= end {
            return Ok(());
        }
        // Either the batches were dropped between the look at the start and the read, or they are
        // lost.
        self.check(slot, next)?;
        let reason = match gap {
            Some(base) => format!("position {} is in no batch", next.get().max(base.get())),
            None => format!("the log ends here, and should at {}", end.get()),
        };
        let base = vigie_runtime::Offset::new(next.get());
        Err(StoreError::into(self.store.damaged(place, base, &reason)))
    }

    /// Refuses a position that the log does not hold; returns the partition's end.
    pub fn check(&self, slot: Slot, wanted: Position) -> Result<Position, ReadError> {
        let tail = self.tail.lock();
        let (start, end) = (tail.start(slot), tail.end(slot));
        drop(tail);
        let partition = self.catalog.place(slot).partition.clone();
        if wanted < start {
            return Err(ReadError::BelowStart { partition, wanted, start });
        }
        if wanted > end {
            return Err(ReadError::BeyondEnd { partition, wanted, end });
        }
        Ok(end)
    }
}
