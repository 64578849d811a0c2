//! Counts in rows of any interval, as from a CSV file: the same fold, row by row.
//!
//! The interval is the median of those between the first [`PROBE_ROWS`] rows, which are judged
//! `warming`; a row that is missing later counts as empty. Authors are unknown, so the gates on
//! them do not apply.
//!
//! Guarantees: a row's verdict depends on the rows before it and on itself. Refuses: rows whose
//! time does not rise.

use serde::{Deserialize, Serialize};
use vigie_types::{Bucket, EventTime, Millis, SpikeState};

use super::fold::{Grid, Ground, Observation, Series, Verdict};
use super::settings::Settings;
use super::zone::Zone;

/// Rows from which the interval is read: enough for a median that one gap does not move.
const PROBE_ROWS: usize = 16;

/// Where a row finds the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowState {
    /// History is too short to judge.
    Warming,
    /// No spike is open.
    Calm,
    /// A spike is open.
    Spike,
}

/// What one row says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The row's time.
    pub at: EventTime,
    /// Its count.
    pub observed: u64,
    /// The count expected from the rows before.
    pub expected: f64,
    /// Probability of so many or more.
    pub p_value: f64,
    /// The same from 0 to 1; 0.5 is the threshold.
    pub anomaly_score: f64,
    /// Where the stream is.
    pub state: RowState,
    /// Whether a spike opens in this row.
    pub alert: bool,
    /// The opening's counterfactual; only when `alert`.
    pub would_not_fire_at: Option<u64>,
}

/// A row that cannot follow the one before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row} is at {at}, which is not after the row before it at {before}")]
pub struct RowError {
    row: u64,
    at: EventTime,
    before: EventTime,
}

/// Folds rows.
#[derive(Debug)]
pub struct Rows {
    settings: Settings,
    zone: Zone,
    count: u64,
    before: Option<EventTime>,
    probe: Vec<(EventTime, u64)>,
    fold: Option<(Grid, Series)>,
}

impl Rows {
    /// No rows yet. Of the settings, those on authors are left aside.
    pub fn new(settings: Settings, zone: Zone) -> Self {
        let settings = settings.without_authors();
        Self { settings, zone, count: 0, before: None, probe: Vec::new(), fold: None }
    }

    /// Judges the next row.
    ///
    /// # Errors
    /// When its time is not after that of the row before; the row is left out then.
    pub fn push(&mut self, at: EventTime, value: u64) -> Result<Row, RowError> {
        self.count += 1;
        if let Some(before) = self.before.filter(|before| at <= *before) {
            return Err(RowError { row: self.count, at, before });
        }
        self.before = Some(at);
        if let Some((grid, series)) = &mut self.fold {
            let ground = Ground { grid: *grid, settings: &self.settings, zone: &self.zone };
            return Ok(Row::of(at, &fold_row(series, &ground, at, value)));
        }
        let sum: u64 = self.probe.iter().fold(0, |sum, (_, value)| sum.saturating_add(*value));
        let expected = sum as f64 / self.probe.len().max(1) as f64;
        self.probe.push((at, value));
        if self.probe.len() == PROBE_ROWS {
            self.start();
        }
        Ok(Row {
            at,
            observed: value,
            expected,
            p_value: 1.0,
            anomaly_score: 0.0,
            state: RowState::Warming,
            alert: false,
            would_not_fire_at: None,
        })
    }

    /// Reads the interval and folds the rows read so far.
    fn start(&mut self) {
        let Some((origin, _)) = self.probe.first().copied() else { return };
        let mut intervals: Vec<i64> =
            self.probe.windows(2).map(|pair| (pair[1].0 - pair[0].0).get()).collect();
        intervals.sort_unstable();
        let grid = Grid { width: Millis::new(intervals[intervals.len() / 2]), origin };
        let ground = Ground { grid, settings: &self.settings, zone: &self.zone };
        let mut series = Series::new();
        for (at, value) in std::mem::take(&mut self.probe) {
            fold_row(&mut series, &ground, at, value);
        }
        self.fold = Some((grid, series));
    }
}

/// Folds one row into the bucket nearest to its time, or the next free one.
fn fold_row(series: &mut Series, ground: &Ground<'_>, at: EventTime, value: u64) -> Verdict {
    let Grid { width, origin } = ground.grid;
    let half = width.get() / 2;
    let nearest = (at - origin).get().saturating_add(half).div_euclid(width.get());
    let free = series.last().map_or(nearest, |last| last.next().number());
    let observation = Observation { count: value, authors: 0, negative: 0, loudest: 0 };
    series.close_on(Bucket::from_number(nearest.max(free)), observation, ground)
}

impl Row {
    fn of(at: EventTime, verdict: &Verdict) -> Self {
        let opened = verdict.change.filter(|change| change.state == SpikeState::Opened);
        Self {
            at,
            observed: verdict.observed,
            expected: verdict.expected,
            p_value: verdict.p_value,
            anomaly_score: verdict.anomaly_score,
            state: match (verdict.warming, verdict.open) {
                (_, true) => RowState::Spike,
                (true, false) => RowState::Warming,
                (false, false) => RowState::Calm,
            },
            alert: opened.is_some(),
            would_not_fire_at: opened.map(|change| change.would_not_fire_at),
        }
    }
}
