//! `vigie query translate QUERY`: a query of another suite in our language, and what was lost.

use std::io::Write as _;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde_json::json;
use vigie_query::{Dialect, Remark, translate};

use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};

/// What `vigie query translate` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose query it is
    #[arg(long, value_name = "SUITE", value_parser = dialects())]
    from: Dialect,
    /// The query
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn dialects() -> impl clap::builder::TypedValueParser<Value = Dialect> {
    let names = PossibleValuesParser::new(Dialect::ALL.map(Dialect::as_str));
    names.try_map(|name| {
        let found = Dialect::ALL.into_iter().find(|dialect| dialect.as_str() == name);
        found.ok_or("no suite that is known")
    })
}

impl Arguments {
    /// Translates the query.
    ///
    /// # Errors
    /// When the query is not well formed, nothing of it maps, or standard output cannot be written.
    pub fn run(self) -> Outcome {
        let Self { from, query, json } = self;
        let done = translate(&query, from)?;
        let mut out = stdout();
        if json {
            let remarks: Vec<_> = done.remarks.iter().map(remark_as_json).collect();
            let value = json!({
                "query": done.query.canonical(),
                "version": done.query.version().as_str(),
                "remarks": remarks,
            });
            write_pretty(&mut out, &value)?;
        } else {
            writeln!(out, "{}", done.query.canonical())?;
            for remark in &done.remarks {
                let column = query[..remark.range.start].chars().count() + 1;
                eprintln!("column {column}: {remark}");
            }
        }
        out.flush()?;
        let is_whole = !done.remarks.iter().any(|remark| remark.is_left_out);
        Ok(if is_whole { Exit::Drained } else { Exit::Fatal })
    }
}

fn remark_as_json(remark: &Remark) -> serde_json::Value {
    json!({
        "start": remark.range.start,
        "end": remark.range.end,
        "written": remark.written,
        "left_out": remark.is_left_out,
        "reason": remark.reason,
    })
}
