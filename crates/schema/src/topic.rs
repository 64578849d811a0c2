//! The topics and the schema of each, as files under `schemas/`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_avro_fast::Schema;

use crate::codec::AvroCodec;
use crate::{
    AuthorEvent, AuthorRecord, Checkpoint, CountRecord, DeadLetterRecord, RawRecord, RuleRecord,
    ScoreRecord, SpikeMessage, SuppressionRecord, TaggedMention,
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
    schema: Arc<Schema>,
}

impl TopicSchema {
    fn new(name: &'static str, text: &'static str) -> Self {
        let schema = text.parse().unwrap_or_else(|error| panic!("schemas/{name}.avsc: {error}"));
        Self { name, text, schema: Arc::new(schema) }
    }

    /// The id where no registry gives one: the schema's own fingerprint (CRC-64-AVRO), cut to the
    /// 31 bits that a registry's ids have.
    pub fn id(&self) -> u32 {
        let fingerprint = self.schema.rabin_fingerprint();
        u32::from_be_bytes([fingerprint[0], fingerprint[1], fingerprint[2], fingerprint[3]])
            & 0x7fff_ffff
    }

    pub(crate) const fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }
}

macro_rules! topic_schemas {
    ($($(#[$doc:meta])* $field:ident: $record:ty = $name:expr, $file:literal;)*) => {
        /// The codec of every topic, made once at start.
        pub struct Schemas {
            all: Vec<TopicSchema>,
            $($(#[$doc])* pub $field: Arc<AvroCodec<$record>>,)*
        }

        impl Schemas {
            /// Parses the schema files that this binary was built with.
            #[expect(clippy::new_without_default, reason = "parsing files is no default value")]
            pub fn new() -> Self {
                $(let $field = TopicSchema::new(
                    $name,
                    include_str!(concat!("../../../schemas/", $file, ".avsc")),
                );)*
                Self {
                    $($field: Arc::new(AvroCodec::new(&$field, BTreeMap::new())),)*
                    all: vec![$($field,)*],
                }
            }
        }
    };
}

topic_schemas! {
    /// `mentions.raw.v1`.
    raw: RawRecord = topics::MENTIONS_RAW, "mentions.raw.v1";
    /// `ingest-checkpoints.v1`.
    checkpoints: Checkpoint = topics::INGEST_CHECKPOINTS, "ingest-checkpoints.v1";
    /// `author-events.v1`.
    author_events: AuthorEvent = topics::AUTHOR_EVENTS, "author-events.v1";
    /// `mentions.scored.v1`.
    scored: TaggedMention = topics::MENTIONS_SCORED, "mentions.scored.v1";
    /// `counts.v1`.
    counts: CountRecord = topics::COUNTS, "counts.v1";
    /// `spikes.v1`.
    spikes: SpikeMessage = topics::SPIKES, "spikes.v1";
    /// `authors.v1`.
    authors: AuthorRecord = topics::AUTHORS, "authors.v1";
    /// `rules.v1`.
    rules: RuleRecord = topics::RULES, "rules.v1";
    /// `scores.v1`.
    scores: ScoreRecord = topics::SCORES, "scores.v1";
    /// `suppressions.v1`.
    suppressions: SuppressionRecord = topics::SUPPRESSIONS, "suppressions.v1";
    /// `dead-letters.v1`.
    dead_letters: DeadLetterRecord = topics::DEAD_LETTERS, "dead-letters.v1";
}

impl Schemas {
    /// Every topic's schema, in the order of the flow.
    pub fn all(&self) -> &[TopicSchema] {
        &self.all
    }
}
