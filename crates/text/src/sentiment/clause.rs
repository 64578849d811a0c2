//! What is said of one brand: clauses and whom they speak of.
//!
//! A clause that names the brand speaks of it; one that names another account does not; one that
//! names nobody speaks of whom the clause before it spoke of, or, at the start, of whom the next
//! one does. What follows "than" is the lesser of two: what was said before it counts against.
//!
//! Guarantees: of each token of the text, how much is kept, turned or dropped; what does not depend
//! on the brand is looked at once for a text. Refuses: to know other brands by their plain names:
//! only handles, cashtags and the brand's own spans are targets.

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

/// What a token is to the clauses, whatever the brand.
#[derive(Clone, Copy, Debug)]
struct Mark {
    breaks: Break,
    is_than: bool,
    names_other: bool,
    says: bool,
}

#[derive(Clone, Copy, Debug)]
struct Clause {
    first: usize,
    target: Target,
    after_than: bool,
}

/// A text that is cut into clauses for one brand after another.
#[derive(Debug)]
pub(super) struct Clauses {
    marks: Vec<Mark>,
    /// Of the brand that is asked for; kept for their room.
    named: Vec<bool>,
    list: Vec<Clause>,
}

impl Clauses {
    /// Looks at a text; `added` is what each token adds to the logit.
    pub(super) fn of(tokens: &Tokens<'_>, roles: &[Role], added: &[f32]) -> Self {
        let mark = |index: usize| {
            let role = roles[index];
            let kind = tokens.get(index).kind;
            Mark {
                breaks: breaks(tokens, index, role),
                is_than: role == Role::Than,
                names_other: matches!(kind, TokenKind::Handle | TokenKind::Cashtag),
                says: added[index].abs() >= SAID_FROM,
            }
        };
        let marks = (0..tokens.len()).map(mark).collect();
        Self { marks, named: Vec::new(), list: Vec::new() }
    }

    /// Says how much of each token speaks of the brand at these spans, in 64ths.
    pub(super) fn keep(&mut self, tokens: &Tokens<'_>, brand: &[Span], kept: &mut Vec<i32>) {
        self.find(tokens, brand);
        self.cut();
        inherit(&mut self.list);
        kept.clear();
        kept.resize(self.marks.len(), WHOLE);
        for (at, clause) in self.list.iter().enumerate() {
            let next = self.list.get(at + 1);
            let lesser = next.is_some_and(|next| next.after_than && next.target == Target::Brand);
            let share = match clause.target {
                Target::Brand => WHOLE,
                Target::Other | Target::Nobody if lesser => COMPARED,
                Target::Other | Target::Nobody => 0,
            };
            let end = next.map_or(kept.len(), |next| next.first);
            kept[clause.first..end].fill(share);
        }
    }

    /// Finds the tokens that a span of the brand reaches into.
    fn find(&mut self, tokens: &Tokens<'_>, brand: &[Span]) {
        self.named.clear();
        self.named.resize(tokens.len(), false);
        for span in brand {
            let mut index = tokens.first_ending_after(span.start);
            while index < tokens.len() && tokens.get(index).span.start < span.end {
                self.named[index] = true;
                index += 1;
            }
        }
    }

    /// Cuts at punctuation, at conjunctions once something was said, at "but" and at "than".
    fn cut(&mut self) {
        self.list.clear();
        let mut clause = Clause { first: 0, target: Target::Nobody, after_than: false };
        let mut said = false;
        let mut named = false;
        for (index, (mark, &names_brand)) in self.marks.iter().zip(&self.named).enumerate() {
            let is_cut = match mark.breaks {
                Break::Never => false,
                Break::Always => true,
                Break::AfterWord => said,
                Break::AfterNameAndWord => said && named,
            };
            if is_cut {
                self.list.push(clause);
                clause = Clause { first: index, target: Target::Nobody, after_than: mark.is_than };
                (said, named) = (false, false);
            }
            if names_brand {
                // The brand wins over others in one clause: both are spoken of.
                clause.target = Target::Brand;
                named = true;
            } else if mark.names_other {
                if clause.target == Target::Nobody {
                    clause.target = Target::Other;
                }
                named = true;
            } else {
                said |= mark.says;
            }
        }
        self.list.push(clause);
    }
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
