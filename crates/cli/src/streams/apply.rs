//! `vigie streams apply`: a file of streams becomes what is watched, and what differs is told.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};
use vigie_service::configuration::StreamFile;

use crate::data::DataArguments;
use crate::exit::{Exit, Misuse, Outcome};
use crate::jsonl::{stdout, write_pretty};
use crate::present::{list, number, text, thousands};

/// What `vigie streams apply` takes.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Makes the streams and lists of a file the ones that are watched: streams that are \
                  not in the file are no longer watched. Nothing restarts: what enters from a moment \
                  later on is judged by the new revision on every instance, and each match names the \
                  version of its stream. The running service checks the file again; a file with a \
                  mistake changes nothing. To go back, apply the old file.",
    after_help = "Examples:\n  vigie streams apply streams.toml --dry-run\n  vigie streams apply \
                  streams.toml --by ann --note \"new brand\"\n  vigie streams apply streams.toml \
                  --if-revision 7 --config cluster.toml"
)]
pub(super) struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who applies it [default: the name in the environment's USER]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Tell what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Only if this is the revision that is watched: nobody has applied anything since
    #[arg(long, value_name = "N")]
    if_revision: Option<u64>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl Arguments {
    /// Applies the file.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or that it cannot be applied.
    pub(super) fn run(self) -> Outcome {
        let rules = StreamFile::read(&self.file)?.rules;
        let by = self.by.or_else(|| std::env::var("USER").ok());
        let by = by
            .filter(|by| !by.trim().is_empty())
            .ok_or_else(|| Misuse("who applies it? --by NAME is kept with the change".into()))?;
        let lists: Vec<Value> = rules
            .lists
            .iter()
            .map(|list| json!({ "name": list.name, "kind": list.kind, "entries": list.entries }))
            .collect();
        let body = json!({
            "by": by,
            "note": self.note,
            "if_revision": self.if_revision,
            "dry_run": self.dry_run,
            "streams": rules.streams,
            "lists": lists,
        });
        let access = self.data.access()?;
        let answer =
            access.put("/v1/streams", "application/json", body.to_string().into_bytes())?;
        let mut out = stdout();
        if self.json {
            write_pretty(&mut out, &answer)?;
        } else {
            write_differences(&answer, &mut out)?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

/// One block for each stream and list that differs, and what it comes to.
fn write_differences(answer: &Value, out: &mut dyn Write) -> io::Result<()> {
    let streams = list(answer, "/streams");
    for stream in streams {
        write_stream(stream, out)?;
    }
    for of_list in list(answer, "/lists") {
        let sign = sign(text(of_list, "/becomes"));
        let count = |path: &str| thousands(number(of_list, path));
        writeln!(
            out,
            "{sign} list {}: {} entries, {} new, {} gone",
            text(of_list, "/name"),
            count("/entries"),
            count("/added"),
            count("/removed"),
        )?;
    }
    let count =
        |becomes: &str| streams.iter().filter(|stream| text(stream, "/becomes") == becomes).count();
    let is_dry = answer["dry_run"] == true;
    let revision = number(answer, "/revision");
    let head = match (is_dry, answer["written"] == true) {
        (true, _) => format!("nothing was changed (revision {revision}); this would be"),
        (false, true) => format!("revision {revision} is watched from now on"),
        (false, false) => format!("revision {revision} is that already"),
    };
    writeln!(
        out,
        "{head}: {} added, {} changed, {} removed, {} as before",
        count("added"),
        count("changed"),
        count("removed"),
        number(answer, "/unchanged"),
    )
}

fn sign(becomes: &str) -> &'static str {
    match becomes {
        "added" => "+",
        "removed" => "-",
        _ => "~",
    }
}

fn write_stream(stream: &Value, out: &mut dyn Write) -> io::Result<()> {
    let becomes = text(stream, "/becomes");
    let id = text(stream, "/id");
    let state = |side: &str| {
        let (version, query) = (format!("/{side}/version"), format!("/{side}/query"));
        (text(stream, &version).to_owned(), text(stream, &query).to_owned())
    };
    let (before, after) = (state("before"), state("after"));
    if becomes != "changed" {
        let (version, query) = if becomes == "added" { after } else { before };
        return writeln!(out, "{} {id}@{version}  {query}", sign(becomes));
    }
    let fields: Vec<&str> = list(stream, "/fields").iter().filter_map(Value::as_str).collect();
    writeln!(out, "~ {id}  {}", fields.join(", "))?;
    if before != after {
        writeln!(out, "  - {id}@{}  {}", before.0, before.1)?;
        writeln!(out, "  + {id}@{}  {}", after.0, after.1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_stream_by_stream() {
        let state = |version: &str, query: &str| json!({ "version": version, "query": query });
        let answer = json!({
            "revision": 7, "dry_run": false, "written": true, "unchanged": 3,
            "streams": [
                { "id": "a", "becomes": "added", "before": null, "after": state("1", "delta") },
                { "id": "b", "becomes": "changed", "fields": ["query"],
                  "before": state("2", "x"), "after": state("3", "x OR y") },
                { "id": "c", "becomes": "removed", "before": state("4", "z"), "after": null },
            ],
            "lists": [{ "name": "staff", "becomes": "changed", "entries": 1200, "added": 3,
                        "removed": 1 }],
        });
        let mut out = Vec::new();
        write_differences(&answer, &mut out).expect("written");
        let expected = "+ a@1  delta\n~ b  query\n  - b@2  x\n  + b@3  x OR y\n- c@4  z\n~ list \
                        staff: 1,200 entries, 3 new, 1 gone\nrevision 7 is watched from now on: 1 \
                        added, 1 changed, 1 removed, 3 as before\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
