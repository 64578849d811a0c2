//! Chaos: everything is killed, paused, sent away and brought back under load, for as long as it
//! takes; and then nothing is missing, doubled or changed.

mod brokers;
mod outcome;
mod plan;
mod report;
mod verdict;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use vigie_local_kafka::{Cluster, ClusterSettings, cache_of_tests};
use vigie_service::pipeline::Role;

use crate::binary::target_directory;
use crate::clock::{now, wait};
use crate::fleet::{Member, Return};
use crate::image::{Detail, must_differ};
use crate::stage::{Stage, StageSettings};
use crate::topics::create_topics;
use crate::watch::Watch;
use crate::workload::Workload;

use brokers::Brokers;
pub use outcome::Outcome;
use plan::{Act, Plan};
pub use report::report;
use verdict::{Verdict, verdict};

/// How much chaos.
#[derive(Clone, Copy, Debug)]
pub struct ChaosSettings {
    /// How many kills, of services and brokers together.
    pub kills: u64,
    /// How many mentions are read meanwhile.
    pub mentions: u64,
    /// How many brokers; with one, no broker is killed.
    pub brokers: u16,
    /// What decides everything that is left to chance.
    pub seed: u64,
    /// The mean time between two kills.
    pub interval: Duration,
}

impl Default for ChaosSettings {
    fn default() -> Self {
        Self {
            kills: 300,
            mentions: 500_000,
            brokers: 3,
            seed: 1,
            // A service is back within a second or two, a broker within twenty.
            interval: Duration::from_millis(4_500),
        }
    }
}

/// Between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// What is left to do when the chaos is over: a session, a transaction's time-out, and the rest of
/// the input without a pace.
const LONGEST_DRAIN: Duration = Duration::from_mins(10);

/// The load lasts a little longer than the kills.
const PACE_SHARE: f64 = 0.97;

/// Runs the chaos and holds what it has left to an undisturbed run.
///
/// # Errors
/// When a run is not equal, or something of the suite itself fails. Logs and data stay.
pub fn run(settings: ChaosSettings) -> Result<Outcome> {
    let target = target_directory()?;
    let directory = target.join("chaos");
    if directory.exists() {
        fs::remove_dir_all(&directory)
            .with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    fs::create_dir_all(&directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    say(&format!("simulating {} mentions", settings.mentions));
    let workload = Workload::simulate(&directory, settings.seed, settings.mentions)?;
    say("running undisturbed in one process");
    let expected = workload.undisturbed(&[workload.mentions()], Detail::Digest)?;
    must_differ(&expected).context("the comparison is blind")?;
    say("starting the cluster");
    let mut chaos = Chaos::start(settings, &workload, &directory)?;
    let begun = now();
    chaos.disturb()?;
    say("the chaos is over; draining");
    chaos.drain()?;
    let elapsed = begun.elapsed();
    say("comparing");
    let verdict = verdict(&mut chaos.stage, &workload, &expected)?;
    chaos.finish(&verdict, elapsed)
}

/// Goes on where a chaos broke off, for want of time or of a broker that came up too slowly: starts
/// its cluster and its services again, lets them end their work, and compares.
///
/// # Errors
/// When nothing was left to go on with, or a run is not equal.
pub fn finish() -> Result<String> {
    let directory = target_directory()?.join("chaos");
    let mut cluster = Cluster::find(&directory.join("cluster"))?
        .with_context(|| format!("{} holds no cluster", directory.display()))?;
    say("starting the cluster that was left");
    cluster.start_dead()?;
    let workload = Workload { directory: directory.clone() };
    let expected = workload.undisturbed(&[], Detail::Digest)?;
    let settings = StageSettings { transaction_timeout: "20s", ..StageSettings::default() };
    let (bootstrap, fleet) = (cluster.bootstrap(), directory.join("fleet"));
    let mut stage = Stage::set(&bootstrap, &workload.streams(), &fleet, &settings)?;
    stage.start_streams(2, 1, 2)?;
    stage.start_ingest(0, &workload.mentions())?;
    say("draining");
    stage.drain(LONGEST_DRAIN)?;
    say("comparing");
    let verdict = verdict(&mut stage, &workload, &expected)?;
    cluster.stop()?;
    Ok(format!(
        "{} lines read; a foreign client read {} judgements: 0 lost, 0 doubled, runs equal\n",
        verdict.read(),
        verdict.foreign.records
    ))
}

/// Tells whoever waits where we are.
fn say(what: &str) {
    eprintln!("chaos: {what}");
}

struct Chaos {
    settings: ChaosSettings,
    stage: Stage,
    brokers: Brokers,
    plan: Plan,
    watch: Watch,
    outcome: Outcome,
    /// Who comes back from a pause or a visit, and when.
    due: Vec<(Instant, Member, Due)>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Resume,
    End,
}

impl Chaos {
    fn start(settings: ChaosSettings, workload: &Workload, directory: &Path) -> Result<Self> {
        let cache = cache_of_tests()?;
        let mut wanted = ClusterSettings::new(cache, settings.brokers);
        wanted.directory = Some(directory.join("cluster"));
        let cluster = Cluster::start(&wanted)?;
        let bootstrap = cluster.bootstrap();
        create_topics(&bootstrap, &[])?;
        let seconds = settings.interval.as_secs_f64() * settings.kills as f64;
        let lines_per_second = (settings.mentions as f64 / seconds * PACE_SHARE).ceil() as u64;
        let stage_settings = StageSettings {
            // Longer than a failover, so that it ends in a late commit and not in an abort.
            transaction_timeout: "20s",
            session_timeout: "6s",
            lines_per_second: Some(lines_per_second.max(1)),
            ..StageSettings::default()
        };
        let fleet = directory.join("fleet");
        let mut stage = Stage::set(&bootstrap, &workload.streams(), &fleet, &stage_settings)?;
        // Whoever looks for the cause of a difference wants to know who did what.
        stage.fleet.set("RUST_LOG", "info");
        stage.start_streams(2, 1, 2)?;
        for role in [Role::Tagger, Role::Scorer] {
            stage.fleet.add_away(Member { role, ordinal: 2 }, &[]);
        }
        stage.start_ingest(0, &workload.mentions())?;
        Ok(Self {
            settings,
            stage,
            watch: Watch::start(&bootstrap)?,
            brokers: Brokers::start(cluster)?,
            plan: Plan::new(settings, now()),
            outcome: Outcome::new(settings),
            due: Vec::new(),
        })
    }

    /// Until everything planned was done.
    fn disturb(&mut self) -> Result<()> {
        let mut told = 0;
        while self.outcome.kills() < self.settings.kills {
            self.stage.fleet.tend()?;
            self.do_what_is_due()?;
            self.brokers.check()?;
            // Who leaves says so or not, as it falls.
            let leaves = if self.plan.leaves() { "true" } else { "false" };
            self.stage.fleet.set("VIGIE__KAFKA__LEAVE_ON_STOP", leaves);
            let running = self.stage.fleet.running();
            for act in self.plan.next(now(), &running, self.brokers.is_calm()) {
                self.act(act)?;
            }
            if self.outcome.kills() >= told + 25 {
                told = self.outcome.kills();
                say(&format!("{told} kills; {}", self.outcome.words(&self.stage.fleet.exits)));
            }
            wait(BETWEEN_LOOKS);
        }
        Ok(())
    }

    fn act(&mut self, act: Act) -> Result<()> {
        let fleet = &mut self.stage.fleet;
        match act {
            Act::Kill(member, back) => {
                fleet.kill(member, back)?;
                self.outcome.killed(member, now());
            }
            Act::KillBroker(number, down) => {
                self.brokers.kill(number, down)?;
                self.outcome.killed_broker(number, now());
            }
            Act::Pause(member, span) => {
                fleet.pause(member)?;
                self.due.push((now() + span, member, Due::Resume));
                self.outcome.paused(member, span);
            }
            Act::Leave(member, away) => {
                fleet.ask_to_end(member, Return::After(away))?;
                self.outcome.left(member);
            }
            Act::Visit(role, stay) => {
                let member = Member { role, ordinal: 2 };
                if fleet.is_away(member) {
                    fleet.start(member)?;
                    self.due.push((now() + stay, member, Due::End));
                    self.outcome.visited(member);
                }
            }
        }
        Ok(())
    }

    fn do_what_is_due(&mut self) -> Result<()> {
        let moment = now();
        let (due, later): (Vec<_>, Vec<_>) =
            self.due.drain(..).partition(|(at, _, _)| *at <= moment);
        self.due = later;
        for (_, member, what) in due {
            match what {
                Due::Resume => self.stage.fleet.resume(member)?,
                Due::End => self.stage.fleet.ask_to_end(member, Return::Never)?,
            }
        }
        Ok(())
    }

    /// Lets everybody come back and read and judge the rest.
    fn drain(&mut self) -> Result<()> {
        self.watch.stop_looking_at_output();
        self.brokers.settle()?;
        self.due.clear();
        self.stage.fleet.complete()?;
        let ingest = Member { role: Role::Ingest, ordinal: 0 };
        if !self.stage.fleet.is_done(ingest) {
            self.stage.fleet.set("VIGIE__INGEST__LINES_PER_SECOND", "1000000");
            self.stage.fleet.stop(ingest, Return::AtOnce)?;
        }
        self.stage.drain(LONGEST_DRAIN)
    }

    fn finish(mut self, verdict: &Verdict, elapsed: Duration) -> Result<Outcome> {
        let arrivals = self.watch.stop()?;
        self.outcome.measure(&arrivals);
        self.outcome.count_transactions(&self.stage.bootstrap)?;
        self.outcome.rebalances = self.brokers.rebalances()?;
        self.outcome.exits = std::mem::take(&mut self.stage.fleet.exits);
        self.outcome.starts = self.stage.fleet.starts;
        self.outcome.elapsed = elapsed;
        self.outcome.foreign_records = verdict.foreign.records;
        self.outcome.read = verdict.read();
        Ok(self.outcome)
    }
}
