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
    pub(super) sum: [i32; 2],
    /// How many features that are.
    pub(super) features: u16,
    /// What it does to its neighbours.
    pub(super) role: Role,
    /// What the lexicon sees.
    pub(super) sight: Sight,
}

/// With its key, a word fills one line of the cache.
const _: () = assert!(size_of::<Word>() <= 40);

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
        Self { form, sum, features, ..Self::default() }
    }

    /// Adds what a part of a hashtag shows. The lexicon knows the whole, or else one of the parts,
    /// turned by a negation before it.
    pub(super) fn add(&mut self, part: &Self) {
        self.sum[0] += part.sum[0];
        self.sum[1] += part.sum[1];
        self.features += part.features;
        if self.sight.known.is_some() {
            return;
        }
        match part.role {
            Role::Negate => self.sight.turned = !self.sight.turned,
            Role::Plain => self.sight.known = part.sight.known,
            Role::NegateBefore
            | Role::Boost
            | Role::Damp
            | Role::Contrast
            | Role::Wish
            | Role::Than
            | Role::And => {}
        }
    }
}
