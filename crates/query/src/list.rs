//! Lists that queries name: `@list(name)`.
//!
//! Guarantees: an entry takes 8 bytes of memory, however long its text; looking one up costs the
//! same in a list of ten and of a million. Entries are told apart by 61 bits of a hash: in a list
//! of a million one of two trillion other texts is taken for an entry.

mod entry;
mod keys;

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use vigie_types::{ListKind, ListName, ListVersion};

pub use entry::{EntryError, ListEntry};
use keys::Keys;
pub(crate) use keys::{Phrase, account_key, site_keys, token_hash};

/// An entry as a list keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListKey(u64);

/// A list at one version.
#[derive(Clone, Debug)]
pub struct List {
    kind: ListKind,
    version: ListVersion,
    keys: Keys,
}

/// The lists that queries may name.
pub type Lists = BTreeMap<ListName, Arc<List>>;

impl List {
    /// The empty list.
    pub fn empty(kind: ListKind) -> Self {
        Self { kind, version: ListVersion::default(), keys: Keys::default() }
    }

    /// The list of these entries.
    pub fn of<'e>(kind: ListKind, entries: impl IntoIterator<Item = &'e ListEntry>) -> Self {
        let mut entries: Vec<&ListEntry> = entries.into_iter().collect();
        entries.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        entries.dedup();
        let version = list_version(kind, entries.iter().map(|entry| entry.as_str()));
        Self::empty(kind).changed(version, entries.iter().map(|entry| entry.key()), [])
    }

    /// The list with entries added and others removed.
    #[must_use]
    pub fn changed(
        &self,
        version: ListVersion,
        added: impl IntoIterator<Item = ListKey>,
        removed: impl IntoIterator<Item = ListKey>,
    ) -> Self {
        let keys = self.keys.changed(added.into_iter().collect(), removed.into_iter().collect());
        Self { kind: self.kind, version, keys }
    }

    /// What its entries are.
    pub const fn kind(&self) -> ListKind {
        self.kind
    }

    /// The hash of its kind and entries.
    pub const fn version(&self) -> &ListVersion {
        &self.version
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no entry.
    pub const fn is_empty(&self) -> bool {
        self.keys.len() == 0
    }

    /// Whether the key is that of an entry.
    pub(crate) fn holds(&self, key: ListKey) -> bool {
        self.keys.hold(key)
    }

    /// The most words of an entry.
    pub(crate) const fn longest(&self) -> usize {
        self.keys.longest()
    }
}

/// The version of a list: the first 8 bytes of the SHA-256 of its kind and its entries, which are
/// given in ascending order and once each, as 16 hex digits.
pub fn list_version<'e>(kind: ListKind, entries: impl IntoIterator<Item = &'e str>) -> ListVersion {
    let mut digest = Sha256::new();
    digest.update(kind.as_str());
    for entry in entries {
        digest.update("\n");
        digest.update(entry);
    }
    let digest = digest.finalize();
    let first = digest.iter().take(8).fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    ListVersion::new(format!("{first:016x}")).expect("hex digits are a valid version")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(kind: ListKind, entries: &[&str]) -> List {
        let entries: Vec<ListEntry> =
            entries.iter().map(|text| ListEntry::read(kind, text).expect("valid")).collect();
        List::of(kind, &entries)
    }

    #[test]
    fn the_version_is_that_of_the_entries_however_they_are_written() {
        let one = list(ListKind::Authors, &["@Delta", "murmur:7"]);
        let other = list(ListKind::Authors, &["murmur:7", "delta", "DELTA"]);
        assert_eq!(one.version(), other.version());
        assert_eq!((one.len(), other.len()), (2, 2));
        assert_ne!(one.version(), list(ListKind::Words, &["delta"]).version());
        assert_ne!(one.version(), list(ListKind::Authors, &["delta"]).version());
    }

    #[test]
    fn a_change_gives_what_the_whole_list_would_be() {
        let entry = |text: &str| ListEntry::read(ListKind::Words, text).expect("valid");
        let old = list(ListKind::Words, &["cola", "coca cola", "pepsi"]);
        let new = list(ListKind::Words, &["cola", "sinalco"]);
        let removed = [entry("coca cola").key(), entry("pepsi").key()];
        let changed = old.changed(new.version().clone(), [entry("sinalco").key()], removed);
        assert_eq!(changed.keys, new.keys);
        assert_eq!((old.longest(), changed.longest()), (2, 1));
    }
}
