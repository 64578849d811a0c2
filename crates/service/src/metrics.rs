//! Prometheus metrics: handles made once, labels from closed sets.

use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry, TextEncoder,
};
use vigie_runtime::{Disposition, Observer, TopicPartition};
use vigie_types::Millis;

/// Every series of one process.
pub struct Metrics {
    registry: Registry,
    dispositions: IntCounterVec,
    inputs: IntCounter,
    outputs: IntCounter,
    aborts: IntCounter,
    commit_seconds: Histogram,
    restored: IntCounter,
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
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help).expect("a valid name");
            registry.register(Box::new(counter.clone())).expect("registered once");
            counter
        };
        let options =
            Opts::new("vigie_records_total", "Input records by service and disposition.");
        let dispositions =
            IntCounterVec::new(options, &["service", "disposition"]).expect("valid names");
        registry.register(Box::new(dispositions.clone())).expect("registered once");
        let buckets = prometheus::exponential_buckets(0.001, 2.0, 14).expect("a valid series");
        let options = HistogramOpts::new("vigie_commit_seconds", "How long a commit took.");
        let commit_seconds =
            Histogram::with_opts(options.buckets(buckets)).expect("a valid histogram");
        registry.register(Box::new(commit_seconds.clone())).expect("registered once");
        Self {
            inputs: counter("vigie_committed_inputs_total", "Input records committed."),
            outputs: counter("vigie_committed_outputs_total", "Output records committed."),
            aborts: counter("vigie_aborted_commits_total", "Commits that were rolled back."),
            restored: counter("vigie_restored_entries_total", "Changelog entries restored."),
            dispositions,
            commit_seconds,
            registry,
        }
    }

    /// The text that Prometheus scrapes.
    pub fn text(&self) -> String {
        let mut buffer = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut buffer) {
            tracing::warn!(%error, "metrics cannot be encoded");
        }
        String::from_utf8_lossy(&buffer).into_owned()
    }
}

const fn name_of(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Processed { late: false } => "processed",
        Disposition::Processed { late: true } => "processed_late",
        Disposition::Duplicate => "duplicate",
        Disposition::Suppressed => "suppressed",
        Disposition::DeadLettered => "dead_lettered",
    }
}

impl Observer for Metrics {
    fn disposed(&self, task: &'static str, disposition: Disposition) {
        self.dispositions.with_label_values(&[task, name_of(disposition)]).inc();
    }

    fn committed(&self, inputs: u64, outputs: u64, took: Millis) {
        self.inputs.inc_by(inputs);
        self.outputs.inc_by(outputs);
        self.commit_seconds.observe(took.as_seconds());
    }

    fn aborted(&self) {
        self.aborts.inc();
    }

    fn restored(&self, partition: &TopicPartition, entries: u64, took: Millis) {
        self.restored.inc_by(entries);
        tracing::info!(%partition, entries, seconds = took.as_seconds(), "restored");
    }
}
