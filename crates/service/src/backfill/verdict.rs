//! Whether a mention meets one stream, at the revision of the streams that counted for a record.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use vigie_runtime::{
    ControlFeed as _, ControlTable, LogReader, Partition, Position, Topic, TopicPartition, Untaken,
};
use vigie_schema::{PreviousMatch, Schemas, topics};
use vigie_tagger::topology::rule_table;
use vigie_tagger::{RuleSet, Tagger};
use vigie_types::{ControlRevision, Mention, StreamId, StreamVersion};

use super::job::BackfillError;

/// How many bytes of `rules.v1` are read at once.
const READ_BYTES: usize = 1 << 20;

/// One stream through all revisions.
pub(super) struct Verdicts {
    stream: StreamId,
    tagger: Tagger,
    log: Arc<dyn LogReader>,
    table: Arc<ControlTable<RuleSet>>,
    position: Position,
    /// The stream alone, by its version.
    alone: HashMap<StreamVersion, Arc<RuleSet>, FxBuildHasher>,
    versions: HashMap<ControlRevision, Option<StreamVersion>, FxBuildHasher>,
}

impl Verdicts {
    /// Nothing read yet.
    pub(super) fn new(
        stream: StreamId,
        tagger: Tagger,
        log: Arc<dyn LogReader>,
        schemas: &Arc<Schemas>,
    ) -> Self {
        Self {
            stream,
            tagger,
            log,
            table: rule_table(schemas),
            position: Position::START,
            alone: HashMap::default(),
            versions: HashMap::default(),
        }
    }

    /// Reads `rules.v1` to its end; the version of the stream that is watched now.
    pub(super) fn newest(&mut self) -> Result<Option<StreamVersion>, BackfillError> {
        let partition = TopicPartition::new(&Topic::new(topics::RULES), Partition::new(0));
        loop {
            let fetched = self.log.read(&partition, self.position, READ_BYTES)?;
            if fetched.is_empty() {
                return self.version_at(self.table.revision());
            }
            for record in fetched.iter() {
                match self.table.take(record.value.unwrap_or_default()) {
                    Ok(()) | Err(Untaken::Refused(_)) => self.position = record.offset.next(),
                    Err(error @ (Untaken::NotYet(_) | Untaken::Gap(_))) => {
                        return Err(BackfillError::Unreadable(error.to_string()));
                    }
                }
            }
        }
    }

    /// The version of the stream at a revision; none where it was not watched.
    pub(super) fn version_at(
        &mut self,
        revision: ControlRevision,
    ) -> Result<Option<StreamVersion>, BackfillError> {
        if let Some(known) = self.versions.get(&revision) {
            return Ok(known.clone());
        }
        if revision > self.table.revision() {
            self.newest()?;
        }
        let rules = self.table.at(revision).ok_or_else(|| {
            let number = revision.get();
            BackfillError::Unreadable(format!("rules.v1 has no revision {number}"))
        })?;
        let version = rules.version_of(&self.stream);
        if let (Some(version), Some(alone)) = (&version, rules.only(&self.stream)) {
            self.alone.entry(version.clone()).or_insert_with(|| Arc::new(alone));
        }
        self.versions.insert(revision, version.clone());
        Ok(version)
    }

    /// How a mention meets the stream at a version; none where it does not.
    pub(super) fn of(&self, mention: &Mention, version: &StreamVersion) -> Option<PreviousMatch> {
        let (tagged, _) = self.tagger.tag(mention, self.alone.get(version)?);
        let found = tagged.matches.into_iter().next()?;
        let label = found.sentiment.map(|sentiment| sentiment.label);
        Some(PreviousMatch { version: found.version, label })
    }
}
