//! Folds committed records of the log into the views, from wherever it stopped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vigie_runtime::{
    Fetched, Layout, LogReader, Partition, Position, ReadError, Rejection, Topic, TopicPartition,
    Undecoded,
};
use vigie_schema::{CountBody, Schemas, SpikeBody, topics};
use vigie_types::{StreamId, WallTime};

use super::newest::Newest;
use super::spikes::Spikes;
use super::tallies::{StreamTally, Tallies};

/// What is read at once, while requests wait: about 10 ms of folding.
const READ_BYTES: usize = 1 << 20;

/// Why the views cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record is unreadable.
    #[error(transparent)]
    Record(#[from] Rejection),
}

/// What is told to whoever measures how fresh the views are: when the mention entered.
pub(crate) type Freshness<'a> = &'a mut dyn FnMut(WallTime);

/// Everything folded so far.
#[derive(Default)]
pub(crate) struct Folded {
    /// The newest mentions.
    pub(crate) newest: Newest,
    /// The spikes.
    pub(crate) spikes: Spikes,
    tallies: Tallies,
    positions: BTreeMap<TopicPartition, Position>,
}

impl Folded {
    /// What was counted of a stream.
    pub(crate) fn tally(&self, stream: &StreamId) -> StreamTally {
        self.tallies.of(stream)
    }
}

/// The views over one log.
pub(crate) struct Views {
    log: Arc<dyn LogReader>,
    schemas: Arc<Schemas>,
    partitions: Vec<TopicPartition>,
    folded: Mutex<Folded>,
}

impl Views {
    /// Views of nothing yet.
    pub(crate) fn new(log: Arc<dyn LogReader>, layout: &Layout, schemas: Arc<Schemas>) -> Self {
        let followed = [topics::COUNTS, topics::MENTIONS_SCORED, topics::SPIKES].map(Topic::new);
        let partitions = followed
            .iter()
            .flat_map(|topic| {
                let numbers = (0..layout.get(topic).copied().unwrap_or(0)).map(Partition::new);
                numbers.map(|number| TopicPartition::new(topic, number))
            })
            .collect();
        Self { log, schemas, partitions, folded: Mutex::default() }
    }

    /// The views with everything that was committed when this was called.
    ///
    /// # Errors
    /// When the log or a record is unreadable.
    pub(crate) fn current(&self) -> Result<MutexGuard<'_, Folded>, ViewError> {
        self.follow(&mut |_| {})?;
        Ok(self.folded())
    }

    /// Folds everything that was committed when this was called.
    ///
    /// # Errors
    /// When the log or a record is unreadable.
    pub(crate) fn follow(&self, freshness: Freshness<'_>) -> Result<(), ViewError> {
        for partition in &self.partitions {
            let end = self.log.end(partition)?;
            // The views are given back between two reads, so that requests are not kept waiting.
            while self.step(partition, end, freshness)? {}
        }
        Ok(())
    }

    fn folded(&self) -> MutexGuard<'_, Folded> {
        self.folded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Folds one read; false at the end.
    fn step(
        &self,
        partition: &TopicPartition,
        end: Position,
        freshness: Freshness<'_>,
    ) -> Result<bool, ViewError> {
        let mut folded = self.folded();
        let known = folded.positions.get(partition).copied().unwrap_or(Position::START);
        let from = known.max(self.log.start(partition)?);
        if from >= end {
            return Ok(false);
        }
        let fetched = self.log.read(partition, from, READ_BYTES)?;
        let mut position = end;
        if let Some(last) = fetched.len().checked_sub(1).and_then(|last| fetched.get(last)) {
            position = last.offset.next();
        }
        let waits = self.take(&mut folded, &fetched, freshness)?;
        folded.positions.insert(partition.clone(), waits.unwrap_or(position));
        Ok(waits.is_none() && position < end)
    }

    /// Folds records up to one that cannot be read yet, and gives its position.
    fn take(
        &self,
        folded: &mut Folded,
        fetched: &Fetched,
        freshness: Freshness<'_>,
    ) -> Result<Option<Position>, ViewError> {
        for record in fetched.iter() {
            let Some(value) = record.value else { continue };
            match self.fold(folded, fetched.from.topic.as_str(), value, freshness) {
                Ok(()) => {}
                Err(Undecoded::NotYet(_)) => return Ok(Some(Position::new(record.offset.get()))),
                Err(Undecoded::Rejected(rejection)) => return Err(rejection.into()),
            }
        }
        Ok(None)
    }

    fn fold(
        &self,
        folded: &mut Folded,
        topic: &str,
        value: &[u8],
        freshness: Freshness<'_>,
    ) -> Result<(), Undecoded> {
        match topic {
            topics::COUNTS => match self.schemas.counts.read(value)?.body {
                CountBody::Partial(partial) => folded.tallies.take(partial),
                CountBody::Watermark(_) => {}
            },
            topics::SPIKES => match self.schemas.spikes.read(value)?.body {
                SpikeBody::SpikeRecord(spike) => folded.spikes.take(spike),
                SpikeBody::WindowRecord(_) => {}
            },
            _ => {
                let mention = self.schemas.scored.read(value)?;
                freshness(mention.ingested_at);
                folded.newest.take(mention);
            }
        }
        Ok(())
    }
}
