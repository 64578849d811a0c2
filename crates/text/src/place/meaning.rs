//! What a name can mean, and what names beside each other mean together.
//!
//! Guarantees: meanings that disagree are never mixed; what is told is shared by every meaning that
//! is left. Refuses to choose between meanings unless one outweighs the others.

use compact_str::CompactString;
use vigie_types::{Place, Precision, Provenance};

/// What a name of our own list weighs: more than any of the gazetteer, which only context brings
/// back.
pub(super) const OWN_WEIGHT: u8 = u8::MAX;

/// Steps of weight that are one power of ten of people.
pub const WEIGHT_STEPS: u8 = 8;

/// A meaning outweighs another from ten times its people on: if people write where they live as
/// often everywhere, at least ten of eleven then mean the larger.
const DOMINANCE_STEPS: u8 = WEIGHT_STEPS;

/// One meaning of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) city: Option<CompactString>,
    pub(super) region: Option<&'static str>,
    pub(super) country: &'static str,
    /// How many people live there, in steps of a logarithm.
    pub(super) weight: u8,
}

impl Meaning {
    fn is_same_place(&self, other: &Self) -> bool {
        self.city == other.city && self.region == other.region && self.country == other.country
    }

    /// The narrower of two that agree; `None` where they do not.
    fn merge(&self, other: &Self) -> Option<Self> {
        // A city that does not tell its region agrees with none but its country.
        let regionless = |city: &Self, region: &Self| {
            city.city.is_some() && city.region.is_none() && region.region.is_some()
        };
        if self.country != other.country || regionless(self, other) || regionless(other, self) {
            return None;
        }
        if !agree(self.city.as_ref(), other.city.as_ref())
            || !agree(self.region.as_ref(), other.region.as_ref())
        {
            return None;
        }
        let breadth = |meaning: &Self| match (&meaning.city, meaning.region) {
            (Some(_), _) => 0,
            (None, Some(_)) => 1,
            (None, None) => 2,
        };
        let narrower = if breadth(other) < breadth(self) { other } else { self };
        Some(Self {
            city: self.city.as_ref().or(other.city.as_ref()).cloned(),
            region: self.region.or(other.region),
            country: self.country,
            weight: narrower.weight,
        })
    }
}

/// Whether two parts tell the same, or one of them nothing.
fn agree<T: PartialEq + ?Sized>(left: Option<&T>, right: Option<&T>) -> bool {
    left.is_none() || right.is_none() || left == right
}

/// Adds a meaning unless it is there, with the larger weight of the two.
pub(super) fn add(meanings: &mut Vec<Meaning>, meaning: Meaning) {
    match meanings.iter_mut().find(|known| known.is_same_place(&meaning)) {
        Some(known) => known.weight = known.weight.max(meaning.weight),
        None => meanings.push(meaning),
    }
}

/// The meanings of two names that agree.
pub(super) fn agreeing(before: &[Meaning], next: &[Meaning]) -> Vec<Meaning> {
    let mut both = Vec::new();
    for left in before {
        for right in next {
            if let Some(meaning) = left.merge(right) {
                add(&mut both, meaning);
            }
        }
    }
    both
}

/// The meanings that no other outweighs.
pub(super) fn dominant(meanings: &[Meaning]) -> impl Iterator<Item = &Meaning> {
    let most = meanings.iter().map(|meaning| meaning.weight).max().unwrap_or(0);
    meanings.iter().filter(move |meaning| most - meaning.weight < DOMINANCE_STEPS)
}

/// What all dominant meanings share.
pub(super) fn shared(meanings: &[Meaning]) -> Option<Place> {
    let first = dominant(meanings).next()?;
    if dominant(meanings).any(|meaning| meaning.country != first.country) {
        return None;
    }
    let same_region = dominant(meanings).all(|meaning| meaning.region == first.region);
    let same_city = same_region && dominant(meanings).all(|meaning| meaning.city == first.city);
    let region = first.region.filter(|_| same_region);
    let city = first.city.as_ref().filter(|_| same_city);
    let precision = match (city, region) {
        (Some(_), _) => Precision::City,
        (None, Some(_)) => Precision::Region,
        (None, None) => Precision::Country,
    };
    Some(Place {
        city: city.map(CompactString::to_string),
        region: region.map(str::to_owned),
        country: Some(first.country.to_owned()),
        precision,
        provenance: Provenance::Author,
    })
}
