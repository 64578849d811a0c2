//! Training and measuring of the language model.
//!
//! `train` reads the files that `language.toml` names, learns, keeps what matters and writes the
//! model; `eval` measures a model. The same sources give the same bytes.

mod corpus;
mod eval;
mod learn;
mod network;
mod nonsense;
mod pack;
mod read;
mod sources;

use anyhow::Result;
use rand::{RngExt as _, SeedableRng as _};
use vigie_text::{KEY_BITS, LanguageModel, LanguageScript as Script};

use crate::{EvalArguments, TrainArguments};
use corpus::Corpus;
use learn::{Settings, learn};
use network::Network;
pub use read::{Form, member, words};

/// Where the model ships.
const MODEL: &str = "crates/text/models/language.bin";

/// Of the first learning, over all keys.
const FIRST: Settings = Settings { steps: 3_000_000, rate: 0.3, seed: 1 };

/// Of the second, over the keys that are kept: they take over what the others knew.
const SECOND: Settings = Settings { steps: 1_000_000, rate: 0.12, seed: 2 };

/// Dice of the first columns.
const COLUMN_SEED: u64 = 5;

/// Trains the model and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one, and when the model cannot be written.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    let keep_out = arguments.kept_out(eval::texts)?;
    let corpus = sources::corpus(&arguments.sources, &keep_out)?;
    arguments.write(MODEL, &model(&corpus))
}

/// Measures the model on labelled sets, as a table in Markdown.
///
/// # Errors
/// When a set or the model cannot be read.
pub fn measure(arguments: &EvalArguments) -> Result<String> {
    let model = match arguments.model()? {
        Some(bytes) => LanguageModel::from_bytes(bytes.leak()),
        None => LanguageModel::new(),
    };
    eval::eval(&arguments.eval, &model)
}

/// Learns and packs.
fn model(corpus: &Corpus) -> Vec<u8> {
    let tags: Vec<(String, Script)> = corpus.classes.keys().cloned().collect();
    let scripts = tags.iter().map(|(_, script)| *script).collect();
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(COLUMN_SEED);
    let mut network = Network::new(1 << KEY_BITS, scripts, || dice.random::<f32>() * 2.0 - 1.0);
    learn(&mut network, corpus, None, &FIRST);
    let kept = pack::kept(&network, &corpus.key_counts());
    learn(&mut network, corpus, Some(&kept), &SECOND);
    pack::pack(&network, &tags, &kept)
}
