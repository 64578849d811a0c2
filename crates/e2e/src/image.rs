//! What a finished run left behind, in a shape in which two runs can be compared, whichever engine
//! they ran on.
//!
//! Left out of it: when something was processed, where in a topic it stands, and scores (they
//! depend on the order in which the events of an author's neighbours arrived). Everything else
//! counts: each record as often as it is there, with every field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, ensure};
use vigie_runtime::{
    Context, Emitter, FetchedRecord, Judged, LogReader, Offset, Partition, Processor as _, Record,
    Rejection, StateUpdate, TaskProgress, Topic, TopicPartition, read_state,
};
use vigie_schema::{
    AuthorEvent, CheckpointDetail, Schemas, SpikeBody, WhatHappened, WindowRecord, topics,
};
use vigie_scorer::{AuthorState, ScoreSettings, Scorer};
use vigie_types::{AuthorId, EventTime, WallTime};
use xxhash_rust::xxh3::xxh3_64;

/// How much is read of a topic at once.
const READ_BYTES: usize = 1 << 20;

/// How much of a record is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its text, so that a difference shows both.
    Whole,
    /// A digest of its text, so that a million records fit into memory.
    Digest,
}

/// Records as text, each as often as it is there, by what they are about.
pub type Section = BTreeMap<String, Vec<String>>;

/// Everything that must be the same in two runs, by section; and each author's state in this one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// What must be the same in two runs.
    pub sections: BTreeMap<&'static str, Section>,
    /// The state that is committed.
    pub committed: BTreeMap<AuthorId, AuthorState>,
    /// The state that the author's own events give.
    pub refolded: BTreeMap<AuthorId, AuthorState>,
}

impl Image {
    /// Reads the log of a run that has ended, with the codecs of the schemas it was written with.
    ///
    /// # Errors
    /// When it cannot be read, or holds what no run of ours leaves behind.
    pub fn read(log: &dyn LogReader, schemas: Arc<Schemas>, detail: Detail) -> Result<Self> {
        let mut reader = Reader { log, detail, schemas, image: Self::default() };
        reader.raw()?;
        reader.author_events()?;
        reader.scored()?;
        reader.windows_and_spikes()?;
        reader.clusters()?;
        reader.dead_letters()?;
        reader.checkpoints()?;
        reader.tallies()?;
        reader.committed_states()?;
        Ok(reader.image.finish())
    }

    /// How many records there are in a section.
    pub fn count(&self, section: &str) -> usize {
        self.sections.get(section).map_or(0, |section| section.values().map(Vec::len).sum())
    }

    /// How many records of a section hold this text; none where they are kept as digests.
    pub fn count_holding(&self, section: &str, text: &str) -> usize {
        let records = self.sections.get(section).into_iter().flat_map(BTreeMap::values).flatten();
        records.filter(|record| record.contains(text)).count()
    }

    fn add(&mut self, section: &'static str, key: String, record: String) {
        self.sections.entry(section).or_default().entry(key).or_default().push(record);
    }

    fn finish(mut self) -> Self {
        for records in self.sections.values_mut().flat_map(BTreeMap::values_mut) {
            records.sort_unstable();
        }
        self
    }
}

/// Every difference between two runs, and every state that is not the fold of its events.
pub fn differences(expected: &Image, found: &Image) -> Vec<String> {
    let mut differences = Vec::new();
    let empty = Section::new();
    let sections: BTreeSet<_> = expected.sections.keys().chain(found.sections.keys()).collect();
    for name in sections {
        let left = expected.sections.get(name).unwrap_or(&empty);
        let right = found.sections.get(name).unwrap_or(&empty);
        let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        for key in keys {
            if left.get(key) != right.get(key) {
                let (left, right) = (left.get(key), right.get(key));
                differences.push(format!("{name}: {key}:\n  {left:?}\n  {right:?}"));
            }
        }
    }
    let authors: BTreeSet<_> = found.committed.keys().chain(found.refolded.keys()).collect();
    for author in authors {
        let (committed, refolded) = (found.committed.get(author), found.refolded.get(author));
        if committed != refolded {
            differences.push(format!("state of {author}:\n  {committed:?}\n  {refolded:?}"));
        }
    }
    differences
}

/// Holds a run to another one.
///
/// # Errors
/// When they differ; it quotes the first differences.
pub fn must_equal(expected: &Image, found: &Image) -> Result<()> {
    let all = differences(expected, found);
    let first: Vec<&String> = all.iter().take(QUOTED).collect();
    ensure!(all.is_empty(), "{} differences, of them: {first:#?}", all.len());
    Ok(())
}

/// How many differences an error quotes.
const QUOTED: usize = 5;

/// What is done to a record on purpose.
type Change = fn(&mut Vec<String>);
const CHANGES: [(&str, Change); 3] = [
    ("dropped", |records| {
        records.pop();
    }),
    ("doubled", |records| records.extend(records.first().cloned())),
    ("altered", |records| records[0].push('!')),
];

/// Holds the comparison to its word: in every section of a run, a record that is dropped, doubled
/// or altered on purpose is seen, and so is a state that is not there.
///
/// # Errors
/// When such a change is not seen.
pub fn must_differ(run: &Image) -> Result<()> {
    for (name, section) in &run.sections {
        let key = section.keys().next().with_context(|| format!("the section {name} is empty"))?;
        for (what, change) in CHANGES {
            let mut altered = run.clone();
            let records = altered.sections.get_mut(name).and_then(|section| section.get_mut(key));
            change(records.context("a section that has just been cloned")?);
            let seen = differences(run, &altered).len();
            ensure!(seen == 1, "a record {what} in {name}: {seen} differences");
        }
    }
    let mut altered = run.clone();
    altered.committed.pop_first();
    let seen = differences(run, &altered).len();
    ensure!(seen == 1, "a state that is not there: {seen} differences");
    Ok(())
}

struct Reader<'a> {
    log: &'a dyn LogReader,
    detail: Detail,
    schemas: Arc<Schemas>,
    image: Image,
}

/// A record as it stands, with its place.
struct Read<T> {
    partition: Partition,
    offset: Offset,
    value: T,
}

impl Reader<'_> {
    fn add(&mut self, section: &'static str, key: impl Into<String>, record: &impl Debug) {
        let text = format!("{record:?}");
        let text = match self.detail {
            Detail::Whole => text,
            Detail::Digest => format!("{:016x}", xxh3_64(text.as_bytes())),
        };
        self.image.add(section, key.into(), text);
    }

    fn partitions(&self, topic: &Topic) -> Result<Vec<TopicPartition>> {
        let topics = self.log.topics()?;
        let outline = topics.into_iter().find(|outline| outline.topic == *topic);
        let outline = outline.with_context(|| format!("the log has no topic {topic}"))?;
        Ok(outline.partitions().collect())
    }

    /// Every record of a topic.
    fn all<T>(
        &self,
        topic: &str,
        decode: impl Fn(&FetchedRecord<'_>) -> Result<T, Rejection>,
    ) -> Result<Vec<Read<T>>> {
        let mut records = Vec::new();
        for partition in self.partitions(&Topic::new(topic))? {
            let mut position = self.log.start(&partition)?;
            loop {
                let fetched = self.log.read(&partition, position, READ_BYTES)?;
                if fetched.is_empty() {
                    break;
                }
                for record in fetched.iter() {
                    let value = decode(&record).map_err(|rejection| {
                        let offset = record.offset.get();
                        anyhow!("{partition}, offset {offset}: {}", rejection.reason)
                    })?;
                    let (offset, partition) = (record.offset, partition.partition);
                    records.push(Read { partition, offset, value });
                    position = record.offset.next();
                }
            }
        }
        Ok(records)
    }

    fn each_compacted(&self, topic: &Topic, visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        for partition in self.partitions(topic)? {
            self.log.compacted(&partition, visit)?;
        }
        Ok(())
    }

    fn raw(&mut self) -> Result<()> {
        let codec = &self.schemas.raw;
        // What cannot be read has a dead letter of the tagger, and is compared there.
        let records =
            self.all(topics::MENTIONS_RAW, |record| Ok(codec.decode(value_of(record)).ok()))?;
        for mut record in records.into_iter().filter_map(|read| read.value) {
            if vigie_runtime::Input::is_signal(&record) {
                continue;
            }
            record.heard_at = WallTime::default();
            self.add("raw", record.place.clone(), &record);
        }
        Ok(())
    }

    fn author_events(&mut self) -> Result<()> {
        let settings = ScoreSettings::default();
        let codec = &self.schemas.author_events;
        let events = self.all(topics::AUTHOR_EVENTS, |record| codec.decode(value_of(record)))?;
        for Read { partition, offset, value: mut event } in events {
            let record = Record { value: &event, event_time: EventTime::MIN, partition, offset };
            fold(&mut self.image.refolded, &record, &settings);
            if let WhatHappened::TaggedMention(tagged) = &mut event.event {
                tagged.ingested_at = WallTime::default();
            }
            self.add("author events", event.author.to_string(), &event.event);
        }
        Ok(())
    }

    fn scored(&mut self) -> Result<()> {
        let codec = &self.schemas.scored;
        let records = self.all(topics::MENTIONS_SCORED, |record| codec.decode(value_of(record)))?;
        for Read { value: mut record, .. } in records {
            record.ingested_at = WallTime::default();
            record.score = None;
            self.add("mentions", record.mention.mention_id.to_string(), &record);
        }
        Ok(())
    }

    fn windows_and_spikes(&mut self) -> Result<()> {
        let codec = &self.schemas.spikes;
        let records = self.all(topics::SPIKES, |record| codec.decode(value_of(record)))?;
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for record in records {
            match record.value.body {
                SpikeBody::SpikeRecord(spike) => {
                    self.add("spikes", spike.id.to_string(), &spike);
                }
                SpikeBody::WindowRecord(window) => {
                    let key = format!("{} {}", window.stream, window.bucket.start());
                    let (count, late) = sums.entry(key.clone()).or_default();
                    *count += window.count;
                    *late += window.late;
                    if closes(&window) {
                        self.add("closed windows", key, &window);
                    }
                }
            }
        }
        for (key, sum) in sums {
            self.add("sums of windows", key, &sum);
        }
        Ok(())
    }

    fn clusters(&mut self) -> Result<()> {
        let codec = &self.schemas.clusters;
        let records = self.all(topics::CLUSTERS, |record| codec.decode(value_of(record)))?;
        // What a correction is added to depends on which windows had closed when it came.
        for Read { value: record, .. } in records.into_iter().filter(|read| read.value.late == 0) {
            self.add("clusters", format!("{} {}", record.id, record.last_seen), &record);
        }
        Ok(())
    }

    fn dead_letters(&mut self) -> Result<()> {
        let codec = &self.schemas.dead_letters;
        let records = self.all(topics::DEAD_LETTERS, |record| codec.decode(value_of(record)))?;
        for Read { value: mut record, .. } in records {
            record.rejected_at = WallTime::default();
            if record.service != "ingest" {
                // A record's place in a topic is not the same in two runs, nor when it was heard.
                record.place.clear();
                record.value.clear();
                record.bytes = 0;
            }
            self.add("dead letters", record.place.clone(), &record);
        }
        Ok(())
    }

    fn checkpoints(&mut self) -> Result<()> {
        let mut records = Vec::new();
        self.each_compacted(&Topic::new(topics::INGEST_CHECKPOINTS), &mut |_, value| {
            records.push(self.schemas.checkpoints.decode(value));
        })?;
        for record in records {
            let mut record = record.map_err(|rejection| anyhow!("{}", rejection.reason))?;
            record.updated_at = WallTime::default();
            let is_push = matches!(record.detail, Some(CheckpointDetail::PushCheckpoint(_)));
            ensure!(!is_push, "{} was pushed: pushes are not the same in two runs", record.source);
            self.add("dispositions of ingest", record.source.to_string(), &record);
        }
        Ok(())
    }

    /// The detector's are left out: it counts batches, and commits cut these differently.
    fn tallies(&mut self) -> Result<()> {
        for (section, service) in
            [("dispositions of the tagger", "tagger"), ("dispositions of the scorer", "scorer")]
        {
            let mut sums = BTreeMap::new();
            let mut failure = None;
            self.each_compacted(&Topic::changelog("vigie", service), &mut |key, value| {
                match TaskProgress::from_changelog(key, value) {
                    None => {}
                    Some(Err(reason)) => failure = Some(reason),
                    Some(Ok(progress)) => {
                        for (source, tally) in progress.tallies {
                            *sums.entry(source).or_insert_with(vigie_runtime::Tally::default) +=
                                tally;
                        }
                    }
                }
            })?;
            if let Some(reason) = failure {
                return Err(anyhow!("the progress of the {service}: {reason}"));
            }
            for (source, tally) in sums {
                self.add(section, source, &tally);
            }
        }
        Ok(())
    }

    fn committed_states(&mut self) -> Result<()> {
        let mut states = BTreeMap::new();
        let mut failures = Vec::new();
        self.each_compacted(&Topic::changelog("vigie", Scorer::NAME), &mut |key, value| {
            if TaskProgress::from_changelog(key, value).is_some() {
                return;
            }
            match (author_of(key), read_state::<Scorer>(value)) {
                (Some(author), Ok(state)) => {
                    states.insert(author, state);
                }
                (author, state) => failures.push(format!("{author:?}: {:?}", state.err())),
            }
        })?;
        ensure!(failures.is_empty(), "states that cannot be read: {failures:?}");
        self.image.committed = states;
        Ok(())
    }
}

fn author_of(key: &[u8]) -> Option<AuthorId> {
    std::str::from_utf8(key).ok()?.parse().ok()
}

fn value_of<'a>(record: &FetchedRecord<'a>) -> &'a [u8] {
    record.value.unwrap_or_default()
}

/// Whether the record closes its window; a correction only adds.
fn closes(window: &WindowRecord) -> bool {
    let says_something = window.count != 0 || window.expected > 0.0 || window.p_value > 0.0;
    window.late == 0 && says_something
}

fn fold(
    states: &mut BTreeMap<AuthorId, AuthorState>,
    record: &Record<'_, AuthorEvent>,
    settings: &ScoreSettings,
) {
    let author = &record.value.author;
    let context = Context {
        control: settings,
        watermark: EventTime::MIN,
        stream_time: EventTime::MIN,
        late: false,
    };
    let mut outputs = Vec::new();
    let judged =
        Scorer.process(states.get(author), record, &context, &mut Emitter::new(&mut outputs));
    if let Ok(Judged::Processed(update)) = judged {
        match update {
            StateUpdate::Put(state) => {
                states.insert(author.clone(), state);
            }
            StateUpdate::Delete => {
                states.remove(author);
            }
            StateUpdate::Keep => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Image {
        let stage_of = |key: &str, records: &[&str]| {
            (key.to_owned(), records.iter().map(|record| (*record).to_owned()).collect())
        };
        let mentions = [stage_of("a:1", &["first", "second"]), stage_of("a:2", &["first"])];
        let spikes = [stage_of("delta/1", &["opened", "closed"])];
        let mut image = Image::default();
        image.sections.insert("mentions", mentions.into_iter().collect());
        image.sections.insert("spikes", spikes.into_iter().collect());
        let author: AuthorId = "a:ann".parse().expect("valid");
        image.committed.insert(author.clone(), AuthorState::default());
        image.refolded.insert(author, AuthorState::default());
        image
    }

    #[test]
    fn equal_runs_have_no_difference() {
        assert_eq!(differences(&sample(), &sample()), Vec::<String>::new());
    }

    #[test]
    fn a_record_that_is_dropped_doubled_altered_or_added_is_a_difference() {
        let changes: [fn(&mut Image); 6] = [
            |image| {
                image.sections.get_mut("mentions").and_then(|section| section.remove("a:2"));
            },
            |image| {
                let records = image.sections.get_mut("mentions").and_then(|it| it.get_mut("a:1"));
                records.expect("there").pop();
            },
            |image| {
                let records = image.sections.get_mut("spikes").and_then(|it| it.get_mut("delta/1"));
                records.expect("there").push("opened".into());
            },
            |image| {
                let records = image.sections.get_mut("spikes").and_then(|it| it.get_mut("delta/1"));
                records.expect("there")[0].push('!');
            },
            |image| {
                image.sections.insert("dead letters", [("b".into(), vec!["c".into()])].into());
            },
            |image| {
                image.sections.remove("spikes");
            },
        ];
        for change in changes {
            let mut found = sample();
            change(&mut found);
            assert_eq!(differences(&sample(), &found).len(), 1);
        }
    }

    #[test]
    fn a_state_that_is_not_the_fold_of_its_events_is_a_difference() {
        let mut found = sample();
        found.committed.clear();
        assert_eq!(differences(&sample(), &found).len(), 1);
        let mut found = sample();
        found.refolded.clear();
        assert_eq!(differences(&sample(), &found).len(), 1);
    }
}
