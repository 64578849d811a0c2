//! `vigie ingest | tagger | detector | scorer`: one service as a process on a cluster.

use std::net::SocketAddr;
use std::path::PathBuf;

use vigie_service::configuration::{Configuration, KafkaConfiguration, StreamFile};
use vigie_service::pipeline::Role;

use crate::exit::{Exit, Misuse, Outcome};
use crate::inputs::Inputs;
use crate::running::{Ended, LONGEST_STOP, Running, Until};
use crate::signals;
use crate::up::start_logging;

/// What every service takes.
#[derive(Debug, clap::Args)]
struct Shared {
    /// The configuration file, which names the cluster in its table `kafka`
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Which replica of the service this is, from 0 [default: that of the configuration]
    #[arg(long, value_name = "N")]
    ordinal: Option<u32>,
    /// Where the API listens [default: that of the configuration, else 127.0.0.1:8600]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where other instances reach this API [default: that of the configuration]
    #[arg(long, value_name = "HOST:PORT")]
    advertised: Option<String>,
}

/// What `vigie ingest` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Runs ingest on a cluster: files and pushes into the raw log",
    long_about = "Reads files once and takes pushes, and writes them to the raw log of a Kafka \
                  cluster, each batch with its checkpoint in one transaction. A second start goes \
                  on where the first one ended or was killed.",
    after_help = "Examples:\n  vigie ingest --config cluster.toml --input posts.ndjson --exit\n  \
                  vigie ingest --config cluster.toml --listen 0.0.0.0:8600"
)]
pub struct IngestArguments {
    #[command(flatten)]
    shared: Shared,
    /// Files to read: .ndjson, .jsonl, .json or .csv, also .gz or .zst; `-` is standard input
    #[arg(long, value_name = "FILE", num_args = 1..)]
    input: Vec<PathBuf>,
    /// Read the inputs from their beginning, although they were read before
    #[arg(long, requires = "input")]
    restart: bool,
    /// End when the inputs are read
    #[arg(long)]
    exit: bool,
}

/// What `vigie tagger` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Runs the tagger on a cluster: the raw log into author events and counts",
    after_help = "Example:\n  vigie tagger --config cluster.toml --ordinal 1 --listen 0.0.0.0:8601"
)]
pub struct TaggerArguments {
    #[command(flatten)]
    shared: Shared,
}

/// What `vigie detector` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Runs the detector on a cluster: counts into spikes",
    after_help = "Example:\n  vigie detector --config cluster.toml --listen 0.0.0.0:8602"
)]
pub struct DetectorArguments {
    #[command(flatten)]
    shared: Shared,
}

/// What `vigie scorer` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Runs the scorer on a cluster: author events into scored mentions and authors",
    after_help = "Example:\n  vigie scorer --config cluster.toml --listen 0.0.0.0:8603"
)]
pub struct ScorerArguments {
    #[command(flatten)]
    shared: Shared,
}

impl IngestArguments {
    /// Runs ingest until asked to end, or with `--exit` until the inputs are read.
    ///
    /// # Errors
    /// When something cannot be had, or the service fails.
    pub fn run(self) -> Outcome {
        let configuration = self.shared.configuration()?;
        let inputs = Inputs::check(&self.input, self.restart, &configuration);
        if inputs.usable.is_empty() && inputs.refused > 0 {
            return Err(Misuse("no input can be read".into()).into());
        }
        let until = if self.exit { Until::Idle } else { Until::Asked };
        serve(Role::Ingest, &configuration, &inputs, until)
    }
}

impl TaggerArguments {
    /// Runs the tagger until asked to end.
    ///
    /// # Errors
    /// When something cannot be had, or the service fails.
    pub fn run(self) -> Outcome {
        self.shared.serve_stream(Role::Tagger)
    }
}

impl DetectorArguments {
    /// Runs the detector until asked to end.
    ///
    /// # Errors
    /// When something cannot be had, or the service fails.
    pub fn run(self) -> Outcome {
        self.shared.serve_stream(Role::Detector)
    }
}

impl ScorerArguments {
    /// Runs the scorer until asked to end.
    ///
    /// # Errors
    /// When something cannot be had, or the service fails.
    pub fn run(self) -> Outcome {
        self.shared.serve_stream(Role::Scorer)
    }
}

impl Shared {
    fn configuration(&self) -> anyhow::Result<Configuration> {
        start_logging();
        let mut configuration = Configuration::read(&self.config)?;
        let file = self.config.display();
        let kafka: &mut KafkaConfiguration = configuration.kafka.as_mut().ok_or_else(|| {
            Misuse(format!(
                "{file} names no cluster: add [kafka] with brokers; `vigie up` runs without one"
            ))
        })?;
        if let Some(ordinal) = self.ordinal {
            kafka.ordinal = ordinal;
        }
        if let Some(listen) = self.listen {
            configuration.http.listen = listen;
        }
        if let Some(advertised) = &self.advertised {
            configuration.http.advertised = Some(advertised.clone());
        }
        Ok(configuration)
    }

    fn serve_stream(&self, role: Role) -> Outcome {
        let none = Inputs { usable: Vec::new(), refused: 0 };
        serve(role, &self.configuration()?, &none, Until::Asked)
    }
}

fn serve(role: Role, configuration: &Configuration, inputs: &Inputs, until: Until) -> Outcome {
    if let Some(file) = &configuration.streams {
        // Read here as well, so that a mistake is told before anything is opened.
        StreamFile::read(file)?;
    }
    let signals = signals::listen()?;
    let running = Running::start_on_cluster(&[role], configuration, &inputs.usable, &signals)?;
    eprintln!("{} with its API at http://{}", role.name(), running.address());
    let ended = running.wait(until, &signals, &mut |_| {})?;
    if ended == Ended::Asked {
        let seconds = LONGEST_STOP.as_secs();
        eprintln!("committing and ending, within {seconds} s; a second signal ends at once");
    }
    let failures = running.pipeline().boards().ingest.failures();
    running.stop()?;
    for failure in &failures {
        eprintln!("error: {failure}");
    }
    let is_whole = failures.is_empty() && inputs.refused == 0;
    Ok(if is_whole && ended != Ended::Failed { Exit::Drained } else { Exit::Fatal })
}
