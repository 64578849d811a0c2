//! How the tagger is wired: `mentions.raw.v1` -> tagger (ledger) -> `author-events.v1`,
//! `counts.v1`.

use std::sync::Arc;

use vigie_runtime::{
    CombineKey, ControlLookup, ControlTable, DeadLetter, Outputs, Partition, Route, Topic,
};
use vigie_schema::{
    CountBody, CountRecord, Partial, Schemas, UpstreamWatermark, encode_dead_letter, topics,
};
use vigie_types::{EventTime, Stamps};

use crate::rules::RuleSet;
use crate::tagger::TaggerOutput;

/// The topic the tagger reads.
pub const INPUT: &str = topics::MENTIONS_RAW;

/// The control topics it judges by.
pub const CONTROLS: [&str; 1] = [topics::RULES];

/// The topics it writes.
pub const OUTPUTS: [&str; 3] = [topics::AUTHOR_EVENTS, topics::COUNTS, topics::DEAD_LETTERS];

/// Encodes what the tagger emits.
pub struct TaggerOutputs {
    schemas: Arc<Schemas>,
    author_events: Topic,
    counts: Topic,
}

impl TaggerOutputs {
    /// Outputs in these schemas.
    pub fn new(schemas: Arc<Schemas>) -> Self {
        Self {
            schemas,
            author_events: Topic::new(topics::AUTHOR_EVENTS),
            counts: Topic::new(topics::COUNTS),
        }
    }
}

impl Outputs<TaggerOutput> for TaggerOutputs {
    fn encode(&self, output: &TaggerOutput, key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route {
        match output {
            TaggerOutput::AuthorEvent(event) => {
                key.extend_from_slice(event.author.as_str().as_bytes());
                self.schemas.author_events.encode(event, value);
                let timestamp = vigie_runtime::Input::event_time(&**event).unwrap_or_default();
                Route { topic: self.author_events.clone(), timestamp }
            }
            TaggerOutput::Count(record) => {
                let timestamp = match &record.body {
                    CountBody::Partial(partial) => {
                        key.extend_from_slice(partial.stream.as_str().as_bytes());
                        partial.bucket.start()
                    }
                    CountBody::Watermark(upstream) => upstream.watermark,
                };
                self.schemas.counts.encode(record, value);
                Route { topic: self.counts.clone(), timestamp }
            }
        }
    }

    fn combine_key(&self, output: &TaggerOutput) -> Option<CombineKey> {
        let TaggerOutput::Count(record) = output else { return None };
        match &record.body {
            CountBody::Partial(Partial { stream, bucket, late, rules, .. }) => {
                Some(format!("{stream} {} {late} {}", bucket.number(), rules.get()))
            }
            CountBody::Watermark(_) => None,
        }
    }

    fn combine(&self, into: &mut TaggerOutput, other: TaggerOutput) {
        if let (TaggerOutput::Count(into), TaggerOutput::Count(other)) = (into, other)
            && let (CountBody::Partial(partial), CountBody::Partial(other)) =
                (&mut into.body, other.body)
        {
            partial.merge(other);
        }
    }

    fn watermark(
        &self,
        partition: Partition,
        of: u32,
        watermark: EventTime,
    ) -> Option<TaggerOutput> {
        let body =
            CountBody::Watermark(UpstreamWatermark { partition: partition.get(), of, watermark });
        Some(TaggerOutput::Count(Box::new(CountRecord { body })))
    }

    fn encode_dead_letter(
        &self,
        letter: &DeadLetter<'_>,
        key: &mut Vec<u8>,
        value: &mut Vec<u8>,
    ) -> Route {
        encode_dead_letter(&self.schemas.dead_letters, "tagger", letter, key, value)
    }
}

/// The streams at the revision a mention is stamped with.
pub struct RulesAtStamp {
    table: Arc<ControlTable<RuleSet>>,
}

impl RulesAtStamp {
    /// Lookups in this table.
    pub const fn new(table: Arc<ControlTable<RuleSet>>) -> Self {
        Self { table }
    }
}

impl ControlLookup<RuleSet> for RulesAtStamp {
    fn at(&self, stamps: &Stamps) -> Option<Arc<RuleSet>> {
        self.table.at(stamps.rules)
    }
}

/// The table that follows `rules.v1`.
pub fn rule_table(schemas: &Arc<Schemas>) -> Arc<ControlTable<RuleSet>> {
    let schemas = Arc::clone(schemas);
    Arc::new(ControlTable::new(
        Topic::new(topics::RULES),
        Box::new(move |value| {
            let record = schemas.rules.read(value)?;
            Ok((record.revision, Arc::new(record.into())))
        }),
    ))
}
