//! The control topics of one stream thread, each read whole from its start.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use vigie_runtime::{
    EngineError, EngineEvent, Fetched, FetchedRecord, Offset, Partition, Position, Topic,
    TopicPartition,
};
use vigie_types::EventTime;

use crate::classes::{Consumption, consumption_of};
use crate::client::{ClusterError, Deadline, LONGEST_SLEEP, Plain, reason_of};
use crate::offsets::positions_of;
use crate::settings::EngineSettings;

/// How many control records a poll delivers at most, so that inputs are not kept waiting.
const RECORDS_A_POLL: usize = 1_000;

/// The control topics of one stream thread. A control topic has one partition.
pub(crate) struct Controls {
    consumer: BaseConsumer<Plain>,
    /// By the cluster's name, what we call them.
    topics: BTreeMap<String, Topic>,
}

impl Controls {
    /// Opens the topics; none when there are none.
    pub(crate) fn open(settings: &EngineSettings) -> Result<Option<Self>, EngineError> {
        if settings.controls.is_empty() {
            return Ok(None);
        }
        let mut config = settings.connection.client_config();
        config
            .set("client.id", format!("{}-controls", settings.identity.instance_id()))
            // It is no member; the name is there for the rights that brokers grant by group.
            .set("group.id", &settings.identity.application)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "error")
            .set("isolation.level", "read_committed");
        let consumer: BaseConsumer<Plain> = config
            .create_with_context(Plain)
            .map_err(|error| ClusterError::new("make a consumer of control topics", &error))?;
        let partitions: Vec<TopicPartition> = settings
            .controls
            .iter()
            .map(|topic| TopicPartition::new(topic, Partition::new(0)))
            .collect();
        let names = &settings.names;
        let starts = partitions.iter().map(|partition| (partition, Position::START));
        consumer
            .assign(&positions_of(starts, names))
            .map_err(|error| ClusterError::new(format!("read {partitions:?}"), &error))?;
        let topics = settings.controls.iter();
        let topics = topics.map(|topic| (names.on_cluster(topic).to_string(), topic.clone()));
        Ok(Some(Self { consumer, topics: topics.collect() }))
    }

    /// Waits until every topic was read to the end that it has now: what was decided before the
    /// start counts for the first record.
    pub(crate) fn catch_up(&self, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        let mut waiting = self.topics.len();
        let deadline = Deadline::after(LONGEST_CATCH_UP);
        while waiting > 0 {
            if deadline.is_over() {
                let names: Vec<&String> = self.topics.keys().collect();
                let seconds = LONGEST_CATCH_UP.as_secs();
                return Err(EngineError::Fatal(format!(
                    "the control topics {names:?} could not be read to their end within {seconds} s"
                )));
            }
            let ended = self.deliver(LONGEST_SLEEP.min(deadline.left()), events)?;
            waiting = waiting.saturating_sub(ended);
        }
        Ok(())
    }

    /// Delivers what is new, waiting at most `wait` for the first.
    pub(crate) fn poll(
        &self,
        wait: Duration,
        events: &mut Vec<EngineEvent>,
    ) -> Result<(), EngineError> {
        self.deliver(wait, events).map(|_| ())
    }

    /// Delivers what is there; returns how many ends of topics were met.
    fn deliver(&self, wait: Duration, events: &mut Vec<EngineEvent>) -> Result<usize, EngineError> {
        let mut fetched: BTreeMap<Topic, Fetched> = BTreeMap::new();
        let mut ended = 0;
        let mut patience = wait;
        for _ in 0..RECORDS_A_POLL {
            match self.consumer.poll(patience) {
                None => break,
                Some(Ok(message)) => {
                    let Some(topic) = self.topics.get(message.topic()) else { continue };
                    let from = TopicPartition::new(topic, Partition::new(0));
                    let timestamp = message.timestamp().to_millis().unwrap_or_default();
                    let into = fetched.entry(topic.clone()).or_insert_with(|| Fetched::new(from));
                    into.push(FetchedRecord {
                        offset: Offset::new(message.offset() as u64),
                        key: message.key().unwrap_or_default(),
                        value: message.payload(),
                        timestamp: EventTime::from_millis(timestamp),
                    });
                }
                // Every control topic has one partition, so that the count of ends says enough.
                Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
                Some(Err(error)) => match consumption_of(&error) {
                    Consumption::Passing => {}
                    Consumption::OutOfRange | Consumption::Fenced | Consumption::Fatal => {
                        let reason = reason_of(&error);
                        return Err(EngineError::Fatal(format!("a control topic: {reason}")));
                    }
                },
            }
            patience = Duration::ZERO;
        }
        events.extend(fetched.into_values().map(EngineEvent::Control));
        Ok(ended)
    }
}

/// How long the first reading of the control topics may take: a lost writer's transaction ends
/// within it, and large lists are read.
const LONGEST_CATCH_UP: Duration = Duration::from_mins(2);
