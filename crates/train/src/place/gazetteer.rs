//! From `GeoNames` to names with their meanings: which are worth having, and what they weigh.

use std::collections::{BTreeMap, BTreeSet};

use vigie_text::{PLACE_KEY_BYTES, PLACE_MEANINGS, PLACE_WORDS, PlaceStrength, place_key};

use super::read::{City, Inputs};
use super::script::Script;

/// Names of one word in other Latin spellings ("Firenze") are taken for cities of so many people:
/// below, and of several words, most are transliterations that nobody writes.
const ALIASED: u64 = 300_000;

/// Names in the scripts of a country are taken for its cities of so many people, for their size.
const NATIVE: u64 = 200_000;

/// Names in scripts of other countries are taken for cities of so many people, for their size.
const WORLDWIDE: u64 = 5_000_000;

/// Letters of an alias in Latin script at least: shorter ones are codes and names of people.
const ALIAS_LETTERS: usize = 5;

/// A name is a place among other words if so many people live there: smaller ones are names of
/// people and things too often ("With Carmen").
const LARGE: u64 = 300_000;

/// A city that holds one of so many people of the region of its name is what the name means. Half
/// would do if the boroughs of large cities were not listed beside them, which counts them twice.
const NAMESAKE: u64 = 4;

/// One meaning of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meaning {
    /// The number of its region, or of its country.
    pub region: u16,
    /// How the city is spelled, if it is one.
    pub city: Option<String>,
    pub people: u64,
}

/// A name: how far it can be trusted, and what it means.
#[derive(Clone, Debug)]
pub struct Name {
    pub strength: PlaceStrength,
    pub meanings: Vec<Meaning>,
}

/// All names by key.
pub fn names(inputs: &Inputs) -> BTreeMap<String, Name> {
    let mut drawn = Draft::default();
    let mut in_region: BTreeMap<u16, u64> = BTreeMap::new();
    for city in &inputs.cities {
        let Some(region) = inputs.region(city) else { continue };
        *in_region.entry(region).or_default() += city.population;
        drawn.add(&city.name, meaning(city, region));
    }
    for country in &inputs.countries {
        drawn.capitals.insert((place_key(&country.capital), country.iso.clone()));
        let Some(&region) = inputs.codes.get(&(country.iso.clone(), String::new())) else {
            continue;
        };
        let people = country.population;
        drawn.add(&country.name, Meaning { region, city: None, people });
    }
    for (region, (_, name)) in inputs.regions.iter().enumerate() {
        let region = region as u16;
        let people = in_region.get(&region).copied().unwrap_or(0);
        let namesake = |known: &Meaning| {
            known.region == region && known.city.is_some() && known.people * NAMESAKE >= people
        };
        let known = drawn.names.get(&place_key(name));
        if !name.is_empty() && !known.is_some_and(|known| known.iter().any(namesake)) {
            drawn.add(name, Meaning { region, city: None, people });
        }
    }
    drawn.add_aliases(inputs);
    drawn.names(inputs)
}

fn meaning(city: &City, region: u16) -> Meaning {
    Meaning { region, city: Some(city.name.clone()), people: city.population }
}

/// Names and their meanings while they are gathered.
#[derive(Default)]
struct Draft {
    names: BTreeMap<String, Vec<Meaning>>,
    /// Keys that no place has as its first name.
    aliases: BTreeSet<String>,
    /// Keys and countries of capitals.
    capitals: BTreeSet<(String, String)>,
}

impl Draft {
    fn add(&mut self, name: &str, meaning: Meaning) {
        let key = place_key(name);
        let words = key.split(' ').count();
        if key.len() > PLACE_KEY_BYTES || words > PLACE_WORDS || !key.contains(char::is_alphabetic)
        {
            return;
        }
        let meanings = self.names.entry(key).or_default();
        let same = |known: &&mut Meaning| {
            known.region == meaning.region && known.city.is_some() == meaning.city.is_some()
        };
        match meanings.iter_mut().find(same) {
            Some(known) if known.people >= meaning.people => {}
            Some(known) => *known = meaning,
            None => meanings.push(meaning),
        }
    }

    /// Adds the further names of cities, unless they are names of other places already.
    fn add_aliases(&mut self, inputs: &Inputs) {
        let known: BTreeSet<String> = self.names.keys().cloned().collect();
        let languages: BTreeMap<_, _> = inputs
            .countries
            .iter()
            .map(|country| (country.iso.as_str(), country.languages.as_str()))
            .collect();
        for city in &inputs.cities {
            let Some(region) = inputs.region(city) else { continue };
            let languages = languages.get(city.countrycode.as_str()).copied().unwrap_or("");
            for alias in &city.alternatenames {
                let key = place_key(alias);
                if is_worth_having(inputs, city, alias, &key, languages) && !known.contains(&key) {
                    self.add(alias, meaning(city, region));
                    self.aliases.insert(key);
                }
            }
        }
    }

    /// The names with what they weigh; the largest meanings first.
    fn names(self, inputs: &Inputs) -> BTreeMap<String, Name> {
        let Self { names, aliases, capitals } = self;
        let finished = names.into_iter().map(|(key, mut meanings)| {
            meanings.sort_by(|one, other| other.people.cmp(&one.people).then(one.cmp(other)));
            meanings.truncate(PLACE_MEANINGS);
            let is_capital = |meaning: &Meaning| {
                let (country, _) = &inputs.regions[usize::from(meaning.region)];
                capitals.contains(&(key.clone(), country.clone()))
            };
            let is_capital = meanings.iter().any(is_capital);
            // A region is no reason to take an ordinary word ("Central") for a place.
            let is_region = |meaning: &&Meaning| {
                let (_, region) = &inputs.regions[usize::from(meaning.region)];
                meaning.city.is_none() && !region.is_empty()
            };
            let people = |meanings: &mut dyn Iterator<Item = &Meaning>| {
                meanings.map(|meaning| meaning.people).max().unwrap_or(0)
            };
            let most = people(&mut meanings.iter());
            let most_here = people(&mut meanings.iter().filter(|meaning| !is_region(meaning)));
            let is_alias = key.is_ascii() && aliases.contains(&key);
            let large = if is_alias { WORLDWIDE } else { LARGE };
            let strength = if inputs.words.is_ordinary(&key, most_here, is_capital) {
                PlaceStrength::Ordinary
            } else if most >= large {
                PlaceStrength::Large
            } else {
                PlaceStrength::Small
            };
            (key, Name { strength, meanings })
        });
        finished.collect()
    }
}

/// Whether a further name of a city is one that people write.
fn is_worth_having(inputs: &Inputs, city: &City, alias: &str, key: &str, languages: &str) -> bool {
    match Script::of(alias) {
        None => false,
        // "پاریس، تگزاس" tells the region as well: it is found by its parts.
        Some(script @ Script::Other(_)) => {
            let letters = alias.chars().filter(|letter| letter.is_alphabetic()).count();
            letters > 1
                && !alias.contains(['،', ',', '(', '、'])
                && city.population >= if script.is_of(languages) { NATIVE } else { WORLDWIDE }
        }
        Some(Script::Latin) => {
            city.population >= if key.contains(' ') { WORLDWIDE } else { ALIASED }
                && alias.chars().count() >= ALIAS_LETTERS
                && alias.starts_with(char::is_uppercase)
                && alias.contains(char::is_lowercase)
                && key.split(' ').all(|word| inputs.words.is_written(word))
                && !inputs.words.is_ordinary(key, city.population, false)
        }
    }
}
