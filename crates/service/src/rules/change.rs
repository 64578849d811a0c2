//! What has to change so that what is wanted is watched, and the records that say so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use vigie_query::Query;
use vigie_schema::{ListChange, RuleRecord, StreamDefinition};
use vigie_types::{ListKind, ListName, ListVersion, StreamId, StreamVersion};

use super::table::{KnownList, ListVersions, RuleTable};
use super::wanted::{WantedList, WantedRules};

/// The most bytes of text in one record: half of what a broker takes at most unless told otherwise.
const PART_BYTES: usize = 512 << 10;

/// What becomes of a stream or list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Becomes {
    /// It is new.
    Added,
    /// It is another one under the same name.
    Changed,
    /// It is no longer there.
    Removed,
}

/// A stream before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StreamDifference {
    /// Which.
    pub id: StreamId,
    /// What becomes of it.
    pub becomes: Becomes,
    /// What differs: fields of the definition, and `lists` where a list that it names does.
    pub fields: Vec<&'static str>,
    /// Its query and version before; null if it is new.
    pub before: Option<StreamState>,
    /// The same after; null if it is removed.
    pub after: Option<StreamState>,
}

/// A stream's query and version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StreamState {
    /// The canonical query, or as it was written if it cannot be read.
    pub query: String,
    /// The version under which matches are told.
    pub version: Option<StreamVersion>,
}

/// A list before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListDifference {
    /// Which.
    pub name: ListName,
    /// What becomes of it.
    pub becomes: Becomes,
    /// What its entries are.
    pub kind: ListKind,
    /// Its version after; empty if it is removed.
    pub version: ListVersion,
    /// How many entries it has afterwards.
    pub entries: usize,
    /// How many of them are new.
    pub added: usize,
    /// How many are no longer there.
    pub removed: usize,
}

/// What differs between a table and what is wanted.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub(super) streams: Vec<StreamDifference>,
    pub(super) lists: Vec<ListDifference>,
    put: Vec<StreamDefinition>,
    removed: Vec<StreamId>,
    list_changes: Vec<ListChange>,
}

/// The versions of the lists that are wanted.
pub(super) fn versions_of(wanted: &WantedRules) -> ListVersions {
    wanted.lists.iter().map(|list| (list.name.clone(), list.version())).collect()
}

impl Difference {
    pub(super) fn between(table: &RuleTable, wanted: &WantedRules) -> Self {
        let mut difference = Self::default();
        let after = versions_of(wanted);
        for list in &wanted.lists {
            difference.list(table.lists().get(&list.name), list, &after[&list.name]);
        }
        for (name, known) in table.lists().iter().filter(|(name, _)| !after.contains_key(*name)) {
            difference.removed_list(name, known);
        }
        let before: ListVersions =
            table.lists().iter().map(|(name, list)| (name.clone(), list.version.clone())).collect();
        let ids: BTreeMap<&StreamId, &StreamDefinition> =
            wanted.streams.iter().map(|definition| (&definition.id, definition)).collect();
        for (id, definition) in &ids {
            let known = table.streams().get(*id).map(|known| (known, &before));
            difference.stream(id, known, Some((definition, &after)));
        }
        for (id, known) in table.streams().iter().filter(|(id, _)| !ids.contains_key(id)) {
            difference.stream(id, Some((known, &before)), None);
        }
        difference.streams.sort_by(|one, other| one.id.cmp(&other.id));
        difference
    }

    fn stream(
        &mut self,
        id: &StreamId,
        before: Option<(&StreamDefinition, &ListVersions)>,
        after: Option<(&StreamDefinition, &ListVersions)>,
    ) {
        let (known, wanted) = (before.map(|(known, _)| known), after.map(|(wanted, _)| wanted));
        let mut fields = match (known, wanted) {
            (Some(known), Some(wanted)) => fields_that_differ(known, wanted),
            (None, _) | (_, None) => Vec::new(),
        };
        match (known, wanted) {
            (Some(_), None) => self.removed.push(id.clone()),
            (known, Some(wanted)) if known != Some(wanted) => self.put.push(wanted.clone()),
            (_, _) => {}
        }
        let state_of = |(definition, lists)| StreamState::of(definition, lists);
        let (before, after) = (before.map(state_of), after.map(state_of));
        let becomes = match (&before, &after) {
            (None, _) => Becomes::Added,
            (_, None) => Becomes::Removed,
            (Some(before), Some(after)) => {
                if before.version != after.version && !fields.contains(&"query") {
                    fields.push("lists");
                }
                if fields.is_empty() {
                    return;
                }
                Becomes::Changed
            }
        };
        self.streams.push(StreamDifference { id: id.clone(), becomes, fields, before, after });
    }

    fn list(&mut self, known: Option<&KnownList>, wanted: &WantedList, version: &ListVersion) {
        if known.is_some_and(|known| known.version == *version) {
            return;
        }
        let same_kind = known.filter(|known| known.kind == wanted.kind);
        let none = BTreeSet::new();
        let entries = same_kind.map_or(&none, |known| &known.entries);
        let only_in = |one: &BTreeSet<Box<str>>, other: &BTreeSet<Box<str>>| -> Vec<String> {
            one.difference(other).map(ToString::to_string).collect()
        };
        let added = only_in(&wanted.entries, entries);
        let removed = only_in(entries, &wanted.entries);
        self.lists.push(ListDifference {
            name: wanted.name.clone(),
            becomes: if known.is_some() { Becomes::Changed } else { Becomes::Added },
            kind: wanted.kind,
            version: version.clone(),
            entries: wanted.entries.len(),
            added: added.len(),
            removed: removed.len(),
        });
        self.list_changes.push(ListChange {
            name: wanted.name.clone(),
            kind: wanted.kind,
            version: version.clone(),
            added,
            removed,
        });
    }

    fn removed_list(&mut self, name: &ListName, known: &KnownList) {
        self.lists.push(ListDifference {
            name: name.clone(),
            becomes: Becomes::Removed,
            kind: known.kind,
            version: ListVersion::default(),
            entries: 0,
            added: 0,
            removed: known.size,
        });
        let change = ListChange { name: name.clone(), kind: known.kind, ..ListChange::default() };
        self.list_changes.push(change);
    }

    /// The records that say so, in order; revisions are the writer's.
    pub(super) fn take_records(&mut self) -> Vec<RuleRecord> {
        let mut parts = Parts::default();
        for id in std::mem::take(&mut self.removed) {
            parts.room(id.as_str().len()).removed.push(id);
        }
        for definition in std::mem::take(&mut self.put) {
            parts.room(bytes_of(&definition)).put.push(definition);
        }
        for change in std::mem::take(&mut self.list_changes) {
            let ListChange { name, kind, version, added, removed } = change;
            let of_list = |parts: &mut Parts, bytes: usize| {
                let record = parts.room(bytes);
                let is_there = record.lists.last().is_some_and(|last| last.name == name);
                if !is_there {
                    let (name, version) = (name.clone(), version.clone());
                    let change = ListChange { name, kind, version, ..ListChange::default() };
                    record.lists.push(change);
                }
            };
            of_list(&mut parts, name.as_str().len());
            for entry in removed {
                of_list(&mut parts, entry.len());
                parts.last_list().removed.push(entry);
            }
            for entry in added {
                of_list(&mut parts, entry.len());
                parts.last_list().added.push(entry);
            }
        }
        parts.finish()
    }
}

/// Records that are filled one after the other.
#[derive(Default)]
struct Parts {
    records: Vec<RuleRecord>,
    bytes: usize,
}

/// What each text takes besides its bytes.
const TEXT_OVERHEAD: usize = 8;

impl Parts {
    /// The record that has room for so many bytes more.
    fn room(&mut self, bytes: usize) -> &mut RuleRecord {
        let bytes = bytes + TEXT_OVERHEAD;
        if self.records.is_empty() || self.bytes + bytes > PART_BYTES {
            self.records.push(RuleRecord::default());
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.records.last_mut().expect("one was pushed if there was none")
    }

    fn last_list(&mut self) -> &mut ListChange {
        let list = self.records.last_mut().and_then(|record| record.lists.last_mut());
        list.expect("room was made in a list")
    }

    fn finish(mut self) -> Vec<RuleRecord> {
        let count = self.records.len();
        for (number, record) in self.records.iter_mut().enumerate() {
            record.part = number as u32;
            record.is_last = number + 1 == count;
        }
        self.records
    }
}

/// About how many bytes the texts of a stream take in a record.
pub(super) fn bytes_of(definition: &StreamDefinition) -> usize {
    let accounts: usize =
        definition.accounts.iter().map(|account| account.as_str().len() + TEXT_OVERHEAD).sum();
    let texts = [definition.id.as_str(), &definition.query, &definition.timezone];
    let group = definition.group.as_deref().unwrap_or_default();
    texts.iter().map(|text| text.len()).sum::<usize>() + group.len() + accounts + 64
}

impl StreamState {
    fn of(definition: &StreamDefinition, lists: &ListVersions) -> Self {
        match Query::parse(&definition.query) {
            Ok(query) => Self {
                version: Some(query.version_with(|name| lists.get(name))),
                query: query.canonical().to_owned(),
            },
            Err(_) => Self { query: definition.query.clone(), version: None },
        }
    }
}

fn fields_that_differ(known: &StreamDefinition, wanted: &StreamDefinition) -> Vec<&'static str> {
    let StreamDefinition { id: _, kind, group, query, timezone, accounts, spikes } = wanted;
    let differs = [
        ("query", known.query != *query),
        ("kind", known.kind != *kind),
        ("group", known.group != *group),
        ("timezone", known.timezone != *timezone),
        ("accounts", known.accounts != *accounts),
        ("spikes", known.spikes != *spikes),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
