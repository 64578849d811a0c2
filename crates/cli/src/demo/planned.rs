//! Which planned event each spike is, and which events were missed.
//!
//! A spike belongs to an event of its stream when it opened between the event's start and its end;
//! a bucket has five minutes, so it may seem to have opened that much earlier.

use serde_json::Value;
use vigie_simulator::EventTruth;
use vigie_types::{Bucket, EventTime, StreamId};

use crate::present::text;

/// One spike as the API tells it.
#[derive(Clone, Debug)]
pub struct Spike {
    /// On which stream.
    pub stream: StreamId,
    /// When it opened.
    pub opened_at: EventTime,
    /// Everything told of it.
    pub told: Value,
}

impl Spike {
    /// Reads a spike; none when the answer lacks its time.
    pub fn of(stream: &StreamId, told: &Value) -> Option<Self> {
        let opened_at = EventTime::parse(text(told, "/opened_at")).ok()?;
        Some(Self { stream: stream.clone(), opened_at, told: told.clone() })
    }
}

/// The spikes beside what was planned.
#[derive(Debug)]
pub struct Comparison<'t> {
    /// Each planned event with the first spike that opened in it.
    pub events: Vec<(&'t EventTruth, Option<Spike>)>,
    /// Spikes that opened in no planned event.
    pub extra: Vec<Spike>,
}

impl<'t> Comparison<'t> {
    /// Compares.
    pub fn of(
        events: impl Iterator<Item = (&'t EventTruth, StreamId)>,
        mut spikes: Vec<Spike>,
    ) -> Self {
        spikes.sort_by_key(|spike| (spike.opened_at, spike.stream.clone()));
        let mut events: Vec<(&EventTruth, StreamId)> = events.collect();
        events.sort_by_key(|(event, _)| event.start);
        let mut compared = Vec::new();
        for (event, stream) in events {
            let belongs = |spike: &Spike| {
                let begins = event.start - Bucket::WIDTH;
                spike.stream == stream && (begins..=event.end).contains(&spike.opened_at)
            };
            let (within, others) = spikes.into_iter().partition::<Vec<_>, _>(belongs);
            spikes = others;
            compared.push((event, within.into_iter().next()));
        }
        Self { events: compared, extra: spikes }
    }

    /// How many events must be found, and how many of these were.
    pub fn found(&self) -> (usize, usize) {
        let bursts = || self.events.iter().filter(|(event, _)| event.kind.is_burst());
        (bursts().count(), bursts().filter(|(_, spike)| spike.is_some()).count())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vigie_simulator::{BrandIndex, EventKind};
    use vigie_types::Millis;

    use super::*;

    fn event(start: i64) -> EventTruth {
        let start = EventTime::from_millis(0) + Millis::hours(start);
        EventTruth {
            kind: EventKind::Storm,
            brand: BrandIndex::new(0),
            hashtag: None,
            start,
            peak: start,
            end: start + Millis::hours(2),
            expected: 100,
            delivered: 100,
        }
    }

    fn spike(stream: &StreamId, hour: i64) -> Spike {
        let at = EventTime::from_millis(0) + Millis::hours(hour);
        Spike::of(stream, &json!({ "opened_at": at.to_string() })).expect("a time")
    }

    #[test]
    fn a_spike_belongs_to_the_event_in_which_it_opened() {
        let (one, other) = ("one".parse().expect("valid"), "other".parse().expect("valid"));
        let events = [event(10), event(50)];
        let planned = events.iter().map(|event| (event, StreamId::clone(&one)));
        let spikes = vec![spike(&one, 11), spike(&one, 12), spike(&other, 11), spike(&one, 30)];
        let comparison = Comparison::of(planned, spikes);
        assert_eq!(comparison.found(), (2, 1));
        let extra: Vec<&str> = comparison.extra.iter().map(|it| it.stream.as_str()).collect();
        assert_eq!(extra, ["other", "one"]);
    }
}
