//! The control topics of the embedded log: whoever holds the directory is their one writer, and its
//! threads take turns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vigie_engine_embedded::Log;
use vigie_runtime::{ProducerRecord, Topic, Transaction, TransactionalProducer};

use super::control_writer::{ControlTurn, ControlWriter};

/// Writes the control topics of a log that this process holds.
#[derive(Debug)]
pub(super) struct EmbeddedControl {
    log: Arc<Log>,
    turn: Mutex<()>,
}

impl EmbeddedControl {
    /// The one writer of `log`.
    pub(super) const fn new(log: Arc<Log>) -> Self {
        Self { log, turn: Mutex::new(()) }
    }
}

impl ControlWriter for EmbeddedControl {
    fn turn(&self, _topic: &Topic) -> Result<Box<dyn ControlTurn + '_>, String> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Box::new(EmbeddedTurn { log: &self.log, _turn: turn }))
    }
}

struct EmbeddedTurn<'a> {
    log: &'a Arc<Log>,
    _turn: MutexGuard<'a, ()>,
}

impl ControlTurn for EmbeddedTurn<'_> {
    fn append(&mut self, record: ProducerRecord<'_>) -> Result<(), String> {
        let mut producer = self.log.producer().map_err(|error| error.to_string())?;
        let mut transaction = producer.begin().map_err(|error| error.to_string())?;
        transaction
            .send(record)
            .and_then(|()| transaction.commit())
            .map_err(|error| error.to_string())
    }
}
