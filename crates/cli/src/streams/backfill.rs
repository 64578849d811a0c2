//! `vigie streams backfill`: a stream is held to what the raw log still has.

use std::io::Write as _;
use std::time::Duration;

use anyhow::bail;
use serde_json::{Value, json};
use vigie_service::access::Access;

use crate::data::{DataArguments, path_segment, pause};
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};
use crate::present::{number, text, thousands};

/// How often it is asked how far the run has come.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// How many looks lie between two lines that tell it.
const LOOKS_A_LINE: u32 = 10;

/// What `vigie streams backfill` takes.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Holds a stream that is new or has changed to the mentions that the raw log still \
                  has, and tells what live would have told: matches on mentions.scored.v1 with \
                  `backfill` naming the stream and origin `backfill`, and counts, which closed \
                  windows take as corrections. What live or an earlier run has told under this \
                  version is not told again, so a run that was broken off is simply started again. \
                  It reads slowly, and waits while live is behind. It runs in the process that \
                  takes what enters: `vigie up`, or with --at an instance of `vigie ingest`.",
    after_help = "Examples:\n  vigie streams backfill klm --from 2026-11-01T00:00:00Z\n  vigie streams \
                  backfill klm --records-per-second 50000 --at ingest-0:8600"
)]
pub(super) struct Arguments {
    /// The stream
    #[arg(value_name = "ID")]
    stream: String,
    /// Mentions that happened from then on, RFC 3339 [default: all that are kept]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Mentions that happened before then, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// How many records of the raw log are read in a second at most [default: 5000]
    #[arg(long, value_name = "N")]
    records_per_second: Option<u64>,
    /// Ask the API at this address instead of the process on the data directory
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["data", "config"])]
    at: Option<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl Arguments {
    /// Starts the run and waits for its end.
    ///
    /// # Errors
    /// When it cannot be started, or ends early.
    pub(super) fn run(self) -> Outcome {
        let access = match &self.at {
            Some(address) => Access::at(address),
            None => self.data.access()?,
        };
        let path = format!("/v1/streams/{}/backfill", path_segment(&self.stream));
        let body = json!({
            "from": self.from,
            "to": self.to,
            "records_per_second": self.records_per_second,
        });
        let mut run = access.post(&path, "application/json", body.to_string().into_bytes())?;
        let mut looks = 0_u32;
        while run["state"] == "running" {
            pause(BETWEEN_LOOKS);
            run = access.get(&path)?;
            looks += 1;
            if looks.is_multiple_of(LOOKS_A_LINE) && run["state"] == "running" {
                eprintln!("{}", line(&run));
            }
        }
        if run["state"] == "failed" {
            bail!("{}; {}: start it again to go on", text(&run, "/reason"), line(&run));
        }
        let mut out = stdout();
        if self.json {
            write_pretty(&mut out, &run)?;
        } else {
            let (stream, version) = (text(&run, "/stream"), text(&run, "/version"));
            writeln!(out, "{stream}@{version} is back-filled: {}", line(&run))?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

/// How far a run has come.
fn line(run: &Value) -> String {
    let count = |path: &str| thousands(number(run, path));
    let left = number(run, "/left");
    let left = if left == 0 { String::new() } else { format!(", {} left", thousands(left)) };
    format!(
        "{} records read{left}, {} mentions held to it, {} told, {} of suppressed authors",
        count("/read"),
        count("/held"),
        count("/told"),
        count("/suppressed"),
    )
}
