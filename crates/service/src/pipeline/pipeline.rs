//! The services of this process, each on its own OS threads, over whichever engines.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vigie_engine_embedded::Log;
use vigie_ingest::group::{Group, GroupSettings, PushQueue, PushReceiver, SourceSettings};
use vigie_runtime::{LogReader, StreamThread, ThreadParts, Topic};
use vigie_schema::Schemas;
use vigie_types::Millis;

use super::boards::Boards;
use super::control_writer::{Control, ControlWriter};
use super::embedded::EmbeddedEngines;
use super::engines::{Engines, Reads};
use super::idle::lag;
use super::input::Input;
use super::kafka::{KafkaEngines, OnHang};
use super::services::ServiceParts;
use super::thread::ServiceThread;
use super::{PipelineError, Role, now};
use crate::configuration::{Configuration, KafkaConfiguration, Span, StreamFile};
use crate::metrics::Metrics;
use crate::peers::{BoardOwners, Owners};
use crate::rules::{Applied, apply_at_start};

/// How far out of order pushed lines may be unless configured.
const PUSH_DISORDER: Millis = Millis::seconds(30);

/// What services on a cluster need besides their configuration.
pub struct ClusterParts<'a> {
    /// The cluster.
    pub kafka: &'a KafkaConfiguration,
    /// The codecs, with the ids of the cluster's registry where there is one.
    pub schemas: Arc<Schemas>,
    /// Who is told of a call that hangs.
    pub on_hang: OnHang,
}

/// Services, running.
pub struct Pipeline {
    log: Arc<dyn LogReader>,
    control: Arc<dyn ControlWriter>,
    schemas: Arc<Schemas>,
    roles: Vec<Role>,
    boards: Boards,
    metrics: Arc<Metrics>,
    pushes: PushQueue,
    owners: Arc<dyn Owners>,
    stream_threads: u64,
    threads: Vec<ServiceThread>,
    stop: Arc<AtomicBool>,
}

impl Pipeline {
    /// Starts every service over an embedded log; inputs are read at once, pushes are taken until
    /// the end.
    ///
    /// # Errors
    /// When the streams or an input cannot be had.
    pub fn start(
        log: Arc<Log>,
        configuration: &Configuration,
        inputs: &[Input],
    ) -> Result<Self, PipelineError> {
        let schemas = Arc::new(Schemas::new());
        Self::start_on(EmbeddedEngines::new(log), schemas, &Role::ALL, configuration, inputs)
    }

    /// Starts services over a cluster.
    ///
    /// # Errors
    /// When the cluster, the streams or an input cannot be had.
    pub fn start_on_cluster(
        cluster: ClusterParts<'_>,
        roles: &[Role],
        configuration: &Configuration,
        inputs: &[Input],
    ) -> Result<Self, PipelineError> {
        let engines = KafkaEngines::open(configuration, cluster.kafka, cluster.on_hang)?;
        Self::start_on(engines, cluster.schemas, roles, configuration, inputs)
    }

    fn start_on<E: Engines>(
        engines: E,
        schemas: Arc<Schemas>,
        roles: &[Role],
        configuration: &Configuration,
        inputs: &[Input],
    ) -> Result<Self, PipelineError> {
        // Secrets are files, so that their names are all there is of them here.
        tracing::info!(?configuration, "the effective configuration");
        let engines = Arc::new(engines);
        let (log, control) = (engines.log(), engines.control());
        // Whoever writes the raw log says which streams count from its first record on.
        if let Some(file) = configuration.streams.as_ref().filter(|_| roles.contains(&Role::Ingest))
        {
            let wanted = StreamFile::read(file)?.rules;
            let control = Control { log: &*log, writer: &*control, schemas: &schemas };
            let applied = apply_at_start(control, &wanted, now())?;
            tell_start(file, &applied);
        }
        let (pushes, queue) = PushQueue::new();
        let boards = Boards::default();
        let streams = roles.iter().filter(|role| **role != Role::Ingest).count() as u64;
        let mut pipeline = Self {
            log,
            control,
            schemas,
            roles: roles.to_vec(),
            owners: Arc::new(BoardOwners::new(boards.clone(), engines.cluster())),
            stream_threads: streams * u64::from(engines.threads()),
            boards,
            metrics: Arc::new(Metrics::new()),
            pushes,
            threads: Vec::new(),
            stop: Arc::default(),
        };
        pipeline.start_streams(&engines, configuration)?;
        if roles.contains(&Role::Ingest) {
            pipeline.start_ingest(&engines, configuration, inputs, queue)?;
        }
        Ok(pipeline)
    }

    fn start_ingest<E: Engines>(
        &mut self,
        engines: &Arc<E>,
        configuration: &Configuration,
        inputs: &[Input],
        queue: PushReceiver,
    ) -> Result<(), PipelineError> {
        let sources: Result<Vec<SourceSettings>, PipelineError> =
            inputs.iter().map(|input| input.source(configuration)).collect();
        let push_disorder = configuration.ingest.push_disorder;
        let settings = GroupSettings {
            sources: sources?,
            push_reading: configuration.reading(),
            push_disorder: push_disorder.map_or(PUSH_DISORDER, |Span(span)| span),
            push_suffix: engines.push_suffix(),
            commit_interval: configuration.commit_interval.0,
            lines_per_second: configuration.ingest.lines_per_second,
            layout: engines.layout(),
        };
        let engines = Arc::clone(engines);
        let schemas = Arc::clone(&self.schemas);
        let board = Arc::clone(&self.boards.ingest);
        self.start_thread(Role::Ingest, 0, move |stop| {
            let controls = Group::<E::Engine>::controls();
            let reads = Reads { inputs: Vec::new(), controls };
            let engine = engines.engine(Role::Ingest, 0, &reads)?;
            let mut group = Group::open(engine, settings, schemas, board, queue)?;
            Ok(group.run(stop)?)
        })
    }

    fn start_streams<E: Engines>(
        &mut self,
        engines: &Arc<E>,
        configuration: &Configuration,
    ) -> Result<(), PipelineError> {
        let parts = ServiceParts {
            schemas: Arc::clone(&self.schemas),
            layout: engines.layout(),
            commit_interval: configuration.commit_interval.0,
            observer: Arc::clone(&self.metrics) as Arc<dyn vigie_runtime::Observer>,
            unknown_fields: Arc::clone(self.metrics.unknown_fields()),
        };
        let judge = Arc::new(configuration.sentiment.judge());
        for thread in 0..engines.threads() {
            for role in self.roles.clone() {
                let (controls, parts): (&[&str], ThreadParts) = match role {
                    Role::Ingest => continue,
                    Role::Tagger => {
                        let board = Arc::clone(&self.boards.tagger);
                        let tagger = parts.tagger(Arc::clone(&judge), board);
                        (&vigie_tagger::topology::CONTROLS, tagger)
                    }
                    Role::Detector => {
                        let detector = parts.detector(Arc::clone(&self.boards.detector));
                        (&vigie_detector::topology::CONTROLS, detector)
                    }
                    Role::Scorer => {
                        let scorer = parts.scorer(Arc::clone(&self.boards.scorer));
                        (&vigie_scorer::topology::CONTROLS, scorer)
                    }
                };
                let reads = Reads {
                    inputs: parts.factories.keys().cloned().collect(),
                    controls: controls.iter().map(|topic| Topic::new(topic)).collect(),
                };
                let engines = Arc::clone(engines);
                self.start_thread(role, thread, move |stop| {
                    let engine = engines.engine(role, thread, &reads)?;
                    let ended = StreamThread::new(engine, parts).run(stop);
                    ended.map_err(|error| PipelineError::Service { service: role.name(), error })
                })?;
            }
        }
        Ok(())
    }

    fn start_thread(
        &mut self,
        role: Role,
        thread: u32,
        run: impl FnOnce(&AtomicBool) -> Result<(), PipelineError> + Send + 'static,
    ) -> Result<(), PipelineError> {
        let name =
            if thread == 0 { role.name().into() } else { format!("{}-{thread}", role.name()) };
        self.threads.push(ServiceThread::start(name, &self.stop, run)?);
        Ok(())
    }

    /// The log, for readers.
    pub const fn log(&self) -> &Arc<dyn LogReader> {
        &self.log
    }

    /// How records are read and written.
    pub const fn schemas(&self) -> &Arc<Schemas> {
        &self.schemas
    }

    /// The writer of the control topics.
    pub fn control(&self) -> Arc<dyn ControlWriter> {
        Arc::clone(&self.control)
    }

    /// Which services run here.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The committed state, for readers.
    pub const fn boards(&self) -> &Boards {
        &self.boards
    }

    /// The metrics.
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Where pushes are offered.
    pub const fn pushes(&self) -> &PushQueue {
        &self.pushes
    }

    /// How many threads of stream services there are.
    pub const fn stream_threads(&self) -> u64 {
        self.stream_threads
    }

    /// Who owns which partitions of the services' inputs.
    pub fn owners(&self) -> Arc<dyn Owners> {
        Arc::clone(&self.owners)
    }

    /// What is set once a service has ended, wished or not.
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Whether a service has ended, wished or not.
    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Whether every input was read to its end, and everything read was judged where the services
    /// that judge run here.
    ///
    /// # Errors
    /// When positions cannot be read.
    pub fn is_idle(&self) -> Result<bool, PipelineError> {
        let reads = self.roles.contains(&Role::Ingest);
        let ended = !reads || self.boards.ingest.has_read_everything();
        let judges = self.roles.iter().any(|role| *role != Role::Ingest);
        Ok(ended && (!judges || lag(&*self.log)? == 0))
    }

    /// Asks every service to commit and end, and waits for it.
    ///
    /// # Errors
    /// The first reason for which a service had ended before.
    pub fn stop(self) -> Result<(), PipelineError> {
        self.stop.store(true, Ordering::Release);
        let mut result = Ok(());
        for thread in self.threads {
            result = result.and(thread.join());
        }
        result
    }
}

/// What became of the file of streams.
fn tell_start(file: &Path, applied: &Applied) {
    let (file, revision) = (file.display(), applied.revision.get());
    if applied.is_written {
        tracing::info!(%file, revision, "the streams of the file are watched");
    } else if applied.streams.is_empty() && applied.lists.is_empty() {
        tracing::info!(%file, revision, "the streams of the file were watched already");
    } else {
        tracing::warn!(
            %file,
            revision,
            differing = applied.streams.len() + applied.lists.len(),
            "the file is that of the last start, and other streams were applied since: they stay; \
             `vigie streams apply` makes the file count"
        );
    }
}
