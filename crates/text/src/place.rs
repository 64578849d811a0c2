//! Places from what authors write in their profile: a table of ours, and what agrees with what.
//!
//! Each known name stands for one or more places; names beside each other must agree ("Boston,
//! MA"). What does not agree is cut to what both share ("NYC to LA" is in the United States), and
//! what shares nothing, or names nothing, is unknown.
//!
//! Guarantees: `None` unless a name of the table is there; a name with several meanings gives only
//! what they share. Refuses: small places (the table has countries, some regions and large cities),
//! guessing from time zones, and telling lived-in from wished-for.

use rustc_hash::FxHashMap;
use vigie_types::{Place, Precision, Provenance};

use crate::token::Tokens;

const TABLE: &str = include_str!("../data/places.txt");

/// Words of one name at most; the longest of ours has five.
const MAX_NAME_WORDS: usize = 5;

/// Tokens of a profile location that are read; real ones have fewer than ten.
const MAX_TOKENS: usize = 32;

/// One meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Meaning {
    city: Option<&'static str>,
    region: Option<&'static str>,
    country: &'static str,
}

/// A name's meaning, and whether it must be written in capitals.
#[derive(Clone, Copy, Debug)]
struct Named {
    meaning: Meaning,
    capitals: bool,
}

/// Knows places; built once.
#[derive(Debug)]
pub struct PlaceModel {
    names: FxHashMap<String, Vec<Named>>,
}

impl PlaceModel {
    /// Reads the table that comes with the crate.
    pub fn new() -> Self {
        let mut names: FxHashMap<String, Vec<Named>> = FxHashMap::default();
        for (meaning, list) in TABLE.lines().filter_map(read_line) {
            for written in list.split(',').map(str::trim) {
                let (capitals, written) = match written.strip_prefix('!') {
                    Some(rest) => (true, rest),
                    None => (false, written),
                };
                names.entry(key(written)).or_default().push(Named { meaning, capitals });
            }
        }
        Self { names }
    }

    /// The place that an author's free text names, if it names one.
    pub fn place(&self, free_text: &str) -> Option<Place> {
        let tokens = Tokens::of(free_text);
        let mut agreed: Option<Vec<Meaning>> = None;
        let mut at = 0;
        while at < tokens.len().min(MAX_TOKENS) {
            let Some((words, meanings)) = self.longest_name(&tokens, at) else {
                at += 1;
                continue;
            };
            let follows_comma = at > 0 && tokens.gap_before(at).contains(',');
            agreed = Some(match agreed {
                None => meanings,
                Some(before) => agree(&before, &meanings, follows_comma),
            });
            at += words;
        }
        shared(&agreed?)
    }

    /// The longest known name that starts at this token: its words and meanings.
    fn longest_name(&self, tokens: &Tokens<'_>, at: usize) -> Option<(usize, Vec<Meaning>)> {
        let most = MAX_NAME_WORDS.min(tokens.len() - at);
        let mut name = String::new();
        let mut best = None;
        for words in 1..=most {
            let index = at + words - 1;
            if words > 1 {
                if tokens.gap_before(index).contains([',', '/', '|', '•', '&', '+']) {
                    break;
                }
                name.push(' ');
            }
            name.push_str(tokens.folded(index));
            let Some(named) = self.names.get(&name) else { continue };
            let capitals = tokens.written(index).chars().all(char::is_uppercase);
            let meanings: Vec<_> = named
                .iter()
                .filter(|named| capitals || !named.capitals)
                .map(|named| named.meaning)
                .collect();
            if !meanings.is_empty() {
                best = Some((words, meanings));
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

/// A name as its tokens fold, parted by one space.
fn key(written: &str) -> String {
    let tokens = Tokens::of(written);
    let words: Vec<_> = (0..tokens.len()).map(|index| tokens.folded(index)).collect();
    words.join(" ")
}

fn read_line(line: &'static str) -> Option<(Meaning, &'static str)> {
    let (head, list) = line.split_once(": ").filter(|_| !line.starts_with('#'))?;
    let (kind, rest) = head.split_once(' ')?;
    let (country, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let (region, city) = match kind {
        "P" => {
            let (region, city) = name.split_once(", ")?;
            (Some(region).filter(|region| *region != "-"), Some(city))
        }
        "R" => (Some(name), None),
        _ => (None, None),
    };
    Some((Meaning { city, region, country }, list))
}

/// What two names beside each other mean: the meanings that agree, or what they share.
fn agree(before: &[Meaning], next: &[Meaning], follows_comma: bool) -> Vec<Meaning> {
    let mut both = Vec::new();
    for left in before {
        for right in next {
            if let Some(meaning) = merge(*left, *right)
                && !both.contains(&meaning)
            {
                both.push(meaning);
            }
        }
    }
    if !both.is_empty() {
        return both;
    }
    // "Paris, TX": the region is sure, the city is one that the table does not have.
    let broader: Vec<_> = next.iter().copied().filter(|meaning| meaning.city.is_none()).collect();
    if follows_comma && !broader.is_empty() && before.iter().any(|meaning| meaning.city.is_some()) {
        return broader;
    }
    before.iter().chain(next).copied().collect()
}

fn merge(left: Meaning, right: Meaning) -> Option<Meaning> {
    let one = |left: Option<&'static str>, right: Option<&'static str>| match (left, right) {
        (Some(left), Some(right)) if left != right => None,
        (left, right) => Some(left.or(right)),
    };
    // A city that does not tell its region agrees with none but its country.
    let regionless = |city: Meaning, region: Meaning| {
        city.city.is_some() && city.region.is_none() && region.region.is_some()
    };
    if left.country != right.country || regionless(left, right) || regionless(right, left) {
        return None;
    }
    Some(Meaning {
        city: one(left.city, right.city)?,
        region: one(left.region, right.region)?,
        country: left.country,
    })
}

/// What all meanings share.
fn shared(meanings: &[Meaning]) -> Option<Place> {
    let first = *meanings.first()?;
    if meanings.iter().any(|meaning| meaning.country != first.country) {
        return None;
    }
    let same_region = meanings.iter().all(|meaning| meaning.region == first.region);
    let same_city = same_region && meanings.iter().all(|meaning| meaning.city == first.city);
    let region = first.region.filter(|_| same_region);
    let city = first.city.filter(|_| same_city);
    let precision = match (city, region) {
        (Some(_), _) => Precision::City,
        (None, Some(_)) => Precision::Region,
        (None, None) => Precision::Country,
    };
    Some(Place {
        city: city.map(str::to_owned),
        region: region.map(str::to_owned),
        country: Some(first.country.to_owned()),
        precision,
        provenance: Provenance::Author,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let Some(place) = PlaceModel::new().place(text) else { return "none".to_owned() };
        let part = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
        format!("{}/{}/{}", part(place.city), part(place.region), part(place.country))
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.lines().filter_map(read_line).count(), lines);
        for (meaning, _) in TABLE.lines().filter_map(read_line) {
            assert_eq!(meaning.country.len(), 2, "{meaning:?}");
        }
    }

    #[test]
    fn names_that_agree_give_the_city() {
        for (text, expected) in [
            ("Boston, MA", "Boston/Massachusetts/US"),
            ("Boston", "Boston/Massachusetts/US"),
            ("Downtown Dallas, Texas", "Dallas/Texas/US"),
            ("london, england", "London/England/GB"),
            ("London, Ontario", "London/Ontario/CA"),
            ("Portland, ME", "Portland/Maine/US"),
            ("Cambridge, UK", "Cambridge/England/GB"),
            ("NYC", "New York City/New York/US"),
            ("Washington, DC", "Washington/District of Columbia/US"),
            ("New Orleans, LA", "New Orleans/Louisiana/US"),
            ("LA", "-/-/US"),
            ("Los Angeles, CA", "Los Angeles/California/US"),
            ("Paris, France 🇫🇷", "Paris/-/FR"),
            ("São Paulo, Brasil", "São Paulo/São Paulo/BR"),
            ("東京", "Tokyo/-/JP"),
            ("Texas", "-/Texas/US"),
            ("Canada", "-/-/CA"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_agree_is_cut_to_what_is_shared() {
        for (text, expected) in [
            ("NYC ✈ LA", "-/-/US"),
            ("Paris, TX", "-/Texas/US"),
            ("Portland", "-/-/US"),
            ("London | Paris", "none"),
            ("Georgia", "none"),
            ("Atlanta, Georgia", "Atlanta/Georgia/US"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_nothing_is_unknown() {
        for text in ["everywhere", "", "in your heart", "me or you", "the moon", "127.0.0.1"] {
            assert_eq!(told(text), "none", "{text}");
        }
    }
}
