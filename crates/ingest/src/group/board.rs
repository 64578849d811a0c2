//! The committed checkpoints of a group, for those who audit and measure.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use vigie_schema::Checkpoint;
use vigie_types::SourceId;

/// How far each source was read, as committed. Answers to pushes are not sources.
#[derive(Debug, Default)]
pub struct IngestBoard {
    checkpoints: RwLock<BTreeMap<SourceId, Checkpoint>>,
    open: AtomicBool,
    at_end: AtomicBool,
    failures: Mutex<Vec<String>>,
}

impl IngestBoard {
    /// Every source's checkpoint.
    pub fn checkpoints(&self) -> BTreeMap<SourceId, Checkpoint> {
        self.checkpoints.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether every input was read to its end, as committed. False until ingest has opened them.
    pub fn has_read_everything(&self) -> bool {
        self.at_end.load(Ordering::Acquire)
    }

    /// Whether ingest has opened its sources and takes pushes.
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Why inputs could not be read to their end, each naming the input and the place.
    pub fn failures(&self) -> Vec<String> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Posts why an input could not be read to its end.
    pub(super) fn post_failure(&self, failure: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure.into());
    }

    /// Posts that the sources are open.
    pub(super) fn post_open(&self) {
        self.open.store(true, Ordering::Release);
    }

    /// Posts whether every input was read to its end.
    pub(super) fn post_end(&self, at_end: bool) {
        self.at_end.store(at_end, Ordering::Release);
    }

    /// Posts a committed checkpoint.
    pub(super) fn post(&self, checkpoint: Checkpoint) {
        let mut checkpoints = self.checkpoints.write().unwrap_or_else(PoisonError::into_inner);
        checkpoints.insert(checkpoint.source.clone(), checkpoint);
    }
}
