//! What a run left behind, in a form in which two runs can be compared: records, states, closed
//! windows, dispositions and positions, each a fact with a place and readable values.
//!
//! Left out is what a run may differ in: commit numbers, offsets of derived topics (gaps), signals.

use std::collections::BTreeMap;
use std::fmt;

use vigie_runtime::{CommittedPosition, Position, TaskProgress, Topic, TopicPartition};

use crate::log::{LoggedRecord, SimulatedLog};
use crate::partition_log::Patience;

/// The most places that a difference tells of: what fits on a screen.
const PLACES_TOLD: usize = 12;

/// How the records of a topic are compared.
#[derive(Clone, Copy, Debug)]
pub enum TopicRule {
    /// The same records per key, in any order. The rule of topics that have none.
    PerKey,
    /// The same records in the same order, partition by partition.
    Ordered,
    /// The same value per key once all its values are merged by this; so values that merge
    /// must have one key.
    Merged(fn(&[Vec<u8>]) -> Vec<u8>),
    /// The same last value per key, and the same progress of the task. The rule of changelogs.
    Changelog,
    /// As [`TopicRule::Changelog`] without the progress, for readers of merged topics, whose number
    /// of records depends on the commits upstream.
    States,
    /// Not compared.
    Ignored,
}

type IsSignal = Box<dyn Fn(&Topic, &LoggedRecord) -> bool>;

/// How a run is read for its image.
pub struct Reading {
    rules: BTreeMap<Topic, TopicRule>,
    is_signal: IsSignal,
}

impl Reading {
    /// Reads every record but those for which `is_signal` holds: their number depends on the
    /// commits.
    pub fn new(is_signal: impl Fn(&Topic, &LoggedRecord) -> bool + 'static) -> Self {
        Self { rules: BTreeMap::new(), is_signal: Box::new(is_signal) }
    }

    /// Reads `topic` by this rule.
    #[must_use]
    pub fn with(mut self, topic: Topic, rule: TopicRule) -> Self {
        self.rules.insert(topic, rule);
        self
    }

    fn rule(&self, topic: &Topic) -> TopicRule {
        let default = if is_changelog(topic) { TopicRule::Changelog } else { TopicRule::PerKey };
        self.rules.get(topic).copied().unwrap_or(default)
    }
}

/// What a run left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunImage {
    facts: BTreeMap<String, Vec<String>>,
}

impl RunImage {
    /// The image of everything visible in the log.
    pub fn of(log: &SimulatedLog, reading: &Reading) -> Self {
        let mut image = Self::default();
        for topic in log.topics() {
            let mut records = log.records(&topic);
            if !is_changelog(&topic) {
                records.retain(|record| !(reading.is_signal)(&topic, record));
            }
            match reading.rule(&topic) {
                TopicRule::PerKey => image.per_key(&topic, &records),
                TopicRule::Ordered => image.ordered(&topic, &records),
                TopicRule::Merged(merge) => image.merged(&topic, &records, merge),
                TopicRule::Changelog => image.changelog(&topic, &records, true),
                TopicRule::States => image.changelog(&topic, &records, false),
                TopicRule::Ignored => {}
            }
        }
        for (application, known) in log.positions() {
            image.position(log, reading, &application, &known);
        }
        image
    }

    /// How many places there are to compare.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether the run left nothing behind.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    fn add(&mut self, place: String, value: String) {
        self.facts.entry(place).or_default().push(value);
    }

    fn per_key(&mut self, topic: &Topic, records: &[LoggedRecord]) {
        let mut sorted: Vec<(String, String)> =
            records.iter().map(|record| (keyed(topic, record), valued(record))).collect();
        sorted.sort();
        for (place, value) in sorted {
            self.add(place, value);
        }
    }

    fn ordered(&mut self, topic: &Topic, records: &[LoggedRecord]) {
        for record in records {
            let value = format!("{} {}", record.key.escape_ascii(), valued(record));
            self.add(format!("{topic}/{}", record.partition), value);
        }
    }

    fn merged(
        &mut self,
        topic: &Topic,
        records: &[LoggedRecord],
        merge: fn(&[Vec<u8>]) -> Vec<u8>,
    ) {
        let mut values: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for record in records {
            let value = record.value.clone().unwrap_or_default();
            values.entry(keyed(topic, record)).or_default().push(value);
        }
        for (place, values) in values {
            self.add(place, merge(&values).escape_ascii().to_string());
        }
    }

    fn changelog(&mut self, topic: &Topic, records: &[LoggedRecord], with_progress: bool) {
        let mut last = BTreeMap::new();
        for record in records {
            last.insert((record.partition, &record.key), record.value.as_deref());
        }
        for ((partition, key), value) in last {
            let Some(value) = value else { continue };
            match TaskProgress::from_changelog(key, value) {
                None => {
                    let place = format!("{topic}/{partition} state of {}", key.escape_ascii());
                    self.add(place, value.escape_ascii().to_string());
                }
                Some(_) if !with_progress => {}
                Some(Err(rejection)) => {
                    self.add(format!("{topic}/{partition} progress"), rejection.reason);
                }
                Some(Ok(mut progress)) => {
                    progress.commit_number = 0;
                    for (source, tally) in std::mem::take(&mut progress.tallies) {
                        let place = format!("{topic}/{partition} dispositions of \"{source}\"");
                        self.add(place, format!("{tally:?}"));
                    }
                    self.add(format!("{topic}/{partition} progress"), format!("{progress:?}"));
                }
            }
        }
    }

    /// Positions of derived topics differ by gaps and signals: what counts is what was read.
    fn position(
        &mut self,
        log: &SimulatedLog,
        reading: &Reading,
        application: &str,
        known: &CommittedPosition,
    ) {
        let TopicPartition { topic, .. } = &known.partition;
        if matches!(reading.rule(topic), TopicRule::Merged(_) | TopicRule::Ignored) {
            return;
        }
        let shared = log.shared();
        let (mut read, mut left) = (0, 0);
        let visible = shared.visible(&known.partition, Position::START, Patience::CommittedNow);
        for record in visible.filter(|record| !(reading.is_signal)(topic, record)) {
            let counted =
                if record.offset.next() <= known.position { &mut read } else { &mut left };
            *counted += 1;
        }
        let place = format!("position of {application} in {}", known.partition);
        self.add(place, format!("{read} records read, {left} left"));
    }
}

fn is_changelog(topic: &Topic) -> bool {
    topic.as_str().ends_with("-changelog")
}

fn keyed(topic: &Topic, record: &LoggedRecord) -> String {
    format!("{topic} key {}", record.key.escape_ascii())
}

fn valued(record: &LoggedRecord) -> String {
    match &record.value {
        Some(value) => format!("{} at {}", value.escape_ascii(), record.timestamp),
        None => format!("tombstone at {}", record.timestamp),
    }
}

/// Where two runs differ, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Difference {
    places: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "the runs differ in {} places:", self.places.len())?;
        for place in self.places.iter().take(PLACES_TOLD) {
            writeln!(formatter, "  {place}")?;
        }
        Ok(())
    }
}

/// Compares two runs.
///
/// # Errors
/// When they differ; the difference names the places and what is missing or too many there.
pub fn equal(expected: &RunImage, found: &RunImage) -> Result<(), Difference> {
    let mut places = Vec::new();
    let none = Vec::new();
    for (place, values) in &expected.facts {
        let others = found.facts.get(place).unwrap_or(&none);
        if values != others {
            places.push(format!("{place}: {}", tell(values, others)));
        }
    }
    for (place, others) in &found.facts {
        if !expected.facts.contains_key(place) {
            places.push(format!("{place}: {}", tell(&none, others)));
        }
    }
    if places.is_empty() { Ok(()) } else { Err(Difference { places }) }
}

/// Tells the first value in which two lists differ.
fn tell(expected: &[String], found: &[String]) -> String {
    let at = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
    let show = |values: &[String]| values.get(at).cloned().unwrap_or_else(|| "nothing".into());
    format!(
        "expected {} values, found {}; value {at}: expected {}, found {}",
        expected.len(),
        found.len(),
        show(expected),
        show(found)
    )
}

#[cfg(test)]
mod tests {
    use vigie_runtime::{Layout, Partition, ProducerRecord};
    use vigie_types::EventTime;

    use super::*;
    use crate::chances::Chances;

    const RECORDS: [(&str, &str); 4] = [("a", "1"), ("a", "2"), ("b", "1"), ("a", "3")];

    fn image(topic: &str, records: &[(&str, &str)]) -> RunImage {
        let topic = &Topic::new(topic);
        let log = SimulatedLog::new(&Layout::from([(topic.clone(), 1)]), 0, Chances::CALM);
        for (key, value) in records {
            let (key, value) = (key.as_bytes(), Some(value.as_bytes()));
            let (partition, timestamp) = (Partition::new(0), EventTime::default());
            log.append(ProducerRecord { topic, partition, key, value, timestamp });
        }
        let reading = Reading::new(|_, _| false).with(Topic::new("log"), TopicRule::Ordered);
        RunImage::of(&log, &reading)
    }

    fn check_differs(topic: &str, records: &[(&str, &str)], expected: &str) {
        let difference = equal(&image(topic, &RECORDS), &image(topic, records));
        let difference = difference.expect_err("the runs differ").to_string();
        assert!(difference.contains(expected), "{difference}");
    }

    #[test]
    fn two_runs_are_equal_whatever_the_order_between_keys() {
        let other = [("b", "1"), ("a", "3"), ("a", "1"), ("a", "2")];
        assert_eq!(equal(&image("out", &RECORDS), &image("out", &other)), Ok(()));
    }

    #[test]
    fn a_dropped_record_is_told() {
        let dropped = &RECORDS[..3];
        check_differs("out", dropped, "out key a: expected 3 values, found 2; value 2: expected 3");
        check_differs("out", &[RECORDS[0], RECORDS[1], RECORDS[3]], "out key b: expected 1");
    }

    #[test]
    fn a_doubled_record_is_told() {
        let doubled = [RECORDS.as_slice(), &RECORDS[2..3]].concat();
        check_differs("out", &doubled, "out key b: expected 1 values, found 2");
    }

    #[test]
    fn an_altered_record_is_told() {
        let altered = [("a", "1"), ("a", "2"), ("b", "7"), ("a", "3")];
        check_differs("out", &altered, "expected 1 at 1970-01-01T00:00:00.000Z, found 7 at");
        let another_key = [("a", "1"), ("a", "2"), ("c", "1"), ("a", "3")];
        check_differs("out", &another_key, "out key c: expected 0 values, found 1");
    }

    #[test]
    fn another_order_is_told_where_the_order_counts() {
        let other = [("a", "2"), ("a", "1"), ("b", "1"), ("a", "3")];
        assert_eq!(equal(&image("out", &RECORDS), &image("out", &other)), Ok(()));
        check_differs("log", &other, "log/0: expected 4 values, found 4; value 0: expected a 1");
    }

    #[test]
    fn a_state_is_its_last_value() {
        let other = [("a", "9"), ("b", "1"), ("a", "3")];
        let (one, two) = (image("a-b-changelog", &RECORDS), image("a-b-changelog", &other));
        assert_eq!(equal(&one, &two), Ok(()));
        check_differs("a-b-changelog", &RECORDS[..3], "state of a: expected 1 values, found 1");
    }
}
