//! The tagger: judges each mention of the raw log once.
//!
//! `mentions.raw.v1` -> [`Tagger`] (store: the ledger of each author) -> `author-events.v1`,
//! `counts.v1`; the wiring is in [`topology`].
//!
//! Guarantees: a source's redelivery is a duplicate and changes nothing; newer counts of a mention
//! are told only when it enters or leaves a stream with engagement terms; an edit, a correction, a
//! deletion or newer counts take back from the counts what the mention had added and does not add
//! any more; a mention is judged by one revision of the streams, which its matches name.
//!
//! Refuses: I/O, clocks, and dropping anything: noise is marked.

mod backfill;
mod change;
mod corrections;
mod interactions;
mod ledger;
mod partials;
mod reading;
mod rules;
mod tagger;
pub mod topology;
mod unknown_fields;

pub use ledger::{Ledger, MAXIMUM_DAYS, MAXIMUM_MENTIONS, content_hash};
pub use rules::{RuleDelta, RuleSet, Stream, StreamError};
pub use tagger::{Tagger, TaggerOutput};
pub use unknown_fields::UnknownFields;
