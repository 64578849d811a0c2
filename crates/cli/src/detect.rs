//! `vigie detect --counts F.csv`: the spikes in a series of counts, row by row.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use csv::StringRecord;
use vigie_detector::series::{Row, RowState, Rows, Settings, Zone};

use crate::exit::{Exit, Misuse, Outcome};
use crate::jsonl::stdout;

/// What `vigie detect` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Finds the spikes in a CSV file of counts",
    long_about = "Finds the spikes in a CSV file with the columns `timestamp` and `value`, one row \
                  for each interval of time. Prints a row for each: \
                  timestamp,observed,expected,p_value,anomaly_score,state,alert. A row depends on \
                  the rows before it and on itself. `anomaly_score` is from 0 to 1, 0.5 is where a \
                  spike may open; `alert` is 1 in the row where one opens.",
    after_help = "Examples:\n  vigie detect --counts visits.csv > judged.csv\n  \
                  vigie detect --counts visits.csv --timezone Europe/Paris | grep ',1$'"
)]
pub struct Arguments {
    /// The file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    counts: PathBuf,
    /// The time zone whose days and weeks the counts follow
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// False alarms allowed in 30 days
    #[arg(long, value_name = "N", default_value_t = Settings::default().false_alarms_per_month)]
    false_alarms_per_month: f64,
    /// Counts below this are never a spike
    #[arg(long, value_name = "N", default_value_t = Settings::default().minimum_count)]
    minimum_count: u64,
    /// Days of history before a spike may open
    #[arg(long, value_name = "N", default_value_t = Settings::default().warm_up_days)]
    warm_up_days: f64,
}

impl Arguments {
    /// Judges every row.
    ///
    /// # Errors
    /// When the settings are wrong, a row is none, or a stream fails.
    pub fn run(self) -> Outcome {
        let settings = Settings {
            false_alarms_per_month: self.false_alarms_per_month,
            minimum_count: self.minimum_count,
            warm_up_days: self.warm_up_days,
            ..Settings::default()
        };
        settings.check().map_err(|error| Misuse(error.to_string()))?;
        let zone = Zone::named(&self.timezone).map_err(|error| Misuse(error.to_string()))?;
        let (name, input) = open(&self.counts)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
        let header = reader.headers().with_context(|| format!("cannot read {name}"))?.clone();
        let column = |wanted: &str| {
            header.iter().position(|column| column.trim() == wanted).ok_or_else(|| {
                let columns: Vec<&str> = header.iter().collect();
                Misuse(format!(
                    "{name}:1: the header row has no column \"{wanted}\"; its columns are {}",
                    columns.join(", ")
                ))
            })
        };
        let columns = (column("timestamp")?, column("value")?);
        let mut out = stdout();
        writeln!(out, "timestamp,observed,expected,p_value,anomaly_score,state,alert")?;
        let mut rows = Rows::new(settings, zone.clone());
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).with_context(|| format!("cannot read {name}"))? {
            let line = record.position().map_or(0, csv::Position::line);
            let place = || format!("{name}:{line}");
            let (time, value) = fields(&record, columns).with_context(place)?;
            let at = zone.read_time(time).with_context(place)?;
            let row = rows.push(at, value).with_context(place)?;
            write_row(&mut out, time, &row)?;
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

fn open(file: &Path) -> anyhow::Result<(String, Box<dyn Read>)> {
    if file == Path::new("-") {
        return Ok(("stdin".into(), Box::new(io::stdin())));
    }
    let name = file.display().to_string();
    let opened = File::open(file).with_context(|| format!("cannot open {name}"))?;
    Ok((name, Box::new(opened)))
}

fn fields(record: &StringRecord, (time, value): (usize, usize)) -> anyhow::Result<(&str, u64)> {
    let time = record.get(time).context("timestamp: the row has no such column")?;
    let value = record.get(value).context("value: the row has no such column")?.trim();
    let count = value.parse().ok().or_else(|| whole(value));
    let count = count
        .with_context(|| format!("value: found \"{value}\", expected a whole number from 0 on"))?;
    Ok((time.trim(), count))
}

/// A whole number that was written with a fraction of nothing, as some tools do.
fn whole(value: &str) -> Option<u64> {
    let (number, fraction) = value.split_once('.')?;
    let is_nothing = fraction.bytes().all(|digit| digit == b'0');
    number.parse().ok().filter(|_| is_nothing)
}

fn write_row(out: &mut impl io::Write, time: &str, row: &Row) -> io::Result<()> {
    let state = match row.state {
        RowState::Warming => "warming",
        RowState::Calm => "calm",
        RowState::Spike => "spike",
    };
    writeln!(
        out,
        "{time},{},{:.3},{:e},{:.6},{state},{}",
        row.observed,
        row.expected,
        row.p_value,
        row.anomaly_score,
        u8::from(row.alert)
    )
}
