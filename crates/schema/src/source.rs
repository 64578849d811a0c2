//! The seam to a registry: what was written with ids that are not ours.

use std::sync::Arc;

/// What is known of a schema id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaLookup {
    /// The schema's text.
    Known(Arc<str>),
    /// The registry says that there is no such id.
    Unknown,
    /// Not answered yet: the record waits.
    Pending,
}

/// Knows the schemas of other writers. Asked for each record of an id that was not read before, by
/// the threads that process, so it must not block.
pub trait SchemaSource: Send + Sync {
    /// The schema with this id. While the answer is [`SchemaLookup::Pending`], the source finds it
    /// out on its own.
    fn schema(&self, id: u32) -> SchemaLookup;
}
