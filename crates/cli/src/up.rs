//! `vigie up`: all services in one process, durable in one data directory.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use tracing_subscriber::EnvFilter;
use vigie_schema::CheckpointDetail;
use vigie_service::configuration::{Configuration, StreamFile};
use vigie_service::pipeline::Pipeline;

use crate::data::DataArguments;
use crate::exit::{Exit, Misuse, Outcome};
use crate::inputs::Inputs;
use crate::present::thousands;
use crate::progress::Progress;
use crate::running::{Ended, LONGEST_STOP, Running, Until};
use crate::signals;

/// What `vigie up` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Runs all services over one data directory",
    long_about = "Runs ingest, tagger, detector and scorer in this process, over one data \
                  directory. Every --input is read once: a second start goes on where the first \
                  one ended or was killed, and reads nothing twice. HTTP push is open until \
                  Ctrl-C, which commits what was read and ends; a second Ctrl-C ends at once, and \
                  loses nothing that was committed.",
    after_help = "Examples:\n  vigie up --input mentions.ndjson --streams streams.toml\n  \
                  vigie up --config vigie.toml --input a.csv.gz --input b.ndjson --exit\n  \
                  curl -H 'Content-Type: application/x-ndjson' --data-binary @more.ndjson \
                  http://127.0.0.1:8600/v1/mentions"
)]
pub struct Arguments {
    #[command(flatten)]
    data: DataArguments,
    /// The streams to watch [default: those of --config]
    #[arg(long, value_name = "FILE")]
    streams: Option<PathBuf>,
    /// Files to read: .ndjson, .jsonl, .json or .csv, also .gz or .zst; `-` is standard input
    #[arg(long, value_name = "FILE", num_args = 1..)]
    input: Vec<PathBuf>,
    /// Read the inputs from their beginning, although they were read before
    #[arg(long, requires = "input")]
    restart: bool,
    /// End when the inputs are read and everything is judged
    #[arg(long)]
    exit: bool,
    /// Where the API listens [default: that of --config, else 127.0.0.1:8600]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Arguments {
    /// Runs the services until asked to end.
    ///
    /// # Errors
    /// When something cannot be had, or a service fails.
    pub fn run(self) -> Outcome {
        start_logging();
        let configuration = self.configuration()?;
        if let Some(file) = &configuration.streams {
            // Read here as well, so that a mistake is told before anything is opened.
            StreamFile::read(file)?;
        }
        let inputs = Inputs::check(&self.input, self.restart, &configuration);
        if inputs.usable.is_empty() && inputs.refused > 0 {
            return Err(Misuse("no input can be read".into()).into());
        }
        let signals = signals::listen()?;
        let running = Running::start(&configuration, &inputs.usable, &signals)?;
        eprintln!("data in {}", configuration.data_directory.display());
        eprintln!("API at http://{}, described by /openapi.json", running.address());
        let until = if self.exit { Until::Idle } else { Until::Asked };
        let progress = Progress::measuring("reading", inputs.plain_bytes());
        let mut is_told = inputs.usable.is_empty();
        let ended = running.wait(until, &signals, &mut |pipeline| {
            show(&progress, pipeline);
            if !is_told && pipeline.is_idle().unwrap_or(false) {
                is_told = true;
                progress.finish();
                tell(pipeline);
                if !self.exit {
                    eprintln!("every input is read; pushes are taken until Ctrl-C");
                }
            }
        })?;
        progress.finish();
        match ended {
            Ended::Asked => {
                let seconds = LONGEST_STOP.as_secs();
                eprintln!("committing and ending, within {seconds} s; Ctrl-C again ends at once");
            }
            Ended::Idle => tell(running.pipeline()),
            Ended::Failed => {}
        }
        let failures = running.pipeline().boards().ingest.failures();
        running.stop()?;
        for failure in &failures {
            eprintln!("error: {failure}");
        }
        let is_whole = failures.is_empty() && inputs.refused == 0;
        Ok(if is_whole && ended != Ended::Failed { Exit::Drained } else { Exit::Fatal })
    }

    fn configuration(&self) -> anyhow::Result<Configuration> {
        let mut configuration = self.data.configuration()?;
        if let Some(streams) = &self.streams {
            configuration.streams = Some(streams.clone());
        }
        if let Some(listen) = self.listen {
            configuration.http.listen = listen;
        }
        Ok(configuration)
    }
}

/// Logs go to standard error; `RUST_LOG` says which, warnings unless it does.
pub fn start_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // Somebody who has set up logging before us has their reasons.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init();
}

fn show(progress: &Progress, pipeline: &Pipeline) {
    let (mut bytes, mut read) = (0, 0);
    for checkpoint in pipeline.boards().ingest.checkpoints().into_values() {
        read += checkpoint.read;
        if let Some(CheckpointDetail::FileCheckpoint(file)) = checkpoint.detail {
            bytes += file.byte_offset;
        }
    }
    progress.set(bytes);
    progress.say(format!("({} records)", thousands(read as i64)));
}

/// Says what became of the inputs so far.
fn tell(pipeline: &Pipeline) {
    for checkpoint in pipeline.boards().ingest.checkpoints().into_values() {
        eprintln!(
            "{}: {} records read, {} taken, {} dead-lettered, {} of suppressed authors",
            checkpoint.source,
            thousands(checkpoint.read as i64),
            thousands(checkpoint.raw as i64),
            thousands(checkpoint.dead_lettered as i64),
            thousands(checkpoint.suppressed as i64),
        );
    }
}
