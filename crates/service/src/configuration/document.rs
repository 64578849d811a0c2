//! The one configuration file, `vigie.toml`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use vigie_engine_embedded::Durability;
use vigie_ingest::Mapping;
use vigie_ingest::group::Reading;
use vigie_types::Millis;

use super::kafka::KafkaConfiguration;
use super::registry::RegistryConfiguration;
use super::sentiment::SentimentConfiguration;
use super::{ConfigurationError, Span, environment};

/// Everything that can be configured; every knob has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// Where the embedded log lives.
    pub data_directory: PathBuf,
    /// The file of streams, beside this one unless absolute.
    pub streams: Option<PathBuf>,
    /// How long effects are staged before they are committed: what a crash makes to be done again,
    /// and the least delay of an answer to a push. A commit costs about a disk flush.
    pub commit_interval: Span,
    /// `commit` flushes every commit to the disk before it counts; a span such as `1s` flushes that
    /// often, and a crash loses the last span, acknowledged or not.
    pub durability: String,
    /// The API.
    pub http: HttpConfiguration,
    /// How input is read.
    pub ingest: IngestConfiguration,
    /// How sentiment is judged.
    pub sentiment: SentimentConfiguration,
    /// The cluster; without it the log is embedded.
    pub kafka: Option<KafkaConfiguration>,
    /// Where schemas have their ids; without it ids are the schemas' own fingerprints.
    pub registry: Option<RegistryConfiguration>,
}

/// The API.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfiguration {
    /// Where it listens. Anybody who reaches it can read and push: keep it on loopback, or behind
    /// something that asks who is there.
    pub listen: SocketAddr,
    /// The largest body of a push, in bytes.
    pub maximum_push_bytes: usize,
    /// Where other instances reach this API, as `host:port`, on a cluster. Left out, they do not
    /// ask this one.
    pub advertised: Option<String>,
}

/// How input is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestConfiguration {
    /// How far out of order the lines of a file may be; what is further behind is late.
    pub disorder: Option<Span>,
    /// How far out of order pushed lines may be.
    pub push_disorder: Option<Span>,
    /// How many lines of files are read in a second at most, so that a back-fill leaves room for
    /// what is live; left out, as many as can be.
    pub lines_per_second: Option<NonZeroU32>,
    /// How input that is not in our envelope becomes mentions: `field = "path"`.
    pub mapping: Option<Mapping>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            data_directory: PathBuf::from("vigie-data"),
            streams: None,
            commit_interval: Span(Millis::new(100)),
            durability: "commit".into(),
            http: HttpConfiguration::default(),
            ingest: IngestConfiguration::default(),
            sentiment: SentimentConfiguration::default(),
            kafka: None,
            registry: None,
        }
    }
}

impl Default for HttpConfiguration {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8600)),
            // A batch of 10,000 ordinary mentions.
            maximum_push_bytes: 8 << 20,
            advertised: None,
        }
    }
}

/// The longest commit interval: beyond it the delay of answers is longer than people wait.
const LONGEST_COMMIT_INTERVAL: Millis = Millis::seconds(10);

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, has an unknown key, or two settings do not go together.
    pub fn read(file: &Path) -> Result<Self, ConfigurationError> {
        let text = super::read(file)?;
        let name = file.display().to_string();
        let mut configuration = Self::parse(&name, &text)?;
        if let (Some(streams), Some(directory)) = (&configuration.streams, file.parent()) {
            configuration.streams = Some(directory.join(streams));
        }
        if let (Some(kafka), Some(directory)) = (&mut configuration.kafka, file.parent()) {
            kafka.beside(directory);
        }
        if let (Some(registry), Some(directory)) = (&mut configuration.registry, file.parent()) {
            registry.beside(directory);
        }
        Ok(configuration)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// As [`Configuration::read`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigurationError> {
        let invalid = |reason| ConfigurationError::Invalid { file: file.into(), reason };
        let configuration: Self = environment::read(text).map_err(invalid)?;
        let Span(interval) = configuration.commit_interval;
        if interval <= Millis::ZERO || interval > LONGEST_COMMIT_INTERVAL {
            return Err(invalid("commit_interval is from 1ms to 10s".into()));
        }
        configuration.durability().map_err(invalid)?;
        configuration.sentiment.check().map_err(invalid)?;
        if let Some(kafka) = &configuration.kafka {
            kafka.check().map_err(invalid)?;
        }
        if let Some(registry) = &configuration.registry {
            registry.check().map_err(invalid)?;
        }
        Ok(configuration)
    }

    /// When a commit counts.
    ///
    /// # Errors
    /// When it is neither `commit` nor a span.
    pub fn durability(&self) -> Result<Durability, String> {
        if self.durability == "commit" {
            return Ok(Durability::EveryCommit);
        }
        Span::parse(&self.durability)
            .map(|Span(span)| Durability::Interval(span))
            .map_err(|error| format!("durability is \"commit\" or a span: {error}"))
    }

    /// How the lines of inputs and pushes become mentions.
    pub fn reading(&self) -> Reading {
        match &self.ingest.mapping {
            Some(mapping) => Reading::Mapped(Arc::new(mapping.clone())),
            None => Reading::Envelope,
        }
    }
}
