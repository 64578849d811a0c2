//! All services over the embedded log.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vigie_detector::StreamState;
use vigie_engine_embedded::{
    Clock, EmbeddedEngine, EngineSettings, LayoutError, Log, OpenError, Settings,
};
use vigie_ingest::group::{
    Group, GroupError, GroupSettings, IngestBoard, PushQueue, SourceSettings,
};
use vigie_ingest::source::{Format, Input as SourceInput, Location};
use vigie_runtime::{
    Board, EngineError, ReadError, StreamThread, ThreadError, ThreadParts, Topic,
};
use vigie_schema::Schemas;
use vigie_scorer::AuthorState;
use vigie_tagger::Ledger;
use vigie_text::Judge;
use vigie_types::{AuthorId, Millis, StreamId, WallTime};

use super::control_writer::{Control, ControlError, ControlWriter, apply_streams};
use super::embedded_control::EmbeddedControl;
use super::idle::lag;
use super::services::ServiceParts;
use super::thread::ServiceThread;
use crate::configuration::{Configuration, ConfigurationError, Span, StreamFile, Topics};
use crate::metrics::Metrics;

/// How much one poll of an engine brings: a quarter of a second at full load.
const FETCH_BYTES: usize = 4 << 20;

/// How far out of order pushed lines may be unless configured.
const PUSH_DISORDER: Millis = Millis::seconds(30);

/// Why the pipeline cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The configuration is wrong.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The topics cannot be had.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The data directory cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An engine cannot be had.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The control topics cannot be written.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// An input's format cannot be told from its name.
    #[error(
        "{0}: its format cannot be told from its name: it ends in .ndjson, .jsonl, .json or .csv, \
         and may be compressed (.gz, .zst)"
    )]
    Format(PathBuf),
    /// Ingest ended.
    #[error("ingest: {0}")]
    Ingest(#[from] GroupError),
    /// A stream service ended.
    #[error("{service}: {error}")]
    Service {
        /// Which.
        service: &'static str,
        /// Why.
        error: ThreadError,
    },
    /// A thread cannot be started, or panicked.
    #[error("the thread {name} failed: {reason}")]
    Thread {
        /// Which.
        name: &'static str,
        /// Why.
        reason: String,
    },
    /// Positions cannot be read.
    #[error(transparent)]
    Lag(#[from] ReadError),
}

/// The committed state of every service, for readers.
#[derive(Clone, Default)]
pub struct Boards {
    /// Of ingest.
    pub ingest: Arc<IngestBoard>,
    /// Of the tagger.
    pub tagger: Arc<Board<AuthorId, Ledger>>,
    /// Of the detector.
    pub detector: Arc<Board<StreamId, StreamState>>,
    /// Of the scorer.
    pub scorer: Arc<Board<AuthorId, AuthorState>>,
}

/// An input as the command line names it.
#[derive(Clone, Debug)]
pub struct Input {
    /// A file, or `-` for standard input.
    pub path: PathBuf,
    /// Whether what was read before is read again.
    pub restart: bool,
}

impl Input {
    fn source(&self, configuration: &Configuration) -> Result<SourceSettings, PipelineError> {
        let is_stdin = self.path == Path::new("-");
        let format = if is_stdin { Some(Format::Ndjson) } else { Format::of_path(&self.path) };
        let format = match format {
            Some(format) => format,
            // A directory or a missing file has a better error than that of its name.
            None if !self.path.is_file() => Format::Ndjson,
            None => return Err(PipelineError::Format(self.path.clone())),
        };
        let location = if is_stdin { Location::Stdin } else { Location::File(self.path.clone()) };
        let disorder = configuration.ingest.disorder;
        Ok(SourceSettings {
            input: SourceInput { id: None, location, format },
            reading: configuration.reading(),
            disorder: disorder.map_or(vigie_ingest::DEFAULT_DISORDER, |Span(span)| span),
            restart: self.restart,
        })
    }
}

/// Opens the data directory that the configuration names.
///
/// # Errors
/// When another process holds it, or it is damaged or of another version.
pub fn open_log(configuration: &Configuration) -> Result<Arc<Log>, PipelineError> {
    let layout = Topics::built_in().embedded()?;
    let durability = configuration
        .durability()
        .map_err(|reason| ConfigurationError::Invalid { file: "durability".into(), reason })?;
    let settings = Settings { durability, ..Settings::default() };
    Ok(Log::open(&configuration.data_directory, &layout, settings)?)
}

/// All services, running.
pub struct Pipeline {
    log: Arc<Log>,
    control: Arc<EmbeddedControl>,
    schemas: Arc<Schemas>,
    boards: Boards,
    metrics: Arc<Metrics>,
    pushes: PushQueue,
    threads: Vec<ServiceThread>,
    stop: Arc<AtomicBool>,
}

impl Pipeline {
    /// Starts every service over `log`; inputs are read at once, pushes are taken until the end.
    ///
    /// # Errors
    /// When the streams, an input or an engine cannot be had.
    pub fn start(
        log: Arc<Log>,
        configuration: &Configuration,
        inputs: &[Input],
    ) -> Result<Self, PipelineError> {
        let schemas = Arc::new(Schemas::new());
        let control = Arc::new(EmbeddedControl::new(Arc::clone(&log)));
        if let Some(file) = &configuration.streams {
            let streams = StreamFile::read(file)?.streams;
            let control = Control { log: &*log, writer: &*control, schemas: &schemas };
            apply_streams(control, &streams, now())?;
        }
        let (pushes, queue) = PushQueue::new();
        let mut pipeline = Self {
            log,
            control,
            schemas,
            boards: Boards::default(),
            metrics: Arc::new(Metrics::new()),
            pushes,
            threads: Vec::new(),
            stop: Arc::default(),
        };
        pipeline.start_streams(configuration)?;
        let sources: Result<Vec<SourceSettings>, PipelineError> =
            inputs.iter().map(|input| input.source(configuration)).collect();
        let push_disorder = configuration.ingest.push_disorder;
        let settings = GroupSettings {
            sources: sources?,
            push_reading: configuration.reading(),
            push_disorder: push_disorder.map_or(PUSH_DISORDER, |Span(span)| span),
            commit_interval: configuration.commit_interval.0,
            layout: Topics::built_in().layout(),
        };
        let engine = pipeline.engine("vigie-ingest", &[], Group::<EmbeddedEngine>::controls())?;
        let schemas = Arc::clone(&pipeline.schemas);
        let board = Arc::clone(&pipeline.boards.ingest);
        let mut group = Group::open(engine, settings, schemas, board, queue)?;
        let run = move |stop: &AtomicBool| Ok(group.run(stop)?);
        pipeline.threads.push(ServiceThread::start("ingest", &pipeline.stop, run)?);
        Ok(pipeline)
    }

    fn start_streams(&mut self, configuration: &Configuration) -> Result<(), PipelineError> {
        let parts = ServiceParts {
            schemas: Arc::clone(&self.schemas),
            layout: Topics::built_in().layout(),
            commit_interval: configuration.commit_interval.0,
            observer: Arc::clone(&self.metrics) as Arc<dyn vigie_runtime::Observer>,
        };
        let judge = Arc::new(Judge::new());
        let (tagger, detector, scorer) = (
            parts.tagger(judge, Arc::clone(&self.boards.tagger)),
            parts.detector(Arc::clone(&self.boards.detector)),
            parts.scorer(Arc::clone(&self.boards.scorer)),
        );
        self.start_stream("tagger", vigie_tagger::topology::CONTROLS.as_slice(), tagger)?;
        self.start_stream("detector", vigie_detector::topology::CONTROLS.as_slice(), detector)?;
        self.start_stream("scorer", vigie_scorer::topology::CONTROLS.as_slice(), scorer)
    }

    fn start_stream(
        &mut self,
        service: &'static str,
        controls: &[&str],
        parts: ThreadParts,
    ) -> Result<(), PipelineError> {
        let inputs: Vec<Topic> = parts.factories.keys().cloned().collect();
        let controls = controls.iter().map(|topic| Topic::new(topic)).collect();
        let engine = self.engine(&format!("vigie-{service}"), &inputs, controls)?;
        let mut thread = StreamThread::new(engine, parts);
        let run = move |stop: &AtomicBool| {
            thread.run(stop).map_err(|error| PipelineError::Service { service, error })
        };
        self.threads.push(ServiceThread::start(service, &self.stop, run)?);
        Ok(())
    }

    fn engine(
        &self,
        application: &str,
        inputs: &[Topic],
        controls: Vec<Topic>,
    ) -> Result<EmbeddedEngine, PipelineError> {
        Ok(self.log.engine(&EngineSettings {
            application: application.into(),
            inputs: inputs.to_vec(),
            controls,
            fetch_bytes: FETCH_BYTES,
        })?)
    }

    /// The log, for readers.
    pub const fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// The writer of the control topics.
    pub fn control(&self) -> Arc<dyn ControlWriter> {
        Arc::clone(&self.control) as Arc<dyn ControlWriter>
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

    /// What is set once a service has ended, wished or not.
    pub(crate) fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Whether a service has ended, wished or not.
    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Whether every input was read to its end and everything read was judged.
    ///
    /// # Errors
    /// When positions cannot be read.
    pub fn is_idle(&self) -> Result<bool, PipelineError> {
        let ended = self.boards.ingest.has_read_everything();
        Ok(ended && lag(&*self.log)? == 0)
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

/// The wall clock, read at this edge.
pub(crate) fn now() -> WallTime {
    Clock::system().now()
}
