//! A compiled query: the tree with its words as terms of the dictionary.

use vigie_text::Tokens;

use super::dictionary::{DictionaryBuilder, Term};
use crate::syntax::{Comparison, Expression, Field, Form, Node, Proximity, Raw, Sort, Text, Word};

/// Alternatives of single words from this many on are looked for together: below, a search for each
/// is as fast.
const ANY_WORD_FROM: usize = 4;

/// A part of a compiled query.
#[derive(Debug)]
pub(crate) enum Plan {
    And(Box<[Plan]>),
    Or(Box<[Plan]>),
    Not(Box<Plan>),
    Near(Box<NearPlan>),
    Word(Term),
    /// One of these, which ascend.
    AnyWord(Box<[Term]>),
    Phrase(Box<[Term]>),
    Raw(Box<RawPlan>),
    Field(Box<Field>),
    /// An entry of the list with this number.
    List(u32),
}

/// Two operands and how near they must be.
#[derive(Debug)]
pub(crate) struct NearPlan {
    pub(crate) left: Plan,
    pub(crate) right: Plan,
    pub(crate) proximity: Proximity,
}

/// Text as written, without markup, found by its words.
#[derive(Debug)]
pub(crate) struct RawPlan {
    pub(crate) terms: Box<[Term]>,
    pub(crate) written: Box<str>,
    /// How many bytes of the text stand before its first word.
    pub(crate) offset: usize,
}

impl Plan {
    /// Compiles a tree.
    pub(crate) fn of(node: &Node, dictionary: &mut DictionaryBuilder) -> Self {
        match &node.expression {
            Expression::And(parts) => {
                Self::And(parts.iter().map(|part| Self::of(part, dictionary)).collect())
            }
            Expression::Or(parts) => Self::any_of(parts, dictionary),
            Expression::Not(inner) => Self::Not(Box::new(Self::of(inner, dictionary))),
            Expression::Near(near) => Self::Near(Box::new(NearPlan {
                left: Self::of(&near.left, dictionary),
                right: Self::of(&near.right, dictionary),
                proximity: near.proximity,
            })),
            Expression::Text(text) => Self::text(text, dictionary),
            Expression::Raw(raw) => Self::raw(raw, dictionary),
            Expression::Field(field) => Self::Field(Box::new(field.clone())),
            Expression::List(name) => Self::List(dictionary.list(name)),
        }
    }

    fn any_of(parts: &[Node], dictionary: &mut DictionaryBuilder) -> Self {
        let mut words = Vec::new();
        let mut others = Vec::new();
        for part in parts {
            match Self::of(part, dictionary) {
                Self::Word(term) => words.push(term),
                plan @ (Self::And(_)
                | Self::Or(_)
                | Self::Not(_)
                | Self::Near(_)
                | Self::AnyWord(_)
                | Self::Phrase(_)
                | Self::Raw(_)
                | Self::Field(_)
                | Self::List(_)) => others.push(plan),
            }
        }
        if words.len() < ANY_WORD_FROM {
            others.extend(words.into_iter().map(Self::Word));
        } else {
            words.sort_unstable();
            words.dedup();
            others.push(Self::AnyWord(words.into()));
        }
        Self::Or(others.into())
    }

    fn text(text: &Text, dictionary: &mut DictionaryBuilder) -> Self {
        let terms: Box<[Term]> =
            text.words.iter().map(|word| dictionary.term(text.comparison, word)).collect();
        match *terms {
            [only] => Self::Word(only),
            _ => Self::Phrase(terms),
        }
    }

    fn raw(raw: &Raw, dictionary: &mut DictionaryBuilder) -> Self {
        let tokens = Tokens::of(&raw.written);
        let mut term = |index: usize| {
            let sort = Sort::of(tokens.get(index).kind);
            let form = Form::Exact(tokens.folded(index).into());
            dictionary.term(Comparison::Folded, &Word { sort, form })
        };
        let terms = (0..tokens.len()).map(&mut term).collect();
        let offset = tokens.gap_before(0).len();
        Self::Raw(Box::new(RawPlan { terms, written: tokens.text().into(), offset }))
    }

    /// Calls `visit` for every term.
    pub(crate) fn each_term(&self, visit: &mut impl FnMut(Term)) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.each_term(visit));
            }
            Self::Not(inner) => inner.each_term(visit),
            Self::Near(near) => {
                near.left.each_term(visit);
                near.right.each_term(visit);
            }
            Self::Word(term) => visit(*term),
            Self::AnyWord(terms) | Self::Phrase(terms) => {
                terms.iter().for_each(|&term| visit(term));
            }
            Self::Raw(raw) => raw.terms.iter().for_each(|&term| visit(term)),
            Self::Field(_) | Self::List(_) => {}
        }
    }
}
