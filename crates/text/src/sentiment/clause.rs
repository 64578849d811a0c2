//! What is said of one brand: clauses and whom they speak of.
//!
//! A clause that names the brand speaks of it; one that names another account does not; one that
//! names nobody speaks of whom the clause before it spoke of, or, at the start, of whom the next
//! one does. What follows "than" is the lesser of two: what was said before it counts against.
//!
//! Guarantees: the same hits as the whole text, each kept, turned or dropped. Refuses: to know
//! other brands by their plain names: only handles, cashtags and the brand's own spans are targets.

use vigie_types::Span;

use super::rules::{Hit, ends_clause};
use crate::token::{TokenKind, Tokens};

/// What the better of two costs the other.
const COMPARED: f32 = -0.8;

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

/// The hits that speak of the brand at these spans.
pub(super) fn towards(tokens: &Tokens<'_>, hits: &[Hit], brand: &[Span]) -> Vec<Hit> {
    let mut clauses = cut(tokens, hits, brand);
    inherit(&mut clauses);
    let mut kept = Vec::new();
    for &hit in hits {
        let at = clauses.partition_point(|clause| clause.first <= hit.first) - 1;
        let compared = clauses.get(at + 1).is_some_and(|next| next.after_than);
        let lesser = compared && clauses[at + 1].target == Target::Brand;
        if lesser && clauses[at].target != Target::Brand {
            kept.push(Hit { weight: hit.weight * COMPARED, ..hit });
        } else if clauses[at].target == Target::Brand {
            kept.push(hit);
        }
    }
    kept
}

/// Cuts at punctuation, at conjunctions once something was said, at "but" and at "than".
fn cut(tokens: &Tokens<'_>, hits: &[Hit], brand: &[Span]) -> Vec<Clause> {
    let mut clauses = vec![Clause { first: 0, target: Target::Nobody, after_than: false }];
    let mut said = false;
    let mut named = false;
    let mut next_hit = 0;
    for index in 0..tokens.len() {
        let word = tokens.folded(index);
        let than = word == "than";
        let breaks = match word {
            "but" | "however" | "while" | "whereas" | "although" | "though" | "than" => index > 0,
            "and" | "or" => said && named,
            _ => ends_clause(tokens, index) && (said || !is_comma(tokens, index)),
        };
        if breaks {
            clauses.push(Clause { first: index, target: Target::Nobody, after_than: than });
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
        while hits.get(next_hit).is_some_and(|hit| hit.first <= index) {
            said = true;
            next_hit += 1;
        }
    }
    clauses
}

fn is_comma(tokens: &Tokens<'_>, index: usize) -> bool {
    !tokens.gap_before(index).contains(['.', '!', '?', ';', '\n'])
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
