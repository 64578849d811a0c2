//! `vigie acls`: the least rights of each service on a cluster, from the topology itself.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use vigie_schema::topics;

use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;
use crate::topology::{Service, services};

/// What `vigie acls` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints the least rights of a service on a cluster, as kafka-acls takes them",
    long_about = "Prints the arguments of Kafka's kafka-acls tool, a line for each call, that give a \
                  service the rights it needs, made from the topology that the program runs. A service with \
                  fewer rights does not start, and says which one is missing.",
    after_help = "Examples:\n  vigie acls --service tagger --principal User:tagger\n  \
                  vigie acls --service ingest --principal User:ingest | xargs -L1 kafka-acls.sh \
                  --bootstrap-server broker:9092 --command-config admin.properties"
)]
pub struct Arguments {
    /// Which service, or `operator` for the commands that read, apply streams and suppress
    #[arg(long, value_name = "SERVICE")]
    service: Who,
    /// Whom the rights are for, as Kafka writes it
    #[arg(long, value_name = "PRINCIPAL")]
    principal: String,
}

/// Who needs rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Who {
    /// Reads sources into the raw log
    Ingest,
    /// Tags mentions
    Tagger,
    /// Finds spikes
    Detector,
    /// Scores mentions and authors
    Scorer,
    /// Somebody who looks, applies streams and suppresses authors
    Operator,
}

impl Who {
    const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Tagger => "tagger",
            Self::Detector => "detector",
            Self::Scorer => "scorer",
            Self::Operator => "operator",
        }
    }
}

/// A right: what may be done to what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Right {
    operation: &'static str,
    /// The kind of thing, as an argument: `--topic`, `--group`, `--transactional-id`.
    kind: &'static str,
    name: String,
    /// Whether `name` is the beginning of names.
    is_prefix: bool,
}

impl Right {
    fn of(operation: &'static str, kind: &'static str, name: impl Into<String>) -> Self {
        Self { operation, kind, name: name.into(), is_prefix: false }
    }

    fn prefixed(operation: &'static str, kind: &'static str, name: impl Into<String>) -> Self {
        Self { is_prefix: true, ..Self::of(operation, kind, name) }
    }
}

/// One call of the tool for each kind of right, with the names it is for.
fn lines(rights: &[Right], principal: &str) -> Vec<String> {
    let mut calls: BTreeMap<(&str, bool, &str), BTreeSet<&str>> = BTreeMap::new();
    for Right { operation, kind, name, is_prefix } in rights {
        calls.entry((kind, *is_prefix, operation)).or_default().insert(name);
    }
    let line = |((kind, is_prefix, operation), names): (&(&str, bool, &str), &BTreeSet<&str>)| {
        let named: Vec<String> = names.iter().map(|name| format!(" {kind} {name}")).collect();
        let pattern = if *is_prefix { " --resource-pattern-type prefixed" } else { "" };
        format!(
            "--add --allow-principal {principal} --operation {operation}{}{pattern}",
            named.concat()
        )
    };
    calls.iter().map(line).collect()
}

impl Arguments {
    /// Prints the rights.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn run(self) -> Outcome {
        let mut out = stdout();
        for line in lines(&rights(self.service), &self.principal) {
            writeln!(out, "{line}")?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

/// The rights of a service. A right to write or read brings the right to describe with it.
fn rights(who: Who) -> Vec<Right> {
    let services = services();
    let mut rights = Vec::new();
    for topic in every_topic(&services) {
        // Each process holds the topics against its own before it starts.
        rights.push(Right::of("Describe", "--topic", topic));
    }
    match services.iter().find(|service| service.name == who.name()) {
        Some(service) => rights.extend(of_service(service)),
        None => rights.extend(of_operator(&services)),
    }
    rights
}

fn of_service(service: &Service) -> Vec<Right> {
    let mut rights = Vec::new();
    let keeps = service.keeps.as_deref();
    let reads = service.reads.iter().chain(&service.judges_by).copied().chain(keeps);
    rights.extend(reads.map(|topic| Right::of("Read", "--topic", topic)));
    if service.name == "ingest" {
        rights.push(Right::of("Read", "--topic", topics::INGEST_CHECKPOINTS));
        // Whoever begins the raw log says which streams count from its first record on.
        rights.push(Right::of("Write", "--topic", topics::RULES));
        rights.extend(transactions("vigie-control-"));
    }
    let writes = service.writes.iter().copied().chain(keeps);
    rights.extend(writes.map(|topic| Right::of("Write", "--topic", topic)));
    // What its own API shows is what it has written.
    let shows = service.writes.iter().filter(|topic| **topic != topics::DEAD_LETTERS);
    rights.extend(shows.map(|topic| Right::of("Read", "--topic", *topic)));
    // Answers name streams and explain scores, whichever service gives them.
    for topic in [topics::RULES, topics::SCORES] {
        rights.push(Right::of("Read", "--topic", topic));
    }
    let application = format!("vigie-{}", service.name);
    rights.push(Right::of("Read", "--group", &application));
    // Who owns a key is told by the descriptions of the groups; its reads are under a name of
    // their own.
    rights.push(Right::prefixed("Describe", "--group", "vigie-"));
    rights.push(Right::prefixed("Read", "--group", "vigie-reader"));
    rights.extend(transactions(&format!("{application}-")));
    rights
}

fn of_operator(services: &[Service]) -> Vec<Right> {
    let mut rights: Vec<Right> = every_topic(services)
        .into_iter()
        .map(|topic| Right::of("Read", "--topic", topic))
        .collect();
    for topic in [topics::RULES, topics::SCORES, topics::SUPPRESSIONS] {
        rights.push(Right::of("Write", "--topic", topic));
    }
    // Positions are asked for under the name of the group that has committed them.
    rights.push(Right::prefixed("Describe", "--group", "vigie-"));
    rights.push(Right::prefixed("Read", "--group", "vigie-"));
    rights.extend(transactions("vigie-control-"));
    rights
}

fn transactions(prefix: &str) -> [Right; 2] {
    ["Write", "Describe"].map(|operation| Right::prefixed(operation, "--transactional-id", prefix))
}

/// Every topic of the flow, once, in its order.
fn every_topic(services: &[Service]) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for service in services {
        let of = service.reads.iter().chain(&service.judges_by).chain(&service.writes);
        for topic in of.map(|topic| (*topic).to_owned()).chain(service.keeps.clone()) {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_may_write_its_own_topics_and_nothing_upstream() {
        let rights = rights(Who::Scorer);
        let writes = |topic: &str| {
            rights.iter().any(|right| right.operation == "Write" && right.name == topic)
        };
        assert!(writes("mentions.scored.v1") && writes("vigie-scorer-changelog"));
        assert!(!writes("mentions.raw.v1") && !writes("author-events.v1") && !writes("rules.v1"));
    }

    #[test]
    fn a_service_may_read_what_its_answers_are_made_of() {
        for who in [Who::Ingest, Who::Tagger, Who::Detector, Who::Scorer] {
            let rights = rights(who);
            for topic in [topics::RULES, topics::SCORES] {
                let wanted = Right::of("Read", "--topic", topic);
                assert!(rights.contains(&wanted), "{} and {topic}", who.name());
            }
        }
    }

    #[test]
    fn rights_of_a_kind_are_a_line_that_the_tool_of_kafka_takes() {
        let rights = [
            Right::of("Read", "--topic", "b"),
            Right::of("Read", "--topic", "a"),
            Right::prefixed("Write", "--transactional-id", "vigie-tagger-"),
        ];
        assert_eq!(
            lines(&rights, "User:tagger"),
            [
                "--add --allow-principal User:tagger --operation Read --topic a --topic b",
                "--add --allow-principal User:tagger --operation Write --transactional-id \
                 vigie-tagger- --resource-pattern-type prefixed",
            ]
        );
    }
}
