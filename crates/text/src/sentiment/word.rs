//! What one token shows by itself, to the linear model and to the lexicon.

use super::linear::LinearModel;
use super::modifiers::Role;
use super::sight::Sight;
use crate::features::{self, Class, Form};

/// What a token shows, whatever stands around it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    /// Its form, of which features beside others are made.
    pub(super) form: Form,
    /// What itself and its letters add to negative and positive, in steps.
    pub(super) sum: [i16; 2],
    /// How many features that are.
    pub(super) features: u8,
    /// What it does to its neighbours.
    pub(super) role: Role,
    /// What the lexicon sees.
    pub(super) sight: Sight,
}

impl Word {
    /// What a token of this folded form shows to the model; neither its role nor its sight.
    pub(super) fn of(linear: &LinearModel, word: &str, class: Class) -> Self {
        let mut sum = [0; 2];
        let mut features = 0;
        let form = features::inside(word, class, |hash, _| {
            let row = linear.row(hash);
            sum[0] += row[0];
            sum[1] += row[1];
            features += 1;
        });
        // A word has 64 letters at most and 190 features with them, and a row's numbers 8 bits.
        Self { form, sum: sum.map(|sum: i32| sum as i16), features, ..Self::default() }
    }
}
