//! The streams and lists that somebody wants to be watched.

use std::collections::BTreeSet;

use serde::Deserialize;
use vigie_query::{EntryError, ListEntry, list_version};
use vigie_schema::{ListChange, RuleRecord, SpikeOverrides, StreamDefinition};
use vigie_types::{ListKind, ListName, ListVersion};

/// A list with its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedList {
    /// As in `@list(name)`.
    pub name: ListName,
    /// What its entries are.
    pub kind: ListKind,
    /// The entries, canonical.
    pub entries: BTreeSet<Box<str>>,
}

/// When a spike is worth telling, as somebody gives it; what is left out takes the default.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WantedSpikes {
    minimum_count: Option<u64>,
    minimum_authors: Option<u64>,
    false_alarms_per_month: Option<f64>,
}

impl From<WantedSpikes> for SpikeOverrides {
    fn from(wanted: WantedSpikes) -> Self {
        let WantedSpikes { minimum_count, minimum_authors, false_alarms_per_month } = wanted;
        Self { minimum_count, minimum_authors, false_alarms_per_month }
    }
}

/// All streams and lists that are to be watched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WantedRules {
    /// The streams, in the order of whoever wants them.
    pub streams: Vec<StreamDefinition>,
    /// The lists.
    pub lists: Vec<WantedList>,
}

impl From<WantedRules> for RuleRecord {
    /// The record that makes these the first that are watched, however large it is.
    fn from(wanted: WantedRules) -> Self {
        let list = |list: WantedList| ListChange {
            version: list.version(),
            name: list.name,
            kind: list.kind,
            added: list.entries.into_iter().map(String::from).collect(),
            removed: Vec::new(),
        };
        let lists = wanted.lists.into_iter().map(list).collect();
        Self { put: wanted.streams, lists, ..Self::default() }
    }
}

impl WantedList {
    /// The empty list.
    pub const fn new(name: ListName, kind: ListKind) -> Self {
        Self { name, kind, entries: BTreeSet::new() }
    }

    /// Adds an entry as somebody wrote it.
    ///
    /// # Errors
    /// When it is none of this kind.
    pub fn add(&mut self, written: &str) -> Result<(), EntryError> {
        let entry = ListEntry::read(self.kind, written)?;
        self.entries.insert(entry.as_str().into());
        Ok(())
    }

    /// The hash of its kind and entries.
    pub fn version(&self) -> ListVersion {
        list_version(self.kind, self.entries.iter().map(|entry| &**entry))
    }
}
