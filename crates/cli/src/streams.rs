//! `vigie streams check | apply | list | history | backfill`: the saved queries.

mod apply;
mod backfill;
mod history;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use vigie_query::Query;
use vigie_service::configuration::StreamFile;
use vigie_service::rules::WantedRules;

use crate::data::DataArguments;
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_line};
use crate::present::{list, number, text, thousands};
use crate::table::Table;

/// What `vigie streams` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Checks or applies a file of streams, or tells what is watched and who changed it",
    after_help = "Examples:\n  vigie streams check streams.toml\n  vigie streams apply streams.toml \
                  --dry-run\n  vigie streams list\n  vigie streams history"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Checks a file of streams; prints each with its version and canonical query
    #[command(after_help = "Example:\n  vigie streams check streams.toml")]
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Makes the streams and lists of a file the ones that are watched, without a restart
    Apply(apply::Arguments),
    /// Holds a stream to the mentions that the raw log still has, as live would have
    Backfill(backfill::Arguments),
    /// Tells who changed the streams, when and how, newest first
    History(history::Arguments),
    /// Lists the streams that are watched, with what was counted
    #[command(after_help = "Examples:\n  vigie streams list\n  vigie streams list --json | jq .id")]
    List {
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArguments,
    },
}

impl Arguments {
    /// Does what was asked for.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or that the data cannot be read or written.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Check { file } => check(&file),
            Command::Apply(arguments) => arguments.run(),
            Command::Backfill(arguments) => arguments.run(),
            Command::History(arguments) => arguments.run(),
            Command::List { json, data } => print_watched(json, &data),
        }
    }
}

fn check(file: &std::path::Path) -> Outcome {
    let WantedRules { streams, lists } = StreamFile::read(file)?.rules;
    let versions: BTreeMap<_, _> =
        lists.iter().map(|list| (list.name.clone(), list.version())).collect();
    let mut table = Table::new(["stream", "version", "query"]);
    for stream in &streams {
        let query = Query::parse(&stream.query)?;
        let version = query.version_with(|name| versions.get(name)).to_string();
        table.row([stream.id.to_string(), version, query.canonical().to_owned()]);
    }
    let mut out = stdout();
    table.write("", &mut out)?;
    if !lists.is_empty() {
        let mut table = Table::new(["list", "version", "kind", ">entries"]);
        for list in &lists {
            let (kind, entries) = (list.kind.as_str().to_owned(), list.entries.len());
            let version = versions[&list.name].to_string();
            table.row([list.name.to_string(), version, kind, thousands(entries as i64)]);
        }
        writeln!(out)?;
        table.write("", &mut out)?;
    }
    out.flush()?;
    eprintln!("{}: {} streams, all can be watched", file.display(), streams.len());
    Ok(Exit::Drained)
}

fn print_watched(json: bool, data: &DataArguments) -> Outcome {
    let answer = data.access()?.get("/v1/streams")?;
    let mut out = stdout();
    if json {
        for stream in list(&answer, "/streams") {
            write_line(&mut out, stream)?;
        }
        out.flush()?;
        return Ok(Exit::Drained);
    }
    let columns = [
        "stream",
        "version",
        "kind",
        "group",
        ">mentions",
        ">negative",
        ">positive",
        "spike",
        "query",
    ];
    let mut table = Table::new(columns);
    for stream in list(&answer, "/streams") {
        let count = |path: &str| thousands(number(stream, path));
        let spike = text(stream, "/open_spike/opened_at");
        table.row([
            text(stream, "/id").to_owned(),
            text(stream, "/version").to_owned(),
            text(stream, "/kind").to_owned(),
            text(stream, "/group").to_owned(),
            count("/counted/mentions"),
            count("/counted/sentiment/negative"),
            count("/counted/sentiment/positive"),
            if spike.is_empty() { "calm".into() } else { format!("open since {spike}") },
            text(stream, "/query").to_owned(),
        ]);
    }
    table.write("", &mut out)?;
    out.flush()?;
    Ok(Exit::Drained)
}
