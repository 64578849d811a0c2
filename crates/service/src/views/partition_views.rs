//! One view for each partition number that this process answers for, and no other: a number that
//! is taken away takes its view with it, one that is gained is folded anew from the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vigie_runtime::{LogReader, Partition, Undecoded};
use vigie_schema::Schemas;
use vigie_types::EventTime;

use super::fold::{Followed, ViewError};
use super::view::{Freshness, Taking, View};

/// The numbers that this process answers for, asked whenever it matters.
pub(crate) type OwnedNumbers = Box<dyn Fn() -> BTreeSet<Partition> + Send + Sync>;

/// When views are brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpToDate {
    /// Before each answer, which holds everything that was committed when it was asked for. For a
    /// log in this process.
    AtRequest,
    /// By the follower alone: an answer is as old as its last look, and no slow broker makes
    /// whoever asks wait.
    InBackground,
}

/// Views by partition number.
pub(crate) struct PartitionViews<V> {
    log: Arc<dyn LogReader>,
    schemas: Arc<Schemas>,
    owned: OwnedNumbers,
    up_to_date: UpToDate,
    /// What is followed. Whoever holds it reads the log and folds; there is one at a time.
    followed: Mutex<BTreeMap<Partition, Vec<Followed>>>,
    /// Held for a moment: never while the log is read.
    folds: Mutex<BTreeMap<Partition, Fold<V>>>,
}

/// The view of one number.
#[derive(Default)]
struct Fold<V> {
    view: V,
    /// Whether it holds everything up to some look at the log.
    is_whole: bool,
    /// From when on records of a topic are in it, where older ones are kept.
    since: BTreeMap<String, EventTime>,
}

/// The views that an answer is made of.
pub(crate) struct Held<'a, V> {
    folds: MutexGuard<'a, BTreeMap<Partition, Fold<V>>>,
    numbers: BTreeSet<Partition>,
}

impl<V: View> PartitionViews<V> {
    /// Views of nothing yet.
    pub(crate) fn new(
        log: Arc<dyn LogReader>,
        schemas: Arc<Schemas>,
        owned: OwnedNumbers,
        up_to_date: UpToDate,
    ) -> Self {
        let (followed, folds) = (Mutex::default(), Mutex::default());
        Self { log, schemas, owned, up_to_date, followed, folds }
    }

    /// The views of these numbers, as far as this process answers for them.
    ///
    /// # Errors
    /// When they are brought up to date first, and the log or a record is unreadable.
    pub(crate) fn read(&self, asked: &BTreeSet<Partition>) -> Result<Held<'_, V>, ViewError> {
        match self.up_to_date {
            UpToDate::AtRequest => self.follow(&mut |_| {})?,
            UpToDate::InBackground => {}
        }
        let owned = (self.owned)();
        let folds = self.folds();
        let is_whole = |number: &&Partition| folds.get(number).is_some_and(|fold| fold.is_whole);
        let numbers = asked.intersection(&owned).filter(is_whole).copied().collect();
        Ok(Held { folds, numbers })
    }

    /// Folds everything that was committed when this was called.
    ///
    /// # Errors
    /// The first reason why a number cannot be folded; the others are.
    pub(crate) fn follow(&self, freshness: Freshness<'_>) -> Result<(), ViewError> {
        let owned = (self.owned)();
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.retain(|number, _| owned.contains(number));
        self.folds().retain(|number, _| owned.contains(number));
        let mut result = Ok(());
        for number in owned {
            let partitions = followed.entry(number).or_insert_with(|| {
                V::TOPICS.iter().map(|topic| Followed::new(topic, number)).collect()
            });
            let folded = partitions.iter_mut().try_fold(true, |is_whole, partition| {
                Ok(is_whole & self.fold(number, partition, freshness)?)
            });
            let mut folds = self.folds();
            let fold = folds.entry(number).or_default();
            fold.is_whole = folded == Ok(true);
            for partition in &*partitions {
                let since = partition.since().map(|since| (partition.topic().to_owned(), since));
                fold.since.extend(since);
            }
            drop(folds);
            result = result.and(folded.map(|_| ()));
        }
        result
    }

    /// Folds one partition up to its present end; false when a record on the way cannot be read
    /// yet, for want of its schema.
    fn fold(
        &self,
        number: Partition,
        partition: &mut Followed,
        freshness: Freshness<'_>,
    ) -> Result<bool, ViewError> {
        let end = partition.end(&*self.log)?;
        while let Some(fetched) = partition.read(&*self.log, end)? {
            let mut folds = self.folds();
            let sharers = folds.len().max(1);
            let fold = folds.entry(number).or_default();
            let mut nobody = |_| {};
            // What was committed before the view was whole says nothing of how fresh it is now.
            let freshness: Freshness<'_> =
                if fold.is_whole { &mut *freshness } else { &mut nobody };
            let topic = fetched.from.topic.as_str();
            let mut taking = Taking { schemas: &self.schemas, topic, sharers, freshness };
            for record in fetched.iter() {
                if let Some(value) = record.value {
                    match fold.view.take(value, &mut taking) {
                        Ok(()) => {}
                        Err(Undecoded::NotYet(_)) => return Ok(false),
                        Err(Undecoded::Rejected(rejection)) => {
                            return Err(partition.refuse(rejection));
                        }
                    }
                }
                partition.taken(record.offset);
            }
        }
        Ok(true)
    }

    fn folds(&self) -> MutexGuard<'_, BTreeMap<Partition, Fold<V>>> {
        self.folds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Held<'_, V> {
    /// The numbers that are answered for.
    pub(crate) const fn numbers(&self) -> &BTreeSet<Partition> {
        &self.numbers
    }

    /// The view of each.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &V> {
        self.numbers.iter().filter_map(|number| Some(&self.folds.get(number)?.view))
    }

    /// From when on records of a topic are in the view of a number; nothing of numbers whose view
    /// holds all that are kept.
    pub(crate) fn since(&self, topic: &str) -> BTreeMap<Partition, EventTime> {
        let since =
            |number: &Partition| Some((*number, *self.folds.get(number)?.since.get(topic)?));
        self.numbers.iter().filter_map(since).collect()
    }
}
