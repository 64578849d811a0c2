//! Places from what authors write in their profile: a gazetteer, a list of ours over it, and what
//! agrees with what.
//!
//! Each known name stands for one or more places; names beside each other must agree ("Boston,
//! MA"). A meaning that outweighs the others tenfold is the one; else a name gives what its meanings
//! share. What does not agree is cut to what both share ("NYC to LA" is in the United States), and
//! what shares nothing, or names nothing, is unknown. Names that are ordinary words as well
//! ("Reading") count only beside the region or country that they lie in, small places only there or
//! alone.
//!
//! Guarantees: `None` unless a name of a table is there. Refuses: places of fewer than 15,000
//! people, guessing from time zones, and telling lived-in from wished-for.

mod gazetteer;
mod key;
mod meaning;
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
use meaning::Meaning;
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

/// Signs that part names.
const SEPARATORS: [char; 8] = [',', '/', '|', '•', '&', '+', ';', '→'];

/// Knows places; built once.
#[derive(Debug)]
pub struct PlaceModel {
    own: OwnNames,
    gazetteer: Gazetteer,
}

/// A name in a text.
struct Name {
    first: usize,
    words: usize,
    strength: PlaceStrength,
    /// Whether it is a code of a region or country: it may stand beside a name without a comma.
    code: bool,
    meanings: Vec<Meaning>,
}

/// Names beside each other that mean one place together.
struct Group {
    /// The token behind them.
    end: usize,
    /// Whether they name a place without more context.
    trusted: bool,
    strength: PlaceStrength,
    meanings: Vec<Meaning>,
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
            while let Some(last) = groups.last_mut() {
                if last.trusted || last.is_beside(&name) {
                    break;
                }
                groups.pop();
            }
            if groups.last_mut().is_some_and(|last| last.join(&name, trusted, &tokens)) {
                continue;
            }
            if let Some(last) = groups.last_mut() {
                last.doubt(&name, trusted);
            }
            groups.retain(|group| group.trusted);
            groups.push(Group {
                end: name.first + name.words,
                trusted,
                strength: name.strength,
                meanings: name.meanings,
            });
        }
        let mut told = Vec::new();
        groups.into_iter().for_each(|group| group.tell(&mut told));
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

/// How a word is written that may be a code, as "MA".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// In capitals, or as "Boston, Ma" is.
    Capitals,
    /// Behind a name, otherwise: "Boston ma".
    Behind,
    /// Otherwise.
    Free,
}

impl Case {
    fn of(tokens: &Tokens<'_>, index: usize, after_name: bool) -> Self {
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

impl Name {
    /// Adds what a name of ours means, if it may be written so.
    fn take_own(&mut self, named: &own::Named, case: Case) {
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
    fn take_country(&mut self, country: Option<&'static str>) {
        let Some(country) = country else { return };
        self.code = true;
        meaning::add(&mut self.meanings, Meaning { city: None, region: None, country, weight: 0 });
    }
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
    fn tell(self, told: &mut Vec<Meaning>) {
        if self.trusted {
            let level = |meaning: &Meaning| Meaning { weight: 0, ..meaning.clone() };
            told.extend(meaning::dominant(&self.meanings).map(level));
        }
    }
}

#[cfg(test)]
mod tests;
