//! What a finished run left behind, in a shape in which two runs can be compared.
//!
//! Left out of it: when something was processed, where in a topic it stands, and scores (they
//! depend on the order in which the events of an author's neighbours arrived). Everything else
//! counts: each record as often as it is there, with every field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use vigie_engine_embedded::Log;
use vigie_runtime::{
    Context, Emitter, FetchedRecord, Judged, Partition, Position, Processor as _, Record,
    StateUpdate, TaskProgress, Topic, TopicPartition, read_state,
};
use vigie_schema::{
    AuthorEvent, CheckpointDetail, Schemas, SpikeBody, WhatHappened, WindowRecord, topics,
};
use vigie_scorer::{AuthorState, ScoreSettings, Scorer};
use vigie_types::{AuthorId, EventTime, WallTime};

/// How much is read of a topic at once.
const READ_BYTES: usize = 1 << 20;

/// Records as text, each as often as it is there, by what they are about.
pub type Section = BTreeMap<String, Vec<String>>;

/// Everything that must be the same in two runs, by section; and each author's state in this one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    pub sections: BTreeMap<&'static str, Section>,
    /// The state that is committed.
    pub committed: BTreeMap<AuthorId, AuthorState>,
    /// The state that the author's own events give.
    pub refolded: BTreeMap<AuthorId, AuthorState>,
}

impl Image {
    /// Reads the data directory of a run that has ended.
    pub fn read(directory: &Path) -> Self {
        let log = Log::open_read_only(directory).expect("the log of a run that has ended");
        let mut reader = Reader { log, schemas: Schemas::new(), image: Self::default() };
        reader.raw();
        reader.author_events();
        reader.scored();
        reader.windows_and_spikes();
        reader.dead_letters();
        reader.checkpoints();
        reader.tallies();
        reader.committed_states();
        reader.image.finish()
    }

    fn add(&mut self, section: &'static str, key: impl Into<String>, record: &impl Debug) {
        let section = self.sections.entry(section).or_default();
        section.entry(key.into()).or_default().push(format!("{record:?}"));
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

struct Reader {
    log: Arc<Log>,
    schemas: Schemas,
    image: Image,
}

impl Reader {
    fn each(&self, topic: &str, visit: &mut dyn FnMut(Partition, FetchedRecord<'_>)) {
        let topic = Topic::new(topic);
        let spec = self.log.topics().iter().find(|spec| spec.topic == topic).expect("the topic");
        for number in 0..spec.partitions {
            let partition = TopicPartition::new(&topic, Partition::new(number));
            let mut position = Position::START;
            loop {
                let fetched = self.log.read(&partition, position, READ_BYTES).expect("readable");
                if fetched.is_empty() {
                    break;
                }
                for record in fetched.iter() {
                    visit(partition.partition, record);
                    position = record.offset.next();
                }
            }
        }
    }

    fn each_compacted(&self, topic: &Topic, visit: &mut dyn FnMut(&[u8], &[u8])) {
        let spec = self.log.topics().iter().find(|spec| spec.topic == *topic).expect("the topic");
        for number in 0..spec.partitions {
            let partition = TopicPartition::new(topic, Partition::new(number));
            self.log.compacted(&partition, visit).expect("readable");
        }
    }

    fn raw(&mut self) {
        let mut records = Vec::new();
        self.each(topics::MENTIONS_RAW, &mut |_, record| {
            let value = record.value.expect("a value");
            records.push(self.schemas.raw.decode(value).expect("a raw record"));
        });
        for mut record in records {
            if vigie_runtime::Input::is_signal(&record) {
                continue;
            }
            record.heard_at = WallTime::default();
            self.image.add("raw", record.place.clone(), &record);
        }
    }

    fn author_events(&mut self) {
        let settings = ScoreSettings::default();
        let mut events = Vec::new();
        self.each(topics::AUTHOR_EVENTS, &mut |partition, record| {
            let value = record.value.expect("a value");
            let event = self.schemas.author_events.decode(value).expect("an event");
            events.push((partition, record.offset, event));
        });
        for (partition, offset, mut event) in events {
            let record = Record { value: &event, event_time: EventTime::MIN, partition, offset };
            fold(&mut self.image.refolded, &record, &settings);
            if let WhatHappened::TaggedMention(tagged) = &mut event.event {
                tagged.ingested_at = WallTime::default();
            }
            self.image.add("author events", event.author.to_string(), &event.event);
        }
    }

    fn scored(&mut self) {
        let mut records = Vec::new();
        self.each(topics::MENTIONS_SCORED, &mut |_, record| {
            let value = record.value.expect("a value");
            records.push(self.schemas.scored.decode(value).expect("a scored mention"));
        });
        for mut record in records {
            record.ingested_at = WallTime::default();
            record.score = None;
            self.image.add("mentions", record.mention.mention_id.to_string(), &record);
        }
    }

    fn windows_and_spikes(&mut self) {
        let mut records = Vec::new();
        self.each(topics::SPIKES, &mut |_, record| {
            let value = record.value.expect("a value");
            records.push(self.schemas.spikes.decode(value).expect("a record of the detector").body);
        });
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for record in records {
            match record {
                SpikeBody::SpikeRecord(spike) => {
                    self.image.add("spikes", spike.id.to_string(), &spike);
                }
                SpikeBody::WindowRecord(window) => {
                    let key = format!("{} {}", window.stream, window.bucket.start());
                    let (count, late) = sums.entry(key.clone()).or_default();
                    *count += window.count;
                    *late += window.late;
                    if closes(&window) {
                        self.image.add("closed windows", key, &window);
                    }
                }
            }
        }
        for (key, sum) in sums {
            self.image.add("sums of windows", key, &sum);
        }
    }

    fn dead_letters(&mut self) {
        let mut records = Vec::new();
        self.each(topics::DEAD_LETTERS, &mut |_, record| {
            let value = record.value.expect("a value");
            records.push(self.schemas.dead_letters.decode(value).expect("a dead letter"));
        });
        for mut record in records {
            record.rejected_at = WallTime::default();
            if record.service != "ingest" {
                // A record's place in a topic is not the same in two runs, nor when it was heard.
                record.place.clear();
                record.value.clear();
                record.bytes = 0;
            }
            self.image.add("dead letters", record.place.clone(), &record);
        }
    }

    fn checkpoints(&mut self) {
        let mut records = Vec::new();
        self.each_compacted(&Topic::new(topics::INGEST_CHECKPOINTS), &mut |_, value| {
            records.push(self.schemas.checkpoints.decode(value).expect("a checkpoint"));
        });
        for mut record in records {
            record.updated_at = WallTime::default();
            let is_push = matches!(record.detail, Some(CheckpointDetail::PushCheckpoint(_)));
            assert!(!is_push, "nothing was pushed");
            self.image.add("dispositions of ingest", record.source.to_string(), &record);
        }
    }

    /// The detector's are left out: it counts batches, and commits cut these differently.
    fn tallies(&mut self) {
        for (section, service) in
            [("dispositions of the tagger", "tagger"), ("dispositions of the scorer", "scorer")]
        {
            let mut sums = BTreeMap::new();
            self.each_compacted(&Topic::changelog("vigie", service), &mut |key, value| {
                let Some(progress) = TaskProgress::from_changelog(key, value) else { return };
                for (source, tally) in progress.expect("progress").tallies {
                    *sums.entry(source).or_insert_with(vigie_runtime::Tally::default) += tally;
                }
            });
            for (source, tally) in sums {
                self.image.add(section, source, &tally);
            }
        }
    }

    fn committed_states(&mut self) {
        let mut states = BTreeMap::new();
        self.each_compacted(&Topic::changelog("vigie", Scorer::NAME), &mut |key, value| {
            if TaskProgress::from_changelog(key, value).is_some() {
                return;
            }
            let author = std::str::from_utf8(key).expect("a text").parse().expect("an author");
            states.insert(author, read_state::<Scorer>(value).expect("a state"));
        });
        self.image.committed = states;
    }
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
