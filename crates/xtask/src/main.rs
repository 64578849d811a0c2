//! The chores of the project: `cargo xtask <command>`.
//!
//! Guarantees: a chore either did what its name says or ends with a non-zero exit and a message
//! that names the place and the remedy; a missing tool is named, never skipped.
//!
//! Refuses: a large dependency tree. It stands before every other build, so it has to compile
//! in seconds; that is why its arguments are read by hand.
#![allow(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

mod arguments;
mod bench;
mod finding;
mod fuzz;
mod kafka;
mod prerequisites;
mod program;
mod repository;
mod schemas;
mod steps;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use arguments::Command;
use repository::Repository;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments and does the one chore they name.
fn run() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let command = arguments::parse(&words)?;
    if command == Command::Help {
        print!("{}", arguments::USAGE);
        return Ok(());
    }
    let repository = Repository::find()?;
    match command {
        Command::Help => Ok(()),
        Command::Tidy => tidy::run(&repository),
        Command::Supply => tools::check_supply(&repository),
        Command::Schemas { freeze } => schemas::run(&repository, freeze),
        Command::Test => test::run(&repository),
        Command::Fuzz { seconds, target } => fuzz::run(&repository, seconds, target.as_deref()),
        Command::Kafka(what) => kafka::run(&repository, &what),
        Command::Bench { name } => bench::run(&repository, name.as_deref()),
        Command::Program { package, program, arguments } => {
            program::run(&repository, package, program, &arguments)
        }
    }
}
