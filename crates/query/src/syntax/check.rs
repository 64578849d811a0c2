//! What a well-formed tree may still not ask.
//!
//! Refuses: a query that a mention holding nothing of it would meet, and operands of `NEAR` that
//! stand nowhere in a text.

use crate::diagnostic::{Diagnostic, Problems};

use super::{Expression, Node};

/// Adds a diagnostic for everything in the tree that cannot be asked.
pub(crate) fn check(root: &Node, problems: &mut Problems) {
    check_node(root, problems);
    if met_by_nothing(root) {
        let culprit = only_nots(root);
        let what = if culprit.range == root.range { "a query" } else { "an alternative" };
        problems.add(
            Diagnostic::new(culprit.range.clone(), format!("{what} of only NOTs"))
                .expected("every mention without these words would meet it")
                .help("add what to look for: a word, or a field such as lang:en"),
        );
    }
}

fn check_node(node: &Node, problems: &mut Problems) {
    match &node.expression {
        Expression::And(parts) | Expression::Or(parts) => {
            for part in parts {
                check_node(part, problems);
            }
        }
        Expression::Not(inner) => check_node(inner, problems),
        Expression::Near(near) => {
            check_operand(&near.left, problems);
            check_operand(&near.right, problems);
        }
        Expression::Text(_) | Expression::Raw(_) | Expression::Field(_) | Expression::List(_) => {}
    }
}

/// Checks that an operand of `NEAR` stands somewhere.
fn check_operand(node: &Node, problems: &mut Problems) {
    let (message, reason, help) = match &node.expression {
        Expression::Text(_) | Expression::Raw(_) => return,
        Expression::Or(parts) => {
            for part in parts {
                check_operand(part, problems);
            }
            return;
        }
        Expression::Near(_) => return check_node(node, problems),
        Expression::List(_) => (
            "a list inside NEAR",
            "what a list holds is not known until it is applied: it may be accounts",
            "write the words out: `(a OR b) NEAR/5 c`",
        ),
        Expression::Not(_) => (
            "NOT inside NEAR",
            "what is absent stands nowhere, so nothing can be near it",
            "write `a AND NOT (a NEAR/5 b)`",
        ),
        Expression::And(_) => (
            "AND inside NEAR",
            "several places are not one place that something can be near",
            "quote a phrase, or write `(a NEAR/5 c) AND (b NEAR/5 c)`",
        ),
        Expression::Field(_) => (
            "a field inside NEAR",
            "a field stands nowhere in the text, so nothing can be near it",
            "move it out: `(a NEAR/5 b) AND lang:en`",
        ),
    };
    problems.add(Diagnostic::new(node.range.clone(), message).expected(reason).help(help));
}

/// Whether a mention that meets no word and no field of the tree meets the tree.
fn met_by_nothing(node: &Node) -> bool {
    match &node.expression {
        Expression::And(parts) => parts.iter().all(met_by_nothing),
        Expression::Or(parts) => parts.iter().any(met_by_nothing),
        Expression::Not(inner) => !met_by_nothing(inner),
        Expression::Near(_)
        | Expression::Text(_)
        | Expression::Raw(_)
        | Expression::Field(_)
        | Expression::List(_) => false,
    }
}

/// The smallest alternative that is met by nothing.
fn only_nots(node: &Node) -> &Node {
    match &node.expression {
        Expression::Or(parts) => {
            parts.iter().find(|part| met_by_nothing(part)).map_or(node, only_nots)
        }
        Expression::And(_)
        | Expression::Not(_)
        | Expression::Near(_)
        | Expression::Text(_)
        | Expression::Raw(_)
        | Expression::Field(_)
        | Expression::List(_) => node,
    }
}
