//! The `vigie` command: a short main, one file per subcommand.
//!
//! Guarantees: data goes to standard output and words to standard error; the exit code tells what
//! happened (see [`exit`]); a reader that closes the pipe ends the command quietly.
//!
//! Refuses: deciding anything about mentions; the services below do.

mod acls;
mod audit;
mod author;
mod calibrate;
mod check_config;
mod command;
mod completions;
mod correct;
mod data;
mod dead_letters;
mod demo;
mod detect;
mod exit;
mod inputs;
mod jsonl;
mod lines;
mod man;
mod match_query;
mod present;
mod progress;
mod query;
mod reprocess;
mod running;
mod schemas;
mod serve;
mod signals;
mod simulate;
mod streams;
mod table;
mod tag;
mod topics;
mod topics_apply;
mod topics_copy;
mod topology;
mod up;

use std::process::ExitCode;

use clap::Parser as _;

/// Records are made on one thread and freed on another, where the system's allocator is slow.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    exit::report(command::Vigie::parse().run())
}
