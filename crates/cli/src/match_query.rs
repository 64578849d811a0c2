//! `vigie match QUERY`: the mentions on standard input that meet a query.

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use vigie_query::Query;
use vigie_schema::StreamDefinition;
use vigie_service::configuration::{Configuration, StreamFile};
use vigie_service::rules::WantedRules;
use vigie_types::StreamId;

use crate::exit::{Exit, Misuse, Outcome};
use crate::jsonl::stdout;
use crate::lines::{Lines, Refused};
use crate::tag::{LineReader, tagger, threads};

/// What `vigie match` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints the mentions on standard input that meet a query, with where they meet it",
    long_about = "Prints the mentions on standard input that meet a query. Each line is kept as it \
                  is; `spans` is added: the places in the text that met the query's words (UTF-8 \
                  byte ranges), empty when only fields did. Lines that are no mention are told on \
                  standard error, left out, and make the command end with code 1.",
    after_help = "Examples:\n  vigie match '(delta OR @delta) -kind:repost' < mentions.ndjson\n  \
                  vigie simulate --seed 1 --mentions 10000 | vigie match 'aerolumo sentiment:<-0.3'"
)]
pub struct Arguments {
    /// The query
    #[arg(value_name = "QUERY")]
    query: String,
    /// A file of streams whose lists the query may name, as in @list(staff)
    #[arg(long, value_name = "FILE")]
    lists: Option<PathBuf>,
    /// The configuration whose mapping reads the lines
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many threads match [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Serialize)]
struct Met<'t> {
    spans: Vec<MetSpan<'t>>,
}

#[derive(Serialize)]
struct MetSpan<'t> {
    text: &'t str,
    start: u32,
    end: u32,
}

impl Arguments {
    /// Matches standard input.
    ///
    /// # Errors
    /// When the query or the configuration is wrong, or a stream fails.
    pub fn run(self) -> Outcome {
        Query::parse(&self.query)?;
        let configuration = self.config.as_deref().map(Configuration::read).transpose()?;
        let configuration = configuration.unwrap_or_default();
        let reader = LineReader::new(configuration.ingest.mapping, true);
        let stream = StreamDefinition {
            id: StreamId::new("query")?,
            query: self.query,
            timezone: "UTC".into(),
            ..StreamDefinition::default()
        };
        let lists = match &self.lists {
            Some(file) => StreamFile::read(file)?.rules.lists,
            None => Vec::new(),
        };
        let rules = WantedRules { streams: vec![stream], lists };
        if let Some(problem) = rules.problems().first() {
            return Err(Misuse(format!("{}; --lists FILE names lists", problem.text)).into());
        }
        let (judge, rules) = tagger(rules, configuration.sentiment.judge());
        let each = move |line: &str, out: &mut Vec<u8>| {
            let (splice, mention) = reader.read(line)?;
            let (tagged, _) = judge.tag(&mention, &rules);
            let Some(met) = tagged.matches.first() else { return Ok(()) };
            let span = |span: &vigie_types::Span| {
                let text = mention.text.get(span.start as usize..span.end as usize);
                MetSpan { text: text.unwrap_or_default(), start: span.start, end: span.end }
            };
            splice.write_with(&Met { spans: met.spans.iter().map(span).collect() }, out)
        };
        let lines = Lines {
            name: "stdin",
            threads: threads(self.threads),
            refused: Refused::LeftOut,
            each: Box::new(each),
        };
        let tally = lines.run(io::stdin(), &mut stdout())?;
        Ok(if tally.broken == 0 { Exit::Drained } else { Exit::Fatal })
    }
}
