//! The inputs of the gazetteer: cities, countries and regions of `GeoNames`, and lists of words.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use vigie_text::fold_accents;

use super::words::Words;
use crate::language::{Form, member, words};
use crate::sources::{self, Sources};

/// A city of `GeoNames`.
#[derive(Debug, Deserialize)]
pub struct City {
    pub name: String,
    pub countrycode: String,
    pub admin1code: String,
    pub population: u64,
    pub alternatenames: Vec<String>,
}

/// A country of `GeoNames`.
#[derive(Debug, Deserialize)]
pub struct Country {
    pub name: String,
    pub iso: String,
    pub capital: String,
    pub population: u64,
    /// Codes of languages, with commas between them.
    pub languages: String,
}

/// What the gazetteer is made from.
#[derive(Debug, Default)]
pub struct Inputs {
    pub cities: Vec<City>,
    pub countries: Vec<Country>,
    /// The number of a region by country and code; the empty code is the country itself.
    pub codes: BTreeMap<(String, String), u16>,
    /// Country and name of each region, empty for the country itself.
    pub regions: Vec<(String, String)>,
    pub words: Words,
}

impl Inputs {
    /// Reads the listed files below the folder of inputs.
    ///
    /// # Errors
    /// When one is missing, or is not the listed one or not as expected.
    pub fn read(folder: &Path, listed: &Sources) -> Result<Self> {
        let mut inputs = Self::default();
        let mut names = BTreeMap::new();
        for repository in &listed.repositories {
            eprintln!("{}", repository.told());
            for file in &repository.files {
                let bytes = sources::read(folder, repository, file)?;
                let (form, inner) = file.format.split_once(':').unwrap_or((&file.format, ""));
                let context = || format!("reading {} {inner}", file.path);
                match form {
                    "cities" => {
                        let cities: BTreeMap<String, City> =
                            serde_json::from_slice(&member(&bytes, inner)?)
                                .with_context(context)?;
                        inputs.cities.extend(cities.into_values());
                    }
                    "countries" => {
                        let countries: BTreeMap<String, Country> =
                            serde_json::from_slice(&member(&bytes, inner)?)
                                .with_context(context)?;
                        inputs.countries.extend(countries.into_values());
                    }
                    "regions" => names.extend(regions(&String::from_utf8_lossy(&bytes))),
                    "dictionary" => inputs.words.add_dictionary(&String::from_utf8_lossy(&bytes)),
                    "wordfreq" => {
                        let list = words(&member(&bytes, inner)?, Form::Wordfreq);
                        for (word, of_a_million) in list.with_context(context)? {
                            inputs.words.add(fold_accents(&word), of_a_million / 1e6);
                        }
                    }
                    other => bail!("`{other}` is no form of an input of places"),
                }
            }
        }
        inputs.number(names);
        Ok(inputs)
    }

    /// Numbers the countries and the regions that have a city.
    fn number(&mut self, mut names: BTreeMap<(String, String), String>) {
        for country in &self.countries {
            names.insert((country.iso.clone(), String::new()), String::new());
        }
        let used = |(country, code): &(String, String)| {
            let lies = |city: &City| &city.countrycode == country && &city.admin1code == code;
            code.is_empty() || self.cities.iter().any(lies)
        };
        names.retain(|place, _| used(place));
        for ((country, code), name) in names {
            self.codes.insert((country.clone(), code), self.regions.len() as u16);
            self.regions.push((country, name));
        }
    }

    /// The region of a city; the country itself where the region's code is not known.
    pub fn region(&self, city: &City) -> Option<u16> {
        let at = |code: &str| self.codes.get(&(city.countrycode.clone(), code.to_owned()));
        at(&city.admin1code).or_else(|| at("")).copied()
    }
}

/// Countries whose regions have other codes in the list of regions than in that of cities: their
/// regions stay unknown.
const RENUMBERED: [&str; 1] = ["VN"];

/// Names of regions by country and code, of lines of `country.code`, name, name in ASCII, number.
fn regions(text: &str) -> impl Iterator<Item = ((String, String), String)> {
    text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (country, code) = fields.next()?.split_once('.')?;
        if RENUMBERED.contains(&country) {
            return None;
        }
        Some(((country.to_owned(), code.to_owned()), fields.next()?.trim().to_owned()))
    })
}
