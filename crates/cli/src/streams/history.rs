//! `vigie streams history`: who changed the streams, when and how.

use std::io::{self, Write};

use serde_json::Value;

use crate::data::{DataArguments, path_segment};
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_line};
use crate::present::{list, minute, number, text, thousands};

/// What `vigie streams history` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  vigie streams history\n  vigie streams history --stream delta \
                        --json | jq .put[0].query"
)]
pub(super) struct Arguments {
    /// Only changes of this stream
    #[arg(long, value_name = "ID")]
    stream: Option<String>,
    /// How many changes, newest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl Arguments {
    /// Prints the changes.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub(super) fn run(self) -> Outcome {
        let mut path = format!("/v1/streams/history?limit={}", self.limit);
        if let Some(stream) = &self.stream {
            path.extend(["&stream=", &path_segment(stream)]);
        }
        let answer = self.data.access()?.get(&path)?;
        let mut out = stdout();
        for change in list(&answer, "/changes") {
            if self.json {
                write_line(&mut out, change)?;
            } else {
                write_change(change, &mut out)?;
            }
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

fn write_change(change: &Value, out: &mut dyn Write) -> io::Result<()> {
    let by = change["by"].as_str().unwrap_or("the file of a start");
    let note = text(change, "/note");
    let note = if note.is_empty() { String::new() } else { format!("  {note}") };
    let (revision, at) = (number(change, "/revision"), minute(text(change, "/changed_at")));
    writeln!(out, "revision {revision}  {at}  {by}{note}")?;
    for stream in list(change, "/put") {
        let (id, version) = (text(stream, "/id"), text(stream, "/version"));
        writeln!(out, "  + {id}@{version}  {}", text(stream, "/query"))?;
    }
    for id in list(change, "/removed").iter().filter_map(Value::as_str) {
        writeln!(out, "  - {id}")?;
    }
    for of_list in list(change, "/lists") {
        let count = |path: &str| thousands(number(of_list, path));
        let name = text(of_list, "/name");
        if text(of_list, "/version").is_empty() {
            writeln!(out, "  - list {name}")?;
        } else {
            writeln!(out, "  + list {name}: {} new, {} gone", count("/added"), count("/removed"))?;
        }
    }
    Ok(())
}
