//! Scores and the terms they are made of.

use serde::{Deserialize, Serialize};

/// One named part of a score; may be negative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// What the part is for, from a closed list.
    pub name: String,
    /// What it adds.
    pub value: f64,
}

/// A score that can always say why: it is made from its terms and sums to them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The sum of the terms.
    pub value: f64,
    /// The parts, in the order of the formula.
    pub terms: Vec<Term>,
}

impl Score {
    /// Sums the terms, in their order.
    pub fn of(terms: Vec<Term>) -> Self {
        Self { value: terms.iter().map(|term| term.value).sum(), terms }
    }

    /// Whether the terms sum to the score within 1e-9.
    pub fn is_explained(&self) -> bool {
        (self.terms.iter().map(|term| term.value).sum::<f64>() - self.value).abs() <= 1e-9
    }
}
