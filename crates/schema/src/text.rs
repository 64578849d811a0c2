//! One text of a bucket: how often it was said, by how many, and who was first.
//!
//! Guarantees: texts of parts add up in any order and grouping, exactly, until more than
//! [`MAXIMUM_TEXTS`] are there; then those of smallest hash are kept, each with its whole count.

use serde::{Deserialize, Serialize};
use vigie_types::{AuthorId, EventTime, Fingerprint, MentionId};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::bounded;

/// The most texts a bucket keeps.
pub const MAXIMUM_TEXTS: usize = 256;

/// The most hashes a sketch keeps: below it authors are counted exactly.
const MAXIMUM_HASHES: usize = 64;

/// Distinct authors: the smallest hashes of their ids (k minimum values, Bar-Yossef et al. 2002).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorSketch(Vec<i64>);

impl AuthorSketch {
    /// One author.
    pub fn of(author: &AuthorId) -> Self {
        Self(vec![bounded::hash(author.as_str()).cast_signed()])
    }

    /// Adds the authors of another.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
        self.0.sort_unstable_by_key(|hash| hash.cast_unsigned());
        self.0.dedup();
        self.0.truncate(MAXIMUM_HASHES);
    }

    /// How many there are: exact below 64, else estimated from the greatest of the smallest
    /// hashes, about 13% off.
    pub fn distinct(&self) -> u64 {
        match self.0.get(MAXIMUM_HASHES - 1) {
            None => self.0.len() as u64,
            Some(last) => bounded::distinct(MAXIMUM_HASHES, last.cast_unsigned()),
        }
    }
}

/// How often one text was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextCount {
    /// What it says.
    pub fingerprint: Fingerprint,
    /// The hash of an article's canonical URL.
    pub link: Option<i64>,
    /// Mentions; negative when taken back.
    pub count: i64,
    /// The mention that was first.
    pub first: MentionId,
    /// When it was said.
    pub first_at: EventTime,
    /// By whom.
    pub authors: AuthorSketch,
}

impl TextCount {
    /// The hash of an article's canonical URL.
    pub fn link_of(canonical_url: &str) -> i64 {
        xxh3_64(canonical_url.as_bytes()).cast_signed()
    }

    /// Adds texts to others and keeps the `limit` of smallest hash, sorted by it.
    pub(crate) fn merge(into: &mut Vec<Self>, other: Vec<Self>, limit: usize) {
        if other.is_empty() {
            return;
        }
        into.extend(other);
        into.sort_by_cached_key(|text| (text.hash(), text.fingerprint, text.link));
        into.dedup_by(|later, earlier| {
            let same = later.fingerprint == earlier.fingerprint && later.link == earlier.link;
            if same {
                earlier.add(later);
            }
            same
        });
        into.truncate(limit);
    }

    fn add(&mut self, other: &mut Self) {
        self.count += other.count;
        self.authors.merge(&other.authors);
        if (other.first_at, &other.first) < (self.first_at, &self.first) {
            self.first_at = other.first_at;
            std::mem::swap(&mut self.first, &mut other.first);
        }
    }

    fn hash(&self) -> u64 {
        let seed = self.link.unwrap_or_default().cast_unsigned();
        xxh3_64_with_seed(&self.fingerprint.bits().to_le_bytes(), seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: u64) -> TextCount {
        let author = AuthorId::new(format!("murmur:{}", number % 7)).expect("valid");
        TextCount {
            fingerprint: Fingerprint::from_bits(number % 40),
            link: None,
            count: 1,
            first: MentionId::new(format!("murmur:{number}")).expect("valid"),
            first_at: EventTime::from_millis((number * 7 % 50) as i64),
            authors: AuthorSketch::of(&author),
        }
    }

    #[test]
    fn grouping_and_order_do_not_matter() {
        let texts: Vec<TextCount> = (0..100).map(text).collect();
        let mut whole = Vec::new();
        TextCount::merge(&mut whole, texts.clone(), 16);
        let mut halves = Vec::new();
        for part in texts.rchunks(7) {
            let mut half = Vec::new();
            TextCount::merge(&mut half, part.to_vec(), 16);
            TextCount::merge(&mut halves, half, 16);
        }
        assert_eq!(whole, halves);
        assert_eq!(whole.len(), 16);
    }

    #[test]
    fn authors_are_exact_while_they_are_few_and_near_when_many() {
        let author = |number| AuthorId::new(format!("murmur:{number}")).expect("valid");
        let mut sketch = AuthorSketch::default();
        for number in 0..50 {
            sketch.merge(&AuthorSketch::of(&author(number % 40)));
        }
        assert_eq!(sketch.distinct(), 40);
        for number in 0..10_000 {
            sketch.merge(&AuthorSketch::of(&author(number)));
        }
        assert!((6_000..14_000).contains(&sketch.distinct()), "{}", sketch.distinct());
    }
}
