//! Services over the embedded log: one directory, one process.

use std::sync::Arc;

use vigie_engine_embedded::{EmbeddedEngine, EngineSettings, Log, Settings};
use vigie_engine_kafka::KafkaLog;
use vigie_runtime::{Layout, LogReader};

use super::control_writer::ControlWriter;
use super::embedded_control::EmbeddedControl;
use super::engines::{Engines, Reads};
use super::{PipelineError, Role};
use crate::configuration::{Configuration, ConfigurationError, Topics};

/// How much one poll of an engine brings: a quarter of a second at full load.
const FETCH_BYTES: usize = 4 << 20;

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

/// Engines over the embedded log.
pub(super) struct EmbeddedEngines {
    log: Arc<Log>,
    control: Arc<EmbeddedControl>,
}

impl EmbeddedEngines {
    pub(super) fn new(log: Arc<Log>) -> Self {
        let control = Arc::new(EmbeddedControl::new(Arc::clone(&log)));
        Self { log, control }
    }
}

impl Engines for EmbeddedEngines {
    type Engine = EmbeddedEngine;

    fn engine(
        &self,
        role: Role,
        _thread: u32,
        reads: &Reads,
    ) -> Result<EmbeddedEngine, PipelineError> {
        Ok(self.log.engine(&EngineSettings {
            application: format!("vigie-{}", role.name()),
            inputs: reads.inputs.clone(),
            controls: reads.controls.clone(),
            fetch_bytes: FETCH_BYTES,
        })?)
    }

    /// An engine reads every partition of its inputs.
    fn threads(&self) -> u32 {
        1
    }

    fn push_suffix(&self) -> Option<String> {
        None
    }

    fn layout(&self) -> Arc<Layout> {
        Topics::built_in().layout()
    }

    fn log(&self) -> Arc<dyn LogReader> {
        Arc::clone(&self.log) as Arc<dyn LogReader>
    }

    fn cluster(&self) -> Option<Arc<KafkaLog>> {
        None
    }

    fn control(&self) -> Arc<dyn ControlWriter> {
        Arc::clone(&self.control) as Arc<dyn ControlWriter>
    }
}
