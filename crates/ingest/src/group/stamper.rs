//! What ingest knows of the control topics: the revisions it stamps records with, and who is not to
//! be measured.

use std::collections::BTreeSet;
use std::sync::Arc;

use vigie_runtime::{
    ControlFeed, ControlQueue, ControlState, ControlTable, Fetched, Rejection, Topic,
};
use vigie_schema::{AvroCodec, Schemas, SuppressionRecord, topics};
use vigie_types::{AuthorId, ControlRevision, Stamps};

/// Authors who are not to be measured.
#[derive(Clone, Debug, Default)]
pub struct SuppressionSet(BTreeSet<AuthorId>);

impl SuppressionSet {
    /// Whether the author is not to be measured.
    pub fn contains(&self, author: &AuthorId) -> bool {
        self.0.contains(author)
    }
}

impl ControlState for SuppressionSet {
    type Delta = SuppressionRecord;

    fn apply(&self, delta: &SuppressionRecord) -> Self {
        let mut authors = self.0.clone();
        authors.extend(delta.added.iter().cloned());
        for author in &delta.removed {
            authors.remove(author);
        }
        Self(authors)
    }
}

/// A control topic of which only the revision counts here.
#[derive(Clone, Copy, Debug, Default)]
struct Counted;

impl ControlState for Counted {
    type Delta = ();

    fn apply(&self, _delta: &()) -> Self {
        Self
    }
}

/// The revisions read so far.
pub(super) struct Stamper {
    rules: ControlTable<Counted>,
    scores: ControlTable<Counted>,
    suppressions: ControlTable<SuppressionSet>,
    suppressed: Arc<SuppressionSet>,
    queue: ControlQueue,
}

impl Stamper {
    pub(super) fn new(schemas: &Arc<Schemas>) -> Self {
        let codec = Arc::clone(&schemas.suppressions);
        let suppressions = ControlTable::new(
            Topic::new(topics::SUPPRESSIONS),
            Box::new(move |value| {
                let record = codec.read(value)?;
                Ok((record.revision, record))
            }),
        );
        Self {
            rules: counted(topics::RULES, &schemas.rules, |record| record.revision),
            scores: counted(topics::SCORES, &schemas.scores, |record| record.revision),
            suppressions,
            suppressed: Arc::default(),
            queue: ControlQueue::default(),
        }
    }

    /// The control topics it follows.
    pub(super) fn topics() -> Vec<Topic> {
        [topics::RULES, topics::SCORES, topics::SUPPRESSIONS].map(Topic::new).into()
    }

    /// Takes control records, up to one that cannot be read yet.
    pub(super) fn feed(&mut self, fetched: Fetched) -> Result<(), Rejection> {
        self.queue.push(fetched);
        self.read()
    }

    /// Tries again to read what could not be read yet; true when nothing is left of it.
    pub(super) fn catch_up(&mut self) -> Result<bool, Rejection> {
        if !self.queue.is_empty() {
            self.read()?;
        }
        Ok(self.queue.is_empty())
    }

    fn read(&mut self) -> Result<(), Rejection> {
        let tables: [&dyn ControlFeed; 3] = [&self.rules, &self.scores, &self.suppressions];
        // Who judges by a record tells that it is none; here it only counts no revision.
        self.queue.feed(&tables)?;
        self.suppressed = self.suppressions.latest();
        Ok(())
    }

    /// The stamp for the next record.
    pub(super) fn stamps(&self) -> Stamps {
        Stamps {
            rules: self.rules.revision(),
            scores: self.scores.revision(),
            suppressions: self.suppressions.revision(),
            contacts: ControlRevision::ZERO,
        }
    }

    /// Whether the author is not to be measured.
    pub(super) fn is_suppressed(&self, author: &AuthorId) -> bool {
        self.suppressed.contains(author)
    }
}

fn counted<T>(
    topic: &str,
    codec: &Arc<AvroCodec<T>>,
    revision: impl Fn(&T) -> ControlRevision + Send + Sync + 'static,
) -> ControlTable<Counted>
where
    T: serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    let codec = Arc::clone(codec);
    let decode = move |value: &[u8]| Ok((revision(&codec.read(value)?), ()));
    ControlTable::new(Topic::new(topic), Box::new(decode))
}
