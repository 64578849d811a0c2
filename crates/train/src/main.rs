//! Training and measuring: `vigie-train train <judgement>` and `vigie-train eval <judgement>`.
//!
//! Guarantees: the same inputs give the same model, byte for byte, on every machine; an input whose
//! SHA-256 is not the listed one stops the run; what is kept out for measuring never trains.
//!
//! Refuses: the network. Inputs are fetched by hand, as `docs/training.md` says.
#![allow(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

mod keep_out;
mod labels;
mod language;
mod metrics;
mod page;
mod place;
mod sentiment;
mod sources;
mod spam;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};

use keep_out::KeepOut;

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
    /// Where the model is written [default: the place where the crate `vigie-text` reads it]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A folder of labelled sets that may not train either, for a model to be measured on them
    #[arg(long, value_name = "DIR")]
    without: Option<PathBuf>,
}

impl TrainArguments {
    /// What may not train: the list, and the texts of the labelled sets, as `texts_of` reads them.
    fn kept_out(&self, texts_of: impl FnOnce(&Path) -> Result<Vec<String>>) -> Result<KeepOut> {
        let mut keep_out = KeepOut::listed(self.keep_out.as_deref())?;
        if let Some(folder) = &self.without {
            texts_of(folder)?.iter().for_each(|text| keep_out.add(text));
        }
        Ok(keep_out)
    }

    /// Writes a model to where it was asked for, or else to where it ships.
    fn write(&self, ships: &str, model: &[u8]) -> Result<()> {
        let output = self.output.as_deref().unwrap_or(ships.as_ref());
        std::fs::write(output, model).with_context(|| format!("cannot write {}", output.display()))
    }
}

/// What `eval` takes.
#[derive(Debug, Args)]
struct EvalArguments {
    /// What is measured
    what: Measured,
    /// The folder of labelled sets
    #[arg(long, value_name = "DIR")]
    eval: PathBuf,
    /// A model of language or sentiment to measure in place of the one that ships
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The folder of inputs: spam is measured with models trained without the rows they judge
    #[arg(long, value_name = "DIR")]
    sources: Option<PathBuf>,
    /// Hashes of texts that are kept apart for measuring and may not train
    #[arg(long, value_name = "FILE")]
    keep_out: Option<PathBuf>,
    /// The folder of the crate whose QUALITY.md gets the table, `crates/text`
    #[arg(long, value_name = "DIR")]
    table: Option<PathBuf>,
}

impl EvalArguments {
    /// The bytes of the model that is asked for, if one is.
    fn model(&self) -> Result<Option<Vec<u8>>> {
        let Some(path) = &self.model else { return Ok(None) };
        let bytes = std::fs::read(path);
        bytes.map(Some).with_context(|| format!("cannot read the model {}", path.display()))
    }
}

/// The judgements that have a trained model.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Trained {
    Language,
    Sentiment,
    Spam,
    Place,
}

/// The judgements that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Measured {
    Language,
    Sentiment,
    Brand,
    Intent,
    Suggestion,
    Spam,
    Place,
}

fn main() -> Result<()> {
    match CommandLine::parse().command {
        Command::Train(arguments) => match arguments.what {
            Trained::Language => language::train(&arguments),
            Trained::Sentiment => sentiment::train(&arguments),
            Trained::Spam => spam::train(&arguments),
            Trained::Place => place::train(&arguments),
        },
        Command::Eval(arguments) => eval(&arguments),
    }
}

/// Measures, prints the table, and writes it where the quality table is asked for.
fn eval(arguments: &EvalArguments) -> Result<()> {
    let what = arguments.what;
    let has_model = matches!(what, Measured::Language | Measured::Sentiment);
    ensure!(
        has_model || arguments.model.is_none(),
        "--model: only language and sentiment take one"
    );
    ensure!(
        (what == Measured::Spam) == arguments.sources.is_some(),
        "--sources: spam needs it, and nothing else takes it"
    );
    let table = match what {
        Measured::Language => language::measure(arguments)?,
        Measured::Sentiment => sentiment::measure(arguments)?,
        Measured::Brand => sentiment::measure_brand(&arguments.eval)?,
        Measured::Intent => {
            labels::measure(&arguments.eval, &labels::INTENT)?
                + &labels::criticised(&arguments.eval)?
        }
        Measured::Suggestion => labels::measure(&arguments.eval, &labels::SUGGESTION)?,
        Measured::Spam => spam::measure(arguments)?,
        Measured::Place => place::measure(&arguments.eval)?,
    };
    print!("{table}");
    match &arguments.table {
        Some(folder) => page::put(&folder.join("QUALITY.md"), &format!("{what:?}"), &table),
        None => Ok(()),
    }
}
