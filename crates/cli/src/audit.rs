//! `vigie audit`: adds up what became of every record, from end to end.

use std::io::{self, Write};

use serde_json::Value;

use crate::data::DataArguments;
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};
use crate::present::{list, number, text, thousands};
use crate::table::Table;

/// What `vigie audit` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Adds up what became of every record, and names what is missing or double",
    long_about = "Adds up what became of every record, from the lines of each source to the scored \
                  mentions. Every record has one fate: processed, duplicate, suppressed or \
                  dead-lettered. Ends with code 1 if the sums do not add up.",
    after_help = "Examples:\n  vigie audit\n  vigie audit --json | jq .ok"
)]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl Arguments {
    /// Adds up.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub fn run(self) -> Outcome {
        let audit = self.data.access()?.get("/v1/audit")?;
        let mut out = stdout();
        if self.json {
            write_pretty(&mut out, &audit)?;
        } else {
            write(&audit, &mut out)?;
        }
        out.flush()?;
        Ok(if audit["ok"] == Value::Bool(true) { Exit::Drained } else { Exit::Fatal })
    }
}

/// Writes the audit for people.
///
/// # Errors
/// When it cannot be written.
pub fn write(audit: &Value, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new([
        "service",
        "from",
        ">records",
        ">processed",
        ">of these late",
        ">duplicate",
        ">suppressed",
        ">dead letters",
        ">on the way",
        "adds up",
    ]);
    let mut wrong = Vec::new();
    let mut add = |service: &str, from: &str, sum: &Value, processed: &str| {
        let count = |path: &str| thousands(number(sum, path));
        // Ingest does not judge: late and duplicate are decided behind it.
        let judged = |path: &str| sum.pointer(path).map_or_else(String::new, |_| count(path));
        table.row([
            service.to_owned(),
            from.to_owned(),
            count("/expected"),
            count(processed),
            judged("/late"),
            judged("/duplicate"),
            count("/suppressed"),
            count("/dead_lettered"),
            count("/waiting"),
            if sum["ok"] == Value::Bool(true) { "yes".into() } else { "NO".into() },
        ]);
        if !text(sum, "/wrong").is_empty() {
            wrong.push(format!("{service}, {from}: {}", text(sum, "/wrong")));
        }
    };
    for source in list(audit, "/ingest") {
        add("ingest", &short(text(source, "/source")), source, "/raw");
    }
    for source in list(audit, "/tagger") {
        add("tagger", &short(text(source, "/source")), source, "/processed");
    }
    add("detector", "counts", &audit["detector"], "/processed");
    add("scorer", "author events", &audit["scorer"], "/processed");
    table.write("  ", out)?;
    let scored = &audit["scored"];
    writeln!(
        out,
        "  {} judgements on mentions.scored.v1: {} missing, {} there twice.",
        thousands(number(scored, "/distinct")),
        thousands(number(scored, "/missing")),
        thousands(number(scored, "/double"))
    )?;
    for path in ["/missing_ids", "/double_ids"] {
        for id in list(scored, path).iter().filter_map(Value::as_str) {
            writeln!(out, "    {}: {id}", path.trim_start_matches('/').replace("_ids", ""))?;
        }
    }
    if !text(scored, "/wrong").is_empty() {
        wrong.push(format!("mentions.scored.v1: {}", text(scored, "/wrong")));
    }
    for wrong in wrong {
        writeln!(out, "  WRONG: {wrong}")?;
    }
    let verdict = match (audit["ok"] == Value::Bool(true), audit["settled"] == Value::Bool(true)) {
        (true, true) => "Everything adds up.",
        (true, false) => "Everything adds up so far; records are still on their way.",
        (false, _) => "It does not add up.",
    };
    writeln!(out, "  {verdict}")
}

/// The last part of a path: what tells files apart at sight.
fn short(source: &str) -> String {
    source.rsplit('/').next().unwrap_or(source).to_owned()
}
