//! How long a mention takes from its ingestion until a reader has it scored.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use vigie_schema::Schemas;

use crate::clock::now;
use crate::stage::{Stage, StageSettings};
use crate::topics::config;
use crate::workload::Workload;

/// The shares of mentions that are told.
pub const QUANTILES: [f64; 3] = [0.5, 0.99, 0.999];

/// How long one wait for records is.
const BEAT: Duration = Duration::from_millis(50);

/// Delays in milliseconds, the smallest first.
#[derive(Clone, Debug, Default)]
pub struct Delays(Vec<i64>);

impl Delays {
    /// The delay that such a share of mentions stays within.
    pub fn quantile(&self, share: f64) -> Option<i64> {
        let last = self.0.len().checked_sub(1)?;
        Some(self.0[(share * last as f64).round() as usize])
    }

    /// How many mentions were seen.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads scored mentions as they come.
pub struct Listener {
    consumer: BaseConsumer,
    schemas: Schemas,
}

impl Listener {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the cluster cannot be reached.
    pub fn open(bootstrap: &str) -> Result<Self> {
        let consumer: BaseConsumer = config(bootstrap)
            .set("group.id", "latency")
            .set("auto.offset.reset", "latest")
            .set("isolation.level", "read_committed")
            .set("fetch.wait.max.ms", "10")
            .create()?;
        consumer.subscribe(&[vigie_schema::topics::MENTIONS_SCORED])?;
        Ok(Self { consumer, schemas: Schemas::new() })
    }

    /// Measures for so long; the first part, until services and listener run warm, is left out.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn listen(&self, warm_up: Duration, span: Duration) -> Result<Delays> {
        let (begun, mut delays) = (now(), Vec::new());
        while now() < begun + warm_up + span {
            let Some(message) = self.consumer.poll(BEAT) else { continue };
            let Ok(message) = message else { continue };
            let heard = wall_millis();
            let value = message.payload().context("a scored mention has a value")?;
            let mention = self.schemas.scored.decode(value).map_err(anyhow::Error::msg)?;
            if now() >= begun + warm_up {
                delays.push(heard - mention.ingested_at.as_millis());
            }
        }
        delays.sort_unstable();
        ensure!(!delays.is_empty(), "no scored mention came within {:?}", warm_up + span);
        Ok(Delays(delays))
    }
}

#[expect(clippy::disallowed_methods, reason = "the delay is between two readings of this clock")]
fn wall_millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as i64
}

/// How long services and listener run before delays count.
const WARM_UP: Duration = Duration::from_secs(8);

/// How long delays are measured.
const SPAN: Duration = Duration::from_secs(20);

/// The delays at one pace and one commit interval.
///
/// # Errors
/// When a service cannot be had.
pub fn measure(
    bootstrap: &str,
    directory: &Path,
    lines_per_second: u64,
    commit_interval: &'static str,
) -> Result<Delays> {
    let here = directory.join(format!("latency-{commit_interval}"));
    std::fs::create_dir_all(&here).with_context(|| format!("cannot make {}", here.display()))?;
    let seconds = (WARM_UP + SPAN).as_secs() + 10;
    // Mentions of a seed have their ids: each interval has mentions of its own.
    let seed = commit_interval.bytes().map(u64::from).sum();
    let workload = Workload::simulate(&here, seed, lines_per_second * seconds)?;
    let settings = StageSettings {
        lines_per_second: Some(lines_per_second),
        commit_interval,
        ..StageSettings::default()
    };
    let mut stage = Stage::set(bootstrap, &workload.streams(), &here, &settings)?;
    stage.start_streams(1, 1, 1)?;
    let listener = Listener::open(bootstrap)?;
    stage.start_ingest(0, &workload.mentions())?;
    let delays = listener.listen(WARM_UP, SPAN);
    stage.fleet.stop_all()?;
    delays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_delay_that_was_seen() {
        let delays = Delays((1..=100).collect());
        assert_eq!(delays.quantile(0.5), Some(51));
        assert_eq!(delays.quantile(0.99), Some(99));
        assert_eq!(delays.quantile(1.0), Some(100));
        assert_eq!(Delays::default().quantile(0.5), None);
    }
}
