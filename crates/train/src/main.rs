//! Training and measuring: `vigie-train train <judgement>` and `vigie-train eval <judgement>`.
//!
//! Guarantees: the same inputs give the same model, byte for byte, on every machine; an input whose
//! SHA-256 is not the listed one stops the run; what is kept out for measuring never trains.
//!
//! Refuses: the network. Inputs are fetched by hand, as `docs/training.md` says.
#![allow(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

mod keep_out;
mod metrics;
mod sentiment;
mod sources;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The command line.
#[derive(Debug, Parser)]
#[command(about = "Makes the models of vigie-text from open data, and measures them")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Trains the model of one judgement
    Train(TrainArguments),
    /// Measures one judgement on labelled sets
    Eval(EvalArguments),
}

/// What `train` takes.
#[derive(Debug, Args)]
struct TrainArguments {
    /// What is trained
    what: Trained,
    /// The folder of inputs, laid out as `docs/training.md` says
    #[arg(long, value_name = "DIR")]
    sources: PathBuf,
    /// Hashes of texts that are kept apart for measuring and may not train
    #[arg(long, value_name = "FILE")]
    keep_out: Option<PathBuf>,
    /// The folder of labelled sets whose texts are kept out as well; they measure the outcome
    #[arg(long, value_name = "DIR")]
    eval: Option<PathBuf>,
    /// Where the model is written [default: the place where the crate `vigie-text` reads it]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What `eval` takes.
#[derive(Debug, Args)]
struct EvalArguments {
    /// What is measured
    what: Measured,
    /// The folder of labelled sets
    #[arg(long, value_name = "DIR")]
    eval: PathBuf,
    /// A model to measure in place of the one that comes with the crate
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The folder of the crate whose QUALITY.md and list of languages are written anew
    #[arg(long, value_name = "DIR")]
    table: Option<PathBuf>,
}

/// The judgements that have a trained model.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Trained {
    Sentiment,
}

/// The judgements that can be measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Measured {
    Sentiment,
    Brand,
}

fn main() -> anyhow::Result<()> {
    match CommandLine::parse().command {
        Command::Train(arguments) => match arguments.what {
            Trained::Sentiment => sentiment::train(&arguments),
        },
        Command::Eval(arguments) => match arguments.what {
            Measured::Sentiment => sentiment::measure(&arguments),
            Measured::Brand => sentiment::measure_brand(&arguments),
        },
    }
}
