//! One transaction, from its first record to its outcome: the commit protocol on one screen.
//!
//! send records -> send positions as the member that was told -> drain -> commit. Each call that
//! times out is made again, the same one; each error falls into one of librdkafka's classes.

use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, Producer as _};
use std::time::Duration;
use vigie_runtime::{CommitError, CommittedPosition, ProducerRecord, Transaction};

use crate::classes::{Class, class_of};
use crate::client::{Deadline, breathe};
use crate::offsets::to_commit;
use crate::producer::{BREATH, KafkaProducer};

/// An open transaction. Dropped without an outcome it is aborted.
pub struct KafkaTransaction<'a> {
    producer: &'a mut KafkaProducer,
    is_open: bool,
    deadline: Deadline,
}

impl<'a> KafkaTransaction<'a> {
    pub(crate) fn open(producer: &'a mut KafkaProducer) -> Self {
        let deadline = Deadline::after(producer.patience);
        Self { producer, is_open: true, deadline }
    }

    /// The transaction has failed: whatever the error means was done about it.
    fn end(&mut self, attempt: &str, error: &KafkaError) -> CommitError {
        self.is_open = false;
        self.producer.failed(attempt, error)
    }
}

impl Transaction for KafkaTransaction<'_> {
    fn send(&mut self, record: ProducerRecord<'_>) -> Result<(), CommitError> {
        let topic = self.producer.names.on_cluster(record.topic);
        let mut message: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic.as_str())
            .partition(record.partition.get() as i32)
            .key(record.key)
            // Kafka knows no time before 1970 and reads 0 as the present.
            .timestamp(record.timestamp.as_millis().max(1));
        message.payload = record.value;
        loop {
            let Err((error, returned)) = self.producer.client.send(message) else { return Ok(()) };
            let is_full = error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull);
            if !is_full || self.deadline.is_over() {
                let refused = format!("send a record to {}", returned.topic);
                return Err(match self.producer.client.client().fatal_error() {
                    None if !is_full => CommitError::Fatal(format!("{refused}: {error}")),
                    // The queue does not empty, or the transaction has failed before.
                    None => CommitError::Aborted(format!("{refused}: {error}")),
                    Some(_) => CommitError::Fenced,
                });
            }
            self.producer.client.poll(Duration::ZERO);
            breathe(BREATH);
            message = returned;
        }
    }

    fn send_positions(&mut self, positions: &[CommittedPosition]) -> Result<(), CommitError> {
        let Some(group) = &self.producer.group else { return Ok(()) };
        let list = to_commit(positions, &self.producer.names);
        let member = group.context().member();
        let result = loop {
            let Some(member) = &*member else {
                break match self.producer.abort() {
                    Ok(()) => Err(CommitError::Aborted("no longer a member of the group".into())),
                    Err(worse) => Err(worse),
                };
            };
            let call = || {
                let left = self.deadline.left();
                self.producer.client.send_offsets_to_transaction(&list, member, left)
            };
            match self.producer.watch.call("send_offsets_to_transaction", call) {
                Ok(()) => break Ok(()),
                Err(error) if class_of(&error) == Class::Again && !self.deadline.is_over() => {}
                Err(error) => break Err(self.producer.failed("send positions", &error)),
            }
        };
        drop(member);
        self.is_open = result.is_ok();
        result
    }

    fn commit(mut self) -> Result<(), CommitError> {
        self.producer.drain(self.deadline);
        loop {
            let call = || self.producer.client.commit_transaction(self.deadline.left());
            match self.producer.watch.call("commit_transaction", call) {
                Ok(()) => {
                    self.is_open = false;
                    return Ok(());
                }
                Err(error) if class_of(&error) == Class::Again && !self.deadline.is_over() => {
                    self.producer.drain(self.deadline);
                }
                Err(error) => return Err(self.end("commit", &error)),
            }
        }
    }

    fn abort(mut self) -> Result<(), CommitError> {
        self.is_open = false;
        self.producer.abort()
    }
}

impl Drop for KafkaTransaction<'_> {
    fn drop(&mut self) {
        if self.is_open
            && let Err(error) = self.producer.abort()
        {
            // The next transaction of this producer meets the same state and tells it.
            tracing::warn!(%error, "a transaction that was given up could not be aborted");
        }
    }
}
