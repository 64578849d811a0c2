//! What a text shows to the linear model: its hashed features with the factors of their tokens,
//! and a few dense features of the lexicon.
//!
//! Guarantees: training and judging see the same; linear in the text.

use vigie_types::Language;

use super::lexicon::Lexicon;
use super::modifiers::Modifiers;
use super::rules::{self, Hit};
use super::scope;
use crate::features::{self, Feature};
use crate::token::Tokens;

/// How many dense features there are.
pub const DENSE: usize = 4;

/// A text as the linear model sees it.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// For each token, how much its words and letters count, in 64ths.
    pub factors: Vec<i32>,
    /// The dense features, as `DENSE` says.
    pub dense: [f32; DENSE],
    /// What the lexicon found, in the text's order.
    pub(super) hits: Vec<Hit>,
}

impl Evidence {
    pub(super) fn of(tokens: &Tokens<'_>, language: &Language, english: &Lexicon, modifiers: &Modifiers) -> Self {
        let roles = scope::roles(tokens, modifiers.get(&language.code));
        let factors = scope::factors(tokens, &roles);
        let hits = if language.code == "en" { rules::hits(tokens, english) } else { Vec::new() };
        let dense = if language.code == "en" { dense(&hits) } else { [0.0; DENSE] };
        Self { factors, dense, hits }
    }

    /// Gives each feature that counts, with its factor in 64ths.
    pub fn each(&self, tokens: &Tokens<'_>, mut give: impl FnMut(Feature, i32)) {
        features::each(tokens, |feature| {
            let factor = self.factors[feature.token as usize];
            if factor != 0 {
                let plain = feature.kind == features::FeatureKind::Pair || feature.kind == features::FeatureKind::Style;
                give(feature, if plain { 64 } else { factor });
            }
        });
    }
}

/// What speaks for and against, each squashed to 0..1; whether nothing does; whether it is English.
pub(super) fn dense(hits: &[Hit]) -> [f32; DENSE] {
    let (praise, blame) = sums(hits);
    [squash(praise), squash(blame), if hits.is_empty() { 1.0 } else { 0.0 }, 1.0]
}

/// The sum of the hits that are positive, and of those that are negative, turned.
pub(super) fn sums(hits: &[Hit]) -> (f32, f32) {
    hits.iter().fold((0.0, 0.0), |(praise, blame), hit| {
        (praise + hit.weight.max(0.0), blame - hit.weight.min(0.0))
    })
}

pub(super) fn squash(value: f32) -> f32 {
    value / (value * value + 1.0).sqrt()
}
