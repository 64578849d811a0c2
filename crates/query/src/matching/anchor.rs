//! Anchors: for each query a few terms of which every mention that meets it holds at least one.
//!
//! A mention is tried against the queries whose anchors it holds and against no others, so anchors
//! are chosen to be rare. How rare a word is in mentions is not known when queries are compiled; it
//! is guessed from the word's length and from how many of the queries hold it.

use super::dictionary::{DictionaryBuilder, Term};
use super::plan::Plan;
use crate::query::Query;
use crate::syntax::{Comparison, Form, Sort, Word};

/// The share of mentions that hold a word of so many letters, roughly, by length from 1: a few
/// words of up to three letters are in every sentence, long words in one text of a thousand.
const SHARE_BY_LETTERS: [f32; 9] = [0.4, 0.3, 0.2, 0.08, 0.03, 0.015, 0.01, 0.005, 0.002];

/// How much a sigil narrows a word down: the tag is rarer than the word.
const SIGIL_FACTOR: f32 = 0.1;

/// How many words share a prefix, a pattern, or a stem or an unaccented form.
const PREFIX_FACTOR: f32 = 8.0;
const PATTERN_FACTOR: f32 = 2.0;
const COMPARED_FACTOR: f32 = 3.0;

/// The share of mentions that meet a list, roughly: lists are made of what is talked about.
const LIST_SHARE: f32 = 0.05;

/// The share of mentions that meet a field term, roughly.
const FIELD_SHARE: f32 = 0.5;

/// What each term costs as an anchor: the guessed share of mentions that hold it.
pub(crate) struct Costs(Vec<f32>);

impl Costs {
    /// Guesses the cost of every term of these plans.
    pub(crate) fn of<'p>(
        dictionary: &DictionaryBuilder,
        plans: impl Iterator<Item = &'p Plan>,
    ) -> Self {
        let mut queries = vec![0.0_f32; dictionary.len()];
        for plan in plans {
            plan.each_term(&mut |term| queries[term.position()] += 1.0);
        }
        let cost = |(position, count): (usize, &f32)| {
            let (comparison, word) = dictionary.word(Term::at(position));
            share(comparison, word) * count.sqrt()
        };
        Self(queries.iter().enumerate().map(cost).collect())
    }

    fn cost(&self, term: Term) -> f32 {
        self.0[term.position()]
    }

    /// The parts of an `AND` in the order in which they are tried: those first that seldom hold,
    /// and last the one that anchors it, which is met by most that are tried at all.
    pub(crate) fn in_order_of_trial(&self, parts: Vec<Plan>) -> Vec<Plan> {
        let anchor_cost =
            |part: &Plan| anchors(part, self).map_or(f32::INFINITY, |anchors| anchors.cost);
        let costs: Vec<f32> = parts.iter().map(anchor_cost).collect();
        let anchoring = (0..costs.len()).min_by(|&a, &b| costs[a].total_cmp(&costs[b]));
        let rank = |(index, part): (usize, Plan)| {
            let is_anchoring = Some(index) == anchoring && costs[index].is_finite();
            (if is_anchoring { f32::INFINITY } else { self.chance(&part) }, part)
        };
        let mut ranked: Vec<(f32, Plan)> = parts.into_iter().enumerate().map(rank).collect();
        ranked.sort_by(|(left, _), (right, _)| left.total_cmp(right));
        ranked.into_iter().map(|(_, part)| part).collect()
    }

    /// The share of mentions that meet a plan, roughly.
    fn chance(&self, plan: &Plan) -> f32 {
        let least = |terms: &[Term]| terms.iter().map(|&term| self.cost(term)).fold(1.0, f32::min);
        let chance = match plan {
            Plan::And(parts) => parts.iter().map(|part| self.chance(part)).fold(1.0, f32::min),
            Plan::Or(parts) => parts.iter().map(|part| self.chance(part)).sum(),
            Plan::Near(near) => self.chance(&near.left).min(self.chance(&near.right)),
            Plan::Not(inner) => 1.0 - self.chance(inner),
            Plan::Word(term) => self.cost(*term),
            Plan::AnyWord(terms) => terms.iter().map(|&term| self.cost(term)).sum(),
            Plan::Phrase(terms) => least(terms),
            Plan::Raw(raw) => least(&raw.terms),
            Plan::Field(_) => FIELD_SHARE,
            Plan::List(_) => LIST_SHARE,
        };
        chance.min(1.0)
    }
}

fn share(comparison: Comparison, word: &Word) -> f32 {
    let (text, form_factor) = match &word.form {
        Form::Exact(text) => (text, 1.0),
        Form::Prefix(text) => (text, PREFIX_FACTOR),
        Form::Pattern(text) => (text, PATTERN_FACTOR),
    };
    let letters = text.chars().count().clamp(1, SHARE_BY_LETTERS.len());
    let sort_factor = match word.sort {
        Sort::Plain => 1.0,
        Sort::Hashtag | Sort::Handle | Sort::Cashtag | Sort::Symbol => SIGIL_FACTOR,
    };
    let compared_factor = match comparison {
        Comparison::Folded => 1.0,
        Comparison::Unaccented | Comparison::Stemmed => COMPARED_FACTOR,
    };
    SHARE_BY_LETTERS[letters - 1] * form_factor * sort_factor * compared_factor
}

/// How a query is found among others: by words of which every mention that meets it holds one.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchoring {
    /// The words, as queries have them.
    pub words: Vec<String>,
    /// The share of mentions that hold one of them, 0 to 1: a guess from the words' lengths.
    pub share: f32,
}

impl Anchoring {
    /// How this query is found; `None` where a mention may meet it without any particular word, so
    /// that it is tried on all.
    pub fn of(query: &Query) -> Option<Self> {
        let mut dictionary = DictionaryBuilder::default();
        let plan = Plan::of(query.root(), &mut dictionary);
        let costs = Costs::of(&dictionary, std::iter::once(&plan));
        let found = anchors(&plan, &costs)?;
        let mut words: Vec<String> = found
            .terms
            .iter()
            .map(|term| {
                let (comparison, word) = dictionary.word(*term);
                format!("{}{word}", comparison.prefix())
            })
            .collect();
        words.extend(
            found
                .lists
                .iter()
                .map(|&number| format!("@list({})", dictionary.lists()[number as usize])),
        );
        words.sort_unstable();
        words.dedup();
        Some(Self { words, share: found.cost.min(1.0) })
    }
}

/// Terms of which at least one is held by every mention that meets the plan.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    cost: f32,
    pub(crate) terms: Vec<Term>,
    /// Lists by number: an entry of one stands for a term.
    pub(crate) lists: Vec<u32>,
}

/// The cheapest anchors of a plan; `None` when a mention may meet it without holding any term.
pub(crate) fn anchors(plan: &Plan, costs: &Costs) -> Option<Anchors> {
    match plan {
        Plan::And(parts) => parts.iter().filter_map(|part| anchors(part, costs)).reduce(cheaper),
        Plan::Or(parts) => {
            let mut all = Anchors::default();
            for part in parts {
                let one = anchors(part, costs)?;
                all.cost += one.cost;
                all.terms.extend(one.terms);
                all.lists.extend(one.lists);
            }
            Some(all)
        }
        Plan::Near(near) => [&near.left, &near.right]
            .into_iter()
            .filter_map(|operand| anchors(operand, costs))
            .reduce(cheaper),
        Plan::Word(term) => Some(single(*term, costs)),
        Plan::AnyWord(terms) => Some(Anchors {
            cost: terms.iter().map(|&term| costs.cost(term)).sum(),
            terms: terms.to_vec(),
            lists: Vec::new(),
        }),
        Plan::Phrase(terms) => rarest(terms, costs),
        Plan::Raw(raw) => rarest(&raw.terms, costs),
        Plan::List(number) => {
            Some(Anchors { cost: LIST_SHARE, terms: Vec::new(), lists: vec![*number] })
        }
        Plan::Not(_) | Plan::Field(_) => None,
    }
}

fn single(term: Term, costs: &Costs) -> Anchors {
    Anchors { cost: costs.cost(term), terms: vec![term], lists: Vec::new() }
}

fn rarest(terms: &[Term], costs: &Costs) -> Option<Anchors> {
    terms.iter().map(|&term| single(term, costs)).reduce(cheaper)
}

/// The cheaper of two; of equal ones the first, so that the choice does not depend on chance.
fn cheaper(left: Anchors, right: Anchors) -> Anchors {
    if right.cost < left.cost { right } else { left }
}
