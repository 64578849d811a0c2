//! Restoring from a changelog: the rule on one screen.
//!
//! 1. The target is the partition's high watermark, asked by a client that sees open transactions.
//! 2. Records are read with `read_committed`, with events for the end of the partition. Such an
//!    event comes at the last *stable* offset, so at each one the position is held against the
//!    target: below it, a transaction is open and its outcome is waited for.
//! 3. No record's offset is ever compared with "end - 1": markers of transactions take offsets, and
//!    compaction may have removed the last records.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::Offset as KafkaOffset;
use vigie_runtime::{EngineError, Position, Restore, TopicPartition};

use crate::client::{
    ClusterError, Deadline, FULL_QUEUE_MILLIS, Plain, REQUEST, duration, is_final, patiently,
    reason_of,
};
use crate::names::TopicNames;
use crate::offsets::positions_of;
use crate::settings::EngineSettings;

/// How long one wait for records is.
const WAIT: Duration = Duration::from_millis(100);

/// How many records are taken before it is looked whether to end: a tenth of a second of a restore.
const RECORDS_A_TURN: usize = 20_000;

/// The clients that restore one changelog after another.
pub(crate) struct Restorer {
    reader: BaseConsumer<Plain>,
    /// Sees the ends of open transactions.
    probe: BaseConsumer<Plain>,
    names: TopicNames,
    longest_pending: Duration,
}

impl Restorer {
    /// Clients that belong to no group.
    pub(crate) fn open(settings: &EngineSettings) -> Result<Self, EngineError> {
        let make = |isolation: &str| {
            let mut config = settings.connection.client_config();
            config
                .set("client.id", format!("{}-restore", settings.identity.instance_id()))
                // They are no members; the name is there for the rights granted by group.
                .set("group.id", &settings.identity.application)
                .set("enable.auto.commit", "false")
                .set("enable.auto.offset.store", "false")
                .set("enable.partition.eof", "true")
                .set("auto.offset.reset", "error")
                .set("isolation.level", isolation)
                // Whoever waits for a restore waits for the broker to say where the end is.
                .set("fetch.wait.max.ms", "10")
                .set("fetch.message.max.bytes", "8388608")
                .set("fetch.queue.backoff.ms", FULL_QUEUE_MILLIS)
                .set("queued.max.messages.kbytes", "65536");
            let made = config.create_with_context(Plain);
            made.map_err(|error| ClusterError::new("make a consumer for restores", &error))
        };
        Ok(Self {
            reader: make("read_committed")?,
            probe: make("read_uncommitted")?,
            names: settings.names.clone(),
            longest_pending: duration(settings.longest_pending()),
        })
    }

    /// Shows every committed record of a changelog partition in order; `check` is called between,
    /// and ends it.
    pub(crate) fn restore(
        &self,
        restore: &mut Restore<'_>,
        check: &dyn Fn() -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let changelog = &restore.changelog;
        let at = self.names.partition_on_cluster(changelog);
        let (low, target) = patiently(&format!("ask for the end of {at}"), || {
            self.probe.fetch_watermarks(at.topic.as_str(), at.partition.get() as i32, REQUEST)
        })?;
        if target <= low {
            return Ok(());
        }
        let start = positions_of([(changelog, Position::new(low as u64))], &self.names);
        let failed = |error: &KafkaError| ClusterError::new(format!("read {at}"), error);
        self.reader.assign(&start).map_err(|error| failed(&error))?;
        let read = self.read_to(target, &at, restore, check);
        self.reader.unassign().map_err(|error| failed(&error))?;
        read
    }

    fn read_to(
        &self,
        target: i64,
        at: &TopicPartition,
        restore: &mut Restore<'_>,
        check: &dyn Fn() -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut deadline = Deadline::after(self.longest_pending + REQUEST);
        loop {
            check()?;
            for turn in 0..RECORDS_A_TURN {
                let wait = if turn == 0 { WAIT } else { Duration::ZERO };
                match self.reader.poll(wait) {
                    None => break,
                    Some(Ok(message)) => {
                        (restore.entry)(message.key().unwrap_or_default(), message.payload());
                        if turn == 0 {
                            deadline = Deadline::after(self.longest_pending + REQUEST);
                        }
                    }
                    Some(Err(KafkaError::PartitionEOF(_))) => {
                        if self.position(at)? >= target {
                            return Ok(());
                        }
                        tracing::info!(%at, "a transaction is open at the end of a changelog");
                    }
                    Some(Err(error)) if is_final(&error) => {
                        return Err(ClusterError::new(format!("read {at}"), &error).into());
                    }
                    Some(Err(error)) => {
                        tracing::info!(%error, "a restore goes on after an error");
                    }
                }
            }
            if deadline.is_over() {
                return Err(EngineError::Fatal(format!(
                    "{at} could not be read to {target}: it stands at {} since {} s, longer than \
                     any transaction may be open; look for hanging transactions",
                    self.position(at)?,
                    (self.longest_pending + REQUEST).as_secs()
                )));
            }
        }
    }

    fn position(&self, at: &TopicPartition) -> Result<i64, EngineError> {
        let list = self.reader.position().map_err(|error| EngineError::Fatal(reason_of(&error)))?;
        let found = list.find_partition(at.topic.as_str(), at.partition.get() as i32);
        Ok(match found.map(|at| at.offset()) {
            Some(KafkaOffset::Offset(offset)) => offset,
            // Nothing was read and nothing skipped yet.
            _ => 0,
        })
    }
}
