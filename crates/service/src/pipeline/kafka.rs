//! Services over a cluster: each thread a group member with a transactional producer.

use std::sync::Arc;
use std::time::Duration;

use vigie_engine_kafka::{
    ConnectionSettings, EngineSettings, Hang, Identity, KafkaEngine, KafkaLog, KafkaProducer,
    TopicNames, Watchdog,
};
use vigie_runtime::{Kept, Layout, LogReader, Topic, TopicOutline};
use vigie_schema::topics;
use vigie_types::Millis;

use super::control_writer::ControlWriter;
use super::engines::{Engines, Reads};
use super::kafka_control::KafkaControl;
use super::{PipelineError, Role};
use crate::configuration::{
    Cleanup, Configuration, KafkaConfiguration, Span, TopicConfiguration, Topics,
};

/// How much one poll of an engine brings: a tenth of a second at full load.
const FETCH_BYTES: usize = 2 << 20;

/// How much longer than a transaction a call may take before the process is ended: every call
/// that returns at all returns within a transaction's time-out.
const HANGING: Duration = Duration::from_secs(15);

/// What every version of the application reads: what enters, and what everybody judges by.
const SHARED: [&str; 5] = [
    topics::MENTIONS_RAW,
    topics::INGEST_CHECKPOINTS,
    topics::RULES,
    topics::SCORES,
    topics::SUPPRESSIONS,
];

/// What topics and applications of a version are called on the cluster.
pub fn topic_names(version: u32) -> TopicNames {
    TopicNames::new(version, SHARED.map(Topic::new).into())
}

/// What is told of a call that hangs, before the process is ended.
pub type OnHang = Box<dyn Fn(Hang) + Send>;

/// Opens the cluster that the configuration names, to read it.
///
/// # Errors
/// When no client can be made, or a file of secrets cannot be read.
pub fn open_cluster(kafka: &KafkaConfiguration) -> Result<KafkaLog, PipelineError> {
    let names = topic_names(kafka.application_version);
    // Readers come under the prefix that rights are granted to.
    let reader_name = format!("vigie-reader-{}", kafka.ordinal);
    Ok(KafkaLog::open(kafka.connection()?, names, &reader_name, outlines(&Topics::built_in()))?)
}

/// The topics as readers expect them.
fn outlines(topics: &Topics) -> Vec<TopicOutline> {
    let outline = |topic: &TopicConfiguration| TopicOutline {
        topic: Topic::new(&topic.name),
        partitions: topic.partitions,
        kept: match (topic.cleanup, topic.retention) {
            (Cleanup::Compact, _) => Kept::NewestOfKey,
            (Cleanup::Delete, Some(Span(retention))) => Kept::For(retention),
            (Cleanup::Delete, None) | (Cleanup::Keep, _) => Kept::Forever,
        },
    };
    topics.topic.iter().map(outline).collect()
}

/// Looks after calls to the cluster that do not return.
///
/// # Errors
/// When no thread can be had.
pub fn start_watchdog(
    kafka: &KafkaConfiguration,
    on_hang: OnHang,
) -> Result<Watchdog, PipelineError> {
    let Span(transaction) = kafka.transaction_timeout;
    let limit = Duration::from_millis(transaction.get().max(0) as u64) + HANGING;
    Watchdog::start(limit, on_hang).map_err(|cause| PipelineError::Thread {
        name: "watchdog".into(),
        reason: cause.to_string(),
    })
}

/// What every client of a process has in common.
fn settings_of(kafka: &KafkaConfiguration, connection: &ConnectionSettings) -> EngineSettings {
    EngineSettings {
        connection: connection.clone(),
        identity: Identity {
            application: String::new(),
            instance: String::new(),
            advertised: None,
        },
        names: topic_names(kafka.application_version),
        inputs: Vec::new(),
        controls: Vec::new(),
        fetch_bytes: FETCH_BYTES,
        transaction_timeout: kafka.transaction_timeout.0,
        session_timeout: kafka.session_timeout.0,
        leave_on_drop: kafka.leave_on_stop,
    }
}

/// A producer of the cluster that belongs to no service, and the one of its name.
///
/// # Errors
/// When the cluster cannot be reached, or a file of secrets cannot be read.
pub fn lone_producer(
    kafka: &KafkaConfiguration,
    name: &str,
    watchdog: &Watchdog,
) -> Result<KafkaProducer, PipelineError> {
    let identity =
        Identity { application: "vigie-alone".into(), instance: name.into(), advertised: None };
    let settings = EngineSettings { identity, ..settings_of(kafka, &kafka.connection()?) };
    Ok(KafkaProducer::alone(&settings, watchdog)?)
}

/// The writer of a cluster's control topics, for a process that runs no service.
///
/// # Errors
/// When a file of secrets cannot be read.
pub fn control_of(
    kafka: &KafkaConfiguration,
    watchdog: Arc<Watchdog>,
) -> Result<Arc<dyn ControlWriter>, PipelineError> {
    Ok(Arc::new(KafkaControl::new(settings_of(kafka, &kafka.connection()?), watchdog)))
}

/// Engines over a cluster.
pub(super) struct KafkaEngines {
    connection: ConnectionSettings,
    kafka: KafkaConfiguration,
    names: TopicNames,
    advertised: Option<String>,
    layout: Arc<Layout>,
    log: Arc<KafkaLog>,
    control: Arc<KafkaControl>,
    watchdog: Arc<Watchdog>,
}

impl KafkaEngines {
    /// Engines over the cluster that the configuration names; its topics are checked.
    pub(super) fn open(
        configuration: &Configuration,
        kafka: &KafkaConfiguration,
        on_hang: OnHang,
    ) -> Result<Self, PipelineError> {
        let log = Arc::new(open_cluster(kafka)?);
        let layout = check_topics(&log)?;
        let connection = kafka.connection()?;
        let watchdog = Arc::new(start_watchdog(kafka, on_hang)?);
        let names = topic_names(kafka.application_version);
        let control = KafkaControl::new(settings_of(kafka, &connection), Arc::clone(&watchdog));
        Ok(Self {
            connection,
            kafka: kafka.clone(),
            names,
            advertised: configuration.http.advertised.clone(),
            layout: Arc::new(layout),
            log,
            control: Arc::new(control),
            watchdog,
        })
    }
}

impl Engines for KafkaEngines {
    type Engine = KafkaEngine;

    fn engine(&self, role: Role, thread: u32, reads: &Reads) -> Result<KafkaEngine, PipelineError> {
        let settings = EngineSettings {
            identity: Identity {
                application: self.names.group_of(&format!("vigie-{}", role.name())),
                instance: format!("{}-{thread}", self.kafka.ordinal),
                advertised: self.advertised.clone(),
            },
            inputs: reads.inputs.clone(),
            controls: reads.controls.clone(),
            ..settings_of(&self.kafka, &self.connection)
        };
        Ok(KafkaEngine::open(settings, &self.watchdog)?)
    }

    fn threads(&self) -> u32 {
        self.kafka.threads
    }

    /// A source belongs to one instance, so the same name pushed to two of them is two sources.
    fn push_suffix(&self) -> Option<String> {
        (self.kafka.ordinal > 0).then(|| format!("@{}", self.kafka.ordinal))
    }

    fn layout(&self) -> Arc<Layout> {
        Arc::clone(&self.layout)
    }

    fn log(&self) -> Arc<dyn LogReader> {
        Arc::clone(&self.log) as Arc<dyn LogReader>
    }

    fn cluster(&self) -> Option<Arc<KafkaLog>> {
        Some(Arc::clone(&self.log))
    }

    fn control(&self) -> Arc<dyn ControlWriter> {
        Arc::clone(&self.control) as Arc<dyn ControlWriter>
    }
}

/// The partitions that the topics have on the cluster. Topics that follow each other by key must
/// have as many; every topic must be there.
fn check_topics(log: &KafkaLog) -> Result<Layout, PipelineError> {
    let found = log.topics()?;
    let expected = outlines(&Topics::built_in());
    let mut layout = Layout::new();
    for outline in &expected {
        let name = log.names().on_cluster(&outline.topic);
        let there = found.iter().find(|there| there.topic == outline.topic);
        let there = there.ok_or_else(|| {
            PipelineError::Topics(format!(
                "the cluster has no topic {name}, or this user may not see it: `vigie topics apply` \
                 creates the topics, docs/security.md lists the rights"
            ))
        })?;
        layout.insert(there.topic.clone(), there.partitions);
    }
    for (input, followers) in FOLLOWERS {
        let partitions = layout[&Topic::new(input)];
        for follower in *followers {
            let found = layout[&Topic::new(follower)];
            if found != partitions {
                return Err(PipelineError::Topics(format!(
                    "{follower} has {found} partitions and {input} has {partitions}: they follow \
                     each other by key and must have as many; see `vigie topics diff`"
                )));
            }
        }
    }
    Ok(layout)
}

/// Topics, each with those that have its keys in the same partitions.
const FOLLOWERS: &[(&str, &[&str])] = &[
    (topics::MENTIONS_RAW, &["vigie-tagger-changelog"]),
    (topics::COUNTS, &["vigie-detector-changelog", topics::SPIKES, topics::CLUSTERS]),
    (topics::AUTHOR_EVENTS, &["vigie-scorer-changelog", topics::MENTIONS_SCORED]),
];

/// How long a control record may be under way.
pub(super) const CONTROL_TRANSACTION: Millis = Millis::seconds(10);
