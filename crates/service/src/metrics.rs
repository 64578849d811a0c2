//! Prometheus metrics: handles made once, labels from closed sets.
//!
//! Counters that services raise stand here at once; what is only looked at (lags, sizes, open
//! spikes) is set when somebody scrapes, from a `Snapshot`; so are the taggers' own sums.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use prometheus::core::Collector;
use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use vigie_ingest::group::{PushAnswer, PushError};
use vigie_runtime::{Disposition, Observer, Rejection, TopicPartition};
use vigie_tagger::UnknownFields;
use vigie_types::Millis;

/// The stream services, by their processors' names.
const SERVICES: [&str; 3] = ["tagger", "detector", "scorer"];

/// Dispositions, as [`place_of`] numbers them.
const DISPOSITIONS: [&str; 5] =
    ["processed", "processed_late", "duplicate", "suppressed", "dead_lettered"];

/// What pushes are answered.
const ANSWERS: [&str; 5] = ["accepted", "repeated", "full", "unavailable", "refused"];

/// The most streams whose open spikes are told one by one; the most severe come first.
const MAXIMUM_SPIKE_SERIES: usize = 200;

/// Counts records of one service by disposition: no label is looked up for a record.
struct ServiceCounters {
    service: &'static str,
    by_disposition: [IntCounter; DISPOSITIONS.len()],
}

/// A spike that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenSpike {
    pub(crate) stream: String,
    pub(crate) kind: &'static str,
    pub(crate) severity: u8,
}

/// What ingest has committed over all sources.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IngestTotals {
    pub(crate) raw: u64,
    pub(crate) suppressed: u64,
    pub(crate) dead_lettered: u64,
    pub(crate) open_sources: u64,
}

/// What is looked at when somebody scrapes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) lags: Vec<(&'static str, u64)>,
    pub(crate) ingest: IngestTotals,
    pub(crate) open_spikes: Vec<OpenSpike>,
    /// None where the log cannot tell.
    pub(crate) log_bytes: Option<u64>,
    /// None where positions do not count records.
    pub(crate) dead_letters: Option<u64>,
}

/// Every series of one process.
pub struct Metrics {
    registry: Registry,
    services: Vec<ServiceCounters>,
    dispositions: IntCounterVec,
    pushes: [IntCounter; ANSWERS.len()],
    inputs: IntCounter,
    outputs: IntCounter,
    aborts: IntCounter,
    waits: IntCounter,
    refused_controls: IntCounter,
    commit_seconds: Histogram,
    restored_entries: IntCounter,
    restored_partitions: IntGauge,
    /// Told by readiness, no series.
    joined_threads: AtomicU64,
    freshness_seconds: Histogram,
    unknown_fields: Arc<UnknownFields>,
    looked_at: Mutex<LookedAt>,
}

/// The series that a scrape sets; one scrape at a time.
struct LookedAt {
    lags: IntGaugeVec,
    ingested: IntGaugeVec,
    open_sources: IntGauge,
    open_spikes: IntGauge,
    spike_severity: IntGaugeVec,
    /// Without labels; empty where the log does not tell.
    log_bytes: IntGaugeVec,
    dead_letters: IntGaugeVec,
    /// In the order of the sums that they are raised to.
    unknown_fields: Vec<IntCounter>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All series at zero.
    pub fn new() -> Self {
        let registry = Registry::new();
        let make = Make(&registry);
        let dispositions = make.counters(
            "vigie_runtime_records_total",
            "Input records by service and disposition.",
            &["service", "disposition"],
        );
        let services = SERVICES
            .into_iter()
            .map(|service| ServiceCounters {
                service,
                by_disposition: DISPOSITIONS
                    .map(|name| dispositions.with_label_values(&[service, name])),
            })
            .collect();
        let pushes = make.counters("vigie_ingest_pushes_total", "Pushes by answer.", &["answer"]);
        let unknown_fields = Arc::new(UnknownFields::default());
        let inputs = "vigie_runtime_inputs_total";
        let outputs = "vigie_runtime_outputs_total";
        Self {
            services,
            dispositions,
            pushes: ANSWERS.map(|answer| pushes.with_label_values(&[answer])),
            inputs: make.counter(inputs, "Input records committed, signals included."),
            outputs: make.counter(outputs, "Output records committed."),
            aborts: make.counter("vigie_runtime_aborts_total", "Commits that were rolled back."),
            waits: make.counter(
                "vigie_runtime_waits_total",
                "Times a task waited for a control revision.",
            ),
            refused_controls: make.counter(
                "vigie_runtime_refused_controls_total",
                "Records of control topics that are none, by each thread that reads them.",
            ),
            commit_seconds: make.histogram(
                "vigie_runtime_commit_seconds",
                "How long a commit took.",
                0.001,
            ),
            restored_entries: make
                .counter("vigie_runtime_restored_entries_total", "Changelog entries restored."),
            restored_partitions: make
                .gauge("vigie_runtime_restored_partitions", "Partitions restored since the start."),
            joined_threads: AtomicU64::new(0),
            freshness_seconds: make.histogram(
                "vigie_views_freshness_seconds",
                "From the entry of a mention until its score could be read, 50 ms of looking \
                 included.",
                0.01,
            ),
            looked_at: Mutex::new(LookedAt::new(&make, &unknown_fields)),
            unknown_fields,
            registry,
        }
    }

    /// The text that Prometheus scrapes.
    pub(crate) fn text(&self, snapshot: Snapshot) -> String {
        let looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        looked_at.set(snapshot);
        looked_at.raise(&self.unknown_fields);
        let mut buffer = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut buffer) {
            tracing::warn!(%error, "metrics cannot be encoded");
        }
        drop(looked_at);
        String::from_utf8_lossy(&buffer).into_owned()
    }

    /// Where this process's taggers count the fields that they do not know.
    pub(crate) const fn unknown_fields(&self) -> &Arc<UnknownFields> {
        &self.unknown_fields
    }

    /// Threads of stream services that have had an assignment since the start.
    pub(crate) fn joined_threads(&self) -> u64 {
        self.joined_threads.load(Ordering::Acquire)
    }

    /// A mention's score could be read so long after it entered.
    pub(crate) fn observe_freshness(&self, age: Millis) {
        self.freshness_seconds.observe(age.as_seconds().max(0.0));
    }

    /// A push was answered.
    pub(crate) fn pushed(&self, answer: Result<&PushAnswer, &PushError>) {
        let place = match answer {
            Ok(PushAnswer { repeated: false, .. }) => 0,
            Ok(PushAnswer { repeated: true, .. }) => 1,
            Err(PushError::Full) => 2,
            Err(PushError::Unavailable(_)) => 3,
            Err(PushError::KeyTooLong(_)) => 4,
        };
        self.pushes[place].inc();
    }
}

impl LookedAt {
    fn new(make: &Make<'_>, unknown_fields: &UnknownFields) -> Self {
        let by_field = make.counters(
            "vigie_tagger_unknown_fields_total",
            "Times a stream asked for a field that the mention does not have.",
            &["field"],
        );
        let counter = |(field, _)| by_field.with_label_values(&[field]);
        Self {
            unknown_fields: unknown_fields.iter().map(counter).collect(),
            lags: make.gauges(
                "vigie_runtime_lag_records",
                "Records that a service has still to process.",
                &["service"],
            ),
            ingested: make.gauges(
                "vigie_ingest_records",
                "Records that ingest has read, over all sources and runs, by what became of them.",
                &["became"],
            ),
            open_sources: make.gauge("vigie_ingest_open_sources", "Sources that have not ended."),
            open_spikes: make.gauge("vigie_spike_open_spikes", "Spikes that go on."),
            spike_severity: make.gauges(
                "vigie_spike_severity",
                "Severity of each open spike from 1 to 10, the 200 most severe.",
                &["stream", "kind"],
            ),
            log_bytes: make.gauges(
                "vigie_log_size_bytes",
                "Bytes that the embedded log's files take.",
                &[],
            ),
            dead_letters: make.gauges(
                "vigie_log_dead_letters",
                "Dead letters that were ever written to the embedded log.",
                &[],
            ),
        }
    }

    /// Raises the counters to what the taggers have counted; one scrape at a time, so that none is
    /// raised twice.
    fn raise(&self, unknown_fields: &UnknownFields) {
        for (counter, (_, sum)) in self.unknown_fields.iter().zip(unknown_fields.iter()) {
            counter.inc_by(sum.saturating_sub(counter.get()));
        }
    }

    fn set(&self, snapshot: Snapshot) {
        let Snapshot { lags, ingest, mut open_spikes, log_bytes, dead_letters } = snapshot;
        for (service, lag) in lags {
            self.lags.with_label_values(&[service]).set(signed(lag));
        }
        let became = [
            ("raw", ingest.raw),
            ("suppressed", ingest.suppressed),
            ("dead_lettered", ingest.dead_lettered),
        ];
        for (became, records) in became {
            self.ingested.with_label_values(&[became]).set(signed(records));
        }
        self.open_sources.set(signed(ingest.open_sources));
        self.open_spikes.set(open_spikes.len() as i64);
        open_spikes.sort_by(|one, other| {
            other.severity.cmp(&one.severity).then_with(|| one.stream.cmp(&other.stream))
        });
        self.spike_severity.reset();
        for spike in open_spikes.into_iter().take(MAXIMUM_SPIKE_SERIES) {
            let labels = [spike.stream.as_str(), spike.kind];
            self.spike_severity.with_label_values(&labels).set(i64::from(spike.severity));
        }
        for (gauge, value) in [(&self.log_bytes, log_bytes), (&self.dead_letters, dead_letters)] {
            if let Some(value) = value {
                gauge.with_label_values::<&str>(&[]).set(signed(value));
            }
        }
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Makes handles and registers them. Names are constants of this file: a wrong one fails every
/// test.
struct Make<'a>(&'a Registry);

impl Make<'_> {
    fn registered<C: Collector + Clone + 'static>(&self, collector: C) -> C {
        self.0.register(Box::new(collector.clone())).expect("registered once");
        collector
    }

    fn counter(&self, name: &str, help: &str) -> IntCounter {
        self.registered(IntCounter::new(name, help).expect("a valid name"))
    }

    fn gauge(&self, name: &str, help: &str) -> IntGauge {
        self.registered(IntGauge::new(name, help).expect("a valid name"))
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        let options = Opts::new(name, help);
        self.registered(IntCounterVec::new(options, labels).expect("valid names"))
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
        let options = Opts::new(name, help);
        self.registered(IntGaugeVec::new(options, labels).expect("valid names"))
    }

    /// Fourteen buckets, each twice as wide as the one before.
    fn histogram(&self, name: &str, help: &str, first: f64) -> Histogram {
        let buckets = prometheus::exponential_buckets(first, 2.0, 14).expect("a valid series");
        let options = HistogramOpts::new(name, help).buckets(buckets);
        self.registered(Histogram::with_opts(options).expect("a valid histogram"))
    }
}

const fn place_of(disposition: Disposition) -> usize {
    match disposition {
        Disposition::Processed { late: false } => 0,
        Disposition::Processed { late: true } => 1,
        Disposition::Duplicate => 2,
        Disposition::Suppressed => 3,
        Disposition::DeadLettered => 4,
    }
}

impl Observer for Metrics {
    fn disposed(&self, task: &'static str, disposition: Disposition) {
        let place = place_of(disposition);
        match self.services.iter().find(|known| known.service == task) {
            Some(known) => known.by_disposition[place].inc(),
            None => self.dispositions.with_label_values(&[task, DISPOSITIONS[place]]).inc(),
        }
    }

    fn committed(&self, inputs: u64, outputs: u64, took: Millis) {
        self.inputs.inc_by(inputs);
        self.outputs.inc_by(outputs);
        self.commit_seconds.observe(took.as_seconds());
    }

    fn aborted(&self, reason: &str) {
        tracing::warn!(reason, "a commit was rolled back and is made again");
        self.aborts.inc();
    }

    fn restored(&self, partition: &TopicPartition, entries: u64, took: Millis) {
        self.restored_entries.inc_by(entries);
        self.restored_partitions.inc();
        tracing::info!(%partition, entries, seconds = took.as_seconds(), "restored");
    }

    fn joined(&self) {
        self.joined_threads.fetch_add(1, Ordering::AcqRel);
    }

    fn control_refused(&self, reason: &Rejection) {
        tracing::error!(%reason, "a control record is none, and what was decided before goes on");
        self.refused_controls.inc();
    }

    fn waiting(&self, _partition: &TopicPartition) {
        self.waits.inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every series there is, its buckets left out.
    const SERIES: &str = include_str!("../tests/fixtures/series.txt");

    #[test]
    fn every_series_is_listed() {
        let metrics = Metrics::new();
        let spike =
            |stream: &str, severity| OpenSpike { stream: stream.into(), kind: "brand", severity };
        let text = metrics.text(Snapshot {
            lags: SERVICES.map(|service| (service, 1)).into(),
            open_spikes: vec![spike("delta", 7)],
            log_bytes: Some(1),
            dead_letters: Some(1),
            ..Snapshot::default()
        });
        let series: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.contains("_bucket{"))
            .filter_map(|line| line.rsplit_once(' ').map(|(series, _)| series))
            .collect();
        assert_eq!(series.join("\n"), SERIES.trim_end());
    }

    #[test]
    fn the_most_severe_spikes_are_told_and_closed_ones_are_gone() {
        let metrics = Metrics::new();
        let spike = |number: u8| OpenSpike {
            stream: format!("s{number:03}"),
            kind: "theme",
            severity: number % 10 + 1,
        };
        let open_spikes = (0..=250).map(spike).collect();
        let text = metrics.text(Snapshot { open_spikes, ..Snapshot::default() });
        let told = |text: &str| {
            text.lines().filter(|line| line.starts_with("vigie_spike_severity{")).count()
        };
        assert_eq!(told(&text), MAXIMUM_SPIKE_SERIES);
        assert!(text.contains("vigie_spike_open_spikes 251"));
        assert!(!text.contains("stream=\"s000\""));
        assert_eq!(told(&metrics.text(Snapshot::default())), 0);
    }
}
