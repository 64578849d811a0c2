//! A cluster under an even load for a long time, and then a minute without its broker.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use vigie_local_kafka::{Cluster, ClusterSettings, Load};
use vigie_service::pipeline::Role;

use crate::clock::{now, wait};
use crate::cost::Usage;
use crate::fleet::Member;
use crate::push::{body, push};
use crate::stage::{Stage, StageSettings};
use crate::topics::create_topics;
use crate::workload::Workload;

/// How long, and how much.
#[derive(Clone, Copy, Debug)]
pub struct SoakSettings {
    /// How long the even load lasts.
    pub minutes: u64,
    /// Mentions a second.
    pub lines_per_second: u64,
}

/// Between two looks at memory.
const BETWEEN_LOOKS: Duration = Duration::from_secs(10);

/// How long the broker is away.
const OUTAGE: Duration = Duration::from_mins(1);

/// What is read after the even load: the outage, and what follows it.
const AFTER: Duration = Duration::from_mins(2);

/// How long everything may take to be judged after the outage.
const LONGEST_DRAIN: Duration = Duration::from_mins(10);

/// How many people there are. State is kept for each of them, so that memory says nothing before
/// all have spoken and each has as much as is kept of one.
const AUTHORS: &str = "2000";

/// How many mentions are in the body of a push during the outage: a MiB.
const PUSHED: usize = 1_900;

/// How many senders push during the outage: more than may wait.
const SENDERS: usize = 100;

/// Resident bytes of the services at one look.
type Look = Vec<u64>;

/// What the soak has seen.
#[derive(Clone, Debug)]
pub struct Soak {
    settings: SoakSettings,
    members: Vec<Member>,
    looks: Vec<Look>,
    outage: Vec<Look>,
    answers: Vec<(u16, usize)>,
}

/// Runs it.
///
/// # Errors
/// When a server or a service cannot be had, or what was judged does not add up.
pub fn run(settings: SoakSettings) -> Result<Soak> {
    let directory = tempfile::tempdir().context("no directory")?;
    let mut of_cluster = ClusterSettings::new(vigie_local_kafka::cache_of_tests()?, 1);
    of_cluster.load = Load::Heavy;
    let mut cluster = Cluster::start(&of_cluster)?;
    create_topics(&cluster.bootstrap(), &[])?;
    let seconds = settings.minutes * 60 + AFTER.as_secs();
    let mentions = settings.lines_per_second * seconds;
    let workload = Workload::simulate_with(directory.path(), 3, mentions, &["--authors", AUTHORS])?;
    let pace = Some(settings.lines_per_second);
    let of_stage = StageSettings { lines_per_second: pace, ..StageSettings::default() };
    let here = directory.path().join("services");
    let mut stage = Stage::set(&cluster.bootstrap(), &workload.streams(), &here, &of_stage)?;
    stage.start_streams(1, 1, 1)?;
    let ingest = stage.start_ingest(0, &workload.mentions())?;
    let members = Role::ALL.map(|role| Member { role, ordinal: 0 }).to_vec();
    let looks = look(&mut stage, &members, Duration::from_mins(settings.minutes))?;
    let address = stage.address(ingest)?;
    cluster.pause(1)?;
    let senders: Vec<_> = (0..SENDERS)
        .map(|number| {
            let address = address.clone();
            std::thread::spawn(move || {
                // 0 where there was no answer.
                push(&address, "soak", &body(number, PUSHED)).unwrap_or(0)
            })
        })
        .collect();
    let outage = look(&mut stage, &members, OUTAGE)?;
    cluster.resume(1)?;
    let mut answers: Vec<(u16, usize)> = Vec::new();
    for sender in senders {
        let status = sender.join().map_err(|_| anyhow::anyhow!("a sender panicked"))?;
        match answers.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => answers.push((status, 1)),
        }
    }
    answers.sort_unstable();
    stage.drain(LONGEST_DRAIN)?;
    stage.must_add_up()?;
    stage.fleet.stop_all()?;
    cluster.stop()?;
    Ok(Soak { settings, members, looks, outage, answers })
}

fn look(stage: &mut Stage, members: &[Member], span: Duration) -> Result<Vec<Look>> {
    let end = now() + span;
    let mut looks = Vec::new();
    while now() < end {
        wait(BETWEEN_LOOKS.min(end.saturating_duration_since(now())));
        stage.fleet.tend()?;
        let mut bytes = Vec::new();
        for member in members {
            let number = stage.fleet.process_number(*member);
            let usage = number.and_then(|number| Usage::of(number).ok());
            bytes.push(usage.map_or(0, |usage| usage.resident_bytes));
        }
        looks.push(bytes);
    }
    Ok(looks)
}

/// The figures as tables in Markdown.
pub fn report(soak: &Soak) -> String {
    let Soak { settings, members, looks, outage, answers } = soak;
    let mut text = String::new();
    let mut line = |words: String| writeln!(text, "{words}").expect("written to memory");
    line(format!("{} minutes at {} mentions/s\n", settings.minutes, settings.lines_per_second));
    line(
        "| service | MB after a quarter | at the end | MB an hour | most | most in the minute \
          without a broker |\n|---|---|---|---|---|---|"
            .into(),
    );
    for (index, member) in members.iter().enumerate() {
        let of = |looks: &[Look]| looks.iter().map(|look| look[index]).collect::<Vec<u64>>();
        let (all, away) = (of(looks), of(outage));
        let quarter = all.get(all.len() / 4).copied().unwrap_or(0);
        let last = all.last().copied().unwrap_or(0);
        let hours = BETWEEN_LOOKS.as_secs_f64() * (all.len() * 3 / 4) as f64 / 3_600.0;
        let slope = (last as f64 - quarter as f64) / hours / f64::from(1 << 20);
        let most = |looks: &[u64]| looks.iter().max().copied().unwrap_or(0) >> 20;
        line(format!(
            "| {member} | {} | {} | {slope:.0} | {} | {} |",
            quarter >> 20,
            last >> 20,
            most(&all),
            most(&away)
        ));
    }
    line(format!("\n{SENDERS} pushes of 1 MiB in the minute without a broker:\n"));
    line("| status | pushes |\n|---|---|".into());
    for (status, count) in answers {
        line(format!("| {status} | {count} |"));
    }
    line("\nEverything that was read has been judged, and adds up.".into());
    text
}
