//! How well places are found, on profile locations of authors whose position is known.
//!
//! The truth is weak: somebody may post from an airport far from home. A position's country is that
//! of the nearest city of the gazetteer that comes with the set.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use vigie_text::{PlaceModel, fold_accents};

/// A city of the gazetteer.
struct City {
    name: String,
    country: String,
    at: Point,
    population: u64,
}

/// A point on the globe, in radians.
#[derive(Clone, Copy)]
struct Point {
    latitude: f64,
    longitude: f64,
}

/// The mean radius of the earth.
const EARTH_KM: f64 = 6_371.0;

/// Within so far of its true position a city counts as right: a metropolitan area.
const NEAR_KM: f64 = 100.0;

impl Point {
    fn read(latitude: &str, longitude: &str) -> Option<Self> {
        let radians = |degrees: &str| degrees.trim().parse().ok().map(f64::to_radians);
        Some(Self { latitude: radians(latitude)?, longitude: radians(longitude)? })
    }

    /// The distance along the surface, by haversines.
    fn distance(self, other: Self) -> f64 {
        let half = |angle: f64| libm::sin(angle / 2.0) * libm::sin(angle / 2.0);
        let across = half(self.latitude - other.latitude)
            + libm::cos(self.latitude)
                * libm::cos(other.latitude)
                * half(self.longitude - other.longitude);
        2.0 * EARTH_KM * libm::asin(across.sqrt().min(1.0))
    }
}

/// Measures places, as a table in Markdown.
///
/// # Errors
/// When the set or its gazetteer cannot be read.
pub fn measure(folder: &Path) -> Result<String> {
    let folder = folder.join("geo");
    let cities = cities(&folder.join("cities15000.tsv"))?;
    let model = PlaceModel::new();
    let (mut rows, mut found, mut right_country, mut in_city, mut near) = (0, 0, 0, 0, 0);
    for line in read(&folder.join("airline_locations.dev.tsv"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [location, _, latitude, longitude] = fields[..] else { continue };
        let Some(truth) = Point::read(latitude, longitude) else { continue };
        let nearest = cities
            .iter()
            .min_by(|one, other| one.at.distance(truth).total_cmp(&other.at.distance(truth)));
        let nearest = nearest.context("the gazetteer is empty")?;
        rows += 1;
        let Some(place) = model.place(location) else { continue };
        found += 1;
        right_country += u32::from(place.country.as_ref() == Some(&nearest.country));
        let Some(city) = &place.city else { continue };
        let name = fold_accents(city);
        let named =
            |known: &&City| known.name == name && Some(&known.country) == place.country.as_ref();
        // Of several cities of one name the largest is meant here.
        if let Some(city) = cities.iter().filter(named).max_by_key(|known| known.population) {
            in_city += 1;
            near += u32::from(city.at.distance(truth) <= NEAR_KM);
        }
    }
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    let mut table = String::from(
        "| set | rows | given a place | of these in the right country | given a city | of these \
         within 100 km |\n|---|---|---|---|---|---|\n",
    );
    let _ = writeln!(
        table,
        "| profile locations | {rows} | {:.3} | {:.3} | {:.3} | {:.3} |",
        share(found, rows),
        share(right_country, found),
        share(in_city, rows),
        share(near, in_city),
    );
    table.push_str("\nPositions are of posts, which may be an airport away from home.\n");
    Ok(table)
}

fn cities(path: &Path) -> Result<Vec<City>> {
    let text = read(path)?;
    let city = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, latitude, longitude, country, population] = fields[..] else { return None };
        Some(City {
            name: fold_accents(name),
            country: country.to_owned(),
            at: Point::read(latitude, longitude)?,
            population: population.trim().parse().unwrap_or(0),
        })
    };
    Ok(text.lines().filter_map(city).collect())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn london_and_paris_are_as_far_apart_as_they_are() {
        let london = Point::read("51.5085", "-0.1257").expect("a point");
        let paris = Point::read("48.8534", "2.3488").expect("a point");
        assert!((london.distance(paris) - 344.0).abs() < 2.0);
    }
}
