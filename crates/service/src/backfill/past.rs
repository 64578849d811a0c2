//! What the raw log says of earlier runs, and of mentions that were taken back.
//!
//! Bounded by what it is about: some 50 bytes for each record that earlier runs of the stream have
//! told, and 8 for each deletion that is kept.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use vigie_schema::{BackfilledMention, Deletion, PreviousMatch, RawBody};
use vigie_tagger::content_hash;
use vigie_types::{Mention, MentionId, StreamId, StreamVersion};
use xxhash_rust::xxh3::xxh3_64;

use super::job::BackfillError;
use super::scan::Placed;
use super::verdict::Verdicts;

/// What was told of a mention and the stream.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The hash of what the mention said.
    pub(super) content: u32,
    /// The match, if there was one.
    pub(super) found: Option<PreviousMatch>,
}

impl Told {
    /// What is told of a mention.
    pub(super) fn of(mention: &Mention, found: Option<PreviousMatch>) -> Self {
        Self { content: content_hash(mention), found }
    }
}

/// What is known before a run begins, and what it has told since.
#[derive(Default)]
pub(super) struct Past {
    deleted: HashSet<u64, FxBuildHasher>,
    /// By the place of a record that an earlier run has told: the version by which it was judged,
    /// none if the stream was not watched by then, and what was told.
    places: HashMap<u64, (Option<StreamVersion>, Told), FxBuildHasher>,
    /// By mention: what was told last, up to the record that is looked at.
    told: HashMap<u64, Told, FxBuildHasher>,
}

fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

impl Past {
    /// Takes a record of the raw log in.
    pub(super) fn take(
        &mut self,
        placed: &Placed,
        stream: &StreamId,
        verdicts: &mut Verdicts,
    ) -> Result<(), BackfillError> {
        match &placed.record.body {
            RawBody::Deletion(Deletion { mention_id, .. }) => {
                self.deleted.insert(hash(mention_id.as_str()));
            }
            RawBody::BackfilledMention(backfilled) if backfilled.stream == *stream => {
                let BackfilledMention { mention, .. } = &**backfilled;
                let version = verdicts.version_at(placed.record.stamps.rules)?;
                let found = version.as_ref().and_then(|version| verdicts.of(mention, version));
                let told = Told::of(mention, found);
                self.places.insert(hash(&placed.record.place), (version, told));
            }
            RawBody::BackfilledMention(_)
            | RawBody::Mention(_)
            | RawBody::CorrectedMention(_)
            | RawBody::Heartbeat(_) => {}
        }
        Ok(())
    }

    /// Whether a mention was taken back.
    pub(super) fn is_deleted(&self, mention: &MentionId) -> bool {
        self.deleted.contains(&hash(mention.as_str()))
    }

    /// Comes to a record: whether an earlier run of this version has told it.
    pub(super) fn comes_to(
        &mut self,
        place: &str,
        mention: &MentionId,
        version: &StreamVersion,
    ) -> bool {
        let Some((of, told)) = self.places.get(&hash(place)) else { return false };
        self.told.insert(hash(mention.as_str()), told.clone());
        of.as_ref() == Some(version)
    }

    /// What was told last of a mention by this run or an earlier one; none where nothing was.
    pub(super) fn told(&self, mention: &MentionId) -> Option<Told> {
        self.told.get(&hash(mention.as_str())).cloned()
    }

    /// Notes what is told now.
    pub(super) fn tell(&mut self, mention: &Mention, found: Option<PreviousMatch>) {
        self.told.insert(hash(mention.mention_id.as_str()), Told::of(mention, found));
    }
}
