//! Bounded collections that merge exactly: they keep the names of smallest hash, so what they hold
//! does not depend on how the parts were grouped.

use vigie_types::MentionId;
use xxhash_rust::xxh3::xxh3_64;

use crate::author::NamedCount;

/// The hash that decides which names are kept.
pub(crate) fn hash(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

/// How many distinct names there are, by the greatest of the `limit` smallest hashes (k minimum
/// values, Bar-Yossef et al. 2002).
pub(crate) fn distinct(limit: usize, greatest: u64) -> u64 {
    let share = greatest as f64 / u64::MAX as f64;
    ((limit - 1) as f64 / share).round() as u64
}

/// Adds counts by name and keeps the `limit` names of smallest hash, sorted by it.
pub(crate) fn merge_counts(into: &mut Vec<NamedCount>, other: Vec<NamedCount>, limit: usize) {
    if other.is_empty() {
        return;
    }
    into.extend(other);
    into.sort_by_cached_key(|named| (hash(&named.name), named.name.clone()));
    into.dedup_by(|later, earlier| {
        let same = later.name == earlier.name;
        if same {
            earlier.count += later.count;
        }
        same
    });
    into.truncate(limit);
}

/// Joins samples and keeps the `limit` ids of smallest hash, sorted by it.
pub(crate) fn merge_samples(into: &mut Vec<MentionId>, other: Vec<MentionId>, limit: usize) {
    if other.is_empty() {
        return;
    }
    into.extend(other);
    into.sort_by_cached_key(|id| (hash(id.as_str()), id.clone()));
    into.dedup();
    into.truncate(limit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_and_order_do_not_matter() {
        let counts: Vec<NamedCount> = (0..100)
            .map(|index| NamedCount { name: format!("n{}", index % 40).into(), count: 1 })
            .collect();
        let mut whole = Vec::new();
        merge_counts(&mut whole, counts.clone(), 16);
        let mut halves = Vec::new();
        for part in counts.rchunks(7) {
            let mut half = Vec::new();
            merge_counts(&mut half, part.to_vec(), 16);
            merge_counts(&mut halves, half, 16);
        }
        assert_eq!(whole, halves);
        assert_eq!(whole.len(), 16);
    }
}
