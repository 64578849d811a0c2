//! What a text, or what is kept of it, adds up to.
//!
//! Guarantees: sums of whole numbers, then products in a fixed order, so that the same is kept as
//! the same bits, whoever asks.

use super::evidence::{self, Findings};
use super::linear::{LinearModel, Pair};
use super::shown::Shown;

/// What the rules of English add to the logits on top of what the model learned from them, so that
/// a booster or a negation moves every text the way it should.
const RULES: f32 = 0.6;

/// What a text adds up to.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) logits: Pair,
    /// What each token adds to positive over negative.
    pub(super) tokens: Vec<f32>,
}

impl Sum {
    /// Adds up tokens, each with how much of it is kept, in 64ths, and what the lexicon found in
    /// that.
    pub(super) fn of<'s>(
        linear: &LinearModel,
        shown: impl Iterator<Item = (&'s Shown, i32)>,
        findings: &Findings,
    ) -> Self {
        let mut count = 0;
        let mut all = [0_i64; 2];
        let sums: Vec<i32> = shown
            .map(|(shown, kept)| {
                let ([negative, positive], features) = shown.kept(kept);
                count += features;
                all = [all[0] + i64::from(negative), all[1] + i64::from(positive)];
                positive - negative
            })
            .collect();
        let step = linear.step(count);
        let mut logits = linear.bias();
        logits[0] += all[0] as f32 * step;
        logits[1] += all[1] as f32 * step;
        for (index, value) in findings.dense.iter().enumerate() {
            let weights = linear.dense(index);
            logits[0] += value * weights[0];
            logits[1] += value * weights[1];
        }
        let tokens = sums.into_iter().map(|sum| sum as f32 * step).collect();
        let mut sum = Self { logits, tokens };
        sum.add_hits(linear, findings);
        sum
    }

    /// Adds the rules' own say, and gives each hit of the lexicon its share of all that hits add.
    fn add_hits(&mut self, linear: &LinearModel, findings: &Findings) {
        let (praise, blame) = findings.sums();
        let raw = praise - blame;
        self.logits[0] -= RULES * evidence::squash(raw);
        self.logits[1] += RULES * evidence::squash(raw);
        let by_rules = 2.0 * RULES / (raw * raw + 1.0).sqrt();
        let learned = |index: usize| linear.dense(index)[1] - linear.dense(index)[0];
        for hit in &findings.hits {
            let (side, all) = if hit.weight > 0.0 { (0, praise) } else { (1, blame) };
            let share = if all > 0.0 { hit.weight.abs() / all } else { 0.0 };
            let whole = findings.dense[side] * learned(side) * share + by_rules * hit.weight;
            let each = whole / (hit.last - hit.first + 1) as f32;
            for token in &mut self.tokens[hit.first..=hit.last] {
                *token += each;
            }
        }
    }
}
