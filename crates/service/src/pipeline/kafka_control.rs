//! The control topics of a cluster: one writer at a time, by a transactional id per topic.
//!
//! Whoever takes a turn fences whoever had it: an append of an older turn fails. So what was read
//! after the turn began is what the record is appended to, and revisions are dense.

use std::sync::Arc;

use vigie_engine_kafka::{EngineSettings, Identity, KafkaProducer, Watchdog};
use vigie_runtime::{ProducerRecord, Topic, Transaction, TransactionalProducer};

use super::control_writer::{ControlTurn, ControlWriter};
use super::kafka::CONTROL_TRANSACTION;

/// Writes the control topics of a cluster.
pub(super) struct KafkaControl {
    settings: EngineSettings,
    watchdog: Arc<Watchdog>,
}

impl KafkaControl {
    /// A writer with the connection of `settings`.
    pub(super) const fn new(settings: EngineSettings, watchdog: Arc<Watchdog>) -> Self {
        Self { settings, watchdog }
    }
}

impl ControlWriter for KafkaControl {
    fn turn(&self, topic: &Topic) -> Result<Box<dyn ControlTurn + '_>, String> {
        let settings = EngineSettings {
            identity: Identity {
                application: "vigie-control".into(),
                instance: topic.to_string(),
                advertised: None,
            },
            transaction_timeout: CONTROL_TRANSACTION,
            ..self.settings.clone()
        };
        let producer = KafkaProducer::alone(&settings, &self.watchdog);
        Ok(Box::new(KafkaTurn { producer: producer.map_err(|error| error.to_string())? }))
    }
}

struct KafkaTurn {
    producer: KafkaProducer,
}

impl ControlTurn for KafkaTurn {
    fn append(&mut self, record: ProducerRecord<'_>) -> Result<(), String> {
        let mut transaction = self.producer.begin().map_err(|error| error.to_string())?;
        transaction
            .send(record)
            .and_then(|()| transaction.commit())
            .map_err(|error| error.to_string())
    }
}
