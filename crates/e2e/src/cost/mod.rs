//! What the pipeline costs on a cluster, beside a raw exactly-once copy of the records that it
//! writes, on one broker in one run.

mod copy;
mod process;
mod volume;

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use vigie_local_kafka::{Cluster, ClusterSettings, Load};
use vigie_service::pipeline::Role;

use crate::clock::now;
use crate::fleet::Member;
use crate::latency::{self, Delays, QUANTILES};
use crate::stage::{Stage, StageSettings};
use crate::topics::create_topics;
use crate::workload::Workload;

use copy::Copied;
pub use process::Usage;
use volume::{Volume, volumes};

/// How long a run may take.
const LONGEST_RUN: Duration = Duration::from_mins(30);

/// What one run has used.
#[derive(Clone, Debug)]
pub struct Run {
    /// How many mentions went through, or those that the copied records were made of.
    pub mentions: u64,
    /// How many records were copied; none for the pipeline.
    pub records: u64,
    /// From the first record read to the last one judged.
    pub wall: Duration,
    /// Of each process, by name.
    pub usage: Vec<(String, Usage)>,
}

impl Run {
    /// CPU seconds a million mentions.
    fn cpu(&self) -> f64 {
        self.usage.iter().map(|(_, usage)| self.per_million(usage)).sum()
    }

    fn per_million(&self, usage: &Usage) -> f64 {
        usage.cpu.as_secs_f64() * 1e6 / self.mentions as f64
    }

    fn mentions_per_second(&self) -> f64 {
        self.mentions as f64 / self.wall.as_secs_f64()
    }
}

/// The pipeline and the copy, side by side.
#[derive(Clone, Debug)]
pub struct Cost {
    pipeline: Run,
    copy: Run,
    volumes: Vec<Volume>,
    /// Half of the top load, in mentions a second.
    half: u64,
    /// At half load, per commit interval.
    delays: Vec<(&'static str, Delays)>,
}

/// Mentions before the measured ones: a broker that has just started compiles itself while it
/// works, for tens of CPU seconds.
const WARM_UP: u64 = 150_000;

/// The commit intervals that delays are measured at.
const COMMIT_INTERVALS: [&str; 3] = ["20ms", "50ms", "100ms"];

/// Runs the pipeline over so many simulated mentions, then copies what it wrote.
///
/// # Errors
/// When a server or a service cannot be had, or a run does not come to its end.
pub fn measure(mentions: u64) -> Result<Cost> {
    let directory = tempfile::tempdir().context("no directory")?;
    let warm = directory.path().join("warm");
    std::fs::create_dir_all(&warm).with_context(|| format!("cannot make {}", warm.display()))?;
    let warm = Workload::simulate(&warm, 8, WARM_UP)?;
    let workload = Workload::simulate(directory.path(), 7, mentions)?;
    let mut settings = ClusterSettings::new(vigie_local_kafka::cache_of_tests()?, 1);
    settings.load = Load::Heavy;
    let mut cluster = Cluster::start(&settings)?;
    let bootstrap = cluster.bootstrap();
    create_topics(&bootstrap, &[])?;
    let mut stage = Stage::set(
        &bootstrap,
        &workload.streams(),
        &directory.path().join("services"),
        &StageSettings::default(),
    )?;
    stage.start_streams(1, 1, 1)?;
    stage.start_ingest(0, &warm.mentions())?;
    stage.drain(LONGEST_RUN)?;
    let pipeline = run_pipeline(&mut cluster, &mut stage, &workload, mentions)?;
    let volumes = volumes(&stage.log()?)?;
    stage.fleet.stop_all()?;
    let copy = run_copy(&mut cluster, &bootstrap, &volumes, WARM_UP + mentions)?;
    let half = (pipeline.mentions_per_second() / 2.0) as u64;
    let mut delays = Vec::new();
    for interval in COMMIT_INTERVALS {
        delays.push((interval, latency::measure(&bootstrap, directory.path(), half, interval)?));
    }
    cluster.stop()?;
    Ok(Cost { pipeline, copy, volumes, half, delays })
}

/// Has the services, which run, judge the mentions.
fn run_pipeline(
    cluster: &mut Cluster,
    stage: &mut Stage,
    workload: &Workload,
    mentions: u64,
) -> Result<Run> {
    let services =
        [Role::Tagger, Role::Detector, Role::Scorer].map(|role| Member { role, ordinal: 0 });
    let broker = cluster.process_number(1).context("the broker runs")?;
    let before = Usage::of(broker)?;
    let begun: Vec<Usage> = services
        .iter()
        .map(|member| Usage::of(stage.fleet.process_number(*member).context("it runs")?))
        .collect::<Result<_>>()?;
    let start = now();
    let ingest = stage.start_ingest(1, &workload.mentions())?;
    let mut read = Usage::default();
    stage.until("ingest has read", LONGEST_RUN, |stage| {
        // The last look before it ends; what it uses afterwards is its end.
        if let Some(number) = stage.fleet.process_number(ingest)
            && let Ok(usage) = Usage::of(number)
        {
            read = usage;
        }
        Ok(stage.fleet.is_done(ingest))
    })?;
    stage.drain(LONGEST_RUN)?;
    let wall = now() - start;
    let mut usage = vec![("ingest".to_owned(), read)];
    for (member, begun) in services.iter().zip(&begun) {
        let number = stage.fleet.process_number(*member).context("it runs")?;
        usage.push((member.role.name().to_owned(), Usage::of(number)?.since(begun)));
    }
    usage.push(("broker".to_owned(), Usage::of(broker)?.since(&before)));
    Ok(Run { mentions, records: 0, wall, usage })
}

/// Copies what the pipeline has made of so many mentions.
fn run_copy(
    cluster: &mut Cluster,
    bootstrap: &str,
    volumes: &[Volume],
    mentions: u64,
) -> Result<Run> {
    copy::create_topics(bootstrap, volumes)?;
    let broker = cluster.process_number(1).context("the broker runs")?;
    let me = i32::try_from(std::process::id()).context("a process number")?;
    let (before, begun) = (Usage::of(broker)?, Usage::of(me)?);
    let start = now();
    let Copied { records, transactions } = copy::run(bootstrap, volumes)?;
    let wall = now() - start;
    let usage = vec![
        (format!("copy ({transactions} transactions)"), Usage::of(me)?.since(&begun)),
        ("broker".to_owned(), Usage::of(broker)?.since(&before)),
    ];
    Ok(Run { mentions, records, wall, usage })
}

/// The figures as a table in Markdown.
pub fn report(cost: &Cost) -> String {
    let Cost { pipeline, copy, volumes, half, delays } = cost;
    let mut text = String::new();
    let mut line = |words: String| writeln!(text, "{words}").expect("written to memory");
    line(format!(
        "{} simulated mentions, one broker, the services as processes\n",
        pipeline.mentions
    ));
    line("| | process | CPU s per million mentions | peak MB |\n|---|---|---|---|".into());
    for (name, run) in [("pipeline", pipeline), ("raw copy", copy)] {
        for (process, usage) in &run.usage {
            let cpu = run.per_million(usage);
            line(format!("| {name} | {process} | {cpu:.1} | {} |", usage.peak_bytes >> 20));
        }
        line(format!("| {name} | **all** | **{:.1}** | |", run.cpu()));
    }
    line(format!(
        "\npipeline: {:.0} mentions/s; raw copy: {:.0} mentions/s ({:.0} records/s); CPU of the \
         pipeline: {:.2} times that of the copy\n",
        pipeline.mentions_per_second(),
        copy.mentions_per_second(),
        copy.records as f64 / copy.wall.as_secs_f64(),
        pipeline.cpu() / copy.cpu()
    ));
    line("| topic | records per mention | bytes per mention |\n|---|---|---|".into());
    let per = |count: u64| count as f64 / copy.mentions as f64;
    for Volume { topic, records, bytes, .. } in volumes {
        line(format!("| {topic} | {:.3} | {:.0} |", per(*records), per(*bytes)));
    }
    let sum = |of: fn(&Volume) -> u64| per(volumes.iter().map(of).sum());
    line(format!(
        "| **all** | **{:.2}** | **{:.0}** |",
        sum(|volume| volume.records),
        sum(|volume| volume.bytes)
    ));
    line(format!("\nfrom ingestion to a reader of the scored mention, at {half} mentions/s\n"));
    line(
        "| commit interval | p50 ms | p99 ms | p99.9 ms | mentions |\n|---|---|---|---|---|".into(),
    );
    for (interval, delays) in delays {
        let told: Vec<String> = QUANTILES
            .iter()
            .map(|share| delays.quantile(*share).map_or("-".into(), |delay| delay.to_string()))
            .collect();
        line(format!("| {interval} | {} | {} |", told.join(" | "), delays.len()));
    }
    text
}
