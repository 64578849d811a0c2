//! `vigie query explain QUERY`: what a query means, what it costs and what it reads.

use std::collections::BTreeSet;
use std::io::Write as _;

use serde_json::json;
use vigie_query::syntax::{Expression, Field, Node};
use vigie_query::{Anchoring, Query};
use vigie_service::rules::MAXIMUM_UNANCHORED;

use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};

/// What `vigie query explain` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The query
    #[arg(value_name = "QUERY")]
    query: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a query reads.
#[derive(Debug, Default)]
struct Reads {
    words: BTreeSet<String>,
    excluded: BTreeSet<String>,
    fields: BTreeSet<&'static str>,
}

impl Arguments {
    /// Explains the query.
    ///
    /// # Errors
    /// When the query is wrong or standard output cannot be written.
    pub fn run(self) -> Outcome {
        let Self { query, json } = self;
        let query = Query::parse(&query)?;
        let mut reads = Reads::default();
        reads.collect(query.root(), false);
        let required = required(query.root());
        let anchoring = Anchoring::of(&query);
        let mut out = stdout();
        if json {
            write_pretty(
                &mut out,
                &json!({
                    "canonical": query.canonical(),
                    "version": query.version().as_str(),
                    "required": required,
                    "tried_on_every_mention": anchoring.is_none(),
                    "anchors": anchoring.as_ref().map(|found| &found.words),
                    "estimated_candidates": anchoring.as_ref().map(|found| found.share),
                    "words": reads.words,
                    "excluded_words": reads.excluded,
                    "fields": reads.fields,
                }),
            )?;
            out.flush()?;
            return Ok(Exit::Drained);
        }
        writeln!(out, "canonical  {}", query.canonical())?;
        writeln!(out, "version    {} (hash of the canonical text)", query.version())?;
        for alternatives in &required {
            writeln!(out, "requires   {}", alternatives.join(" or "))?;
        }
        let cost = match &anchoring {
            Some(Anchoring { words, share }) => format!(
                "tried on the mentions that hold {}: perhaps {:.1} % of all, by the words' lengths",
                words.join(" or "),
                share * 100.0
            ),
            None => format!(
                "tried on every mention, as no particular word is required; a file has at most \
                 {MAXIMUM_UNANCHORED} such streams"
            ),
        };
        writeln!(out, "cost       {cost}")?;
        writeln!(out, "words      {}", list(&reads.words))?;
        writeln!(out, "excludes   {}", list(&reads.excluded))?;
        let fields = reads.fields.iter().copied().map(str::to_owned).collect();
        writeln!(out, "fields     {}", list(&fields))?;
        if !reads.fields.is_empty() {
            writeln!(out, "           a field that is not known is not met, and NOT of it is met")?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

fn list(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

impl Reads {
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
            Expression::Field(field) => {
                self.fields.insert(Field::name(field));
            }
            Expression::List(name) => {
                words.insert(format!("@list({name})"));
            }
        }
    }
}

/// What every match holds: of each list at least one. Fields and exclusions require no words.
fn required(node: &Node) -> Vec<Vec<String>> {
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
        Expression::Not(_) | Expression::Field(_) | Expression::List(_) => Vec::new(),
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
