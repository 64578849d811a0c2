//! `vigie demo`: simulated networks through all services, a summary, then the API.
//!
//! The simulated lines are written to a file and read as any user's file is: the demonstration
//! takes the way that real input takes, and can be repeated over the same data.

mod planned;
mod summary;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crossbeam_channel::Receiver;
use vigie_runtime::{Position, Topic};
use vigie_schema::topics;
use vigie_service::access::Access;
use vigie_service::configuration::Configuration;
use vigie_service::pipeline::{Input, Pipeline};
use vigie_simulator::{Settings, Simulator};

use self::summary::Facts;
use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;
use crate::progress::Progress;
use crate::running::{Ended, Running, Until};
use crate::signals;
use crate::simulate::write_lines;

/// How many simulated days a demonstration has.
const DAYS: f64 = 18.0;

/// What `vigie demo` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Shows everything on simulated data: a summary, then the HTTP API",
    long_about = "Simulates 18 days of public mentions of seven invented brands, with four bursts, \
                  a campaign and the flood of a single account at known times, sends them through \
                  all services, and compares what was found with what was planned. Then the same \
                  data is served over HTTP until Ctrl-C. Nothing is left behind unless --data says \
                  where.",
    after_help = "Examples:\n  vigie demo\n  vigie demo --exit --mentions 50000\n  \
                  vigie demo --data demo-data && vigie topics list --data demo-data"
)]
pub struct Arguments {
    /// End after the summary
    #[arg(long)]
    exit: bool,
    /// What decides everything that is simulated
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// About how many mentions to simulate
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    mentions: u64,
    /// Keep the data here
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the API listens [default: 127.0.0.1:8600, or another port where that is taken]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Arguments {
    /// Simulates, judges, sums up and serves.
    ///
    /// # Errors
    /// When the directory cannot be written or a service fails.
    pub fn run(self) -> Outcome {
        crate::up::start_logging();
        let temporary = match self.data {
            Some(_) => None,
            None => Some(tempfile::tempdir().context("cannot make a temporary directory")?),
        };
        let directory = match (&self.data, &temporary) {
            (Some(data), _) => data.clone(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => PathBuf::from("vigie-data"),
        };
        fs::create_dir_all(&directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        let signals = signals::listen()?;
        let settings = Settings {
            seed: self.seed,
            mentions_per_day: self.mentions as f64 / DAYS,
            ..Settings::demo()
        };
        let mut simulator = Simulator::new(settings)?;
        let input = directory.join(format!("demo-{}-{}.ndjson", self.seed, self.mentions));
        let streams = directory.join("demo-streams.toml");
        fs::write(&streams, simulator.streams_toml())
            .with_context(|| format!("cannot write {}", streams.display()))?;
        let lines = simulate(&mut simulator, &input, self.mentions)?;
        let mut configuration = Configuration::default();
        configuration.data_directory.clone_from(&directory);
        configuration.streams = Some(streams);
        let started = now();
        let running = self.start(configuration, &input, &signals)?;
        if judge(&running, &signals, lines)? != Ended::Idle {
            running.stop()?;
            return Ok(Exit::Fatal);
        }
        let facts = Facts { simulator: &simulator, lines, judged_in: started.elapsed() };
        let access = Access::open(&directory)?;
        let mut out = stdout();
        summary::write(&access, &facts, &mut out)?;
        if !self.exit {
            summary::write_addresses(&access, &running.address().to_string(), &mut out)?;
        }
        out.flush()?;
        drop(out);
        if !self.exit {
            running.wait(Until::Asked, &signals, &mut |_| {})?;
        }
        running.stop()?;
        Ok(Exit::Drained)
    }

    /// Starts on the usual port where it is free, so that the printed addresses are the documented
    /// ones.
    fn start(
        &self,
        mut configuration: Configuration,
        input: &Path,
        signals: &Receiver<()>,
    ) -> anyhow::Result<Running> {
        let inputs = [Input { path: input.into(), restart: false }];
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let usual = configuration.http.listen;
        let is_free = || std::net::TcpListener::bind(usual).is_ok();
        configuration.http.listen = match self.listen {
            Some(listen) => listen,
            None if !self.exit && is_free() => usual,
            None => any_port,
        };
        Running::start(&configuration, &inputs, signals)
    }
}

#[expect(clippy::disallowed_methods, reason = "a command tells how long it took")]
fn now() -> Instant {
    Instant::now()
}

/// Writes the lines, unless an earlier demonstration of the same data has.
fn simulate(simulator: &mut Simulator, input: &Path, expected: u64) -> anyhow::Result<u64> {
    let attempt = || format!("cannot write {}", input.display());
    let part = input.with_extension("part");
    let mut file = BufWriter::new(File::create(&part).with_context(attempt)?);
    let lines = write_lines(simulator, &mut file, Some(expected))?;
    file.into_inner().with_context(attempt)?.sync_all().with_context(attempt)?;
    fs::rename(&part, input).with_context(attempt)?;
    Ok(lines)
}

fn judge(running: &Running, signals: &Receiver<()>, lines: u64) -> anyhow::Result<Ended> {
    let progress = Progress::counting("judging", "mentions", Some(lines));
    running.wait(Until::Idle, signals, &mut |pipeline| progress.set(scored(pipeline)))
}

/// How many mentions are scored.
fn scored(pipeline: &Pipeline) -> u64 {
    let topic = Topic::new(topics::MENTIONS_SCORED);
    let log = pipeline.log();
    let topics = log.topics().unwrap_or_default();
    let outline = topics.iter().find(|outline| outline.topic == topic);
    let partitions = outline.into_iter().flat_map(vigie_runtime::TopicOutline::partitions);
    partitions.filter_map(|partition| log.end(&partition).ok()).map(Position::get).sum()
}

/// A span of time as people say it.
fn seconds(span: Duration) -> String {
    format!("{:.1} s", span.as_secs_f64())
}
