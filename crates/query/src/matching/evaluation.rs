//! Exact evaluation of one compiled query, with the spans of what was met.
//!
//! Truth has three values. A field that is missing is unknown; `AND` is as true as its least true
//! part, `OR` as its most true part. `NOT` of unknown is true: what is not known to be from France
//! is not excluded.

use vigie_types::Span;

use super::field_truth::FieldTruth;
use super::list_hits::ListHits;
use super::plan::Plan;
use super::proximity::{Piece, Side};
use crate::document::{Document, Unknowns};
use crate::limits::MAXIMUM_SPANS;

/// Whether something is met; the order is that of growing truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(is_met: bool) -> Self {
        if is_met { Self::True } else { Self::False }
    }
}

/// One mention, as every candidate is tried against it.
pub(crate) struct Evaluation<'d, 'u> {
    document: &'d Document<'d>,
    title: Option<Side<'d>>,
    body: Side<'d>,
    lists: ListHits<'u, 'd>,
    unknowns: &'u mut Unknowns,
    /// Of the query that is tried; their room serves the next one.
    spans: Vec<Span>,
    title_spans: Vec<Span>,
}

/// How many spans there were, to go back to.
#[derive(Clone, Copy)]
struct Mark(usize, usize);

impl<'d, 'u> Evaluation<'d, 'u> {
    pub(crate) fn new(
        document: &'d Document<'d>,
        title: Option<Side<'d>>,
        body: Side<'d>,
        lists: ListHits<'u, 'd>,
        unknowns: &'u mut Unknowns,
    ) -> Self {
        Self { document, title, body, lists, unknowns, spans: Vec::new(), title_spans: Vec::new() }
    }

    /// The spans in the text and in the title of a query that is met, each in order and without
    /// repetition, as many as a hit has at most; `None` if it is not.
    pub(crate) fn meets(&mut self, plan: &Plan) -> Option<(Vec<Span>, Vec<Span>)> {
        self.spans.clear();
        self.title_spans.clear();
        let is_met = self.truth(plan) == Truth::True;
        is_met.then(|| (in_order(&mut self.spans), in_order(&mut self.title_spans)))
    }

    /// Judges a part; leaves its spans only if it is true.
    fn truth(&mut self, plan: &Plan) -> Truth {
        match plan {
            Plan::And(parts) => self.every(parts),
            Plan::Or(parts) => self.any(parts),
            Plan::Not(inner) => {
                let mark = self.mark();
                let truth = self.truth(inner);
                self.go_back(mark);
                Truth::from(truth != Truth::True)
            }
            Plan::Near(near) => self.on_each_side(|side, add| {
                for place in side.near(near) {
                    place.pieces().iter().for_each(|&piece| add(piece));
                }
            }),
            Plan::Word(term) => self.on_each_side(|side, mut add| side.each_word(*term, &mut add)),
            Plan::AnyWord(terms) => {
                self.on_each_side(|side, mut add| side.each_of_words(terms, &mut add))
            }
            Plan::Phrase(terms) => {
                self.on_each_side(|side, mut add| side.each_phrase(terms, &mut add))
            }
            Plan::Raw(raw) => self.on_each_side(|side, mut add| side.each_raw(raw, &mut add)),
            Plan::Field(field) => {
                let truth = FieldTruth::of(self.document).truth(field);
                if truth == Truth::Unknown {
                    self.unknowns.count(field);
                }
                truth
            }
            Plan::List(number) => {
                let hit = self.lists.of(*number);
                self.spans.extend(&hit.spans);
                self.title_spans.extend(&hit.title_spans);
                hit.truth
            }
        }
    }

    fn every(&mut self, parts: &[Plan]) -> Truth {
        let mark = self.mark();
        let mut least = Truth::True;
        for part in parts {
            least = least.min(self.truth(part));
            if least == Truth::False {
                break;
            }
        }
        if least != Truth::True {
            self.go_back(mark);
        }
        least
    }

    fn any(&mut self, parts: &[Plan]) -> Truth {
        // Each alternative is tried, for its spans.
        parts.iter().map(|part| self.truth(part)).max().unwrap_or(Truth::False)
    }

    /// Finds places in the title and in the text, and notes their spans.
    fn on_each_side(&mut self, find: impl Fn(&Side<'_>, &mut dyn FnMut(Piece))) -> Truth {
        let before = self.mark();
        let (spans, title_spans) = (&mut self.spans, &mut self.title_spans);
        find(&self.body, &mut |piece| spans.push(piece.span));
        if let Some(title) = &self.title {
            find(title, &mut |piece| title_spans.push(piece.span));
        }
        let after = self.mark();
        Truth::from(after.0 > before.0 || after.1 > before.1)
    }

    fn mark(&self) -> Mark {
        Mark(self.spans.len(), self.title_spans.len())
    }

    fn go_back(&mut self, mark: Mark) {
        self.spans.truncate(mark.0);
        self.title_spans.truncate(mark.1);
    }
}

fn in_order(spans: &mut Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup();
    spans.truncate(MAXIMUM_SPANS);
    spans.clone()
}
