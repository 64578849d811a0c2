//! The learner of spam: logistic regression on hashed features, packed to 8 bits a weight.
//!
//! Guarantees: the same rows in the same order give the same bytes on every machine.

use rand::{SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use vigie_text::{SPAM_BUCKETS, SPAM_MAGIC, SPAM_VERSION};

use super::rows::Row;

/// Passes over the texts, and the first step of Adagrad.
const PASSES: u64 = 12;
const RATE: f32 = 0.25;

/// What each step takes from a weight that is met, so that rare words do not decide alone.
const DECAY: f32 = 1e-5;

/// What a row of spam counts beside one of talk: there are fewer of them.
const SPAM_COUNTS: f32 = 5.0;

const SEED: u64 = 7;

/// The bytes of the model that these rows teach.
pub fn model(rows: &[&Row]) -> Vec<u8> {
    pack(&learn(rows.to_vec()))
}

struct Weights {
    by_bucket: Vec<f32>,
    bias: f32,
}

/// Logistic regression by stochastic gradient descent with Adagrad steps (Duchi et al. 2011).
fn learn(mut rows: Vec<&Row>) -> Weights {
    let mut weights = Weights { by_bucket: vec![0.0; SPAM_BUCKETS], bias: 0.0 };
    let mut squares = vec![1e-6_f32; SPAM_BUCKETS];
    let mut bias_square = 1e-6_f32;
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    for pass in 0..PASSES {
        rows.shuffle(&mut dice);
        let rate = RATE * (1.0 - pass as f32 / PASSES as f32);
        for Row { features, spam, .. } in &rows {
            let scale = 1.0 / (features.len().max(1) as f32).sqrt();
            let sum: f32 = features.iter().map(|bucket| weights.by_bucket[*bucket]).sum();
            let probability = 1.0 / (1.0 + libm::expf(-(weights.bias + sum * scale)));
            let error = if *spam { SPAM_COUNTS * (probability - 1.0) } else { probability };
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
