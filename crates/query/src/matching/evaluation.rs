//! Exact evaluation of one compiled query, with the spans of what was met.
//!
//! Truth has three values. A field that is missing is unknown; `AND` is as true as its least true
//! part, `OR` as its most true part. `NOT` of unknown is true: what is not known to be from France
//! is not excluded.

use vigie_types::Span;

use super::field_truth::FieldTruth;
use super::list_hits::ListHits;
use super::proximity::Side;
use super::steps::{Step, Steps, parts};
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
    steps: &'u Steps,
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
        steps: &'u Steps,
        (title, body): (Option<Side<'d>>, Side<'d>),
        lists: ListHits<'u, 'd>,
        unknowns: &'u mut Unknowns,
    ) -> Self {
        let document = lists.document();
        let (spans, title_spans) = (Vec::new(), Vec::new());
        Self { steps, document, title, body, lists, unknowns, spans, title_spans }
    }

    /// The spans in the text and in the title of a query that is met, each in order and without
    /// repetition, as many as a hit has at most; `None` if it is not.
    pub(crate) fn meets(&mut self, query: (Step, &[Step])) -> Option<(Vec<Span>, Vec<Span>)> {
        self.spans.clear();
        self.title_spans.clear();
        let is_met = self.truth(query) == Truth::True;
        is_met.then(|| (in_order(&mut self.spans), in_order(&mut self.title_spans)))
    }

    /// Judges a part, with what stands below it; leaves its spans only if it is true.
    fn truth(&mut self, (step, below): (Step, &[Step])) -> Truth {
        match step {
            Step::And { .. } => self.every(below),
            Step::Or { .. } => self.any(below),
            Step::Not { .. } => {
                let mark = self.mark();
                let truth = self.any(below);
                self.go_back(mark);
                Truth::from(truth != Truth::True)
            }
            Step::Near { .. }
            | Step::Word(_)
            | Step::AnyWord { .. }
            | Step::Phrase { .. }
            | Step::Raw { .. } => self.on_each_side((step, below)),
            Step::Field { number } => {
                let field = self.steps.field(number);
                let truth = FieldTruth::of(self.document).truth(field);
                if truth == Truth::Unknown {
                    self.unknowns.count(field);
                }
                truth
            }
            Step::List { number } => {
                let hit = self.lists.of(number);
                self.spans.extend(&hit.spans);
                self.title_spans.extend(&hit.title_spans);
                hit.truth
            }
        }
    }

    fn every(&mut self, below: &[Step]) -> Truth {
        let mark = self.mark();
        let mut least = Truth::True;
        for part in parts(below) {
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

    fn any(&mut self, below: &[Step]) -> Truth {
        // Each alternative is tried, for its spans.
        parts(below).map(|part| self.truth(part)).max().unwrap_or(Truth::False)
    }

    /// Finds places of an operand in the title and in the text, and notes their spans.
    fn on_each_side(&mut self, operand: (Step, &[Step])) -> Truth {
        let before = self.mark();
        self.body.each_piece(self.steps, operand, &mut |piece| self.spans.push(piece.span));
        if let Some(title) = &self.title {
            title.each_piece(self.steps, operand, &mut |piece| self.title_spans.push(piece.span));
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
