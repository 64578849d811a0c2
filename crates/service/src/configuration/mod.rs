//! Configuration: parse, validate, build. Every error names the file, the key and what to do.

mod document;
mod environment;
mod kafka;
mod list_file;
mod registry;
mod sentiment;
mod span;
mod streams;
mod topics;

pub use document::{Configuration, HttpConfiguration, IngestConfiguration};
pub use kafka::KafkaConfiguration;
pub use registry::RegistryConfiguration;
pub use sentiment::SentimentConfiguration;
pub use span::Span;
pub use streams::{StreamFile, StreamFileError};
pub use topics::{Cleanup, TopicConfiguration, Topics};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file cannot be read.
    #[error("cannot read {file}: {cause}")]
    Read {
        /// Which file.
        file: String,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{file}: {reason}")]
    Invalid {
        /// Which file.
        file: String,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// The streams are wrong.
    #[error(transparent)]
    Streams(#[from] StreamFileError),
}

/// Reads a file of configuration.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(file: &std::path::Path) -> Result<String, ConfigurationError> {
    std::fs::read_to_string(file)
        .map_err(|cause| ConfigurationError::Read { file: file.display().to_string(), cause })
}

/// Reads a file that holds a secret and a line end at most.
fn secret(file: &std::path::Path) -> Result<String, ConfigurationError> {
    Ok(read(file)?.trim_end_matches(['\r', '\n']).into())
}
