//! What is said of one brand: clauses and whom they speak of.
//!
//! A clause that names the brand speaks of it; one that names another account does not; one that
//! names nobody speaks of whom the clause before it spoke of, or, at the start, of whom the next
//! one does. What follows "than" is the lesser of two: what was said before it counts against.
//!
//! Guarantees: of each token of the text, how much is kept, turned or dropped; what does not depend
//! on the brand is looked at once for a text. Refuses: to know other brands by their plain names:
//! only handles, cashtags and the brand's own spans are targets.

use std::ops::Range;

use vigie_types::Span;

use super::linear::WHOLE;
use super::modifiers::Role;
use super::rules::ends_clause;
use crate::token::{TokenKind, Tokens};

/// What the better of two costs the other: 0.8, turned, in 64ths.
const COMPARED: i32 = -51;

/// What a token must add to the logit for something to be said by it.
const SAID_FROM: f32 = 0.3;

/// Whom a clause speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Brand,
    Other,
    Nobody,
}

/// When a token begins a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Break {
    Never,
    Always,
    /// Where the clause before it has said something.
    AfterWord,
    /// Where it has named somebody as well.
    AfterNameAndWord,
}

/// A token that can begin a clause.
#[derive(Clone, Copy, Debug)]
struct Edge {
    index: usize,
    breaks: Break,
    is_than: bool,
}

/// What the tokens before one are, whatever the brand: how many of them name another account, and
/// how many of the rest say something.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    others: u32,
    saying: u32,
}

#[derive(Clone, Copy, Debug)]
struct Clause {
    first: usize,
    target: Target,
    after_than: bool,
}

/// Tokens from this one to the next stretch, and how much of each is kept for a brand, in 64ths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) first: usize,
    pub(super) kept: i32,
}

impl Stretch {
    /// All tokens, whole.
    pub(super) const ALL: Self = Self { first: 0, kept: WHOLE };
}

/// A text that is cut into clauses for one brand after another.
#[derive(Debug)]
pub(super) struct Clauses {
    edges: Vec<Edge>,
    /// For each token and for the end.
    before: Vec<Before>,
    /// The tokens that name the brand that is asked for, in order, and its clauses; kept for their
    /// room.
    named: Vec<usize>,
    list: Vec<Clause>,
}

impl Clauses {
    /// Looks at a text; `added` is what each token adds to the logit.
    pub(super) fn of(tokens: &Tokens<'_>, roles: &[Role], added: &[f32]) -> Self {
        let mut edges = Vec::new();
        let mut before = Vec::with_capacity(tokens.len() + 1);
        let mut sum = Before::default();
        before.push(sum);
        for (index, &role) in roles.iter().enumerate() {
            let breaks = breaks(tokens, index, role);
            if breaks != Break::Never {
                edges.push(Edge { index, breaks, is_than: role == Role::Than });
            }
            let kind = tokens.get(index).kind;
            if matches!(kind, TokenKind::Handle | TokenKind::Cashtag) {
                sum.others += 1;
            } else if added[index].abs() >= SAID_FROM {
                sum.saying += 1;
            }
            before.push(sum);
        }
        Self { edges, before, named: Vec::new(), list: Vec::new() }
    }

    /// Says how much of the text speaks of the brand at these spans: stretches from the first token
    /// on, no two of which keep the same side by side.
    pub(super) fn keep(&mut self, tokens: &Tokens<'_>, brand: &[Span], kept: &mut Vec<Stretch>) {
        self.find(tokens, brand);
        self.cut();
        inherit(&mut self.list);
        kept.clear();
        for (at, clause) in self.list.iter().enumerate() {
            let next = self.list.get(at + 1);
            let lesser = next.is_some_and(|next| next.after_than && next.target == Target::Brand);
            let share = match clause.target {
                Target::Brand => WHOLE,
                Target::Other | Target::Nobody if lesser => COMPARED,
                Target::Other | Target::Nobody => 0,
            };
            if kept.last().is_none_or(|last| last.kept != share) {
                kept.push(Stretch { first: clause.first, kept: share });
            }
        }
    }

    /// Finds the tokens that a span of the brand reaches into.
    fn find(&mut self, tokens: &Tokens<'_>, brand: &[Span]) {
        self.named.clear();
        for span in brand {
            let first = tokens.first_ending_after(span.start);
            let reached = |&index: &usize| tokens.get(index).span.start < span.end;
            self.named.extend((first..tokens.len()).take_while(reached));
        }
        self.named.sort_unstable();
        self.named.dedup();
    }

    /// Cuts at punctuation, at conjunctions once something was said, at "but" and at "than".
    fn cut(&mut self) {
        let Self { edges, before, named, list } = self;
        list.clear();
        let mut clause = Clause { first: 0, target: Target::Nobody, after_than: false };
        let mut rest = named.iter().copied().peekable();
        let mut names_brand = false;
        let mut said_by_names = 0;
        for edge in edges.iter() {
            while let Some(index) = rest.next_if(|&index| index < edge.index) {
                names_brand = true;
                said_by_names += saying(before, index..index + 1);
            }
            let tokens = clause.first..edge.index;
            clause.target = target_of(before, tokens.clone(), names_brand);
            let said = saying(before, tokens) > said_by_names;
            let is_cut = match edge.breaks {
                Break::Never => false,
                Break::Always => true,
                Break::AfterWord => said,
                Break::AfterNameAndWord => said && clause.target != Target::Nobody,
            };
            if is_cut {
                list.push(clause);
                clause.first = edge.index;
                clause.after_than = edge.is_than;
                (names_brand, said_by_names) = (false, 0);
            }
        }
        names_brand |= rest.next().is_some();
        clause.target = target_of(before, clause.first..before.len() - 1, names_brand);
        list.push(clause);
    }
}

/// Whom these tokens name. The brand wins over others in one clause: both are spoken of.
fn target_of(before: &[Before], tokens: Range<usize>, names_brand: bool) -> Target {
    if names_brand {
        Target::Brand
    } else if before[tokens.end].others > before[tokens.start].others {
        Target::Other
    } else {
        Target::Nobody
    }
}

/// How many of these tokens say something; accounts say nothing.
fn saying(before: &[Before], tokens: Range<usize>) -> u32 {
    before[tokens.end].saying - before[tokens.start].saying
}

fn breaks(tokens: &Tokens<'_>, index: usize, role: Role) -> Break {
    match role {
        Role::Contrast | Role::Than if index > 0 => Break::Always,
        Role::Contrast | Role::Than => Break::Never,
        Role::And => Break::AfterNameAndWord,
        Role::Negate | Role::NegateBefore | Role::Boost | Role::Damp | Role::Wish | Role::Plain => {
            match ends_clause(tokens, index) {
                true if is_comma(tokens, index) => Break::AfterWord,
                true => Break::Always,
                false => Break::Never,
            }
        }
    }
}

fn is_comma(tokens: &Tokens<'_>, index: usize) -> bool {
    !tokens.marks_before(index).is_some_and(|gap| gap.contains(['.', '!', '?', ';', '\n']))
}

/// Gives each clause that names nobody the target of its neighbour.
fn inherit(clauses: &mut [Clause]) {
    let opening =
        clauses.iter().map(|clause| clause.target).find(|target| *target != Target::Nobody);
    let mut current = opening.unwrap_or(Target::Nobody);
    for clause in clauses {
        if clause.target == Target::Nobody {
            clause.target = current;
        } else {
            current = clause.target;
        }
    }
}
