//! Control tables: a control topic folded by revision, several revisions alive at once.
//!
//! Nothing here knows a clock: a record is judged with exactly the revision it was stamped with,
//! now and in every replay.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering as AtomicOrdering};
use std::sync::{Arc, PoisonError, RwLock};

use vigie_types::{ControlRevision, Stamps};

use crate::disposition::{Rejection, Undecoded};
use crate::record::Topic;

/// How many built revisions are kept, those that were asked for last; another one is folded anew
/// from the deltas.
pub const KEPT_SNAPSHOTS: usize = 8;

/// The state of one control topic at one revision.
pub trait ControlState: Default + Send + Sync + 'static {
    /// What one record of the topic changes.
    type Delta: Send + Sync + 'static;

    /// The state with the delta applied. A delta that breaks a part must leave the rest standing.
    #[must_use]
    fn apply(&self, delta: &Self::Delta) -> Self;

    /// The state with the deltas applied, one after the other; there is one at least. A state that
    /// is large beside its deltas copies itself once here.
    #[must_use]
    fn apply_all(&self, deltas: &[Self::Delta]) -> Self {
        let (first, rest) = deltas.split_first().expect("there is a delta to apply");
        rest.iter().fold(self.apply(first), |state, delta| state.apply(delta))
    }
}

/// Why a control record was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untaken {
    /// It cannot be read yet: it is to be given again.
    #[error("{0}")]
    NotYet(String),
    /// It is no record of the topic, now and in every replay. It changes nothing, so that what was
    /// decided before goes on; everybody leaves out the same records.
    #[error(transparent)]
    Refused(Rejection),
    /// Records before it are missing: the environment is wrong.
    #[error(transparent)]
    Gap(Rejection),
}

impl From<Undecoded> for Untaken {
    fn from(undecoded: Undecoded) -> Self {
        match undecoded {
            Undecoded::NotYet(reason) => Self::NotYet(reason),
            Undecoded::Rejected(rejection) => Self::Refused(rejection),
        }
    }
}

/// Takes the records of a control topic; the stream thread feeds it.
pub trait ControlFeed: Send + Sync {
    /// The topic it follows.
    fn topic(&self) -> &Topic;

    /// Takes the next record.
    ///
    /// # Errors
    /// When the record is not taken; nothing has changed then.
    fn take(&self, value: &[u8]) -> Result<(), Untaken>;
}

/// Finds the control tables at a record's stamps.
pub trait ControlLookup<C>: Send + Sync {
    /// The snapshot; none while the tables have not reached the stamps.
    fn at(&self, stamps: &Stamps) -> Option<Arc<C>>;
}

/// A lookup for processors that judge without control tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoControl;

impl ControlLookup<()> for NoControl {
    fn at(&self, _stamps: &Stamps) -> Option<Arc<()>> {
        Some(Arc::new(()))
    }
}

/// Reads a control record: its revision and its delta.
pub type ControlDecoder<D> =
    Box<dyn Fn(&[u8]) -> Result<(ControlRevision, D), Undecoded> + Send + Sync>;

/// One control topic, folded.
pub struct ControlTable<T: ControlState> {
    topic: Topic,
    decode: ControlDecoder<T::Delta>,
    inner: RwLock<Inner<T>>,
}

struct Inner<T: ControlState> {
    deltas: Vec<T::Delta>,
    snapshots: BTreeMap<ControlRevision, Snapshot<T>>,
    clock: Asked,
}

/// A revision that is built, and when it was asked for last.
struct Snapshot<T> {
    state: Arc<T>,
    asked: AtomicU64,
}

impl<T> Snapshot<T> {
    const fn new(state: Arc<T>, asked: u64) -> Self {
        Self { state, asked: AtomicU64::new(asked) }
    }

    fn asked(&self) -> u64 {
        self.asked.load(AtomicOrdering::Relaxed)
    }
}

/// Counts the questions to a table.
#[derive(Default)]
struct Asked(AtomicU64);

impl Asked {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, AtomicOrdering::Relaxed)
    }
}

impl<T: ControlState> ControlTable<T> {
    /// The empty table of `topic`, at revision 0.
    pub fn new(topic: Topic, decode: ControlDecoder<T::Delta>) -> Self {
        let first = Snapshot::new(Arc::new(T::default()), 0);
        let snapshots = BTreeMap::from([(ControlRevision::ZERO, first)]);
        let inner = Inner { deltas: Vec::new(), snapshots, clock: Asked::default() };
        Self { topic, decode, inner: RwLock::new(inner) }
    }

    /// The highest revision read.
    pub fn revision(&self) -> ControlRevision {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        ControlRevision::new(inner.deltas.len() as u64)
    }

    /// The state at the highest revision read.
    pub fn latest(&self) -> Arc<T> {
        self.at(self.revision()).unwrap_or_default()
    }

    /// The state at `revision`; none while it has not been read.
    pub fn at(&self, revision: ControlRevision) -> Option<Arc<T>> {
        {
            let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(snapshot) = inner.snapshots.get(&revision) {
                snapshot.asked.store(inner.clock.next(), AtomicOrdering::Relaxed);
                return Some(Arc::clone(&snapshot.state));
            }
            if revision.get() > inner.deltas.len() as u64 {
                return None;
            }
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        Some(inner.build(revision))
    }
}

impl<T: ControlState> Inner<T> {
    /// Folds from the nearest earlier snapshot and keeps the result.
    fn build(&mut self, revision: ControlRevision) -> Arc<T> {
        let (from, known) = self
            .snapshots
            .range(..=revision)
            .next_back()
            .map_or((0, Arc::default()), |(from, known)| (from.get(), Arc::clone(&known.state)));
        let deltas = &self.deltas[from as usize..revision.get() as usize];
        let state = if deltas.is_empty() { known } else { Arc::new(known.apply_all(deltas)) };
        self.snapshots.insert(revision, Snapshot::new(Arc::clone(&state), self.clock.next()));
        if self.snapshots.len() > KEPT_SNAPSHOTS {
            self.drop_oldest();
        }
        state
    }

    /// Drops what nobody has asked for the longest: tasks that are behind ask for old revisions as
    /// often as those that are not ask for new ones.
    fn drop_oldest(&mut self) {
        let oldest = self.snapshots.iter().min_by_key(|(_, snapshot)| snapshot.asked());
        if let Some(revision) = oldest.map(|(revision, _)| *revision) {
            self.snapshots.remove(&revision);
        }
    }
}

impl<T: ControlState> ControlFeed for ControlTable<T> {
    fn topic(&self) -> &Topic {
        &self.topic
    }

    fn take(&self, value: &[u8]) -> Result<(), Untaken> {
        let (revision, delta) = (self.decode)(value)?;
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let expected = inner.deltas.len() as u64 + 1;
        let (topic, found, last) = (&self.topic, revision.get(), expected - 1);
        let wrong = || {
            Rejection::new(format!("{topic}: revision {found} follows {last}; revisions are dense"))
        };
        match found.cmp(&expected) {
            Ordering::Less => Err(Untaken::Refused(wrong())),
            Ordering::Greater => Err(Untaken::Gap(wrong())),
            Ordering::Equal => {
                inner.deltas.push(delta);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Sum(i64);

    impl ControlState for Sum {
        type Delta = i64;

        fn apply(&self, delta: &i64) -> Self {
            Self(self.0 + delta)
        }
    }

    fn table() -> ControlTable<Sum> {
        ControlTable::new(
            Topic::new("rules"),
            Box::new(|value| Ok((ControlRevision::new(u64::from(value[0])), i64::from(value[1])))),
        )
    }

    #[test]
    fn every_revision_stays_readable_and_a_future_one_is_waited_for() {
        let table = table();
        for revision in 1..=20 {
            table.take(&[revision, revision]).expect("dense");
        }
        for revision in (0..=20_u64).rev().chain(0..=20) {
            let sum = table.at(ControlRevision::new(revision)).expect("read");
            assert_eq!(sum.0, (revision * (revision + 1) / 2) as i64);
        }
        assert!(table.at(ControlRevision::new(21)).is_none());
    }

    #[test]
    fn a_task_that_is_behind_finds_what_it_asked_for_last() {
        let table = table();
        for revision in 1..=40 {
            table.take(&[revision, 1]).expect("dense");
        }
        for ahead in 20..40 {
            table.at(ControlRevision::new(ahead)).expect("read");
            let one = table.at(ControlRevision::new(10)).expect("read");
            let other = table.at(ControlRevision::new(10)).expect("read");
            assert!(Arc::ptr_eq(&one, &other), "folded again beside {ahead}");
        }
        let inner = table.inner.read().expect("no panic");
        assert_eq!(inner.snapshots.len(), KEPT_SNAPSHOTS);
    }

    #[test]
    fn a_gap_in_the_revisions_is_told_from_a_record_that_is_none() {
        let table = table();
        table.take(&[1, 1]).expect("dense");
        let wrong = |found| {
            Rejection::new(format!("rules: revision {found} follows 1; revisions are dense"))
        };
        assert_eq!(table.take(&[3, 1]), Err(Untaken::Gap(wrong(3))));
        assert_eq!(table.take(&[1, 7]), Err(Untaken::Refused(wrong(1))));
        table.take(&[2, 1]).expect("nothing has changed");
        assert_eq!(table.latest().0, 2);
    }
}
