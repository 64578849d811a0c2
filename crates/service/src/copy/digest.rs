//! What a partition holds, in two numbers and a hash that depends on order.

use xxhash_rust::xxh3::Xxh3;

/// The records of a partition, added in order.
#[derive(Clone, Default)]
pub(super) struct Digest {
    pub(super) records: u64,
    pub(super) bytes: u64,
    hash: Xxh3,
}

impl Digest {
    /// Adds a record.
    pub(super) fn add(&mut self, key: &[u8], value: Option<&[u8]>) {
        self.records += 1;
        self.bytes += (key.len() + value.map_or(0, <[u8]>::len)) as u64;
        self.hash.update(&(key.len() as u64).to_le_bytes());
        self.hash.update(key);
        // A tombstone is not an empty value.
        self.hash.update(&value.map_or(u64::MAX, |value| value.len() as u64).to_le_bytes());
        self.hash.update(value.unwrap_or_default());
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        (self.records, self.bytes) == (other.records, other.bytes)
            && self.hash.digest128() == other.hash.digest128()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(records: &[(&str, Option<&str>)]) -> Digest {
        let mut digest = Digest::default();
        for (key, value) in records {
            digest.add(key.as_bytes(), value.map(str::as_bytes));
        }
        digest
    }

    #[test]
    fn order_borders_and_tombstones_count() {
        let whole = of(&[("a", Some("1")), ("b", Some("2"))]);
        assert!(whole == of(&[("a", Some("1")), ("b", Some("2"))]));
        assert!(whole != of(&[("b", Some("2")), ("a", Some("1"))]));
        assert!(of(&[("ab", Some("c"))]) != of(&[("a", Some("bc"))]));
        assert!(of(&[("a", None)]) != of(&[("a", Some(""))]));
    }
}
