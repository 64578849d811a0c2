//! The records that travel on vigie's topics, and their Avro schemas.
//!
//! Guarantees: every record type here agrees with its `schemas/<topic>.avsc` (tests hold them
//! together); what version 1 wrote, every later version reads; bytes that are no such record give a
//! rejection that says what was expected, never a panic.
//!
//! Refuses: decisions about mentions, and I/O.

mod author;
mod author_event;
mod bounded;
mod change;
mod checkpoint;
mod cluster;
mod codec;
mod control;
mod count;
mod dead_letter;
pub mod json;
mod one_of;
mod raw;
mod resolution;
mod source;
mod spike;
mod tagged;
mod text;
mod topic;

pub use author::{AuthorRecord, NamedCount, SentimentTally, StreamInterest};
pub use author_event::{Act, AuthorEvent, Interaction, WhatHappened};
pub use change::UnfinishedChange;
pub use checkpoint::{Checkpoint, CheckpointDetail, FileCheckpoint, PushCheckpoint};
pub use cluster::{ClusterRecord, MAXIMUM_DISTANCE};
pub use codec::{AvroCodec, WIRE_HEADER_BYTES};
pub use control::{
    ListChange, RuleRecord, ScoreRecord, SpikeOverrides, StreamDefinition, SuppressionRecord,
    Weight,
};
pub use count::{CountBody, CountRecord, Partial, UpstreamWatermark};
pub use dead_letter::{DeadLetterRecord, encode_dead_letter};
pub use raw::{
    BackfilledMention, CorrectedMention, Deletion, Heartbeat, PreviousMatch, RawBody, RawRecord,
    SourceStanding,
};
pub use source::{SchemaLookup, SchemaSource};
pub use spike::{Share, SpikeBody, SpikeMessage, SpikeRecord, WindowRecord};
pub use tagged::TaggedMention;
pub use text::{AuthorSketch, TextCount};
pub use topic::{Schemas, TopicSchema, topic_schemas, topics};
