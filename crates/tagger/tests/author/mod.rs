//! The tagger over the records of one author.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use vigie_runtime::{
    Context, Emitter, Judged, Offset, Partition, Processor as _, Record, Rejection, StateUpdate,
};
use vigie_schema::{
    CountBody, RawBody, RawRecord, RuleRecord, SourceStanding, StreamDefinition, TaggedMention,
    WhatHappened,
};
use vigie_tagger::{Ledger, RuleSet, Tagger, TaggerOutput};
use vigie_text::Judge;
use vigie_types::{EventTime, SourceId, Stamps, StreamId, WallTime};

static TAGGER: LazyLock<Tagger> = LazyLock::new(|| Tagger::new(Arc::new(Judge::new())));

fn rules(streams: &[(&str, &str)]) -> RuleSet {
    let definition = |(id, query): &(&str, &str)| StreamDefinition {
        id: StreamId::new(id).expect("valid"),
        query: (*query).into(),
        ..StreamDefinition::default()
    };
    let put = streams.iter().map(definition).collect();
    RuleSet::of(RuleRecord { put, ..RuleRecord::default() })
}

/// What came of a record that is no duplicate: what was told, and the counts by stream.
#[derive(Debug, Default)]
pub struct Outcome {
    pub told: Option<TaggedMention>,
    pub counts: Vec<(String, i64)>,
}

/// An author's ledger, and what became of all records.
pub struct OneAuthor {
    rules: RuleSet,
    ledger: Option<Ledger>,
    pub processed: usize,
    pub duplicates: usize,
    /// The sum of all counts of each stream.
    pub sums: BTreeMap<String, i64>,
    /// The same of those that join a window.
    pub on_time: BTreeMap<String, i64>,
}

impl OneAuthor {
    /// An author of whom nothing is known, judged by these queries, each with its stream's id.
    pub fn under(streams: &[(&str, &str)]) -> Self {
        Self {
            rules: rules(streams),
            ledger: None,
            processed: 0,
            duplicates: 0,
            sums: BTreeMap::new(),
            on_time: BTreeMap::new(),
        }
    }

    /// Judges what comes next by these queries alone.
    pub fn change_rules(&mut self, streams: &[(&str, &str)]) {
        self.rules = rules(streams);
    }

    /// Takes a record; none where it is a duplicate.
    pub fn take(&mut self, body: RawBody) -> Result<Option<Outcome>, Rejection> {
        let raw = RawRecord {
            source: SourceId::new("crm").expect("valid"),
            standing: SourceStanding::Live,
            floor: EventTime::MIN,
            heard_at: WallTime::default(),
            event_time: EventTime::from_millis(0),
            clamped: false,
            stamps: Stamps::default(),
            place: String::new(),
            replay_of: None,
            body,
        };
        let record = Record {
            value: &raw,
            event_time: raw.event_time,
            partition: Partition::new(0),
            offset: Offset::new(0),
        };
        let context = Context {
            control: &self.rules,
            watermark: EventTime::MIN,
            stream_time: EventTime::MIN,
            late: false,
        };
        let mut outputs = Vec::new();
        let emitter = &mut Emitter::new(&mut outputs);
        match TAGGER.process(self.ledger.as_ref(), &record, &context, emitter)? {
            Judged::Duplicate => {
                self.duplicates += 1;
                return Ok(None);
            }
            Judged::Processed(StateUpdate::Put(ledger)) => self.ledger = Some(ledger),
            Judged::Processed(_) | Judged::Suppressed => {}
        }
        self.processed += 1;
        Ok(Some(self.outcome(outputs)))
    }

    /// What a record is told as that is no duplicate.
    pub fn told(&mut self, body: RawBody) -> TaggedMention {
        let outcome = self.take(body).expect("taken").expect("no duplicate");
        outcome.told.expect("a judgement")
    }

    fn outcome(&mut self, outputs: Vec<TaggerOutput>) -> Outcome {
        let mut outcome = Outcome::default();
        for output in outputs {
            match output {
                TaggerOutput::AuthorEvent(event) => match event.event {
                    WhatHappened::TaggedMention(tagged) => outcome.told = Some(*tagged),
                    WhatHappened::Interaction(_) => {}
                },
                TaggerOutput::Count(record) => {
                    if let CountBody::Partial(partial) = record.body {
                        let stream = partial.stream.to_string();
                        *self.sums.entry(stream.clone()).or_default() += partial.count;
                        if !partial.late {
                            *self.on_time.entry(stream.clone()).or_default() += partial.count;
                        }
                        outcome.counts.push((stream, partial.count));
                    }
                }
            }
        }
        outcome
    }
}
