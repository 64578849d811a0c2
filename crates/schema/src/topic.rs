//! The topics and the schema of each, as files under `schemas/`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_avro_fast::Schema;

use crate::codec::AvroCodec;
use crate::source::{SchemaLookup, SchemaSource};
use crate::{
    AuthorEvent, AuthorRecord, Checkpoint, ClusterRecord, CountRecord, DeadLetterRecord, RawRecord,
    RuleRecord, ScoreRecord, SpikeMessage, SuppressionRecord, TaggedMention,
};

/// The names of the topics.
pub mod topics {
    /// What entered, with heartbeats: the source of every replay.
    pub const MENTIONS_RAW: &str = "mentions.raw.v1";
    /// How far each source was read.
    pub const INGEST_CHECKPOINTS: &str = "ingest-checkpoints.v1";
    /// What concerns each author.
    pub const AUTHOR_EVENTS: &str = "author-events.v1";
    /// What consumers subscribe to.
    pub const MENTIONS_SCORED: &str = "mentions.scored.v1";
    /// Partial counts and watermarks.
    pub const COUNTS: &str = "counts.v1";
    /// Spikes and closed windows.
    pub const SPIKES: &str = "spikes.v1";
    /// Near-duplicates of each stream.
    pub const CLUSTERS: &str = "clusters.v1";
    /// The state of each author.
    pub const AUTHORS: &str = "authors.v1";
    /// The streams, by revision.
    pub const RULES: &str = "rules.v1";
    /// The scoring configuration, by revision.
    pub const SCORES: &str = "scores.v1";
    /// Who is not to be measured, by revision.
    pub const SUPPRESSIONS: &str = "suppressions.v1";
    /// What was rejected.
    pub const DEAD_LETTERS: &str = "dead-letters.v1";
}

/// A topic's schema as its file has it.
#[derive(Clone)]
pub struct TopicSchema {
    /// The topic's name.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
    /// Every version that was ever written, the first one first.
    pub kept: &'static [&'static str],
    pub(crate) schema: Arc<Schema>,
}

impl TopicSchema {
    fn new(name: &'static str, text: &'static str, kept: &'static [&'static str]) -> Self {
        let schema = text.parse().unwrap_or_else(|error| panic!("schemas/{name}.avsc: {error}"));
        Self { name, text, kept, schema: Arc::new(schema) }
    }

    /// The id where no registry gives one: the schema's own fingerprint.
    pub fn built_in_id(&self) -> u32 {
        fingerprint(&self.schema)
    }

    /// The texts of all versions with such an id, the newest last.
    pub fn built_in_versions(&self) -> Vec<(u32, &'static str)> {
        let kept = self.kept.iter().map(|text| {
            let schema = text.parse().expect("kept versions are schemas");
            (fingerprint(&schema), *text)
        });
        kept.chain([(self.built_in_id(), self.text)]).collect()
    }
}

/// The schema's fingerprint (CRC-64-AVRO), cut to the 31 bits that a registry's ids have.
fn fingerprint(schema: &Schema) -> u32 {
    let fingerprint = schema.rabin_fingerprint();
    u32::from_be_bytes([fingerprint[0], fingerprint[1], fingerprint[2], fingerprint[3]])
        & 0x7fff_ffff
}

/// Every kept version under its fingerprint: what another binary wrote where there is no registry.
struct BuiltIn(BTreeMap<u32, Arc<str>>);

impl SchemaSource for BuiltIn {
    fn schema(&self, id: u32) -> SchemaLookup {
        self.0.get(&id).map_or(SchemaLookup::Unknown, |text| SchemaLookup::Known(Arc::clone(text)))
    }
}

impl BuiltIn {
    fn of(topics: &[TopicSchema]) -> Self {
        let versions = topics.iter().flat_map(TopicSchema::built_in_versions);
        Self(versions.map(|(id, text)| (id, Arc::from(text))).collect())
    }
}

/// A registry's schemas, and before them what was written where there was none: a log that was
/// begun without a registry stays readable. Fingerprints are no ids that a registry counts up to.
struct BuiltInOr {
    built_in: BuiltIn,
    source: Arc<dyn SchemaSource>,
}

impl SchemaSource for BuiltInOr {
    fn schema(&self, id: u32) -> SchemaLookup {
        match self.built_in.schema(id) {
            SchemaLookup::Unknown => self.source.schema(id),
            known @ (SchemaLookup::Known(_) | SchemaLookup::Pending) => known,
        }
    }
}

/// The text of a file under `schemas/`.
macro_rules! file {
    ($($part:literal),*) => {
        include_str!(concat!("../../../schemas/", $($part,)* ".avsc"))
    };
}

macro_rules! topic_schemas {
    ($(
        $(#[$doc:meta])*
        $field:ident: $record:ty = $name:expr, $file:literal, [$($kept:literal),*];
    )*) => {
        /// The codec of every topic, made once at start.
        pub struct Schemas {
            all: Vec<TopicSchema>,
            $($(#[$doc])* pub $field: Arc<AvroCodec<$record>>,)*
        }

        /// Every topic's schema, in the order of the flow.
        pub fn topic_schemas() -> Vec<TopicSchema> {
            vec![$(TopicSchema::new(
                $name,
                file!($file),
                &[$(file!("history/", $file, "/", $kept)),*],
            ),)*]
        }

        impl Schemas {
            fn build(
                all: Vec<TopicSchema>,
                id_of: impl Fn(&TopicSchema) -> u32,
                source: &Arc<dyn SchemaSource>,
            ) -> Self {
                let mut topics = all.iter();
                $(let topic = topics.next().expect("as many topics as codecs");
                let $field = Arc::new(AvroCodec::new(topic, id_of(topic), Arc::clone(source)));)*
                Self { $($field,)* all }
            }
        }
    };
}

topic_schemas! {
    /// `mentions.raw.v1`.
    raw: RawRecord = topics::MENTIONS_RAW, "mentions.raw.v1", ["1", "2", "3"];
    /// `ingest-checkpoints.v1`.
    checkpoints: Checkpoint = topics::INGEST_CHECKPOINTS, "ingest-checkpoints.v1", ["1"];
    /// `author-events.v1`.
    author_events: AuthorEvent = topics::AUTHOR_EVENTS, "author-events.v1", ["1", "2", "3", "4"];
    /// `mentions.scored.v1`.
    scored: TaggedMention = topics::MENTIONS_SCORED, "mentions.scored.v1", ["1", "2", "3", "4"];
    /// `counts.v1`.
    counts: CountRecord = topics::COUNTS, "counts.v1", ["1", "2"];
    /// `spikes.v1`.
    spikes: SpikeMessage = topics::SPIKES, "spikes.v1", ["1"];
    /// `clusters.v1`.
    clusters: ClusterRecord = topics::CLUSTERS, "clusters.v1", ["1"];
    /// `authors.v1`.
    authors: AuthorRecord = topics::AUTHORS, "authors.v1", ["1"];
    /// `rules.v1`.
    rules: RuleRecord = topics::RULES, "rules.v1", ["1", "2"];
    /// `scores.v1`.
    scores: ScoreRecord = topics::SCORES, "scores.v1", ["1"];
    /// `suppressions.v1`.
    suppressions: SuppressionRecord = topics::SUPPRESSIONS, "suppressions.v1", ["1"];
    /// `dead-letters.v1`.
    dead_letters: DeadLetterRecord = topics::DEAD_LETTERS, "dead-letters.v1", ["1"];
}

impl Schemas {
    /// The codecs where there is no registry: ids are the schemas' own fingerprints, and what is
    /// read is what this binary's versions wrote.
    #[expect(clippy::new_without_default, reason = "parsing files is no default value")]
    pub fn new() -> Self {
        let all = topic_schemas();
        let source: Arc<dyn SchemaSource> = Arc::new(BuiltIn::of(&all));
        Self::build(all, TopicSchema::built_in_id, &source)
    }

    /// The codecs with the ids that a registry gave: `id_of` tells the id of each topic's schema,
    /// `source` the schemas that other versions of the services write with.
    pub fn with_ids(id_of: impl Fn(&TopicSchema) -> u32, source: &Arc<dyn SchemaSource>) -> Self {
        let all = topic_schemas();
        let (built_in, source) = (BuiltIn::of(&all), Arc::clone(source));
        let source: Arc<dyn SchemaSource> = Arc::new(BuiltInOr { built_in, source });
        Self::build(all, id_of, &source)
    }

    /// Every topic's schema, in the order of the flow.
    pub fn all(&self) -> &[TopicSchema] {
        &self.all
    }
}
