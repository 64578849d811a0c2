//! The streams and lists as they stand after some record of `rules.v1`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use vigie_query::Query;
use vigie_schema::{ListChange, RuleRecord, StreamDefinition, UnfinishedChange};
use vigie_types::{
    ControlRevision, ListKind, ListName, ListVersion, StreamId, StreamVersion, WallTime,
};

/// A list that queries may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownList {
    /// What its entries are.
    pub kind: ListKind,
    /// The hash of its kind and entries.
    pub version: ListVersion,
    /// How many entries it has.
    pub size: usize,
    /// The entries, where they are kept.
    pub(super) entries: BTreeSet<Box<str>>,
}

/// The versions of the lists by name.
pub(super) type ListVersions = BTreeMap<ListName, ListVersion>;

/// A change that is whole, put together from its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleChange {
    /// The revision from which on it counts.
    pub revision: ControlRevision,
    /// When it was applied.
    pub changed_at: WallTime,
    /// Who applied it; none for the file that a service was started with.
    pub by: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// Streams that are new or changed.
    pub put: Vec<StreamDefinition>,
    /// Streams that are no longer watched.
    pub removed: Vec<StreamId>,
    /// Lists that are new, changed or removed.
    pub lists: Vec<ListChange>,
}

/// The streams and lists at one revision.
#[derive(Clone, Debug, Default)]
pub struct RuleTable {
    revision: ControlRevision,
    streams: Arc<BTreeMap<StreamId, StreamDefinition>>,
    lists: BTreeMap<ListName, KnownList>,
    /// What the last file that a service was started with had said.
    at_start: Option<(Arc<BTreeMap<StreamId, StreamDefinition>>, ListVersions)>,
    keeps_entries: bool,
    unfinished: UnfinishedChange<RuleRecord>,
}

impl RuleTable {
    /// Nothing is watched. The entries of lists are counted and not kept.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, and the entries of lists are kept.
    pub(super) fn with_entries() -> Self {
        Self { keeps_entries: true, ..Self::default() }
    }

    /// The last record that was taken.
    pub const fn revision(&self) -> ControlRevision {
        self.revision
    }

    /// The streams by id.
    pub const fn streams(&self) -> &Arc<BTreeMap<StreamId, StreamDefinition>> {
        &self.streams
    }

    /// The lists by name.
    pub const fn lists(&self) -> &BTreeMap<ListName, KnownList> {
        &self.lists
    }

    /// Whether this was said by the last file that a service was started with.
    pub(super) fn is_last_start(
        &self,
        streams: &BTreeMap<StreamId, StreamDefinition>,
        lists: &ListVersions,
    ) -> bool {
        self.at_start
            .as_ref()
            .is_some_and(|(known, versions)| **known == *streams && versions == lists)
    }

    /// The version under which a stream's matches are told; none if its query cannot be read.
    pub fn version_of(&self, definition: &StreamDefinition) -> Option<StreamVersion> {
        let query = Query::parse(&definition.query).ok()?;
        Some(query.version_with(|name| Some(&self.lists.get(name)?.version)))
    }

    /// Takes the next record, and gives the change that is whole with it. A record that is not the
    /// next revision is left out, as those leave it out who judge by it.
    pub fn take(&mut self, record: RuleRecord) -> Option<RuleChange> {
        if record.revision != self.revision.next() {
            return None;
        }
        self.revision = record.revision;
        let (part, is_last) = (record.part, record.is_last);
        let parts = self.unfinished.take(record, part, is_last);
        let change = parts.into_iter().reduce(joined).map(RuleChange::from)?;
        self.apply(&change);
        Some(change)
    }

    fn apply(&mut self, change: &RuleChange) {
        let streams = Arc::make_mut(&mut self.streams);
        for id in &change.removed {
            streams.remove(id);
        }
        for definition in &change.put {
            streams.insert(definition.id.clone(), definition.clone());
        }
        for list in &change.lists {
            self.apply_list(list);
        }
        if change.by.is_none() {
            let versions =
                self.lists.iter().map(|(name, list)| (name.clone(), list.version.clone()));
            self.at_start = Some((Arc::clone(&self.streams), versions.collect()));
        }
    }

    fn apply_list(&mut self, change: &ListChange) {
        let ListChange { name, kind, version, added, removed } = change;
        if version.as_str().is_empty() {
            self.lists.remove(name);
            return;
        }
        let known = self.lists.remove(name).filter(|known| known.kind == *kind);
        let (size, mut entries) = known.map_or((0, BTreeSet::new()), |it| (it.size, it.entries));
        let size = (size + added.len()).saturating_sub(removed.len());
        if self.keeps_entries {
            for entry in removed {
                entries.remove(&**entry);
            }
            entries.extend(added.iter().map(|entry| entry.as_str().into()));
        }
        let known = KnownList { kind: *kind, version: version.clone(), size, entries };
        self.lists.insert(name.clone(), known);
    }
}

/// Two parts of one change as one.
fn joined(mut into: RuleRecord, part: RuleRecord) -> RuleRecord {
    into.revision = part.revision;
    into.put.extend(part.put);
    into.removed.extend(part.removed);
    for list in part.lists {
        match into.lists.last_mut().filter(|last| last.name == list.name) {
            Some(last) => {
                last.added.extend(list.added);
                last.removed.extend(list.removed);
            }
            None => into.lists.push(list),
        }
    }
    into
}

impl From<RuleRecord> for RuleChange {
    fn from(record: RuleRecord) -> Self {
        let RuleRecord { revision, changed_at, by, note, put, removed, lists, .. } = record;
        Self { revision, changed_at, by, note, put, removed, lists }
    }
}
