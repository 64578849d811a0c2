//! From names to the file that ships; `vigie_text` tells the layout where it reads it.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use vigie_text::{
    PLACE_BLOCK, PLACE_CITY, PLACE_MAGIC, PLACE_SPELLED, PLACE_VERSION, PLACE_WEIGHT_SHIFT,
    PLACE_WHOLE, PlaceStrength, WEIGHT_STEPS, capitalised,
};

use super::gazetteer::{Meaning, Name};

/// People below which weights are not told apart, as the power of ten.
const LEAST_POWER: f64 = 3.0;

/// Bytes of all spellings at most: three bytes tell where one is.
const SPELLINGS: usize = 1 << 24;

/// The spellings that are no key with capitals.
#[derive(Default)]
struct Spellings {
    at: BTreeMap<String, usize>,
    bytes: Vec<u8>,
}

impl Spellings {
    fn place(&mut self, spelling: &str) -> usize {
        if let Some(&at) = self.at.get(spelling) {
            return at;
        }
        let at = self.bytes.len();
        self.bytes.push(spelling.len() as u8);
        self.bytes.extend(spelling.as_bytes());
        self.at.insert(spelling.to_owned(), at);
        at
    }
}

/// The bytes of the file.
///
/// # Errors
/// When there are more spellings than offsets.
pub fn pack(names: &BTreeMap<String, Name>, regions: &[(String, String)]) -> Result<Vec<u8>> {
    let mut spellings = Spellings::default();
    let (mut ends, mut blocks) = (Vec::new(), Vec::new());
    let mut before = "";
    for (index, (key, name)) in names.iter().enumerate() {
        if index % PLACE_BLOCK == 0 {
            before = "";
            if index > 0 {
                ends.push(blocks.len() as u32);
            }
        }
        let pairs = before.bytes().zip(key.bytes());
        let shared = pairs.take_while(|(one, other)| one == other).count();
        blocks.extend([shared as u8, (key.len() - shared) as u8]);
        blocks.extend(&key.as_bytes()[shared..]);
        blocks.push(bits(name.strength) << 6 | name.meanings.len() as u8);
        for meaning in &name.meanings {
            push(&mut blocks, &mut spellings, key, meaning);
        }
        before = key;
    }
    ends.push(blocks.len() as u32);
    ensure!(spellings.bytes.len() < SPELLINGS, "there are too many spellings for three bytes");
    let mut bytes = Vec::new();
    bytes.extend(PLACE_MAGIC);
    bytes.extend(PLACE_VERSION.to_le_bytes());
    bytes.extend((regions.len() as u16).to_le_bytes());
    bytes.extend((spellings.bytes.len() as u32).to_le_bytes());
    bytes.extend((ends.len() as u32).to_le_bytes());
    for (country, region) in regions {
        bytes.extend(country.as_bytes());
        bytes.push(region.len() as u8);
        bytes.extend(region.as_bytes());
    }
    bytes.extend(spellings.bytes);
    bytes.extend(ends.iter().flat_map(|end| end.to_le_bytes()));
    bytes.extend(blocks);
    Ok(bytes)
}

fn push(blocks: &mut Vec<u8>, spellings: &mut Spellings, key: &str, meaning: &Meaning) {
    let weight = weight(meaning.people) << PLACE_WEIGHT_SHIFT;
    let spelled = meaning.city.as_ref().filter(|city| capitalised(key) != city.as_str());
    let city = if meaning.city.is_some() { PLACE_CITY } else { 0 };
    let marks = if spelled.is_some() { PLACE_SPELLED } else { 0 };
    blocks.push(weight | city | marks);
    blocks.extend(meaning.region.to_le_bytes());
    let Some(spelled) = spelled else { return };
    if let Some(patches) = patches(&capitalised(key), spelled) {
        blocks.extend(patches);
        return;
    }
    blocks.push(PLACE_WHOLE);
    blocks.extend(&spellings.place(spelled).to_le_bytes()[..3]);
}

/// What to replace in the one to have the other, where that is shorter than to spell it.
fn patches(key: &str, spelled: &str) -> Option<Vec<u8>> {
    if key.chars().count() != spelled.chars().count() {
        return None;
    }
    let mut patches = vec![0];
    for (index, (_, letter)) in
        key.chars().zip(spelled.chars()).enumerate().filter(|(_, (one, other))| one != other)
    {
        patches[0] += 1;
        patches.push(index as u8);
        patches.extend(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
    (patches.len() < spelled.len()).then_some(patches)
}

fn bits(strength: PlaceStrength) -> u8 {
    match strength {
        PlaceStrength::Ordinary => 0,
        PlaceStrength::Small => 1,
        PlaceStrength::Large => 2,
    }
}

/// How much so many people weigh: steps of a logarithm.
fn weight(people: u64) -> u8 {
    let power = libm::log10(people.max(1) as f64) - LEAST_POWER;
    libm::floor(power.max(0.0) * f64::from(WEIGHT_STEPS)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_the_people_weigh_the_steps_of_one_power() {
        assert_eq!(weight(20_000_000) - weight(2_000_000), WEIGHT_STEPS);
        assert_eq!(weight(0), 0);
        assert!(weight(8_000_000_000) < 1 << (8 - PLACE_WEIGHT_SHIFT));
    }
}
