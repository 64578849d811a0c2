//! What is said of one brand: clauses and whom they speak of.
//!
//! A clause that names the brand speaks of it; one that names another account does not; one that
//! names nobody speaks of whom the clause before it spoke of, or, at the start, of whom the next
//! one does. What follows "than" is the lesser of two: what was said before it counts against.
//!
//! Guarantees: the evidence of the whole text, each token's kept, turned or dropped. Refuses: to
//! know other brands by their plain names: only handles, cashtags and the brand's own spans are
//! targets.

use vigie_types::Span;

use super::evidence::Evidence;
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

#[derive(Debug)]
struct Clause {
    first: usize,
    target: Target,
    after_than: bool,
}

/// Keeps of a text what it says of the brand at these spans; `added` is what each token adds.
pub(super) fn keep(tokens: &Tokens<'_>, evidence: &mut Evidence, added: &[f32], brand: &[Span]) {
    let mut clauses = cut(tokens, &evidence.roles, added, brand);
    inherit(&mut clauses);
    evidence.kept.resize(tokens.len(), WHOLE);
    for (at, clause) in clauses.iter().enumerate() {
        let next = clauses.get(at + 1);
        let lesser = next.is_some_and(|next| next.after_than && next.target == Target::Brand);
        let share = match clause.target {
            Target::Brand => WHOLE,
            Target::Other | Target::Nobody if lesser => COMPARED,
            Target::Other | Target::Nobody => 0,
        };
        let end = next.map_or(tokens.len(), |next| next.first);
        evidence.kept[clause.first..end].fill(share);
    }
    if !evidence.hits.is_empty() {
        let kept = &evidence.kept;
        evidence.hits.retain_mut(|hit| {
            hit.weight *= kept[hit.first] as f32 / WHOLE as f32;
            hit.weight != 0.0
        });
        evidence.weigh_hits();
    }
}

/// Cuts at punctuation, at conjunctions once something was said, at "but" and at "than".
fn cut(tokens: &Tokens<'_>, roles: &[Role], added: &[f32], brand: &[Span]) -> Vec<Clause> {
    let mut clauses = vec![Clause { first: 0, target: Target::Nobody, after_than: false }];
    let mut said = false;
    let mut named = false;
    for index in 0..tokens.len() {
        let breaks = match roles[index] {
            Role::Contrast | Role::Than => index > 0,
            Role::And => said && named,
            Role::Negate
            | Role::NegateBefore
            | Role::Boost
            | Role::Damp
            | Role::Wish
            | Role::Plain => ends_clause(tokens, index) && (said || !is_comma(tokens, index)),
        };
        if breaks {
            let after_than = roles[index] == Role::Than;
            clauses.push(Clause { first: index, target: Target::Nobody, after_than });
            (said, named) = (false, false);
        }
        let target = target_of(tokens, index, brand);
        named |= target != Target::Nobody;
        if let Some(clause) = clauses.last_mut() {
            // The brand wins over others in one clause: both are spoken of.
            if target == Target::Brand || clause.target == Target::Nobody {
                clause.target = target;
            }
        }
        said |= target == Target::Nobody && added[index].abs() >= SAID_FROM;
    }
    clauses
}

fn is_comma(tokens: &Tokens<'_>, index: usize) -> bool {
    !tokens.marks_before(index).is_some_and(|gap| gap.contains(['.', '!', '?', ';', '\n']))
}

fn target_of(tokens: &Tokens<'_>, index: usize, brand: &[Span]) -> Target {
    let token = tokens.get(index);
    let named = brand.iter().any(|span| span.start < token.span.end && token.span.start < span.end);
    if named {
        Target::Brand
    } else if matches!(token.kind, TokenKind::Handle | TokenKind::Cashtag) {
        Target::Other
    } else {
        Target::Nobody
    }
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
