//! How soon a scorer that was killed goes on, and how fast its state comes back.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use vigie_local_kafka::{Cluster, ClusterSettings, Load, cache_of_tests};
use vigie_service::pipeline::Role;

use crate::clock::now;
use crate::fleet::{Member, Return};
use crate::stage::{Stage, StageSettings};
use crate::topics::create_topics;
use crate::watch::{Watch, first_after};
use crate::workload::Workload;

/// How many authors, and how often the scorer is killed.
#[derive(Clone, Copy, Debug)]
pub struct RecoverySettings {
    /// Each with a state in the changelog.
    pub authors: u64,
    /// Each from a running scorer to a running one.
    pub rounds: u32,
}

/// What was seen.
#[derive(Clone, Debug)]
pub struct Recovery {
    settings: RecoverySettings,
    /// From the kill to the first new commit, and to the first of every partition.
    commits: Vec<(Duration, Duration)>,
    /// Changelog records restored, and how long that took, each time.
    restores: Vec<(u64, f64)>,
}

/// Where the scorer's state is kept, and the commits of its tasks are seen.
const CHANGELOG: &str = "vigie-scorer-changelog";
const PARTITIONS: usize = 4;

/// Mentions a second while the scorer is killed: every partition has some within a commit.
const LOAD: u64 = 500;

/// How many mentions the authors' ones are made after.
const MODELS: u64 = 2_000;

/// How long the state of all authors may take to be made: a tenth of the rate aimed at.
const LONGEST_FILL: Duration = Duration::from_mins(20);

/// How long a recovery may take.
const LONGEST_RECOVERY: Duration = Duration::from_mins(2);

/// Between two kills: the load goes on evenly.
const BETWEEN_KILLS: Duration = Duration::from_secs(5);

/// Makes the state and kills the scorer.
///
/// # Errors
/// When a server or a service cannot be had, or does not come back.
pub fn run(settings: RecoverySettings) -> Result<Recovery> {
    let directory = tempfile::tempdir().context("cannot make a directory")?;
    let mut of_cluster = ClusterSettings::new(cache_of_tests()?, 1);
    of_cluster.load = Load::Heavy;
    let cluster = Cluster::start(&of_cluster)?;
    let bootstrap = cluster.bootstrap();
    create_topics(&bootstrap, &[])?;
    let workload = Workload::simulate(directory.path(), 5, MODELS)?;
    let (first, load) =
        (directory.path().join("first.ndjson"), directory.path().join("load.ndjson"));
    let models = models_of(&workload)?;
    write_mentions(&first, &models, 0..settings.authors, settings.authors)?;
    let seconds =
        (LONGEST_RECOVERY.as_secs() + BETWEEN_KILLS.as_secs()) * u64::from(settings.rounds);
    let more = settings.authors..settings.authors + LOAD * seconds;
    write_mentions(&load, &models, more, settings.authors)?;

    let here = directory.path().join("fleet");
    let mut stage = Stage::set(&bootstrap, &workload.streams(), &here, &StageSettings::default())?;
    // Restores are told at that level.
    stage.fleet.set("RUST_LOG", "info");
    stage.start_streams(1, 1, 1)?;
    eprintln!("recovery: making the states of {} authors", settings.authors);
    stage.start_ingest(0, &first)?;
    stage.drain(LONGEST_FILL)?;
    stage.fleet.set("VIGIE__INGEST__LINES_PER_SECOND", &LOAD.to_string());
    stage.start_ingest(1, &load)?;
    let mut recovery = Recovery { settings, commits: Vec::new(), restores: Vec::new() };
    for round in 0..settings.rounds {
        recovery.commits.push(kill_and_watch(&mut stage)?);
        eprintln!("recovery: round {round}: {:?}", recovery.commits.last());
    }
    let scorer = Member { role: Role::Scorer, ordinal: 0 };
    let log = stage.fleet.log(scorer)?;
    recovery.restores = restores_in(&log).split_off(PARTITIONS);
    ensure!(!recovery.restores.is_empty(), "the scorer tells of no restore");
    stage.fleet.stop_all()?;
    Ok(recovery)
}

/// From the kill to the first new commit, and to the first of every partition.
fn kill_and_watch(stage: &mut Stage) -> Result<(Duration, Duration)> {
    let scorer = Member { role: Role::Scorer, ordinal: 0 };
    let even = now() + BETWEEN_KILLS;
    stage.until("the load is even", LONGEST_RECOVERY, |_| Ok(now() >= even))?;
    let watch = Watch::start(&stage.bootstrap)?;
    let ready = now() + BETWEEN_KILLS;
    stage.until("the watch reads", LONGEST_RECOVERY, |_| Ok(now() >= ready))?;
    let killed = now();
    stage.fleet.kill(scorer, Return::AtOnce)?;
    let mut seen = Vec::new();
    stage.until("every partition is committed again", LONGEST_RECOVERY, |_| {
        seen = watch
            .so_far()
            .iter()
            .filter(|((topic, _), _)| topic == CHANGELOG)
            .filter_map(|(_, moments)| first_after(moments, killed))
            .collect();
        Ok(seen.len() == PARTITIONS)
    })?;
    watch.stop()?;
    let first = seen.iter().min().context("no commit was seen")?;
    let last = seen.iter().max().context("no commit was seen")?;
    Ok((*first, *last))
}

/// The simulated mentions that can be read.
fn models_of(workload: &Workload) -> Result<Vec<Value>> {
    let bytes = fs::read(workload.mentions()).context("cannot read the simulated mentions")?;
    let lines = bytes.split(|byte| *byte == b'\n');
    let models: Vec<Value> = lines
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|model| model["kind"] == "post" && model["author"]["id"].is_string())
        .collect();
    ensure!(!models.is_empty(), "no simulated mention can be read");
    Ok(models)
}

/// Writes one post for each number, by the author of that number.
fn write_mentions(
    path: &Path,
    models: &[Value],
    numbers: std::ops::Range<u64>,
    authors: u64,
) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    for (number, model) in numbers.zip(models.iter().cycle()) {
        let mut mention = model.clone();
        mention["id"] = json!(format!("r{number}"));
        mention["author"]["id"] = json!((number % authors).to_string());
        // In order, some seconds of it for each number: three months for a million.
        let second = number * 8;
        let time = format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            1 + second / 86_400 / 28 % 12,
            1 + second / 86_400 % 28,
            second / 3_600 % 24,
            second / 60 % 60,
            second % 60
        );
        mention["created_at"] = json!(time);
        mention["published_at"] = json!(time);
        serde_json::to_writer(&mut out, &mention)?;
        out.write_all(b"\n")?;
    }
    out.flush().with_context(|| format!("cannot write {}", path.display()))
}

/// What a service's log tells of restores: records and seconds.
fn restores_in(log: &str) -> Vec<(u64, f64)> {
    let field = |line: &str, name: &str| -> Option<f64> {
        let (_, rest) = line.split_once(&format!("{name}="))?;
        rest.split_whitespace().next()?.parse().ok()
    };
    log.lines()
        .filter(|line| line.contains("restored"))
        .filter_map(|line| Some((field(line, "entries")? as u64, field(line, "seconds")?)))
        .collect()
}

/// What was seen, in Markdown.
pub fn report(recovery: &Recovery) -> String {
    let mut text = String::from(
        "| round | first new commit | every partition again | records restored | records/s |\n\
         |---|---|---|---|---|\n",
    );
    let rounds = recovery.commits.iter().zip(recovery.restores.chunks(PARTITIONS));
    for (round, ((first, last), restores)) in rounds.enumerate() {
        let records: u64 = restores.iter().map(|(records, _)| records).sum();
        // They go on side by side: each tells how long after the beginning it was ready.
        let seconds = restores.iter().map(|(_, seconds)| *seconds).fold(0.0, f64::max);
        // A string takes everything.
        let _ = writeln!(
            text,
            "| {} | {:.1} s | {:.1} s | {records} in {seconds:.1} s | {:.0} |",
            round + 1,
            first.as_secs_f64(),
            last.as_secs_f64(),
            records as f64 / seconds
        );
    }
    let _ = writeln!(text, "\n{} authors, one scorer, static member.", recovery.settings.authors);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restores_are_found_in_a_log() {
        let log = "x INFO y: restored partition=a-0 entries=250000 seconds=0.85\nx INFO y: ready\n";
        assert_eq!(restores_in(log), [(250_000, 0.85)]);
    }
}
