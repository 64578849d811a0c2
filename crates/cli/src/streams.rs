//! `vigie streams check | list`: the saved queries.

use std::io::Write as _;
use std::path::PathBuf;

use vigie_query::Query;
use vigie_service::configuration::StreamFile;

use crate::data::DataArguments;
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_line};
use crate::present::{list, number, text, thousands};
use crate::table::Table;

/// What `vigie streams` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Checks a file of streams, or lists those that are watched",
    after_help = "Examples:\n  vigie streams check streams.toml\n  vigie streams list"
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
    /// Checks or lists.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or that the data cannot be read.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Check { file } => check(&file),
            Command::List { json, data } => print_watched(json, &data),
        }
    }
}

fn check(file: &std::path::Path) -> Outcome {
    let streams = StreamFile::read(file)?.streams;
    let mut table = Table::new(["stream", "version", "query"]);
    for stream in &streams {
        let query = Query::parse(&stream.query)?;
        let canonical = query.canonical().to_owned();
        table.row([stream.id.to_string(), query.version().to_string(), canonical]);
    }
    let mut out = stdout();
    table.write("", &mut out)?;
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
    let columns =
        ["stream", "kind", "group", ">mentions", ">negative", ">positive", "spike", "query"];
    let mut table = Table::new(columns);
    for stream in list(&answer, "/streams") {
        let count = |path: &str| thousands(number(stream, path));
        let spike = text(stream, "/open_spike/opened_at");
        table.row([
            text(stream, "/id").to_owned(),
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
