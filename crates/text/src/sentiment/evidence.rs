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
    /// The dense features, as `DENSE` says.
    pub dense: [f32; DENSE],
    /// For each token, how much its words and letters count, in 64ths.
    pub(super) factors: Vec<i32>,
    /// For each token, how much of all it shows is kept, in 64ths; empty where all is.
    pub(super) kept: Vec<i32>,
    /// What each token does to its neighbours.
    pub(super) roles: Vec<Role>,
    /// What each token shows by itself.
    pub(super) words: Vec<Word>,
    /// What the lexicon found, in the text's order.
    pub(super) hits: Vec<Hit>,
}

impl Evidence {
    /// Gives each feature that counts, with its factor in 64ths.
    pub fn each(&self, tokens: &Tokens<'_>, mut give: impl FnMut(Feature, i32)) {
        features::each(tokens, |feature| {
            let [whole, scoped] = self.factors_of(feature.token as usize);
            let factor = if feature.kind.is_scoped() { scoped } else { whole };
            if factor != 0 {
                give(feature, factor);
            }
        });
    }

    /// How much a token's features count in all, and those that are subject to scope.
    pub(super) fn factors_of(&self, token: usize) -> [i32; 2] {
        let kept = self.kept.get(token).copied().unwrap_or(WHOLE);
        [kept, self.factors[token] * kept / WHOLE]
    }

    /// Looks at the lexicon's hits anew.
    pub(super) fn weigh_hits(&mut self) {
        let (praise, blame) = self.sums();
        let nothing = if self.hits.is_empty() { 1.0 } else { 0.0 };
        self.dense = [squash(praise), squash(blame), nothing, 1.0];
    }

    /// The sum of the hits that are positive, and of those that are negative, turned.
    pub(super) fn sums(&self) -> (f32, f32) {
        self.hits.iter().fold((0.0, 0.0), |(praise, blame), hit| {
            (praise + hit.weight.max(0.0), blame - hit.weight.min(0.0))
        })
    }
}

/// From all numbers into -1..1.
pub(super) fn squash(value: f32) -> f32 {
    value / (value * value + 1.0).sqrt()
}
