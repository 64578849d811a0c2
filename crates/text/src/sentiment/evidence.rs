//! What a text shows to the linear model: its hashed features with the factors of their tokens,
//! and a few dense features of the lexicon.
//!
//! Guarantees: training and judging see the same; linear in the text.

use super::linear::WHOLE;
use super::modifiers::Role;
use super::rules::Hit;
use super::word::Word;
use crate::features::{self, Feature};
use crate::token::Tokens;

/// How many dense features there are: what speaks for, what speaks against, whether nothing does,
/// whether there is a lexicon for the language.
pub const DENSE: usize = 4;

/// A text as the linear model sees it.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// For each token, how much its words and letters count, in 64ths.
    pub(super) factors: Vec<i32>,
    /// What each token does to its neighbours.
    pub(super) roles: Vec<Role>,
    /// What each token shows by itself.
    pub(super) words: Vec<Word>,
    /// What the lexicon says.
    pub(super) findings: Findings,
}

/// What the lexicon of a language found; nothing at all where there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    /// In the text's order.
    pub(super) hits: Vec<Hit>,
    /// The dense features, as `DENSE` says.
    pub(super) dense: [f32; DENSE],
}

impl Evidence {
    /// The dense features, as `DENSE` says.
    pub fn dense(&self) -> [f32; DENSE] {
        self.findings.dense
    }

    /// Gives each feature that counts, with its factor in 64ths.
    pub fn each(&self, tokens: &Tokens<'_>, mut give: impl FnMut(Feature, i32)) {
        features::each(tokens, |feature| {
            let scoped = self.factors[feature.token as usize];
            let factor = if feature.kind.is_scoped() { scoped } else { WHOLE };
            if factor != 0 {
                give(feature, factor);
            }
        });
    }
}

impl Findings {
    /// What a lexicon found, with the dense features of it.
    pub(super) fn of(hits: Vec<Hit>) -> Self {
        let (praise, blame) = sums(&hits);
        let nothing = if hits.is_empty() { 1.0 } else { 0.0 };
        Self { hits, dense: [squash(praise), squash(blame), nothing, 1.0] }
    }

    /// What is left of it where so many 64ths of each token are kept.
    pub(super) fn kept(&self, kept: &[i32]) -> Self {
        if self.hits.is_empty() {
            return self.clone();
        }
        let hits = self.hits.iter().filter_map(|hit| {
            let weight = hit.weight * (kept[hit.first] as f32 / WHOLE as f32);
            (weight != 0.0).then_some(Hit { weight, ..*hit })
        });
        Self::of(hits.collect())
    }

    /// The sum of the hits that are positive, and of those that are negative, turned.
    pub(super) fn sums(&self) -> (f32, f32) {
        sums(&self.hits)
    }
}

fn sums(hits: &[Hit]) -> (f32, f32) {
    hits.iter().fold((0.0, 0.0), |(praise, blame), hit| {
        (praise + hit.weight.max(0.0), blame - hit.weight.min(0.0))
    })
}

/// From all numbers into -1..1.
pub(super) fn squash(value: f32) -> f32 {
    value / (value * value + 1.0).sqrt()
}
