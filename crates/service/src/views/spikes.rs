//! The spikes of each stream, each folded from its records.

use std::collections::BTreeMap;

use vigie_schema::SpikeRecord;
use vigie_types::{EventTime, Severity, SpikeState, StreamId};

/// The most spikes kept of one stream: at the default budget of one false alarm a month, more than
/// a year of what its topic holds.
pub(crate) const MAXIMUM_SPIKES: usize = 1_000;

/// One spike with what was said of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SpikeView {
    /// Its first record.
    pub(crate) opened: SpikeRecord,
    /// Its newest record.
    pub(crate) last: SpikeRecord,
    /// The highest severity of all its records.
    pub(crate) severity: Severity,
    /// How many records it has.
    pub(crate) records: u64,
}

impl SpikeView {
    /// Whether it goes on.
    pub(crate) fn is_open(&self) -> bool {
        match self.last.state {
            SpikeState::Opened | SpikeState::Updated => true,
            SpikeState::Closed => false,
        }
    }
}

/// The spikes by stream and opening.
#[derive(Default)]
pub(crate) struct Spikes {
    streams: BTreeMap<StreamId, BTreeMap<EventTime, SpikeView>>,
}

impl Spikes {
    /// Takes a record of a spike.
    pub(crate) fn take(&mut self, record: SpikeRecord) {
        let spikes = self.streams.entry(record.stream.clone()).or_default();
        let known = spikes.entry(record.opened_at).or_insert_with(|| SpikeView {
            opened: record.clone(),
            last: record.clone(),
            severity: record.severity,
            records: 0,
        });
        known.severity = known.severity.max(record.severity);
        known.records += 1;
        known.last = record;
        while spikes.len() > MAXIMUM_SPIKES {
            spikes.pop_first();
        }
    }

    /// The spikes of a stream, newest first.
    pub(crate) fn of(&self, stream: &StreamId) -> impl Iterator<Item = &SpikeView> {
        self.streams.get(stream).into_iter().flat_map(|spikes| spikes.values().rev())
    }

    /// All spikes, by stream and newest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &SpikeView> {
        self.streams.values().flat_map(|spikes| spikes.values().rev())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(stream: &str, opened: i64, state: SpikeState, severity: u8) -> SpikeRecord {
        SpikeRecord {
            stream: StreamId::new(stream).expect("valid"),
            opened_at: EventTime::from_millis(opened),
            state,
            severity: Severity::clamped(severity),
            ..SpikeRecord::default()
        }
    }

    #[test]
    fn a_spike_is_its_records_and_keeps_its_highest_severity() {
        let mut spikes = Spikes::default();
        spikes.take(record("a", 1, SpikeState::Opened, 4));
        spikes.take(record("a", 1, SpikeState::Updated, 9));
        spikes.take(record("a", 1, SpikeState::Closed, 2));
        spikes.take(record("a", 5, SpikeState::Opened, 3));
        let stream = StreamId::new("a").expect("valid");
        let told: Vec<(u8, bool, u64)> = spikes
            .of(&stream)
            .map(|spike| (spike.severity.get(), spike.is_open(), spike.records))
            .collect();
        assert_eq!(told, [(3, true, 1), (9, false, 3)]);
    }
}
