//! The inputs that a command line names.

use std::path::{Path, PathBuf};

use vigie_ingest::group::SourceSettings;
use vigie_ingest::source::{Format, Input as SourceInput, Location};

use super::PipelineError;
use crate::configuration::{Configuration, Span};

/// An input as the command line names it.
#[derive(Clone, Debug)]
pub struct Input {
    /// A file, or `-` for standard input.
    pub path: PathBuf,
    /// Whether what was read before is read again.
    pub restart: bool,
}

impl Input {
    /// The source that reads it.
    pub(super) fn source(
        &self,
        configuration: &Configuration,
    ) -> Result<SourceSettings, PipelineError> {
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
