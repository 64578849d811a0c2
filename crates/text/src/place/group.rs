//! Names beside each other that mean one place together.
//!
//! Guarantees: what a group tells is what its names agree on, or the region or country behind the
//! name of a city that is not known. A group of doubtful names tells nothing.

use super::PlaceStrength;
use super::meaning::{self, Meaning};
use super::name::{Name, SEPARATORS};
use crate::token::Tokens;

/// Names beside each other that mean one place together.
pub(super) struct Group {
    /// The token behind them.
    pub(super) end: usize,
    /// Whether they name a place without more context.
    pub(super) trusted: bool,
    pub(super) strength: PlaceStrength,
    pub(super) meanings: Vec<Meaning>,
}

/// Whether a name joins the last group that it can join; doubtful ones in between told nothing.
pub(super) fn joins(
    groups: &mut Vec<Group>,
    name: &Name,
    trusted: bool,
    tokens: &Tokens<'_>,
) -> bool {
    while let Some(last) = groups.last_mut() {
        if last.join(name, trusted, tokens) {
            return true;
        }
        if last.trusted {
            last.doubt(name, trusted);
            return false;
        }
        groups.pop();
    }
    false
}

impl Group {
    /// A group that context has settled, up to this name.
    fn sure(last: &Name, meanings: Vec<Meaning>) -> Self {
        let end = last.first + last.words;
        Self { end, trusted: true, strength: PlaceStrength::Large, meanings }
    }

    fn is_beside(&self, next: &Name) -> bool {
        self.end == next.first
    }

    /// Gives up a small place that a code behind it contradicts: "somerville nj" is another one.
    fn doubt(&mut self, next: &Name, trusted: bool) {
        if next.code && !trusted && self.is_beside(next) {
            self.trusted &= self.strength == PlaceStrength::Large;
        }
    }

    /// Takes in the next name if it agrees, or tells that of a city which the tables do not have.
    fn join(&mut self, next: &Name, trusted: bool, tokens: &Tokens<'_>) -> bool {
        let gap = tokens.gap_before(next.first);
        let beside = self.is_beside(next);
        // "Mobile AL" and "France, Nice" are places; "France nice" need not be.
        let tied = next.strength > PlaceStrength::Ordinary || next.code || gap.contains(SEPARATORS);
        if (self.trusted || beside) && (trusted || beside && tied) {
            let meanings = meaning::agreeing(&self.meanings, &next.meanings);
            if !meanings.is_empty() {
                *self = Self::sure(next, meanings);
                return true;
            }
        }
        // "Paris, OK": the region is sure, the city is one that the tables do not have.
        let is_broad = meaning::dominant(&next.meanings).all(|meaning| meaning.city.is_none());
        let had_city = self.meanings.iter().any(|meaning| meaning.city.is_some());
        let is_tied = gap.contains(',') || next.code && gap.trim().is_empty();
        let is_outweighed = beside && is_tied && had_city;
        if !(trusted && is_broad && is_outweighed) {
            return false;
        }
        let meanings = meaning::dominant(&next.meanings).cloned().collect();
        *self = Self::sure(next, meanings);
        true
    }

    /// Adds what the group means at one weight: none of one group outweighs those of another.
    pub(super) fn tell(self, told: &mut Vec<Meaning>) {
        if self.trusted {
            let level = |meaning: &Meaning| Meaning { weight: 0, ..meaning.clone() };
            told.extend(meaning::dominant(&self.meanings).map(level));
        }
    }
}
