//! Spam: training its model on short messages that are labelled, with tweets as further talk.

use anyhow::Result;
use rand::{SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use vigie_text::{SPAM_BUCKETS, SPAM_MAGIC, SPAM_VERSION, Tokens, spam_features};

use crate::TrainArguments;
use crate::keep_out::KeepOut;
use crate::sources::{self, Sources};

const LIST: &str = include_str!("../sources/spam.toml");

/// Where the model ships.
const MODEL: &str = "crates/text/models/spam.bin";

/// Passes over the texts, and the first step of Adagrad.
const PASSES: u64 = 12;
const RATE: f32 = 0.25;

/// What each step takes from a weight that is met, so that rare words do not decide alone.
const DECAY: f32 = 1e-4;

const SEED: u64 = 7;

/// One text: its features, and whether it is spam.
type Row = (Vec<usize>, bool);

/// Trains the model and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one, and when the model cannot be written.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    let keep_out = arguments.kept_out(|folder| {
        let measured = crate::labels::rows(folder, "spam/sms.dev.tsv")?;
        Ok(measured.into_iter().map(|(_, text)| text).collect())
    })?;
    let rows = rows(arguments, &keep_out)?;
    eprintln!("{} texts, {} spam", rows.len(), rows.iter().filter(|row| row.1).count());
    arguments.write(MODEL, &pack(&learn(rows)))
}

fn rows(arguments: &TrainArguments, keep_out: &KeepOut) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for repository in &Sources::parse(LIST)?.repositories {
        println!("{}", repository.told());
        for file in &repository.files {
            let bytes = sources::read(&arguments.sources, repository, file)?;
            for line in String::from_utf8_lossy(&bytes).lines() {
                let (label, text) = match file.format.as_str() {
                    "labelled" => line.split_once('\t').unwrap_or(("ham", line)),
                    _ => ("ham", line),
                };
                if keep_out.holds(text) {
                    continue;
                }
                let mut features = Vec::new();
                spam_features(&Tokens::of(text), |bucket| features.push(bucket));
                rows.push((features, label == "spam"));
            }
        }
    }
    Ok(rows)
}

struct Weights {
    by_bucket: Vec<f32>,
    bias: f32,
}

/// Logistic regression by stochastic gradient descent with Adagrad steps (Duchi et al. 2011).
fn learn(mut rows: Vec<Row>) -> Weights {
    let mut weights = Weights { by_bucket: vec![0.0; SPAM_BUCKETS], bias: 0.0 };
    let mut squares = vec![1e-6_f32; SPAM_BUCKETS];
    let mut bias_square = 1e-6_f32;
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    for pass in 0..PASSES {
        rows.shuffle(&mut dice);
        let rate = RATE * (1.0 - pass as f32 / PASSES as f32);
        for (features, spam) in &rows {
            let scale = 1.0 / (features.len().max(1) as f32).sqrt();
            let sum: f32 = features.iter().map(|bucket| weights.by_bucket[*bucket]).sum();
            let probability = 1.0 / (1.0 + libm::expf(-(weights.bias + sum * scale)));
            let error = probability - f32::from(u8::from(*spam));
            bias_square += error * error;
            weights.bias -= rate * error / bias_square.sqrt();
            for &bucket in features {
                let slope = error * scale + DECAY * weights.by_bucket[bucket];
                squares[bucket] += slope * slope;
                weights.by_bucket[bucket] -= rate * slope / squares[bucket].sqrt();
            }
        }
    }
    weights
}

fn pack(weights: &Weights) -> Vec<u8> {
    let highest =
        weights.by_bucket.iter().fold(1e-9_f32, |highest, weight| highest.max(weight.abs()));
    let scale = highest / 127.0;
    let mut bytes = Vec::from(SPAM_MAGIC);
    bytes.extend(SPAM_VERSION.to_le_bytes());
    bytes.extend(scale.to_le_bytes());
    bytes.extend(weights.bias.to_le_bytes());
    bytes.extend(weights.by_bucket.iter().map(|weight| (weight / scale).round() as i8 as u8));
    bytes
}
