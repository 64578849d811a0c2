//! `vigie author ID`: everything held on one author, the score with its terms.

use std::io::{self, Write};

use serde_json::Value;

use crate::data::{DataArguments, path_segment};
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};
use crate::present::{fraction, list, minute, number, text, thousands};
use crate::table::Table;

/// What `vigie author` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Shows everything held on one author: the score, its terms, and what they come from",
    after_help = "Examples:\n  vigie author twitter:JetBlueNews\n  \
                  vigie author twitter:JetBlueNews --json | jq .score\n  \
                  vigie author twitter:JetBlueNews --suppress"
)]
pub struct Arguments {
    /// The author, as network:native-id
    #[arg(value_name = "ID")]
    id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Measure this author no more: their mentions are counted out at the door from now on
    #[arg(long, conflicts_with = "json")]
    suppress: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl Arguments {
    /// Shows or suppresses the author.
    ///
    /// # Errors
    /// When nothing is held of the author, or the data cannot be read.
    pub fn run(self) -> Outcome {
        let access = self.data.access()?;
        let path = format!("/v1/authors/{}", path_segment(&self.id));
        let mut out = stdout();
        if self.suppress {
            let answer =
                access.post(&format!("{path}/suppress"), "application/json", b"{}".to_vec())?;
            let revision = number(&answer, "/revision");
            writeln!(
                out,
                "{} is measured no more, from revision {revision} of suppressions.v1 on",
                self.id
            )?;
            out.flush()?;
            return Ok(Exit::Drained);
        }
        let author = access.get(&path)?;
        if self.json {
            write_pretty(&mut out, &author)?;
        } else {
            show(&author, &mut out)?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

fn show(author: &Value, out: &mut dyn Write) -> io::Result<()> {
    let known = |path: &str| match author.pointer(path) {
        None | Some(Value::Null) => "unknown".to_owned(),
        Some(Value::String(known)) => known.clone(),
        Some(other) => other.to_string(),
    };
    let time = |path: &str| minute(&known(path));
    writeln!(out, "{} ({}, @{})", known("/author"), known("/display_name"), known("/handle"))?;
    let followers = match author.pointer("/followers").and_then(Value::as_i64) {
        Some(followers) => {
            format!("{} (as of {})", thousands(followers), time("/followers_as_of"))
        }
        None => "unknown".into(),
    };
    writeln!(out, "followers   {followers}")?;
    writeln!(out, "seen        {} to {}", time("/first_seen"), time("/last_seen"))?;
    writeln!(
        out,
        "mentions    {} on {} days",
        thousands(number(author, "/mentions")),
        number(author, "/active_days")
    )?;
    writeln!(out, "sentiment   {}", tally(author, "/sentiment"))?;
    writeln!(out, "intents     {}", counts(list(author, "/intents")))?;
    writeln!(out, "received    {}", counts(list(author, "/received")))?;
    for stream in list(author, "/streams") {
        let of = format!("{} mentions", thousands(number(stream, "/count")));
        let sentiment = tally(stream, "/sentiment");
        writeln!(out, "on stream   {}: {of}, {sentiment}", text(stream, "/stream"))?;
    }
    writeln!(
        out,
        "\nscore       {:.4} as of {}, configuration {}",
        fraction(author, "/score/value"),
        time("/as_of"),
        known("/configuration")
    )?;
    let mut table = Table::new(["term", ">adds"]);
    for term in list(author, "/score/terms") {
        let value = fraction(term, "/value");
        table.row([text(term, "/name").to_owned(), format!("{value:+.4}")]);
    }
    if table.is_empty() { Ok(()) } else { table.write("  ", out) }
}

fn tally(value: &Value, path: &str) -> String {
    let tally = value.pointer(path).unwrap_or(&Value::Null);
    let count = |name: &str| thousands(number(tally, &format!("/{name}")));
    format!(
        "{} negative, {} neutral, {} positive, {} unknown",
        count("negative"),
        count("neutral"),
        count("positive"),
        count("unknown")
    )
}

fn counts(counts: &[Value]) -> String {
    if counts.is_empty() {
        return "none".into();
    }
    let count =
        |named: &Value| format!("{} {}", thousands(number(named, "/count")), text(named, "/name"));
    counts.iter().map(count).collect::<Vec<_>>().join(", ")
}
