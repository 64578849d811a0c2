//! `vigie simulate`: synthetic networks as lines of NDJSON, with their truth beside them.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};
use vigie_simulator::{DeliveryKind, EventKind, Settings, Simulator};

use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;
use crate::progress::Progress;

/// What `vigie simulate` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Writes the mentions of simulated networks to standard output, as NDJSON",
    long_about = "Writes the mentions of simulated networks to standard output, in vigie's input \
                  envelope: posts, replies, reposts, quotes, comments and articles of invented \
                  people about invented brands, with storms, campaigns, spam, edits, deletes, \
                  duplicates, late and broken records. The same seed gives the same bytes.",
    after_help = "Examples:\n  vigie simulate --seed 7 --mentions 1000 | vigie tag\n  \
                  vigie simulate --seed 7 --mentions 20000 --streams streams.toml --truth \
                  truth.json > a.ndjson\n  vigie simulate --seed 7 --endless | head -5"
)]
pub struct Arguments {
    /// What decides everything
    #[arg(long, value_name = "N")]
    seed: u64,
    /// How many lines
    #[arg(long, value_name = "N", default_value_t = 10_000, conflicts_with = "endless")]
    mentions: u64,
    /// Go on until nobody reads
    #[arg(long)]
    endless: bool,
    /// How many mentions make a simulated day, with --endless
    #[arg(long, value_name = "N", default_value_t = 10_000.0, requires = "endless")]
    per_day: f64,
    /// How many people there are on all networks together
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    authors: u32,
    /// Write what is true of the run: planned events, what was delivered
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Write the streams that watch the simulated brands
    #[arg(long, value_name = "FILE")]
    streams: Option<PathBuf>,
}

impl Arguments {
    /// Writes the lines.
    ///
    /// # Errors
    /// When a file or standard output cannot be written.
    pub fn run(self) -> Outcome {
        let settings = if self.endless {
            Settings::endless(self.seed, self.per_day)
        } else {
            Settings::bounded(self.seed, self.mentions)
        };
        let settings = Settings { authors: self.authors, ..settings };
        let mut simulator = Simulator::new(settings)?;
        if let Some(file) = &self.streams {
            fs::write(file, simulator.streams_toml())
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        let lines = if self.endless { None } else { Some(self.mentions) };
        let written = write_lines(&mut simulator, &mut stdout(), lines);
        // Also when the reader has left: then it is the truth of what was written.
        if let Some(file) = &self.truth {
            let text = format!("{:#}\n", truth_of(&simulator));
            fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        written?;
        Ok(Exit::Drained)
    }
}

/// Writes every line of a run; returns how many there were.
///
/// # Errors
/// When they cannot be written.
pub fn write_lines(
    simulator: &mut Simulator,
    out: &mut dyn Write,
    expected: Option<u64>,
) -> anyhow::Result<u64> {
    let progress = Progress::counting("simulating", "lines", expected);
    let mut line = Vec::new();
    let mut lines = 0;
    for delivery in simulator {
        line.clear();
        delivery.to_line(&mut line);
        out.write_all(&line)?;
        lines += 1;
        progress.set(lines);
    }
    out.flush()?;
    Ok(lines)
}

/// What is true of the run so far.
fn truth_of(simulator: &Simulator) -> Value {
    let (settings, truth) = (simulator.settings(), simulator.truth());
    let deliveries = DeliveryKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), json!(truth.deliveries().of(*kind))));
    let streams = settings.brands.iter().enumerate().map(|(place, brand)| {
        let totals = truth.brand(vigie_simulator::BrandIndex::new(place as u8));
        json!({
            "stream": brand.id.as_str(),
            "mentions": totals.mentions,
            "negative": totals.negative,
            "positive": totals.positive,
        })
    });
    let events = truth.events().map(|event| {
        json!({
            "kind": kind_name(event.kind),
            "stream": settings.brands[event.brand.get()].id.as_str(),
            "hashtag": event.hashtag,
            "must_be_found": event.kind.is_burst(),
            "start": event.start.to_string(),
            "peak": event.peak.to_string(),
            "end": event.end.to_string(),
            "expected": event.expected,
            "delivered": event.delivered,
        })
    });
    json!({
        "seed": settings.seed,
        "lines": truth.deliveries().total(),
        "deliveries": deliveries.collect::<serde_json::Map<_, _>>(),
        "streams": streams.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
    })
}

/// The name of a kind of event.
pub const fn kind_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Storm => "storm",
        EventKind::Praise => "praise",
        EventKind::Outage => "outage",
        EventKind::Campaign => "campaign",
        EventKind::Flood => "flood",
    }
}
