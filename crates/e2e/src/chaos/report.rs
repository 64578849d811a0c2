//! The outcome as a table that can be pasted into a page.

use std::fmt::Write as _;
use std::time::Duration;

use super::outcome::Outcome;

/// The outcome in Markdown.
pub fn report(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let of_brokers: u64 = sum(outcome, |name| name.starts_with("broker"));
    let of_services: u64 = sum(outcome, |name| !name.starts_with("broker"));
    let by_kind: Vec<String> =
        outcome.kills_of.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let exits: Vec<String> =
        outcome.exits.iter().map(|(name, count)| format!("{name}: {count}")).collect();
    let (committed, aborted) = outcome.transactions;
    let (pauses, zombies) = outcome.pauses;
    let seconds = outcome.elapsed.as_secs_f64().max(1.0);
    let rows: [(&str, String); 14] = [
        ("brokers", settings.brokers.to_string()),
        ("seed", settings.seed.to_string()),
        ("lines read", format!("{} in {:.0} s", outcome.read, seconds)),
        (
            "kills (`kill -9`)",
            format!("{} of services, {of_brokers} of brokers: {}", of_services, by_kind.join(", ")),
        ),
        (
            "paused and resumed (`SIGSTOP`, `SIGCONT`)",
            format!("{pauses}, of them {zombies} beyond the session"),
        ),
        ("asked to end and back later", outcome.leaves.to_string()),
        ("third instances that came and went", outcome.visits.to_string()),
        ("processes ended", exits.join(", ")),
        ("rebalances", outcome.rebalances.to_string()),
        ("transactions", format!("{committed} committed, {aborted} aborted")),
        ("longest pause of output", format!("{:.1} s", outcome.longest_pause.as_secs_f64())),
        ("recovery of a service, all its partitions", spread(&outcome.recoveries)),
        ("recovery from a broker, all services", spread(&outcome.broker_recoveries)),
        (
            "judgements read by a foreign client",
            format!("{}: 0 lost, 0 doubled, runs equal", outcome.foreign_records),
        ),
    ];
    let mut text = String::from("| chaos | |\n|---|---|\n");
    for (name, value) in rows {
        // A string takes everything.
        let _ = writeln!(text, "| {name} | {value} |");
    }
    text
}

fn sum(outcome: &Outcome, is_meant: impl Fn(&str) -> bool) -> u64 {
    outcome.kills_of.iter().filter(|(name, _)| is_meant(name)).map(|(_, count)| count).sum()
}

/// Median, 90th per cent and longest of sorted spans.
fn spread(sorted: &[Duration]) -> String {
    let at = |share: f64| {
        let index = (sorted.len() as f64 * share) as usize;
        sorted.get(index.min(sorted.len().saturating_sub(1)))
    };
    match (at(0.5), at(0.9), sorted.last()) {
        (Some(median), Some(most), Some(longest)) => format!(
            "p50 {:.1} s, p90 {:.1} s, longest {:.1} s",
            median.as_secs_f64(),
            most.as_secs_f64(),
            longest.as_secs_f64()
        ),
        _ => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_its_median_and_its_longest() {
        let spans: Vec<Duration> = (1..=10).map(Duration::from_secs).collect();
        assert_eq!(spread(&spans), "p50 6.0 s, p90 10.0 s, longest 10.0 s");
        assert_eq!(spread(&[]), "none");
    }
}
