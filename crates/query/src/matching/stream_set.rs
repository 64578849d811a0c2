//! Many streams, matched at once.
//!
//! Guarantees: the hits are those of trying every stream on its own, in the order of the streams'
//! ids; a mention is tried only against the streams that have one of their anchors in it, and
//! against those that have none (fields alone, say).

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_text::Tokens;
use vigie_types::{StreamId, StreamVersion};

use super::anchor::{Costs, anchors};
use super::dictionary::{Dictionary, DictionaryBuilder, Term};
use super::evaluation::{Evaluation, Truth};
use super::list_hits::ListHits;
use super::plan::Plan;
use super::proximity::Side;
use super::stem::Stemming;
use super::steps::{Steps, StepsBuilder};
use crate::document::{Document, Hit, StreamIndex, Unknowns};
use crate::list::{List, Lists};
use crate::query::Query;

/// Compiled streams.
///
/// ```
/// use vigie_query::{Document, Fields, Query, StreamSet};
/// use vigie_text::Tokens;
/// use vigie_types::StreamId;
///
/// let query = Query::parse("logitech NEAR/2f keyboard").expect("valid");
/// let streams = StreamSet::compile([(StreamId::new("keyboards").expect("valid"), query)]);
/// let body = Tokens::of("Logitech Bluetooth Keyboard");
/// let mut hits = Vec::new();
/// streams.matches(&Document { title: None, body: &body, fields: Fields::default() }, &mut hits);
/// assert_eq!(streams.id(hits[0].stream).as_str(), "keyboards");
/// assert_eq!((hits[0].spans[0].start, hits[0].spans[0].end), (0, 8));
/// ```
#[derive(Debug, Default)]
pub struct StreamSet {
    streams: Vec<Stream>,
    /// The query of each stream.
    steps: Steps,
    dictionary: Dictionary,
    /// For each term the streams it anchors: `anchored[starts[term]..starts[term + 1]]`.
    starts: Vec<u32>,
    anchored: Vec<u32>,
    /// The streams that every mention is tried against.
    unanchored: Vec<u32>,
    /// The lists that queries name, by number; none where there is no such list.
    lists: Vec<Option<Arc<List>>>,
    /// For each list that anchors streams its number and these streams.
    list_anchored: Vec<(u32, Vec<u32>)>,
    has_engagement_terms: bool,
}

#[derive(Debug)]
struct Stream {
    id: StreamId,
    version: StreamVersion,
    asks_for_engagement: bool,
}

impl StreamSet {
    /// Compiles streams that name no lists; of several with one id the last counts.
    pub fn compile(queries: impl IntoIterator<Item = (StreamId, Query)>) -> Self {
        Self::compile_with(queries, &Lists::default())
    }

    /// Compiles streams with the lists that they name. A list that there is not is unknown for
    /// every mention.
    pub fn compile_with(
        queries: impl IntoIterator<Item = (StreamId, Query)>,
        lists: &Lists,
    ) -> Self {
        let mut given: Vec<(StreamId, Query)> = queries.into_iter().collect();
        given.reverse();
        given.sort_by(|left, right| left.0.cmp(&right.0));
        given.dedup_by(|later, kept| later.0 == kept.0);
        let mut builder = DictionaryBuilder::default();
        let plans: Vec<Plan> =
            given.iter().map(|(_, query)| Plan::of(query.root(), &mut builder)).collect();
        let streams: Vec<Stream> = given
            .into_iter()
            .map(|(id, query)| Stream {
                id,
                version: query.version_with(|name| Some(lists.get(name)?.version())),
                asks_for_engagement: query.root().asks_for_engagement(),
            })
            .collect();
        let costs = Costs::of(&builder, plans.iter());
        let mut unanchored = Vec::new();
        let mut pairs: Vec<(Term, u32)> = Vec::new();
        let mut list_anchored: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut steps = StepsBuilder::new(&costs);
        for (index, plan) in (0_u32..).zip(plans) {
            match anchors(&plan, &costs) {
                Some(found) => {
                    pairs.extend(found.terms.into_iter().map(|term| (term, index)));
                    for number in found.lists {
                        list_anchored.entry(number).or_default().push(index);
                    }
                }
                None => unanchored.push(index),
            }
            steps.add(plan);
        }
        let steps = steps.finish();
        pairs.sort_unstable();
        pairs.dedup();
        let starts = (0..=builder.len())
            .map(|term| pairs.partition_point(|(other, _)| other.position() < term) as u32)
            .collect();
        let anchored = pairs.into_iter().map(|(_, stream)| stream).collect();
        let lists = builder.lists().iter().map(|name| lists.get(name).cloned()).collect();
        let list_anchored = list_anchored.into_iter().collect();
        let has_engagement_terms = streams.iter().any(|stream| stream.asks_for_engagement);
        let dictionary = builder.finish();
        Self {
            streams,
            steps,
            dictionary,
            starts,
            anchored,
            unanchored,
            lists,
            list_anchored,
            has_engagement_terms,
        }
    }

    /// How many streams there are.
    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// Whether there is no stream.
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// The id of a stream.
    pub fn id(&self, stream: StreamIndex) -> &StreamId {
        &self.streams[stream.0 as usize].id
    }

    /// The version of a stream's query.
    pub fn version(&self, stream: StreamIndex) -> &StreamVersion {
        &self.streams[stream.0 as usize].version
    }

    /// Whether some stream asks for the counts of a mention, so that new counts can change what it
    /// meets.
    pub const fn has_engagement_terms(&self) -> bool {
        self.has_engagement_terms
    }

    /// Whether this stream asks for the counts of a mention; false where there is no such stream.
    pub fn asks_for_engagement(&self, stream: &StreamId) -> bool {
        self.streams
            .binary_search_by(|known| known.id.cmp(stream))
            .is_ok_and(|place| self.streams[place].asks_for_engagement)
    }

    /// The streams that every mention is tried against, because a mention may meet them without
    /// holding any of their words.
    pub fn unanchored(&self) -> impl Iterator<Item = StreamIndex> + '_ {
        self.unanchored.iter().map(|&index| StreamIndex(index))
    }

    /// Appends every stream that the document meets, in the order of the ids.
    pub fn matches(&self, document: &Document<'_>, hits: &mut Vec<Hit>) {
        self.matches_counting(document, hits, &mut Unknowns::default());
    }

    /// The same, and counts how often a field was asked for and not known.
    pub fn matches_counting(
        &self,
        document: &Document<'_>,
        hits: &mut Vec<Hit>,
        unknowns: &mut Unknowns,
    ) {
        let stemming = Stemming::of(document.fields.language.map(|it| it.code.as_str()));
        let body = self.side(document.body, stemming);
        let title = document.title.map(|tokens| self.side(tokens, stemming));
        let lists = ListHits::new(&self.lists, document);
        let candidates = self.candidates(&body, title.as_ref(), &lists);
        let mut evaluation = Evaluation::new(&self.steps, (title, body), lists, unknowns);
        // First every query's first part is read: the reads wait for memory, and wait together.
        let queries: Vec<_> = candidates.iter().map(|&index| self.steps.query(index)).collect();
        for (index, query) in candidates.into_iter().zip(queries) {
            if let Some((spans, title_spans)) = evaluation.meets(query) {
                hits.push(Hit { stream: StreamIndex(index), spans, title_spans });
            }
        }
    }

    fn side<'d>(&self, tokens: &'d Tokens<'d>, stemming: Stemming) -> Side<'d> {
        Side::new(tokens, self.dictionary.occurrences(tokens, stemming))
    }

    /// The streams to try, ascending and each once.
    fn candidates(
        &self,
        body: &Side<'_>,
        title: Option<&Side<'_>>,
        lists: &ListHits<'_, '_>,
    ) -> Vec<u32> {
        let occurrences = body.occurrences().len() + title.map_or(0, |it| it.occurrences().len());
        let mut candidates = Vec::with_capacity(self.unanchored.len() + occurrences);
        candidates.extend(&self.unanchored);
        for (number, anchored) in &self.list_anchored {
            if lists.of(*number).truth == Truth::True {
                candidates.extend(anchored);
            }
        }
        for side in [Some(body), title].into_iter().flatten() {
            let mut last = None;
            for &(term, _) in side.occurrences() {
                if last.replace(term) != Some(term) {
                    let start = self.starts[term.position()] as usize;
                    let end = self.starts[term.position() + 1] as usize;
                    candidates.extend(&self.anchored[start..end]);
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_which_streams_ask_for_engagement() {
        let stream = |id: &str| StreamId::new(id).expect("valid");
        let compiled = |queries: &[(&str, &str)]| {
            let read = |(id, query): &(&str, &str)| {
                (stream(id), Query::parse(query).expect("a valid query"))
            };
            StreamSet::compile(queries.iter().map(read))
        };
        let asking = [
            ("bound", "a engagement:>=100"),
            ("either", "a OR (b -engagement:<5)"),
            ("known", "a has:engagement"),
        ];
        let others = [("followers", "a followers:>=100"), ("words", "engagement NEAR/2 likes")];
        let streams = compiled(&[&asking[..], &others[..]].concat());
        assert!(streams.has_engagement_terms());
        assert!(asking.iter().all(|(id, _)| streams.asks_for_engagement(&stream(id))));
        assert!(!others.iter().any(|(id, _)| streams.asks_for_engagement(&stream(id))));
        assert!(!streams.asks_for_engagement(&stream("nobody")));
        assert!(!compiled(&others).has_engagement_terms());
    }
}
