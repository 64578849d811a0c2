//! `vigie topics copy`: from one machine to a cluster.

use std::path::PathBuf;

use vigie_engine_embedded::Log;
use vigie_service::configuration::{Configuration, KafkaConfiguration};
use vigie_service::copy::{CopiedTopic, Copy};
use vigie_service::pipeline::{lone_producer, open_cluster, start_watchdog};
use vigie_service::registry::{RegistryClient, ids_by_built_in};

use crate::exit::{Exit, Misuse, Outcome};
use crate::present::thousands;
use crate::running::end_on_hang;

/// Who goes on where it stood.
const APPLICATIONS: [&str; 3] = ["vigie-tagger", "vigie-detector", "vigie-scorer"];

/// What `vigie topics copy` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Copies a data directory into the empty topics of a cluster, and reads it back",
    long_about = "Copies every topic, state and position of a data directory into the topics of a \
                  Kafka cluster, which must be empty, and reads everything back. Services that \
                  start there go on where `vigie up` stopped. Nothing may run on the directory. \
                  A copy that ended early leaves topics that no service starts on: create them \
                  anew and copy again.",
    after_help = "Example:\n  vigie topics apply --config cluster.toml\n  \
                  vigie topics copy --data vigie-data --config cluster.toml"
)]
pub struct Arguments {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The configuration file, which names the cluster in its table `kafka`
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Arguments {
    /// Copies.
    ///
    /// # Errors
    /// When the directory is in use or the cluster is not empty, or what was read back differs.
    pub fn run(self) -> Outcome {
        let configuration = Configuration::read(&self.config)?;
        let kafka = cluster_of(&configuration, &self.config)?;
        let log = Log::open_read_only(&self.data)?;
        let schema_ids = match &configuration.registry {
            Some(registry) => Some(ids_by_built_in(&RegistryClient::new(registry)?)?),
            None => None,
        };
        let cluster = open_cluster(kafka)?;
        let watchdog = start_watchdog(kafka, Box::new(end_on_hang))?;
        let mut producer = lone_producer(kafka, "copy", &watchdog)?;
        let mut copy = Copy {
            from: &*log,
            cluster: &cluster,
            producer: &mut producer,
            applications: &APPLICATIONS,
            schema_ids,
        };
        copy.run(&mut tell)?;
        eprintln!(
            "everything was read back and is the same; the services go on there with {}",
            self.config.display()
        );
        Ok(Exit::Drained)
    }
}

fn tell(topic: &CopiedTopic) {
    let (records, bytes) = (thousands(topic.records as i64), thousands(topic.bytes as i64));
    eprintln!("{}: {records} records, {bytes} bytes", topic.topic);
}

/// The cluster of a configuration.
///
/// # Errors
/// When it names none.
pub fn cluster_of<'a>(
    configuration: &'a Configuration,
    file: &std::path::Path,
) -> anyhow::Result<&'a KafkaConfiguration> {
    let file = file.display();
    let missing = || Misuse(format!("{file} names no cluster: add [kafka] with brokers"));
    Ok(configuration.kafka.as_ref().ok_or_else(missing)?)
}
