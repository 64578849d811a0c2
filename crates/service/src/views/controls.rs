//! The control topics that answers need, read whole and followed: streams and score settings.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vigie_runtime::{ControlState, LogReader, Position, Topic, TopicPartition, Undecoded};
use vigie_schema::{Schemas, StreamDefinition, topics};
use vigie_scorer::ScoreSettings;
use vigie_types::StreamId;

use super::fold::ViewError;
use super::partition_views::UpToDate;
use crate::rules::RuleTable;

/// What is read at once.
const READ_BYTES: usize = 1 << 20;

/// The streams that are watched, by id.
pub(crate) type Definitions = Arc<BTreeMap<StreamId, StreamDefinition>>;

/// The streams and lists that are watched.
pub(crate) type Rules = Arc<RuleTable>;

/// Streams and score settings at their newest revision.
pub(crate) struct Controls {
    log: Arc<dyn LogReader>,
    schemas: Arc<Schemas>,
    up_to_date: UpToDate,
    /// Held for a moment unless answers are brought up to date first.
    known: Mutex<Known>,
    /// Where each topic is read on. Whoever holds it reads; there is one at a time.
    positions: Mutex<Positions>,
}

#[derive(Default)]
struct Known {
    rules: Rules,
    settings: Arc<ScoreSettings>,
}

#[derive(Default)]
struct Positions {
    rules: Position,
    scores: Position,
}

impl Controls {
    /// Nothing known yet.
    pub(crate) fn new(
        log: Arc<dyn LogReader>,
        schemas: Arc<Schemas>,
        up_to_date: UpToDate,
    ) -> Self {
        Self { log, schemas, up_to_date, known: Mutex::default(), positions: Mutex::default() }
    }

    /// The streams that are watched.
    ///
    /// # Errors
    /// When they are read first, and cannot be.
    pub(crate) fn definitions(&self) -> Result<Definitions, ViewError> {
        Ok(Arc::clone(self.known()?.rules.streams()))
    }

    /// The same with the lists.
    ///
    /// # Errors
    /// As [`Controls::definitions`].
    pub(crate) fn rules(&self) -> Result<Rules, ViewError> {
        Ok(Arc::clone(&self.known()?.rules))
    }

    /// The scoring configuration.
    ///
    /// # Errors
    /// As [`Controls::definitions`].
    pub(crate) fn score_settings(&self) -> Result<Arc<ScoreSettings>, ViewError> {
        Ok(Arc::clone(&self.known()?.settings))
    }

    fn known(&self) -> Result<MutexGuard<'_, Known>, ViewError> {
        match self.up_to_date {
            UpToDate::AtRequest => self.follow()?,
            UpToDate::InBackground => {}
        }
        Ok(self.lock())
    }

    /// Reads on to the ends.
    ///
    /// # Errors
    /// When a topic cannot be read, or a record of it.
    pub(crate) fn follow(&self) -> Result<(), ViewError> {
        let mut positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        self.read_on(topics::RULES, &mut positions.rules, &mut |value| {
            let record = self.schemas.rules.read(value)?;
            Arc::make_mut(&mut self.lock().rules).take(record);
            Ok(())
        })?;
        self.read_on(topics::SCORES, &mut positions.scores, &mut |value| {
            let record = self.schemas.scores.read(value)?;
            let mut known = self.lock();
            known.settings = Arc::new(known.settings.apply(&record));
            Ok(())
        })
    }

    fn read_on(
        &self,
        topic: &str,
        position: &mut Position,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Undecoded>,
    ) -> Result<(), ViewError> {
        // A control topic has one partition.
        let partition = TopicPartition::new(&Topic::new(topic), vigie_runtime::Partition::new(0));
        let end = self.log.end(&partition)?;
        while *position < end {
            let fetched = self.log.read(&partition, *position, READ_BYTES)?;
            for record in fetched.iter() {
                match take(record.value.unwrap_or_default()) {
                    Ok(()) => {}
                    // What is no record is left out, as those leave it out who judge by the topic.
                    Err(Undecoded::Rejected(rejection)) => {
                        tracing::warn!(%partition, %rejection, "a control record is none");
                    }
                    Err(not_yet @ Undecoded::NotYet(_)) => {
                        return Err(ViewError::Record(partition, not_yet.into()));
                    }
                }
                *position = record.offset.next();
            }
            if fetched.is_empty() {
                // Nothing but markers stands before the end.
                *position = end;
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
