//! The entries of a list as hashes, sorted, with a first step that finds about where one stands.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::ListKey;
use crate::limits::MAXIMUM_ENTRY_WORDS;
use crate::syntax::Sort;

/// Entries a bucket of the first step: a line of the cache.
const ENTRIES_A_BUCKET: usize = 8;

/// The low bits of a key that hold the number of words less one.
const WORD_BITS: u64 = MAXIMUM_ENTRY_WORDS as u64 - 1;

/// An odd number with bits in no order: the golden ratio's fraction.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Words in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Phrase {
    hash: u64,
    words: u64,
}

impl Phrase {
    /// The phrase with one more word.
    pub(crate) const fn with(self, token: u64) -> Self {
        let hash = (self.hash.rotate_left(23) ^ token).wrapping_mul(MULTIPLIER);
        Self { hash, words: self.words + 1 }
    }

    /// The key of an entry of these words; there is one at least.
    pub(crate) const fn key(self) -> ListKey {
        ListKey((self.hash & !WORD_BITS) | ((self.words - 1) & WORD_BITS))
    }
}

/// The hash of a word; the same text with another sign is another word.
pub(crate) fn token_hash(sort: Sort, folded: &str) -> u64 {
    xxh3_64_with_seed(folded.as_bytes(), sort as u64)
}

/// The key of an account's id, name or handle.
pub(crate) fn account_key(text: &str) -> ListKey {
    single(text)
}

/// The key of a site.
pub(super) fn site_key(site: &str) -> ListKey {
    single(site)
}

/// The keys of the sites that a host is on: itself and those above it.
pub(crate) fn site_keys(host: &str) -> impl Iterator<Item = ListKey> + '_ {
    let above = host.match_indices('.').map(|(dot, _)| &host[dot + 1..]);
    std::iter::once(host).chain(above).map(site_key)
}

fn single(text: &str) -> ListKey {
    ListKey(xxh3_64(text.as_bytes()) & !WORD_BITS)
}

/// Keys, ascending and each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    sorted: Box<[ListKey]>,
    /// `sorted[starts[top]..starts[top + 1]]` are the keys that begin with these bits.
    starts: Box<[u32]>,
    longest: usize,
}

impl Keys {
    /// The keys with some added and others removed.
    pub(super) fn changed(&self, mut added: Vec<ListKey>, mut removed: Vec<ListKey>) -> Self {
        removed.sort_unstable();
        let mut sorted: Vec<ListKey> = Vec::with_capacity(self.sorted.len() + added.len());
        let keep = |key: &&ListKey| removed.binary_search(key).is_err();
        sorted.extend(self.sorted.iter().filter(keep));
        added.sort_unstable();
        sorted.append(&mut added);
        // Two ascending runs: the stable sort finds them, and merges once through a large list.
        sorted.sort();
        sorted.dedup();
        Self::of(sorted)
    }

    fn of(sorted: Vec<ListKey>) -> Self {
        let buckets = (sorted.len() / ENTRIES_A_BUCKET).next_power_of_two().max(2);
        let shift = 64 - buckets.trailing_zeros();
        let mut starts: Vec<u32> = Vec::with_capacity(buckets + 1);
        for (index, key) in sorted.iter().enumerate() {
            let begun = (key.0 >> shift) as usize + 1;
            starts.resize(begun.max(starts.len()), index as u32);
        }
        starts.resize(buckets + 1, sorted.len() as u32);
        let words = sorted.iter().map(|key| (key.0 & WORD_BITS) as usize + 1);
        let longest = words.max().unwrap_or(0);
        Self { starts: starts.into(), longest, sorted: sorted.into() }
    }

    pub(super) const fn len(&self) -> usize {
        self.sorted.len()
    }

    pub(super) const fn longest(&self) -> usize {
        self.longest
    }

    pub(super) fn hold(&self, key: ListKey) -> bool {
        let Some(buckets) = self.starts.len().checked_sub(1) else { return false };
        let bucket = (key.0 >> (64 - buckets.trailing_zeros())) as usize;
        let (start, end) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        self.sorted[start..end].contains(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_and_nothing_else() {
        let key = |number: u64| Phrase::default().with(number.wrapping_mul(MULTIPLIER)).key();
        for count in [0, 1, 7, 100, 10_000] {
            let keys = Keys::default().changed((0..count).map(key).collect(), Vec::new());
            assert_eq!(keys.len() as u64, count);
            assert!((0..count).all(|number| keys.hold(key(number))));
            assert!((count..count + 1_000).all(|number| !keys.hold(key(number))));
        }
    }
}
