//! `vigie query explain QUERY`: what a query means, what it costs and what it depends on.

mod dependence;
mod reads;
mod source;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::json;
use vigie_query::{Anchoring, Query};
use vigie_service::configuration::Configuration;
use vigie_service::rules::MAXIMUM_UNANCHORED;

use self::dependence::Dependence;
use self::reads::{Reads, required};
use self::source::Source;
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};

/// What stands before what is told of a field.
const INDENT: &str = "             ";

/// What `vigie query explain` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The query
    #[arg(value_name = "QUERY")]
    query: String,
    /// The configuration whose mapping is asked which fields it fills
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// All that is told of a query.
struct Explanation {
    query: Query,
    reads: Reads,
    required: Vec<Vec<String>>,
    anchoring: Option<Anchoring>,
    dependences: Vec<Dependence>,
    source: Source,
}

impl Arguments {
    /// Explains the query.
    ///
    /// # Errors
    /// When the query or the configuration is wrong or standard output cannot be written.
    pub fn run(self) -> Outcome {
        let Self { query: written, config, json } = self;
        let query = Query::parse(&written)?;
        let configuration = config.as_deref().map(Configuration::read).transpose()?;
        let explanation = Explanation {
            reads: Reads::of(&query),
            required: required(query.root()),
            anchoring: Anchoring::of(&query),
            dependences: Dependence::of(&query, &written),
            source: Source::new(config, configuration.and_then(|it| it.ingest.mapping)),
            query,
        };
        let mut out = stdout();
        if json {
            explanation.write_json(&mut out)?;
        } else {
            explanation.write(&mut out)?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

impl Explanation {
    fn can_be_met(&self) -> bool {
        self.source.can_meet(self.query.root())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { query, reads, required, anchoring, dependences, source } = self;
        let fields: BTreeSet<&str> = dependences.iter().map(|it| it.name).collect();
        let depends = dependences.iter().map(|it| it.to_json(source.supply(&it.origin)));
        let told = json!({
            "canonical": query.canonical(),
            "version": query.version().as_str(),
            "required": required,
            "tried_on_every_mention": anchoring.is_none(),
            "anchors": anchoring.as_ref().map(|found| &found.words),
            "estimated_candidates": anchoring.as_ref().map(|found| found.share),
            "words": reads.words,
            "excluded_words": reads.excluded,
            "fields": fields,
            "depends_on": depends.collect::<Vec<_>>(),
            "can_be_met": self.can_be_met(),
        });
        write_pretty(out, &told)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { query, reads, required, anchoring, dependences, source } = self;
        writeln!(out, "canonical  {}", query.canonical())?;
        writeln!(out, "version    {} (hash of the canonical text)", query.version())?;
        for alternatives in required {
            writeln!(out, "requires   {}", alternatives.join(" or "))?;
        }
        writeln!(out, "cost       {}", cost(anchoring.as_ref()))?;
        writeln!(out, "words      {}", list(&reads.words))?;
        writeln!(out, "excludes   {}", list(&reads.excluded))?;
        if dependences.is_empty() {
            writeln!(out, "fields     none")?;
        }
        for dependence in dependences {
            let told = source.told_of(&dependence.origin);
            for (index, line) in dependence.lines().into_iter().chain(told).enumerate() {
                writeln!(out, "{}{line}", if index == 0 { "field      " } else { INDENT })?;
            }
        }
        if !self.can_be_met() {
            writeln!(out, "meets      nothing, as the mapping is")?;
        }
        Ok(())
    }
}

fn cost(anchoring: Option<&Anchoring>) -> String {
    match anchoring {
        Some(Anchoring { words, share }) => format!(
            "tried on the mentions that hold {}: perhaps {:.1} % of all, by the words' lengths",
            words.join(" or "),
            share * 100.0
        ),
        None => format!(
            "tried on every mention, as no particular word is required; a file has at most \
             {MAXIMUM_UNANCHORED} such streams"
        ),
    }
}

fn list(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
