//! The names that we have written down ourselves: what people call their places, and what counts
//! in capitals only. They override the gazetteer.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::key::place_key;
use super::meaning::{Meaning, OWN_WEIGHT};

const TABLE: &str = include_str!("../../data/places.txt");

/// A name's meaning, and whether it must be written in capitals.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) meaning: Meaning,
    pub(super) capitals: bool,
}

/// Our names by key. The starts of longer ones are there as well, with no meaning.
#[derive(Debug)]
pub(super) struct OwnNames {
    names: FxHashMap<String, Vec<Named>>,
}

impl OwnNames {
    pub(super) fn new() -> Self {
        let mut names: FxHashMap<String, Vec<Named>> = FxHashMap::default();
        for (meaning, list) in TABLE.lines().filter_map(read_line) {
            for written in list.split(',').map(str::trim) {
                let (capitals, written) = match written.strip_prefix('!') {
                    Some(rest) => (true, rest),
                    None => (false, written),
                };
                let key = place_key(written);
                for (end, _) in key.match_indices(' ') {
                    names.entry(key[..end].to_owned()).or_default();
                }
                names.entry(key).or_default().push(Named { meaning: meaning.clone(), capitals });
            }
        }
        Self { names }
    }

    /// What a key stands for; empty where it only starts others, `None` where it does not.
    pub(super) fn find(&self, key: &str) -> Option<&[Named]> {
        self.names.get(key).map(Vec::as_slice)
    }
}

fn read_line(line: &'static str) -> Option<(Meaning, &'static str)> {
    let (head, list) = line.split_once(": ").filter(|_| !line.starts_with('#'))?;
    let (kind, rest) = head.split_once(' ')?;
    let (country, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let (region, city) = match kind {
        "P" => {
            let (region, city) = name.split_once(", ")?;
            (Some(region).filter(|region| *region != "-"), Some(CompactString::from(city)))
        }
        "R" => (Some(name), None),
        _ => (None, None),
    };
    Some((Meaning { city, region, country, weight: OWN_WEIGHT }, list))
}

#[cfg(test)]
mod tests {
    use super::super::TABLE as GAZETTEER;
    use super::super::gazetteer::Gazetteer;
    use super::*;

    #[test]
    fn every_line_is_read_and_names_a_region_of_the_gazetteer() {
        let gazetteer = Gazetteer::new(GAZETTEER);
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.lines().filter_map(read_line).count(), lines);
        for (meaning, _) in TABLE.lines().filter_map(read_line) {
            let known = (meaning.country, meaning.region.unwrap_or_default());
            assert!(gazetteer.regions().contains(&known), "{meaning:?}");
        }
    }
}
