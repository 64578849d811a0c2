//! What each token shows to the linear model, with every row looked up: how much of it counts can
//! be changed afterwards at the cost of a few products.
//!
//! Guarantees: whole numbers; one list in the tokens' order.

use super::evidence::Evidence;
use super::linear::{LinearModel, WHOLE};
use crate::features::Between;
use crate::token::Tokens;

/// Room for what a token shows beside others: a pair, and some have a mark or a run.
const BETWEEN_PER_TOKEN: usize = 2;

/// The features of one token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// How much what is subject to scope counts, in 64ths, where the whole token does.
    factor: i32,
    scoped: Rows,
    unscoped: Rows,
}

/// Rows of the table, added up.
#[derive(Clone, Copy, Debug, Default)]
struct Rows {
    /// For negative and positive, in steps.
    sum: [i32; 2],
    features: u32,
}

impl Rows {
    fn add(&mut self, row: [i32; 2]) {
        self.sum[0] += row[0];
        self.sum[1] += row[1];
        self.features += 1;
    }
}

impl Shown {
    /// What each token of a text shows.
    pub(super) fn all(linear: &LinearModel, tokens: &Tokens<'_>, evidence: &Evidence) -> Vec<Self> {
        let mut all = Vec::with_capacity(tokens.len());
        // First all hashes and then all rows: the look-ups wait for memory, and wait together.
        let mut found = Vec::with_capacity(BETWEEN_PER_TOKEN * tokens.len());
        let mut between = Between::default();
        for (index, word) in evidence.words.iter().enumerate() {
            let scoped = Rows { sum: word.sum, features: word.features.into() };
            let factor = evidence.factors[index];
            all.push(Self { factor, scoped, unscoped: Rows::default() });
            between.next(tokens, index, word.form, |hash, kind| {
                found.push((hash, index, kind.is_scoped()));
            });
        }
        for (hash, index, is_scoped) in found {
            let row = linear.row(hash);
            let shown = &mut all[index];
            if is_scoped { shown.scoped.add(row) } else { shown.unscoped.add(row) }
        }
        all
    }

    /// What it adds to negative and positive, in 64ths of steps, and how many features that are, if
    /// so many 64ths of it are kept.
    pub(super) fn kept(&self, kept: i32) -> ([i32; 2], u32) {
        let scoped = self.factor * kept / WHOLE;
        let side = |side: usize| self.scoped.sum[side] * scoped + self.unscoped.sum[side] * kept;
        let count = |factor: i32, rows: &Rows| if factor == 0 { 0 } else { rows.features };
        ([side(0), side(1)], count(scoped, &self.scoped) + count(kept, &self.unscoped))
    }
}
