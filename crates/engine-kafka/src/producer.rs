//! The transactional producer of one stream thread.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, Producer as _};
use vigie_runtime::{CommitError, EngineError, TransactionalProducer};

use crate::classes::{Class, class_of};
use crate::client::{ClusterError, Deadline, Plain, breathe, duration, reason_of};
use crate::commit::KafkaTransaction;
use crate::membership::GroupConsumer;
use crate::names::TopicNames;
use crate::settings::EngineSettings;
use crate::watchdog::{Watch, Watchdog};

/// How long a batch waits for more records: the batch comes from the transaction, not from waiting.
const LINGER_MILLIS: &str = "5";

/// What may wait to be sent, in KiB: two of the largest staged commits. Beyond it sending waits.
const QUEUE_KIB: &str = "65536";

/// How long the first call is attempted beyond the longest transaction of a predecessor: a cluster
/// that was gone for a minute is back by then.
const FIRST_CALLS: Duration = Duration::from_mins(3);

/// How long to breathe between two looks at what the client's threads have done.
pub(crate) const BREATH: Duration = Duration::from_micros(200);

/// The producer of one stream thread.
pub struct KafkaProducer {
    pub(crate) client: BaseProducer<Plain>,
    pub(crate) names: TopicNames,
    pub(crate) watch: Watch,
    /// Whose positions are committed; none for ingest.
    pub(crate) group: Option<Arc<GroupConsumer>>,
    /// After so long a transaction is given up.
    pub(crate) patience: Duration,
}

impl KafkaProducer {
    /// A producer that has fenced every older one of its identity and ended what they left open.
    pub(crate) fn open(
        settings: &EngineSettings,
        watch: &Watch,
        group: Option<Arc<GroupConsumer>>,
    ) -> Result<Self, EngineError> {
        let client: BaseProducer<Plain> = configured(settings)
            .create_with_context(Plain)
            .map_err(|error| ClusterError::new("make a producer", &error))?;
        let deadline = Deadline::after(duration(settings.longest_pending()) + FIRST_CALLS);
        // As long as any other call: the watchdog's limit is beyond it. A call that is made again
        // goes on with what the last one has begun.
        let patience = duration(settings.transaction_timeout);
        let first = || client.init_transactions(patience);
        while let Err(error) = watch.call("init_transactions", first) {
            match class_of(&error) {
                Class::Again if !deadline.is_over() => {}
                Class::Fenced => return Err(EngineError::Fenced),
                Class::Again | Class::Abort | Class::Fatal | Class::Doubt => {
                    let attempt = format!("begin as {}", settings.identity.instance_id());
                    return Err(ClusterError::new(attempt, &error).into());
                }
            }
        }
        Ok(Self { client, names: settings.names.clone(), watch: watch.clone(), group, patience })
    }

    /// A producer that belongs to no group: it fences every older one of its identity.
    ///
    /// # Errors
    /// When the cluster cannot be reached or refuses the identity.
    pub fn alone(settings: &EngineSettings, watchdog: &Watchdog) -> Result<Self, EngineError> {
        let watch = watchdog.watch(&settings.identity.instance_id());
        Self::open(settings, &watch, None)
    }

    /// What a failed call means for the commit; an abortable error is aborted here.
    pub(crate) fn failed(&self, attempt: &str, error: &KafkaError) -> CommitError {
        let reason = format!("{attempt}: {}", reason_of(error));
        match class_of(error) {
            Class::Abort => match self.abort() {
                Ok(()) => CommitError::Aborted(reason),
                Err(worse) => worse,
            },
            Class::Fenced => CommitError::Fenced,
            Class::Fatal => CommitError::Fatal(reason),
            Class::Again | Class::Doubt => {
                tracing::warn!(reason, "the outcome of a transaction is in doubt");
                CommitError::InDoubt
            }
        }
    }

    /// Takes everything of the open transaction back.
    pub(crate) fn abort(&self) -> Result<(), CommitError> {
        use rdkafka::producer::PurgeConfig;
        // An abort waits for every report of delivery, so there must be none to wait for.
        self.client.purge(PurgeConfig::default().queue().inflight());
        let deadline = Deadline::after(self.patience);
        self.drain(deadline);
        loop {
            let abort = || self.client.abort_transaction(deadline.left());
            let Err(error) = self.watch.call("abort_transaction", abort) else { return Ok(()) };
            match class_of(&error) {
                Class::Again if !deadline.is_over() => self.drain(deadline),
                Class::Fenced => return Err(CommitError::Fenced),
                Class::Fatal => return Err(CommitError::Fatal(reason_of(&error))),
                Class::Again | Class::Abort | Class::Doubt => return Err(CommitError::InDoubt),
            }
        }
    }

    /// Serves reports of delivery until none is missing or it is too late. Commit and abort each
    /// cost 100 ms more on a producer that was not drained.
    pub(crate) fn drain(&self, deadline: Deadline) {
        while self.client.in_flight_count() > 0 && !deadline.is_over() {
            self.client.poll(Duration::ZERO);
            if self.client.in_flight_count() > 0 {
                breathe(BREATH);
            }
        }
    }
}

impl TransactionalProducer for KafkaProducer {
    type Transaction<'a> = KafkaTransaction<'a>;

    fn begin(&mut self) -> Result<KafkaTransaction<'_>, CommitError> {
        match self.client.begin_transaction() {
            Ok(()) => Ok(KafkaTransaction::open(self)),
            Err(error) => Err(self.failed("begin a transaction", &error)),
        }
    }
}

fn configured(settings: &EngineSettings) -> ClientConfig {
    let mut config = settings.connection.client_config();
    let timeout = settings.transaction_timeout.get();
    config
        .set("client.id", settings.identity.client_id())
        .set("transactional.id", settings.identity.instance_id())
        .set("transaction.timeout.ms", timeout.to_string())
        // A record is given up before its transaction is, so that the error names the record.
        .set("message.timeout.ms", (timeout * 9 / 10).to_string())
        .set("partitioner", "murmur2_random")
        .set("compression.type", "lz4")
        .set("linger.ms", LINGER_MILLIS)
        .set("batch.num.messages", "50000")
        .set("queue.buffering.max.kbytes", QUEUE_KIB)
        .set("queue.buffering.max.messages", "1000000")
        .set("message.max.bytes", MAXIMUM_RECORD_BYTES)
        // Failures fail the transaction; a report for each success would cost more than the send.
        .set("delivery.report.only.error", "true");
    config
}

/// The largest record, with what surrounds it: a state of 1 MiB, an envelope of 1 MiB and its tags.
const MAXIMUM_RECORD_BYTES: &str = "4194304";
