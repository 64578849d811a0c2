//! The command line: which subcommands there are.

use clap::{Parser, Subcommand};

use crate::exit::Outcome;
use crate::{
    acls, audit, author, calibrate, check_config, completions, correct, dead_letters, demo, detect,
    man, match_query, query, reprocess, schemas, serve, simulate, streams, tag, topics, topology,
    up,
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "vigie",
    version,
    about = "Reads public mentions; says what they say, when there are too many, and who matters",
    long_about = "Reads public mentions of brands and subjects from files and pushes. Tags each \
                  with language, sentiment, intent and the streams it meets; counts per stream and \
                  finds spikes; scores mentions and authors, each score with its terms.\n\nData \
                  goes to standard output, words to standard error. Exit codes: 0 done, 1 failed, \
                  2 wrong configuration or arguments, 3 another process has taken over, 4 too many \
                  dead letters in a row, 5 a call to the cluster did not return.",
    after_help = "Examples:\n  vigie demo                                    simulated data, a \
                  summary, the HTTP API\n  vigie up --input mentions.ndjson --streams \
                  streams.toml\n  vigie tag < mentions.ndjson | jq .sentiment",
    propagate_version = true,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Vigie {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Up(up::Arguments),
    Ingest(serve::IngestArguments),
    Tagger(serve::TaggerArguments),
    Detector(serve::DetectorArguments),
    Scorer(serve::ScorerArguments),
    Reprocess(reprocess::Arguments),
    Tag(tag::Arguments),
    Author(author::Arguments),
    Topics(topics::Arguments),
    Schemas(schemas::Arguments),
    Streams(streams::Arguments),
    CheckConfig(check_config::Arguments),
    DeadLetters(dead_letters::Arguments),
    Correct(correct::Arguments),
    Calibrate(calibrate::Arguments),
    Audit(audit::Arguments),
    Simulate(simulate::Arguments),
    Detect(detect::Arguments),
    Match(match_query::Arguments),
    Query(query::Arguments),
    Topology(topology::Arguments),
    Acls(acls::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl Vigie {
    /// Runs the subcommand.
    ///
    /// # Errors
    /// Why it failed.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Demo(arguments) => arguments.run(),
            Command::Up(arguments) => arguments.run(),
            Command::Ingest(arguments) => arguments.run(),
            Command::Tagger(arguments) => arguments.run(),
            Command::Detector(arguments) => arguments.run(),
            Command::Scorer(arguments) => arguments.run(),
            Command::Reprocess(arguments) => arguments.run(),
            Command::Tag(arguments) => arguments.run(),
            Command::Author(arguments) => arguments.run(),
            Command::Topics(arguments) => arguments.run(),
            Command::Schemas(arguments) => arguments.run(),
            Command::Streams(arguments) => arguments.run(),
            Command::CheckConfig(arguments) => arguments.run(),
            Command::DeadLetters(arguments) => arguments.run(),
            Command::Correct(arguments) => arguments.run(),
            Command::Calibrate(arguments) => arguments.run(),
            Command::Audit(arguments) => arguments.run(),
            Command::Simulate(arguments) => arguments.run(),
            Command::Detect(arguments) => arguments.run(),
            Command::Match(arguments) => arguments.run(),
            Command::Query(arguments) => arguments.run(),
            Command::Topology(arguments) => arguments.run(),
            Command::Acls(arguments) => arguments.run(),
            Command::Completions(arguments) => arguments.run(),
            Command::Man(arguments) => arguments.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Vigie::command().debug_assert();
    }

    #[test]
    fn every_level_has_help_with_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} says not what it does");
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("vigie "), "{path} has no example");
            for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
                check(inner, &path);
            }
        }
        check(&Vigie::command(), "");
    }
}
