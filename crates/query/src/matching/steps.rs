//! Compiled queries as they are evaluated: every part of every query in one row of memory.
//!
//! A mention is tried against some dozens of thousands of queries, which no cache holds, so that
//! what a trial costs is the lines of memory that it waits for. A query's parts stand side by side
//! in the order in which they are tried, words included: most queries take one or two lines.
//!
//! Guarantees: means what the plan meant that was added. Of an `AND` the parts that seldom hold are
//! tried first, and the one by which the query was found last.

use rustc_hash::FxHashMap;

use super::anchor::Costs;
use super::dictionary::Term;
use super::plan::Plan;
use crate::syntax::{Field, Proximity, print_field};

/// One part of a query without what stands below it, which follows it in the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Every part in so many steps is met.
    And { steps: u32 },
    /// At least one is.
    Or { steps: u32 },
    /// The part in so many steps is not met.
    Not { steps: u32 },
    /// The two operands in so many steps are near one another.
    Near { proximity: Proximity, steps: u32 },
    /// A word.
    Word(Term),
    /// One of so many words, which ascend.
    AnyWord { words: u32 },
    /// So many words in a row.
    Phrase { words: u32 },
    /// The phrase that follows is written as the raw text with this number.
    Raw { number: u32 },
    /// The field with this number.
    Field { number: u32 },
    /// An entry of the list with this number.
    List { number: u32 },
}

const _: () = assert!(size_of::<Step>() == 8, "eight steps are a line of the cache");

impl Step {
    /// The term of a step that stands for a word of a phrase or of an alternative.
    pub(crate) fn term(self) -> Term {
        let Self::Word(term) = self else { unreachable!("{self:?} among words") };
        term
    }
}

/// Text as written, found by its words.
#[derive(Debug)]
pub(crate) struct RawText {
    pub(crate) written: Box<str>,
    /// How many bytes of the text stand before its first word.
    pub(crate) offset: usize,
}

/// The parts of compiled queries.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    row: Vec<Step>,
    /// Where each query begins, and the end.
    starts: Vec<u32>,
    /// Each once, as are raw texts by their queries: many streams ask for one language.
    fields: Vec<Field>,
    raws: Vec<RawText>,
}

impl Steps {
    /// The query that was added at this place: its outermost part, and what stands below it.
    pub(crate) fn query(&self, index: u32) -> (Step, &[Step]) {
        let index = index as usize;
        let query = &self.row[self.starts[index] as usize..self.starts[index + 1] as usize];
        let (&outermost, below) = query.split_first().expect("a query has a part");
        (outermost, below)
    }

    /// The field with this number.
    pub(crate) fn field(&self, number: u32) -> &Field {
        &self.fields[number as usize]
    }

    /// The raw text with this number.
    pub(crate) fn raw(&self, number: u32) -> &RawText {
        &self.raws[number as usize]
    }
}

/// The parts that stand side by side in these steps, each with what stands below it.
pub(crate) fn parts(mut steps: &[Step]) -> impl Iterator<Item = (Step, &[Step])> {
    std::iter::from_fn(move || {
        let (&step, rest) = steps.split_first()?;
        let (below, next) = rest.split_at(count_below(step, rest));
        steps = next;
        Some((step, below))
    })
}

/// How many steps stand below this one, which the rest follows.
fn count_below(step: Step, rest: &[Step]) -> usize {
    match step {
        Step::And { steps }
        | Step::Or { steps }
        | Step::Not { steps }
        | Step::Near { steps, .. } => steps as usize,
        Step::AnyWord { words } | Step::Phrase { words } => words as usize,
        // The phrase and its words.
        Step::Raw { .. } => 1 + count_below(rest[0], &[]),
        Step::Word(_) | Step::Field { .. } | Step::List { .. } => 0,
    }
}

/// Lays plans out, one after another.
pub(crate) struct StepsBuilder<'c> {
    costs: &'c Costs,
    steps: Steps,
    numbers: FxHashMap<String, u32>,
}

impl<'c> StepsBuilder<'c> {
    pub(crate) fn new(costs: &'c Costs) -> Self {
        Self { costs, steps: Steps::default(), numbers: FxHashMap::default() }
    }

    /// Adds a query.
    pub(crate) fn add(&mut self, plan: Plan) {
        self.steps.starts.push(self.here());
        self.lay(plan);
    }

    pub(crate) fn finish(self) -> Steps {
        let Steps { mut row, mut starts, mut fields, mut raws } = self.steps;
        starts.push(row.len() as u32);
        row.shrink_to_fit();
        starts.shrink_to_fit();
        fields.shrink_to_fit();
        raws.shrink_to_fit();
        Steps { row, starts, fields, raws }
    }

    fn here(&self) -> u32 {
        u32::try_from(self.steps.row.len()).expect("four thousand million parts are too many")
    }

    fn lay(&mut self, plan: Plan) {
        match plan {
            Plan::And(parts) => {
                let parts = self.costs.in_order_of_trial(parts.into());
                self.lay_below(parts, |steps| Step::And { steps });
            }
            Plan::Or(parts) => self.lay_below(parts.into(), |steps| Step::Or { steps }),
            Plan::Not(inner) => self.lay_below(vec![*inner], |steps| Step::Not { steps }),
            Plan::Near(near) => {
                let proximity = near.proximity;
                let operands = vec![near.left, near.right];
                self.lay_below(operands, |steps| Step::Near { proximity, steps });
            }
            Plan::Word(term) => self.steps.row.push(Step::Word(term)),
            Plan::AnyWord(terms) => {
                self.lay_words(Step::AnyWord { words: terms.len() as u32 }, &terms);
            }
            Plan::Phrase(terms) => {
                self.lay_words(Step::Phrase { words: terms.len() as u32 }, &terms);
            }
            Plan::Raw(raw) => {
                let number = self.steps.raws.len() as u32;
                self.steps.raws.push(RawText { written: raw.written, offset: raw.offset });
                self.steps.row.push(Step::Raw { number });
                self.lay_words(Step::Phrase { words: raw.terms.len() as u32 }, &raw.terms);
            }
            Plan::Field(field) => {
                let number = self.number(*field);
                self.steps.row.push(Step::Field { number });
            }
            Plan::List(number) => self.steps.row.push(Step::List { number }),
        }
    }

    fn lay_below(&mut self, parts: Vec<Plan>, step: impl FnOnce(u32) -> Step) {
        let head = self.here();
        // Its place is taken, and it is known once its parts are laid.
        self.steps.row.push(Step::And { steps: 0 });
        for part in parts {
            self.lay(part);
        }
        self.steps.row[head as usize] = step(self.here() - head - 1);
    }

    fn lay_words(&mut self, head: Step, terms: &[Term]) {
        self.steps.row.push(head);
        self.steps.row.extend(terms.iter().map(|&term| Step::Word(term)));
    }

    fn number(&mut self, field: Field) -> u32 {
        let next = self.steps.fields.len() as u32;
        let number = *self.numbers.entry(print_field(&field)).or_insert(next);
        if number == next {
            self.steps.fields.push(field);
        }
        number
    }
}
