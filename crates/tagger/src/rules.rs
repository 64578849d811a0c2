//! The streams as a control table: one compiled set per change, with the lists that queries name.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use vigie_query::{Diagnostics, EntryError, List, ListEntry, ListKey, Lists, Query, StreamSet};
use vigie_runtime::ControlState;
use vigie_schema::{ListChange, RuleRecord, StreamDefinition, UnfinishedChange};
use vigie_types::{ListKind, ListName, ListVersion, StreamId, StreamVersion};

/// A stream with its query read.
#[derive(Clone, Debug)]
pub struct Stream {
    /// As it was defined.
    pub definition: StreamDefinition,
    /// Its query.
    pub query: Query,
}

/// A stream that cannot be watched.
#[derive(Clone, Debug, thiserror::Error)]
#[error("stream {stream}: {diagnostics}")]
pub struct StreamError {
    /// The stream.
    pub stream: StreamId,
    /// What is wrong with its query.
    pub diagnostics: Diagnostics,
}

/// What one record changes of a list.
#[derive(Debug)]
struct ListDelta {
    name: ListName,
    kind: ListKind,
    version: ListVersion,
    added: Vec<ListKey>,
    removed: Vec<ListKey>,
}

/// What one record changes: queries read, entries as lists keep them.
#[derive(Debug)]
pub struct RuleDelta {
    part: u32,
    is_last: bool,
    put: Vec<Arc<Stream>>,
    broken: Vec<StreamError>,
    removed: Vec<StreamId>,
    lists: Vec<ListDelta>,
}

/// All streams of one change, compiled together when they are first asked for.
#[derive(Default)]
pub struct RuleSet {
    watched: Arc<Watched>,
    unfinished: UnfinishedChange<Arc<RuleDelta>>,
}

#[derive(Default)]
struct Watched {
    streams: BTreeMap<StreamId, Arc<Stream>>,
    lists: Lists,
    broken: Vec<StreamError>,
    compiled: OnceLock<StreamSet>,
}

impl From<RuleRecord> for RuleDelta {
    fn from(record: RuleRecord) -> Self {
        let RuleRecord { part, is_last, put, removed, lists, .. } = record;
        let mut streams = Vec::new();
        let mut broken = Vec::new();
        for definition in put {
            match Query::parse(&definition.query) {
                Ok(query) => streams.push(Arc::new(Stream { definition, query })),
                Err(diagnostics) => {
                    broken.push(StreamError { stream: definition.id, diagnostics });
                }
            }
        }
        let lists = lists.into_iter().map(ListDelta::from).collect();
        Self { part, is_last, put: streams, broken, removed, lists }
    }
}

impl From<ListChange> for ListDelta {
    fn from(change: ListChange) -> Self {
        let ListChange { name, kind, version, added, removed } = change;
        // Entries were checked when they were applied: what is none is an entry of no mention.
        let key = |text: &String| -> Result<ListKey, EntryError> {
            Ok(ListEntry::read(kind, text)?.key())
        };
        let keys = |texts: &[String]| texts.iter().flat_map(key).collect();
        Self { added: keys(&added), removed: keys(&removed), name, kind, version }
    }
}

impl RuleSet {
    /// The set that a first record makes.
    pub fn of(record: RuleRecord) -> Self {
        Self::default().apply(&Arc::new(record.into()))
    }

    /// The set with one of its streams alone and the lists that it names; none if it has no such
    /// stream.
    pub fn only(&self, id: &StreamId) -> Option<Self> {
        let stream = self.watched.streams.get(id)?;
        let streams = BTreeMap::from([(id.clone(), Arc::clone(stream))]);
        let known = |name| Some((Arc::clone(self.watched.lists.get(&name)?), name));
        let lists = stream.query.lists().into_iter().filter_map(known);
        let lists = lists.map(|(list, name)| (name, list)).collect();
        let watched = Watched { streams, lists, ..Watched::default() };
        Some(Self { watched: Arc::new(watched), ..Self::default() })
    }

    /// The version of a stream with the lists that it names; none if there is no such stream.
    pub fn version_of(&self, id: &StreamId) -> Option<StreamVersion> {
        let query = &self.watched.streams.get(id)?.query;
        Some(query.version_with(|name| Some(self.watched.lists.get(name)?.version())))
    }

    /// The streams by id.
    pub fn streams(&self) -> &BTreeMap<StreamId, Arc<Stream>> {
        &self.watched.streams
    }

    /// The lists by name.
    pub fn lists(&self) -> &Lists {
        &self.watched.lists
    }

    /// All queries, to be matched at once.
    pub fn compiled(&self) -> &StreamSet {
        self.watched.compiled.get_or_init(|| {
            let queries = self.watched.streams.iter();
            let queries = queries.map(|(id, stream)| (id.clone(), stream.query.clone()));
            StreamSet::compile_with(queries, &self.watched.lists)
        })
    }

    /// Streams of the last change that could not be read; their earlier version, if any, stands.
    pub fn broken(&self) -> &[StreamError] {
        &self.watched.broken
    }
}

impl Watched {
    /// The same, to be changed.
    fn copy(&self) -> Self {
        let (streams, lists) = (self.streams.clone(), self.lists.clone());
        Self { streams, lists, ..Self::default() }
    }

    fn change(&mut self, change: &[Arc<RuleDelta>]) {
        self.broken.clear();
        for part in change {
            for id in &part.removed {
                self.streams.remove(id);
            }
            for stream in &part.put {
                self.streams.insert(stream.definition.id.clone(), Arc::clone(stream));
            }
            self.broken.extend(part.broken.iter().cloned());
            for delta in &part.lists {
                change_list(&mut self.lists, delta);
            }
        }
    }
}

fn change_list(lists: &mut Lists, delta: &ListDelta) {
    if delta.version.as_str().is_empty() {
        lists.remove(&delta.name);
        return;
    }
    let known = lists.get(&delta.name).filter(|known| known.kind() == delta.kind);
    let known = known.cloned().unwrap_or_else(|| Arc::new(List::empty(delta.kind)));
    let (added, removed) = (delta.added.iter().copied(), delta.removed.iter().copied());
    let changed = known.changed(delta.version.clone(), added, removed);
    lists.insert(delta.name.clone(), Arc::new(changed));
}

impl ControlState for RuleSet {
    type Delta = Arc<RuleDelta>;

    fn apply(&self, delta: &Arc<RuleDelta>) -> Self {
        self.apply_all(std::slice::from_ref(delta))
    }

    fn apply_all(&self, deltas: &[Arc<RuleDelta>]) -> Self {
        let mut unfinished = self.unfinished.clone();
        let mut changed: Option<Watched> = None;
        for delta in deltas {
            let change = unfinished.take(Arc::clone(delta), delta.part, delta.is_last);
            if !change.is_empty() {
                changed.get_or_insert_with(|| self.watched.copy()).change(&change);
            }
        }
        let watched = changed.map_or_else(|| Arc::clone(&self.watched), Arc::new);
        Self { watched, unfinished }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(id: &str, query: &str) -> StreamDefinition {
        StreamDefinition {
            id: StreamId::new(id).expect("valid"),
            query: query.into(),
            ..StreamDefinition::default()
        }
    }

    fn list(version: &str, added: &[&str], removed: &[&str]) -> ListChange {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        ListChange {
            name: ListName::new("staff").expect("valid"),
            kind: ListKind::Authors,
            version: ListVersion::new(version).unwrap_or_default(),
            added: texts(added),
            removed: texts(removed),
        }
    }

    fn queries(set: &RuleSet) -> Vec<&str> {
        set.streams().values().map(|stream| stream.definition.query.as_str()).collect()
    }

    fn applied(set: &RuleSet, record: RuleRecord) -> RuleSet {
        set.apply(&Arc::new(record.into()))
    }

    #[test]
    fn a_broken_stream_leaves_the_others_and_its_own_earlier_version_standing() {
        let change = |put| RuleRecord { put, ..RuleRecord::default() };
        let set = RuleSet::of(change(vec![definition("a", "delta"), definition("b", "united")]));
        let change = change(vec![definition("a", "delta AND ("), definition("c", "klm")]);
        let set = applied(&set, change);
        assert_eq!(queries(&set), ["delta", "united", "klm"]);
        assert_eq!(set.broken().len(), 1);
    }

    #[test]
    fn a_change_of_several_parts_counts_as_one() {
        let part = |part, is_last, put| RuleRecord { part, is_last, put, ..RuleRecord::default() };
        let set = RuleSet::of(part(0, true, vec![definition("a", "delta")]));
        let set = applied(&set, part(0, false, vec![definition("b", "lost")]));
        assert_eq!(queries(&set), ["delta"]);
        let set = applied(&set, part(0, false, vec![definition("a", "united")]));
        assert_eq!(queries(&set), ["delta"]);
        let set = applied(&set, part(1, true, vec![definition("c", "klm")]));
        assert_eq!(queries(&set), ["united", "klm"]);
    }

    #[test]
    fn changes_applied_at_once_are_those_applied_one_after_the_other() {
        let part = |part, is_last, put| RuleRecord { part, is_last, put, ..RuleRecord::default() };
        let removed = vec![StreamId::new("a").expect("valid")];
        let records = [
            part(0, true, vec![definition("a", "delta"), definition("b", "delta AND (")]),
            part(0, false, vec![definition("b", "lost")]),
            part(0, false, vec![definition("c", "klm")]),
            RuleRecord { removed, ..part(1, true, vec![definition("d", "klm OR (")]) },
            part(0, true, vec![definition("e", "united")]),
            part(0, false, vec![definition("f", "late")]),
        ];
        let deltas = records.map(|record| Arc::new(RuleDelta::from(record)));
        for count in 1..=deltas.len() {
            let (at_once, rest) = deltas.split_at(count);
            let at_once = RuleSet::default().apply_all(at_once);
            let one_by_one =
                deltas[..count].iter().fold(RuleSet::default(), |set, delta| set.apply(delta));
            assert_eq!(queries(&at_once), queries(&one_by_one), "{} are left", rest.len());
            assert_eq!(at_once.broken().len(), one_by_one.broken().len());
        }
    }

    #[test]
    fn another_version_of_a_list_is_another_version_of_the_streams_that_name_it() {
        let put = vec![definition("a", "delta"), definition("b", "delta -@list(staff)")];
        let lists = vec![list("v1", &["ann", "bob"], &[])];
        let set = RuleSet::of(RuleRecord { put, lists, ..RuleRecord::default() });
        let record =
            RuleRecord { lists: vec![list("v2", &["cid"], &["bob"])], ..RuleRecord::default() };
        let later = applied(&set, record);
        let versions = |set: &RuleSet| -> Vec<String> {
            let queries = set.streams().values().map(|stream| &stream.query);
            let of =
                |query: &Query| query.version_with(|name| Some(set.lists().get(name)?.version()));
            queries.map(|query| of(query).to_string()).collect()
        };
        assert_eq!(versions(&set)[0], versions(&later)[0]);
        assert_ne!(versions(&set)[1], versions(&later)[1]);
        assert_eq!(later.lists().values().next().map(|list| list.len()), Some(2));
        let alone = |id| {
            let set = later.only(&StreamId::new(id).expect("valid")).expect("watched");
            (set.lists().len(), set.version_of(&StreamId::new(id).expect("valid")))
        };
        assert_eq!(alone("a").0, 0, "lists of others are not held");
        let b = StreamId::new("b").expect("valid");
        assert_eq!(alone("b"), (1, later.version_of(&b)));
        let record = RuleRecord { lists: vec![list("", &[], &[])], ..RuleRecord::default() };
        assert!(applied(&later, record).lists().is_empty());
    }
}
