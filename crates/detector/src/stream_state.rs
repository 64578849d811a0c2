//! What the detector keeps of one stream: open buckets, the last closed ones, the texts that were
//! said and the series.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_schema::Partial;
use vigie_types::{Bucket, ControlRevision, EventTime};

use crate::clusters::Clusters;
use crate::recent::Recent;
use crate::series::Series;
use crate::watch::Watch;

/// The most buckets that may be open at once: two weeks of a stream that waits for one slow
/// partition. Beyond it the oldest closes early, which a correction would show.
pub(crate) const MAXIMUM_OPEN_BUCKETS: usize = 4_032;

/// A bucket that still counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) partial: Partial,
    pub(crate) watch: Watch,
}

/// The state of one stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamState {
    /// Shared with the state before: a record changes one bucket, not all.
    pub(crate) open: BTreeMap<Bucket, Arc<Open>>,
    pub(crate) recent: Arc<Recent>,
    pub(crate) clusters: Arc<Clusters>,
    pub(crate) series: Series,
    pub(crate) revision: ControlRevision,
    pub(crate) watch: Watch,
}

impl StreamState {
    /// The last bucket that was closed.
    pub fn last_closed(&self) -> Option<Bucket> {
        self.series.last()
    }

    /// Whether the bucket can still count.
    pub(crate) fn is_closed(&self, bucket: Bucket) -> bool {
        self.last_closed().is_some_and(|last| bucket <= last)
    }

    /// Adds counts to their open bucket.
    pub(crate) fn add(&mut self, partial: Partial, watch: &Watch) {
        if let Some(open) = self.open.get_mut(&partial.bucket) {
            let open = Arc::make_mut(open);
            if partial.rules >= open.partial.rules {
                open.watch.clone_from(watch);
            }
            open.partial.merge(partial);
        } else {
            let open = Open { partial, watch: watch.clone() };
            self.open.insert(open.partial.bucket, Arc::new(open));
        }
    }

    /// The end of the bucket that closes next: the earliest that is open, or the one after the last
    /// while a spike is open, so that it ends in time.
    pub(crate) fn closes_at(&self) -> Option<EventTime> {
        let earliest = self.open.keys().next().copied();
        let follows = self.last_closed().filter(|_| self.series.is_open()).map(Bucket::next);
        match (earliest, follows) {
            (Some(earliest), Some(follows)) => Some(earliest.min(follows).end()),
            (Some(bucket), None) | (None, Some(bucket)) => Some(bucket.end()),
            (None, None) => None,
        }
    }
}
