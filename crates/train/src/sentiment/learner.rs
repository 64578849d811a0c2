//! The learner: a softmax over three classes, with Adagrad, one example after the other.
//!
//! Guarantees: the same examples in the same order give the same weights on every machine: one
//! thread, 32 bit floats, exponentials of `libm`. Neutral has no weights of its own: its logit is
//! zero, and each row holds what it adds to negative and to positive over neutral.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use vigie_text::{DENSE, LinearModel, Pair, WHOLE, softmax};

/// How the learner learns.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Bits that number a row.
    pub bits: u32,
    /// The step of Adagrad.
    pub rate: f32,
    /// How often each example is seen.
    pub passes: u32,
    /// What decides the order.
    pub seed: u64,
}

/// One example: its features stand in the lists of `Examples`.
#[derive(Clone, Copy, Debug)]
struct Example {
    first: usize,
    end: usize,
    dense: [f32; DENSE],
    target: [f32; 3],
    weight: f32,
}

/// Examples in one place, their features end to end.
#[derive(Debug, Default)]
pub struct Examples {
    rows: Vec<u32>,
    factors: Vec<i8>,
    list: Vec<Example>,
}

impl Examples {
    /// Adds an example: its features by row and factor in 64ths, its dense features, how likely
    /// each class is, and how much it counts.
    pub fn push(
        &mut self,
        features: impl Iterator<Item = (u32, i32)>,
        dense: [f32; DENSE],
        target: [f32; 3],
        weight: f32,
    ) {
        let first = self.rows.len();
        for (row, factor) in features {
            self.rows.push(row);
            self.factors.push(factor.clamp(-128, 127) as i8);
        }
        self.list.push(Example { first, end: self.rows.len(), dense, target, weight });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }
}

/// A weight and the squares of its gradients.
#[derive(Clone, Copy, Debug, Default)]
struct Learned {
    weight: Pair,
    squares: Pair,
}

impl Learned {
    fn learn(&mut self, gradient: Pair, rate: f32) {
        let learned = self.weight.iter_mut().zip(&mut self.squares);
        for ((weight, square), slope) in learned.zip(gradient) {
            *square += slope * slope;
            *weight -= rate * slope / (*square + EPSILON).sqrt();
        }
    }
}

/// Keeps the first steps of a weight finite.
const EPSILON: f32 = 1e-6;

/// Learns a model.
pub fn learn(examples: &Examples, settings: Settings) -> LinearModel {
    let mut table = vec![Learned::default(); 1 << settings.bits];
    let mut dense = [Learned::default(); DENSE];
    let mut bias = Learned::default();
    let mut order: Vec<u32> = (0..examples.list.len() as u32).collect();
    let mut dice = ChaCha8Rng::seed_from_u64(settings.seed);
    for pass in 0..settings.passes {
        order.shuffle(&mut dice);
        let mut loss = 0.0;
        for &index in &order {
            let example = &examples.list[index as usize];
            let rows = &examples.rows[example.first..example.end];
            let factors = &examples.factors[example.first..example.end];
            let unit = 1.0 / (WHOLE as f32 * (rows.len().max(1) as f32).sqrt());
            let mut logits = bias.weight;
            for (&row, &factor) in rows.iter().zip(factors) {
                let value = f32::from(factor) * unit;
                let weight = table[row as usize].weight;
                logits[0] += value * weight[0];
                logits[1] += value * weight[1];
            }
            for (value, learned) in example.dense.iter().zip(&dense) {
                logits[0] += value * learned.weight[0];
                logits[1] += value * learned.weight[1];
            }
            let given = softmax(logits);
            loss += f64::from(example.weight * cross_entropy(given, example.target));
            let slope = [
                example.weight * (given[0] - example.target[0]),
                example.weight * (given[2] - example.target[2]),
            ];
            for (&row, &factor) in rows.iter().zip(factors) {
                let value = f32::from(factor) * unit;
                table[row as usize].learn([value * slope[0], value * slope[1]], settings.rate);
            }
            for (value, learned) in example.dense.iter().zip(&mut dense) {
                if *value != 0.0 {
                    learned.learn([value * slope[0], value * slope[1]], settings.rate);
                }
            }
            bias.learn(slope, settings.rate);
        }
        println!("pass {}: mean loss {:.4}", pass + 1, loss / examples.len() as f64);
    }
    let rows: Vec<Pair> = table.iter().map(|learned| learned.weight).collect();
    let dense = dense.iter().map(|learned| learned.weight).collect();
    LinearModel::of(settings.bits, &rows, bias.weight, dense)
}

fn cross_entropy(given: [f32; 3], target: [f32; 3]) -> f32 {
    given.iter().zip(target).map(|(given, target)| -target * libm::logf(given.max(1e-9))).sum()
}
