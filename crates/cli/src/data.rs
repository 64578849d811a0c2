//! Where the data is: the data directory or the cluster, and how to ask what is in it.
//!
//! A process that runs on a directory is asked over its API; when nothing runs, the directory is
//! read. A cluster's topics are read as committed, whoever runs on it.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vigie_schema::Schemas;
use vigie_service::access::{Access, AccessError};
use vigie_service::configuration::{
    Configuration, ConfigurationError, KafkaConfiguration, RegistryConfiguration,
};
use vigie_service::pipeline::{control_of, open_cluster, start_watchdog};
use vigie_service::registry::open_schemas;

use crate::running::end_on_hang;

/// Which data a command is about.
#[derive(Clone, Debug, clap::Args)]
pub struct DataArguments {
    /// The data directory [default: that of --config, else vigie-data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The configuration file; with a table `kafka` the data is on that cluster
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl DataArguments {
    /// The configuration, with the data directory of the command line.
    ///
    /// # Errors
    /// When the file is wrong.
    pub fn configuration(&self) -> Result<Configuration, ConfigurationError> {
        let mut configuration = match &self.config {
            Some(file) => Configuration::read(file)?,
            None => Configuration::default(),
        };
        if let Some(data) = &self.data {
            configuration.data_directory.clone_from(data);
            // A directory that is named is meant.
            configuration.kafka = None;
        }
        Ok(configuration)
    }

    /// The way to the data.
    ///
    /// # Errors
    /// When there is none, or it is held by a process that does not answer.
    pub fn access(&self) -> anyhow::Result<Access> {
        let configuration = self.configuration()?;
        if let Some(kafka) = &configuration.kafka {
            return access_cluster(kafka, configuration.registry.as_ref());
        }
        let directory = configuration.data_directory;
        let is_passing = |error: &AccessError| matches!(error, AccessError::NoApi(_));
        Ok(patiently(|| Access::open(&directory), is_passing)?)
    }
}

/// How long a registry that does not answer is waited for, by somebody at a terminal.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

fn access_cluster(
    kafka: &KafkaConfiguration,
    registry: Option<&RegistryConfiguration>,
) -> anyhow::Result<Access> {
    let waited = Cell::new(Duration::ZERO);
    let wait = |span: Duration| {
        waited.set(waited.get() + span);
        let goes_on = waited.get() <= LONGEST_WAIT;
        if goes_on {
            pause(span);
        }
        !goes_on
    };
    let schemas = match registry {
        Some(registry) => open_schemas(registry, &wait)?,
        None => Arc::new(Schemas::new()),
    };
    let log = Arc::new(open_cluster(kafka)?);
    let watchdog = Arc::new(start_watchdog(kafka, Box::new(end_on_hang))?);
    let control = control_of(kafka, watchdog)?;
    Ok(Access::cluster(log, schemas, control)?)
}

/// How often a directory is tried that somebody holds who tells no address: a process that starts,
/// or another command that reads it for a moment.
const ATTEMPTS: u32 = 30;

/// How long is waited between two attempts.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(100);

/// Waits for a moment.
pub fn pause(span: Duration) {
    // The channel's only message is that the time has passed.
    let _ = crossbeam_channel::after(span).recv();
}

/// Tries again as long as the reason is a passing one, three seconds at most.
///
/// # Errors
/// The reason of the last attempt.
pub fn patiently<T, E>(
    mut attempt: impl FnMut() -> Result<T, E>,
    is_passing: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(error) if is_passing(&error) => {
                pause(BETWEEN_ATTEMPTS);
            }
            result => return result,
        }
    }
    attempt()
}

/// A text as one segment of a path: everything but letters, digits and `-_.~` in per cent signs.
pub fn path_segment(text: &str) -> String {
    let mut segment = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            segment.extend(["%".to_owned(), format!("{byte:02X}")]);
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_any_kind_is_one_segment() {
        assert_eq!(path_segment("twitter:Ann"), "twitter%3AAnn");
        assert_eq!(path_segment("bluesky:at://é"), "bluesky%3Aat%3A%2F%2F%C3%A9");
    }
}
