//! `vigie tag`: standard input to standard output, one tagged mention a line, in the same order.
//!
//! Guarantees: the line's own fields stay as they were written; what vigie says of it follows under
//! the names that the topics have. Refuses: engines and state.

mod languages;
mod line;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use vigie_service::configuration::{Configuration, StreamFile};
use vigie_service::rules::WantedRules;
use vigie_tagger::{RuleSet, Tagger};
use vigie_text::Judge;

pub use self::line::LineReader;
use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;
use crate::lines::{Lines, Refused};

/// What `vigie tag` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Tags mentions: standard input to standard output, one line each, in the same order",
    long_about = "Tags mentions: standard input to standard output, one JSON object a line, in the \
                  same order.\n\nA line needs only `text`; `language`, `title` and \
                  `author.location` are heeded where they are there. Its own fields are kept; \
                  added are language, sentiment, intents, noise, fingerprint, place and matches. \
                  A declared `language` moves to `declared_language`. A line that cannot be tagged \
                  gives {\"error\", \"line\"} in its place, and the command ends with code 1.\n\n\
                  A line in vigie's envelope, or one that --config maps to it, meets the streams \
                  with all its fields; of any other line only the words are known.",
    after_help = "Examples:\n  echo '{\"text\":\"Where is my bag? Not happy @delta\"}' | vigie tag\n  \
                  vigie tag --streams streams.toml < mentions.ndjson | jq .sentiment.label"
)]
pub struct Arguments {
    /// The streams to match
    #[arg(long, value_name = "FILE")]
    streams: Option<PathBuf>,
    /// The configuration whose mapping reads the lines
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many threads judge [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Lists the languages with sentiment, how each was validated and what was measured, and ends
    #[arg(long)]
    languages: bool,
    /// Judges each text negative or positive: neutral is no answer
    #[arg(long)]
    binary: bool,
}

impl Arguments {
    /// Tags standard input.
    ///
    /// # Errors
    /// When a file of configuration is wrong or a stream fails.
    pub fn run(self) -> Outcome {
        if self.languages {
            languages::write(&mut stdout())?;
            return Ok(Exit::Drained);
        }
        let configuration = self.config.as_deref().map(Configuration::read).transpose()?;
        let configuration = configuration.unwrap_or_default();
        let rules = match self.streams.or(configuration.streams) {
            Some(file) => StreamFile::read(&file)?.rules,
            None => WantedRules::default(),
        };
        let reader = LineReader::new(configuration.ingest.mapping, !rules.streams.is_empty());
        let mut sentiment = configuration.sentiment;
        sentiment.binary |= self.binary;
        let (judge, rules) = tagger(rules, sentiment.judge());
        let each = move |line: &str, out: &mut Vec<u8>| {
            let (splice, mention) = reader.read(line)?;
            let (tagged, _) = judge.tag(&mention, &rules);
            splice.write_tagged(&tagged, out)
        };
        let lines = Lines {
            name: "stdin",
            threads: threads(self.threads),
            refused: Refused::Marked,
            each: Box::new(each),
        };
        let tally = lines.run(io::stdin(), &mut stdout())?;
        Ok(if tally.broken == 0 { Exit::Drained } else { Exit::Fatal })
    }
}

/// A tagger with the streams to match.
pub fn tagger(rules: WantedRules, judge: Judge) -> (Tagger, RuleSet) {
    (Tagger::new(Arc::new(judge)), RuleSet::of(rules.into()))
}

/// As many threads as asked for, else as there are cores.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    asked.unwrap_or_else(cores)
}
