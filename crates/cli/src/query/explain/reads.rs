//! The words that a query reads.

use std::collections::BTreeSet;

use vigie_query::Query;
use vigie_query::syntax::{Expression, Node};

/// The words of a query.
#[derive(Debug, Default)]
pub struct Reads {
    pub words: BTreeSet<String>,
    pub excluded: BTreeSet<String>,
}

impl Reads {
    /// The words that this query looks for, and those that it excludes.
    pub fn of(query: &Query) -> Self {
        let mut reads = Self::default();
        reads.collect(query.root(), false);
        reads
    }

    fn collect(&mut self, node: &Node, is_excluded: bool) {
        let words = if is_excluded { &mut self.excluded } else { &mut self.words };
        match &node.expression {
            Expression::And(parts) | Expression::Or(parts) => {
                for part in parts {
                    self.collect(part, is_excluded);
                }
            }
            Expression::Not(part) => self.collect(part, !is_excluded),
            Expression::Near(near) => {
                self.collect(&near.left, is_excluded);
                self.collect(&near.right, is_excluded);
            }
            Expression::Text(text) => {
                words.insert(text.written.to_string());
            }
            Expression::Raw(raw) => {
                words.insert(raw.written.to_string());
            }
            Expression::List(name) => {
                words.insert(format!("@list({name})"));
            }
            Expression::Field(_) => {}
        }
    }
}

/// What every match holds: of each list at least one. Fields and exclusions require no words.
pub fn required(node: &Node) -> Vec<Vec<String>> {
    match &node.expression {
        Expression::And(parts) => parts.iter().flat_map(required).collect(),
        Expression::Or(parts) => {
            let mut alternatives = Vec::new();
            for part in parts {
                match required(part).into_iter().min_by_key(Vec::len) {
                    Some(words) => alternatives.extend(words),
                    None => return Vec::new(),
                }
            }
            vec![alternatives]
        }
        Expression::Near(near) => {
            let mut both = required(&near.left);
            both.extend(required(&near.right));
            both
        }
        Expression::Text(text) => vec![vec![text.written.to_string()]],
        Expression::Raw(raw) => vec![vec![raw.written.to_string()]],
        Expression::List(name) => vec![vec![format!("@list({name})")]],
        Expression::Not(_) | Expression::Field(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required_of(query: &str) -> Vec<Vec<String>> {
        required(Query::parse(query).expect("valid").root())
    }

    #[test]
    fn what_every_match_holds_is_read_from_the_query() {
        assert_eq!(required_of("(delta OR @delta) -kind:repost"), [["delta", "@delta"]]);
        assert_eq!(required_of("delta bag"), [["delta"], ["bag"]]);
        assert!(required_of("delta OR lang:fr").is_empty());
    }
}
