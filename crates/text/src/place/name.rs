//! One name in a text, and how a word is written that may be a code, as "MA".
//!
//! Guarantees: a code counts alone only where it cannot be a word. Refuses to tell what names mean
//! together.

use super::PlaceStrength;
use super::meaning::{self, Meaning};
use super::own;
use crate::token::Tokens;

/// Signs that part names.
pub(super) const SEPARATORS: [char; 8] = [',', '/', '|', '•', '&', '+', ';', '→'];

/// A name in a text.
pub(super) struct Name {
    pub(super) first: usize,
    pub(super) words: usize,
    pub(super) strength: PlaceStrength,
    /// Whether it is a code of a region or country: it may stand beside a name without a comma.
    pub(super) code: bool,
    pub(super) meanings: Vec<Meaning>,
}

impl Name {
    /// Adds what a name of ours means, if it may be written so.
    pub(super) fn take_own(&mut self, named: &own::Named, case: Case) {
        if named.capitals && case == Case::Free {
            return;
        }
        if !named.capitals || case == Case::Capitals {
            self.strength = PlaceStrength::Large;
        }
        self.code |= named.capitals;
        meaning::add(&mut self.meanings, named.meaning.clone());
    }

    /// Adds a country whose code is written: "Cambridge, GB".
    pub(super) fn take_country(&mut self, country: Option<&'static str>) {
        let Some(country) = country else { return };
        self.code = true;
        meaning::add(&mut self.meanings, Meaning { city: None, region: None, country, weight: 0 });
    }
}

/// How a word is written that may be a code, as "MA".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// In capitals, or as "Boston, Ma" is.
    Capitals,
    /// Behind a name, otherwise: "Boston ma".
    Behind,
    /// Otherwise.
    Free,
}

impl Case {
    pub(super) fn of(tokens: &Tokens<'_>, index: usize, after_name: bool) -> Self {
        let written = tokens.written(index);
        let ends = index + 1 == tokens.len() || tokens.gap_before(index + 1).contains(SEPARATORS);
        let comma = tokens.gap_before(index).contains(',') && index > 0;
        let opens = written.starts_with(|letter: char| letter.is_ascii_uppercase());
        if written.bytes().all(|byte| byte.is_ascii_uppercase()) || opens && comma && ends {
            Self::Capitals
        } else if after_name {
            Self::Behind
        } else {
            Self::Free
        }
    }
}
