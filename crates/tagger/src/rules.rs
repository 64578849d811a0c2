//! The streams as a control table: one compiled set per revision.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_query::{Diagnostics, Query, StreamSet};
use vigie_runtime::ControlState;
use vigie_schema::{RuleRecord, StreamDefinition};
use vigie_types::StreamId;

/// What one revision changes.
pub type RuleDelta = RuleRecord;

/// A stream with its query read.
#[derive(Clone)]
pub struct Stream {
    /// As it was defined.
    pub definition: StreamDefinition,
    /// Its query.
    pub query: Query,
}

/// A stream that cannot be watched.
#[derive(Clone, Debug, thiserror::Error)]
#[error("stream {stream}: {diagnostics}")]
pub struct StreamError {
    /// The stream.
    pub stream: StreamId,
    /// What is wrong with its query.
    pub diagnostics: Diagnostics,
}

/// All streams of one revision, compiled together.
pub struct RuleSet {
    streams: BTreeMap<StreamId, Arc<Stream>>,
    compiled: StreamSet,
    broken: Vec<StreamError>,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self::of(BTreeMap::new(), Vec::new())
    }
}

impl RuleSet {
    fn of(streams: BTreeMap<StreamId, Arc<Stream>>, broken: Vec<StreamError>) -> Self {
        let compiled = StreamSet::compile(
            streams.iter().map(|(id, stream)| (id.clone(), stream.query.clone())),
        );
        Self { streams, compiled, broken }
    }

    /// The streams by id.
    pub const fn streams(&self) -> &BTreeMap<StreamId, Arc<Stream>> {
        &self.streams
    }

    /// All queries, to be matched at once.
    pub const fn compiled(&self) -> &StreamSet {
        &self.compiled
    }

    /// Streams of the last change that could not be read; their earlier version, if any, stands.
    pub fn broken(&self) -> &[StreamError] {
        &self.broken
    }
}

impl ControlState for RuleSet {
    type Delta = RuleDelta;

    fn apply(&self, delta: &RuleDelta) -> Self {
        let mut streams = self.streams.clone();
        let mut broken = Vec::new();
        for id in &delta.removed {
            streams.remove(id);
        }
        for definition in &delta.put {
            let stream = definition.id.clone();
            match Query::parse(&definition.query) {
                Ok(query) => {
                    let definition = definition.clone();
                    streams.insert(stream, Arc::new(Stream { definition, query }));
                }
                Err(diagnostics) => broken.push(StreamError { stream, diagnostics }),
            }
        }
        Self::of(streams, broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_stream_leaves_the_others_and_its_own_earlier_version_standing() {
        let definition = |id: &str, query: &str| StreamDefinition {
            id: StreamId::new(id).expect("valid"),
            query: query.into(),
            ..StreamDefinition::default()
        };
        let change = |put| RuleRecord { put, ..RuleRecord::default() };
        let set = RuleSet::default()
            .apply(&change(vec![definition("a", "delta"), definition("b", "united")]))
            .apply(&change(vec![definition("a", "delta AND ("), definition("c", "klm")]));
        let queries: Vec<&str> =
            set.streams().values().map(|stream| stream.definition.query.as_str()).collect();
        assert_eq!(queries, ["delta", "united", "klm"]);
        assert_eq!(set.broken().len(), 1);
    }
}
