//! The compacted view of a partition: `state.redb` as of one position, and the log from there on.

use vigie_runtime::Position;

use crate::catalog::Slot;
use crate::error::ReadError;
use crate::reader::Reader;
use crate::state::{Folded, StateStore, StateView};

/// Folds the log of a partition from `from` up to `to`, or until about `bytes` are folded. Returns
/// the position up to which it came.
pub(crate) fn fold(
    reader: &Reader<'_>,
    slot: Slot,
    span: (Position, Position),
    bytes: usize,
) -> Result<(Folded, Position), ReadError> {
    let (mut next, to) = span;
    let mut folded = Folded::new();
    let mut folded_bytes = 0;
    if next >= to {
        return Ok((folded, next));
    }
    reader.scan(slot, next, bytes, &mut |batch| {
        for record in batch.records() {
            folded.insert(record.key.to_vec(), record.value.map(<[u8]>::to_vec));
        }
        folded_bytes += batch.bytes();
        next = batch.end();
        next < to && folded_bytes < bytes
    })?;
    Ok((folded, next))
}

/// One partition of a compacted topic as it was at one moment.
pub(crate) struct Compacted<'a> {
    state: StateView<'a>,
    newer: Folded,
    slot: Slot,
    reader: Reader<'a>,
}

impl<'a> Compacted<'a> {
    /// The partition as it is now.
    pub fn now(reader: Reader<'a>, store: &'a StateStore, slot: Slot) -> Result<Self, ReadError> {
        loop {
            let state = store.view()?;
            let applied = state.applied(reader.catalog.place(slot))?;
            let span = (applied, reader.tail.end(slot));
            match fold(&reader, slot, span, usize::MAX) {
                Ok((newer, _)) => return Ok(Self { state, newer, slot, reader }),
                // Between the two looks upkeep has folded these batches in and dropped them. It
                // does so every few seconds, so the next look succeeds.
                Err(ReadError::BelowStart { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Shows each key with its newest value, in the order of the keys.
    pub fn visit(self, entry: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), ReadError> {
        let mut newer = self.newer.iter().peekable();
        self.state.visit(self.reader.catalog.place(self.slot), &mut |key, value| {
            while let Some((before, change)) = newer.next_if(|(before, _)| before.as_slice() < key)
            {
                if let Some(changed) = change {
                    entry(before, changed);
                }
            }
            match newer.next_if(|(same, _)| same.as_slice() == key) {
                Some((_, Some(changed))) => entry(key, changed),
                Some((_, None)) => {}
                None => entry(key, value),
            }
        })?;
        for (key, change) in newer {
            if let Some(changed) = change {
                entry(key, changed);
            }
        }
        Ok(())
    }

    /// The newest value of a key.
    pub fn get(self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.newer.get(key) {
            Some(change) => Ok(change.clone()),
            None => Ok(self.state.get(self.reader.catalog.place(self.slot), key)?),
        }
    }
}
