//! Places from what authors write in their profile: a gazetteer, a list of ours over it, and what
//! agrees with what.
//!
//! Each known name stands for one or more places; names beside each other must agree ("Boston,
//! MA"). A meaning that outweighs the others tenfold is the one; else a name gives what they share.
//! What does not agree is cut to what both share ("NYC to LA" is in the United States), and
//! what shares nothing, or names nothing, is unknown. Names that are ordinary words as well
//! ("Reading") count only beside the region or country that they lie in, small places only there or
//! alone.
//!
//! Guarantees: `None` unless a name of a table is there. Refuses: places of fewer than 15,000
//! people, guessing from time zones, and telling lived-in from wished-for.

mod gazetteer;
mod group;
mod key;
mod meaning;
mod name;
mod own;

use vigie_types::Place;

pub use gazetteer::{
    PLACE_BLOCK, PLACE_CITY, PLACE_KEY_BYTES, PLACE_MAGIC, PLACE_MEANINGS, PLACE_SPELLED,
    PLACE_VERSION, PLACE_WEIGHT_SHIFT, PLACE_WHOLE, PlaceStrength, capitalised,
};
pub use key::place_key;
pub use meaning::WEIGHT_STEPS;

use crate::token::{TokenKind, Tokens};
use gazetteer::Gazetteer;
use group::{Group, joins};
use name::{Case, Name, SEPARATORS};
use own::OwnNames;

static TABLE: &[u8] = include_bytes!("../models/place.bin");

/// Words of one name at most: Thai is met character by character.
pub const PLACE_WORDS: usize = 12;

/// Tokens of a profile location that are read; real ones have fewer than ten.
const MAX_TOKENS: usize = 32;

/// Words around a name that leave it the only thing that is said.
const FILLERS: [&str; 25] = [
    "a", "and", "area", "based", "born", "central", "city", "county", "downtown", "east", "from",
    "greater", "in", "live", "living", "metro", "near", "north", "of", "south", "state", "suburbs",
    "the", "via", "west",
];

/// Knows places; built once.
#[derive(Debug)]
pub struct PlaceModel {
    own: OwnNames,
    gazetteer: Gazetteer,
}

impl PlaceModel {
    /// Reads the tables that come with the crate.
    pub fn new() -> Self {
        Self { own: OwnNames::new(), gazetteer: Gazetteer::new(TABLE) }
    }

    /// The place that an author's free text names, if it names one.
    pub fn place(&self, free_text: &str) -> Option<Place> {
        let tokens = Tokens::of(free_text);
        let (names, alone) = self.names(&tokens);
        let least = if alone { PlaceStrength::Small } else { PlaceStrength::Large };
        let mut groups: Vec<Group> = Vec::new();
        for name in names {
            let trusted = name.strength >= least;
            if !joins(&mut groups, &name, trusted, &tokens) {
                groups.push(Group {
                    end: name.first + name.words,
                    trusted,
                    strength: name.strength,
                    meanings: name.meanings,
                });
            }
        }
        let mut told = Vec::new();
        for group in groups {
            group.tell(&mut told);
        }
        meaning::shared(&told)
    }

    /// The names of a text, and whether it says nothing else.
    fn names(&self, tokens: &Tokens<'_>) -> (Vec<Name>, bool) {
        let mut names: Vec<Name> = Vec::new();
        let mut alone = true;
        let mut at = 0;
        while at < tokens.len().min(MAX_TOKENS) {
            let after_name = names.last().is_some_and(|name| name.first + name.words == at);
            if let Some(name) = self.longest_name(tokens, at, after_name) {
                at += name.words;
                names.push(name);
                continue;
            }
            let speaks = !matches!(tokens.get(at).kind, TokenKind::Emoji | TokenKind::Emoticon);
            alone &= !speaks || FILLERS.contains(&tokens.folded(at));
            // "New Zeeland" and "New England" are not what they are named for.
            at += if tokens.folded(at) == "new" { 2 } else { 1 };
        }
        (names, alone)
    }

    /// The longest known name that starts at this token.
    fn longest_name(&self, tokens: &Tokens<'_>, first: usize, after_name: bool) -> Option<Name> {
        let mut key = String::new();
        let mut best = None;
        for words in 1..=PLACE_WORDS.min(tokens.len() - first) {
            let index = first + words - 1;
            if words > 1 {
                if tokens.gap_before(index).contains(SEPARATORS) {
                    break;
                }
                key.push(' ');
            }
            key.push_str(&key::word(tokens.folded(index)));
            let own = self.own.find(&key);
            let found = self.gazetteer.find(&key);
            let mut name = Name {
                first,
                words,
                strength: found.strength.unwrap_or(PlaceStrength::Ordinary),
                code: false,
                meanings: found.meanings,
            };
            let case = if words == 1 { Case::of(tokens, index, after_name) } else { Case::Free };
            for named in own.unwrap_or_default() {
                name.take_own(named, case);
            }
            if words == 1 && after_name && case == Case::Capitals {
                name.take_country(self.gazetteer.country(tokens.written(index)));
            }
            if !name.meanings.is_empty() {
                best = Some(name);
            }
            if own.is_none() && !found.extends {
                break;
            }
        }
        best
    }
}

impl Default for PlaceModel {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
