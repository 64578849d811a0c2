//! `vigie reprocess`: a new version of the application reads the retained raw log.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::Timestamp;
use vigie_engine_kafka::KafkaLog;
use vigie_runtime::{CommittedPosition, LogReader as _, Topic, TopicOutline, TopicPartition};
use vigie_schema::topics;
use vigie_service::configuration::{Configuration, KafkaConfiguration};
use vigie_service::pipeline::{Role, open_cluster};
use vigie_types::EventTime;

use crate::exit::{Exit, Misuse, Outcome};
use crate::running::{Ended, LONGEST_STOP, Running, Until};
use crate::signals;
use crate::topics_copy::cluster_of;
use crate::up::start_logging;

/// Who judges; ingest writes the raw log for every version.
const ROLES: [Role; 3] = [Role::Tagger, Role::Detector, Role::Scorer];

/// Who reads the raw log.
const READER: &str = "vigie-tagger";

/// What `vigie reprocess` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Judges the retained raw log of a cluster again, as a new version beside the old one",
    long_about = "Runs tagger, detector and scorer as another version of the application: they \
                  read the raw log and the control topics that all versions share, and write \
                  topics of their own (spikes.v1-a2 and so on), while the version that runs stays \
                  as it is. The same program gives an equal run. It ends when the end of the raw \
                  log is reached, and a second start goes on where the first one ended; to switch \
                  over, set kafka.application_version of the services.",
    after_help = "Examples:\n  vigie topics apply --config cluster.toml --application-version 2\n  \
                  vigie reprocess --config cluster.toml --application-version 2\n  vigie \
                  reprocess --config cluster.toml --application-version 3 --from \
                  2026-11-01T00:00:00Z --follow"
)]
pub struct Arguments {
    /// The configuration file, which names the cluster in its table `kafka`
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Which version this is: other than the one that runs
    #[arg(long, value_name = "N")]
    application_version: u32,
    /// Where to begin: `start`, or the time at which records were written. A later start leaves
    /// out what the older records would have taught: ledgers and baselines begin empty there
    #[arg(long, value_name = "start|TIME", default_value = "start")]
    from: From,
    /// Go on with new records until Ctrl-C
    #[arg(long)]
    follow: bool,
    /// Where the API of the new version listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

/// Where a new version begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Start,
    Written(EventTime),
}

impl std::str::FromStr for From {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "start" {
            return Ok(Self::Start);
        }
        let time: Timestamp = text.parse().map_err(|error| {
            format!("\"{text}\" is neither start nor a time such as 2026-11-01T00:00:00Z: {error}")
        })?;
        Ok(Self::Written(EventTime::from_millis(time.as_millisecond())))
    }
}

impl Arguments {
    /// Processes the log again.
    ///
    /// # Errors
    /// When the version is the one that runs, its topics are missing, or a service fails.
    pub fn run(self) -> Outcome {
        start_logging();
        let mut configuration = Configuration::read(&self.config)?;
        let running_version = cluster_of(&configuration, &self.config)?.application_version;
        let version = self.application_version;
        if version == 0 || version == running_version {
            return Err(Misuse(format!(
                "--application-version {version}: choose one from 1 on other than \
                 {running_version}, which the services of this configuration write"
            ))
            .into());
        }
        if let Some(kafka) = &mut configuration.kafka {
            kafka.application_version = version;
        }
        configuration.http.listen = self.listen;
        let kafka = cluster_of(&configuration, &self.config)?;
        if let From::Written(time) = self.from {
            begin_at(&open_cluster(kafka)?, kafka, time)?;
        }
        self.process(&configuration)
    }

    fn process(&self, configuration: &Configuration) -> Outcome {
        let version = self.application_version;
        let signals = signals::listen()?;
        let running = Running::start_on_cluster(&ROLES, configuration, &[], &signals)?;
        eprintln!("version {version} reads the raw log; API at http://{}", running.address());
        let until = if self.follow { Until::Asked } else { Until::Idle };
        let ended = running.wait(until, &signals, &mut |_| {})?;
        if ended == Ended::Asked {
            let seconds = LONGEST_STOP.as_secs();
            eprintln!("committing and ending, within {seconds} s; a second signal ends at once");
        }
        running.stop()?;
        match ended {
            Ended::Idle => eprintln!(
                "version {version} has judged everything; to switch over, stop the services and \
                 start them with kafka.application_version = {version}"
            ),
            Ended::Asked => eprintln!("the same command goes on from here"),
            Ended::Failed => return Ok(Exit::Fatal),
        }
        Ok(Exit::Drained)
    }
}

/// Makes the version begin with the records written at a time or later, unless it has begun.
fn begin_at(log: &KafkaLog, kafka: &KafkaConfiguration, time: EventTime) -> anyhow::Result<()> {
    let version = kafka.application_version;
    if !log.positions(READER)?.is_empty() {
        eprintln!("version {version} has begun already: it goes on where it stood");
        return Ok(());
    }
    let raw = Topic::new(topics::MENTIONS_RAW);
    let outlines = log.topics()?;
    let outline = outlines.iter().find(|outline| outline.topic == raw);
    let partitions: Vec<TopicPartition> =
        outline.into_iter().flat_map(TopicOutline::partitions).collect();
    let found = log.positions_at(&partitions, time)?;
    let mut positions = Vec::new();
    for partition in partitions {
        // Where nothing was written since, the version begins with what comes.
        let position = match found.get(&partition) {
            Some(position) => *position,
            None => log.end(&partition)?,
        };
        positions.push(CommittedPosition {
            partition,
            position,
            commit_number: 0,
            stream_time: EventTime::MIN,
        });
    }
    Ok(log.commit_positions(READER, &positions)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_the_start_or_a_time() {
        assert_eq!("start".parse(), Ok(From::Start));
        let time = "1970-01-01T00:00:01Z".parse();
        assert_eq!(time, Ok(From::Written(EventTime::from_millis(1_000))));
        assert!("yesterday".parse::<From>().is_err_and(|error| error.contains("yesterday")));
    }
}
