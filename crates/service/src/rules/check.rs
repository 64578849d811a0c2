//! What is wrong with streams and lists before they are applied. The same is checked by the command
//! that reads a file and by the service that is asked to apply it.

use std::collections::{BTreeMap, BTreeSet};

use vigie_detector::Watch;
use vigie_query::limits::{MAXIMUM_ENTRIES, MAXIMUM_LISTS};
use vigie_query::syntax::nearest;
use vigie_query::{Anchoring, Query};
use vigie_schema::StreamDefinition;
use vigie_types::{ListName, StreamId};

use super::change::bytes_of;
use super::wanted::{WantedList, WantedRules};

/// The most streams: what the index was measured with.
const MAXIMUM_STREAMS: usize = 100_000;

/// The most streams whose queries require no word: each is tried on every mention, and as many of
/// them cost about half of what judging the text does.
pub const MAXIMUM_UNANCHORED: usize = 100;

/// The most bytes that a stream's texts take: the longest query, and some 3,000 accounts. A quarter
/// of what is written at once.
const MAXIMUM_STREAM_BYTES: usize = 128 << 10;

/// Which part of what is wanted is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The stream at this place in the order.
    Stream(usize),
    /// The query of that stream.
    Query(usize),
    /// The list at this place in the order.
    List(usize),
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// Where.
    pub part: Part,
    /// What, in one text that names the stream or list.
    pub text: String,
}

impl WantedRules {
    /// Everything that is wrong, in order.
    pub fn problems(&self) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        if self.streams.len() > MAXIMUM_STREAMS {
            let text = format!("{} streams, at most {MAXIMUM_STREAMS}", self.streams.len());
            problems.push(RuleProblem { part: Part::Whole, text });
        }
        if self.lists.len() > MAXIMUM_LISTS {
            let text = format!("{} lists, at most {MAXIMUM_LISTS}", self.lists.len());
            problems.push(RuleProblem { part: Part::Whole, text });
        }
        problems.extend(self.problems_of_lists());
        problems.extend(self.problems_of_streams());
        problems
    }

    fn problems_of_lists(&self) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, WantedList { name, entries, .. }) in self.lists.iter().enumerate() {
            let mut add = |text| problems.push(RuleProblem { part: Part::List(at), text });
            if !seen.insert(name) {
                add(format!("list \"{name}\" is there twice: names are unique"));
            }
            if entries.len() > MAXIMUM_ENTRIES {
                let count = entries.len();
                add(format!("list \"{name}\" has {count} entries, at most {MAXIMUM_ENTRIES}"));
            }
        }
        problems
    }

    fn problems_of_streams(&self) -> Vec<RuleProblem> {
        let lists: BTreeSet<&ListName> = self.lists.iter().map(|list| &list.name).collect();
        let mut problems = Vec::new();
        let mut seen: BTreeMap<&StreamId, usize> = BTreeMap::new();
        let mut unanchored = Vec::new();
        for (at, definition) in self.streams.iter().enumerate() {
            let id = &definition.id;
            if seen.insert(id, at).is_some() {
                let text = format!("stream \"{id}\" is there twice: ids are unique");
                problems.push(RuleProblem { part: Part::Stream(at), text });
                continue;
            }
            let bytes = bytes_of(definition);
            if bytes > MAXIMUM_STREAM_BYTES {
                let text = format!(
                    "stream \"{id}\" takes {bytes} bytes with its query, group and accounts, at \
                     most {MAXIMUM_STREAM_BYTES} are allowed"
                );
                problems.push(RuleProblem { part: Part::Stream(at), text });
            }
            if let Err(error) = Watch::of(definition) {
                let text = format!("stream \"{id}\": {error}");
                problems.push(RuleProblem { part: Part::Stream(at), text });
            }
            match Query::parse(&definition.query) {
                Ok(query) => {
                    problems.extend(unknown_lists(definition, &query, &lists, at));
                    if Anchoring::of(&query).is_none() {
                        unanchored.push((at, id));
                    }
                }
                Err(diagnostics) => {
                    let text = format!("the query of stream \"{id}\"\n{diagnostics}");
                    problems.push(RuleProblem { part: Part::Query(at), text });
                }
            }
        }
        problems.extend(too_many_unanchored(&unanchored));
        problems
    }
}

fn unknown_lists(
    definition: &StreamDefinition,
    query: &Query,
    lists: &BTreeSet<&ListName>,
    at: usize,
) -> Vec<RuleProblem> {
    let unknown = query.lists().into_iter().filter(|name| !lists.contains(name));
    let told = |name: ListName| {
        let names = lists.iter().map(|list| list.as_str());
        let near = nearest(name.as_str(), names).map(|near| format!(": did you mean \"{near}\"?"));
        let near = near.unwrap_or_else(|| ": a [[list]] of the same file defines it".into());
        let text = format!(
            "the query of stream \"{}\" names @list({name}), which is no list{near}",
            definition.id
        );
        RuleProblem { part: Part::Query(at), text }
    };
    unknown.map(told).collect()
}

fn too_many_unanchored(unanchored: &[(usize, &StreamId)]) -> Option<RuleProblem> {
    let (at, id) = unanchored.get(MAXIMUM_UNANCHORED)?;
    let text = format!(
        "stream \"{id}\": its query requires no word, and so do those of {} others: at most \
         {MAXIMUM_UNANCHORED} streams may be tried on every mention. `vigie query explain` says \
         what a query requires",
        unanchored.len() - 1
    );
    Some(RuleProblem { part: Part::Query(*at), text })
}
