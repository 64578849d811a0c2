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

pub use eval::{eval, texts};

use std::path::Path;

use anyhow::{Context as _, Result};
use rand::{RngExt as _, SeedableRng as _};
use vigie_text::{KEY_BITS, LanguageScript as Script};

use crate::keep_out::KeepOut;
use corpus::Corpus;
use learn::{Settings, learn};
use network::Network;

/// Of the first learning, over all keys.
const FIRST: Settings = Settings { steps: 3_000_000, rate: 0.3, seed: 1 };

/// Of the second, over the keys that are kept: they take over what the others knew.
const SECOND: Settings = Settings { steps: 1_000_000, rate: 0.12, seed: 2 };

/// Dice of the first columns.
const COLUMN_SEED: u64 = 5;

/// Trains the model from the files under `sources` and writes it.
///
/// # Errors
/// Where a source is missing or is not what its checksum says, and where the file cannot be written.
pub fn train(sources: &Path, keep_out: &KeepOut, output: &Path) -> Result<()> {
    let corpus = sources::corpus(sources, keep_out)?;
    let bytes = model(&corpus);
    std::fs::write(output, &bytes).with_context(|| format!("writing {}", output.display()))
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
