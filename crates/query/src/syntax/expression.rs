//! The typed syntax tree of a query, every node with its place in the query's text.
//!
//! Guarantees: a tree that the parser gave is flat (no `AND` directly in an `AND`, no `OR` in an
//! `OR`, no `NOT` of a `NOT`), and its height is at most a small multiple of
//! [`MAXIMUM_DEPTH`](crate::limits::MAXIMUM_DEPTH). Two trees are equal when they mean the same
//! text; places take no part.

use std::ops::Range;

use vigie_types::ListName;

use super::{Field, Possession, Text};

/// A part of a query, and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is asked.
    pub expression: Expression,
    /// Where it is written, in bytes of the query.
    pub range: Range<usize>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

impl Node {
    /// Calls `visit` for each list that is named, as often as it is.
    pub(crate) fn each_list(&self, visit: &mut impl FnMut(&ListName)) {
        match &self.expression {
            Expression::And(parts) | Expression::Or(parts) => {
                for part in parts {
                    part.each_list(visit);
                }
            }
            Expression::Not(inner) => inner.each_list(visit),
            Expression::Near(near) => {
                near.left.each_list(visit);
                near.right.each_list(visit);
            }
            Expression::List(name) => visit(name),
            Expression::Text(_) | Expression::Raw(_) | Expression::Field(_) => {}
        }
    }

    /// Whether some part asks for the counts of a mention, which change after it was said.
    pub fn asks_for_engagement(&self) -> bool {
        match &self.expression {
            Expression::And(parts) | Expression::Or(parts) => {
                parts.iter().any(Self::asks_for_engagement)
            }
            Expression::Not(inner) => inner.asks_for_engagement(),
            Expression::Near(near) => {
                near.left.asks_for_engagement() || near.right.asks_for_engagement()
            }
            Expression::Field(field) => {
                matches!(field, Field::Engagement(_) | Field::Has(Possession::Engagement))
            }
            Expression::Text(_) | Expression::Raw(_) | Expression::List(_) => false,
        }
    }
}

/// What a query, or a part of it, asks of a mention.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// Every part is met.
    And(Vec<Node>),
    /// At least one part is met.
    Or(Vec<Node>),
    /// The part is not met, or not known to be met.
    Not(Box<Node>),
    /// Two operands stand near one another, both in the title or both in the text.
    Near(Box<Near>),
    /// A word, or words in a row.
    Text(Text),
    /// Text as written: letter case, accents and punctuation count.
    Raw(Raw),
    /// Something known of the mention besides its words.
    Field(Field),
    /// An entry of a named list occurs.
    List(ListName),
}

/// Two operands and how near they must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The operand on the left.
    pub left: Node,
    /// The operand on the right.
    pub right: Node,
    /// How near, and whether in this order.
    pub proximity: Proximity,
}

/// How near two operands must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proximity {
    /// The most tokens that may stand between; punctuation is no token.
    pub between: u8,
    /// Whether the left operand must end before the right one begins.
    pub ordered: bool,
}

/// Text that must occur exactly as written, from word border to word border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// The text.
    pub written: Box<str>,
}
