//! `clusters.v1`: near-duplicates of one stream, so that readers can fold copies.

use serde::{Deserialize, Serialize};
use vigie_types::{ClusterId, EventTime, Fingerprint, MentionId, StreamId};

/// In how many bits two fingerprints of one cluster differ at most: of its primary and any member.
pub const MAXIMUM_DISTANCE: u32 = 3;

/// A cluster as a window closes, or its correction by what came late.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterRecord {
    /// The stream and the primary.
    pub id: ClusterId,
    /// The stream.
    pub stream: StreamId,
    /// The mention that was first.
    pub primary: MentionId,
    /// The primary's fingerprint: a member's differs from it in 3 bits at most.
    pub fingerprint: Fingerprint,
    /// When the primary was said.
    pub first_seen: EventTime,
    /// The end of the last window with a copy.
    pub last_seen: EventTime,
    /// Mentions on time so far, the primary among them.
    pub size: i64,
    /// Distinct authors of these.
    pub authors: u64,
    /// Copies that came late, to be added to the size; taken back ones subtracted. 0 when a window
    /// closes.
    pub late: i64,
}
