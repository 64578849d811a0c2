//! The control topics: `rules.v1`, `scores.v1` and `suppressions.v1`.

use serde::{Deserialize, Serialize};
use vigie_types::{
    AuthorId, ConfigurationHash, ControlRevision, ListKind, ListName, ListVersion, StreamId,
    StreamKind, WallTime,
};

/// When a spike of a stream is worth telling; what is not given takes the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpikeOverrides {
    /// Fewest mentions in the window.
    pub minimum_count: Option<u64>,
    /// Fewest distinct authors in the window.
    pub minimum_authors: Option<u64>,
    /// How many false alarms a month are accepted.
    pub false_alarms_per_month: Option<f64>,
}

/// A saved query over mentions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamDefinition {
    /// Stable, lower-case.
    pub id: StreamId,
    /// What it watches.
    pub kind: StreamKind,
    /// Share of voice is taken inside a group.
    pub group: Option<String>,
    /// The query as written.
    pub query: String,
    /// IANA; the seasonal baseline follows it.
    pub timezone: String,
    /// The company's own accounts.
    pub accounts: Vec<AuthorId>,
    /// When a spike is worth telling.
    pub spikes: SpikeOverrides,
}

/// What changes of a list; of parts of one change the entries add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChange {
    /// As in `@list(name)`.
    pub name: ListName,
    /// What its entries are.
    pub kind: ListKind,
    /// Of the list as it is after the change; empty when it is removed.
    pub version: ListVersion,
    /// Entries that are new.
    pub added: Vec<String>,
    /// Entries that are no longer there.
    pub removed: Vec<String>,
}

/// One revision of the streams and lists. A change that is larger than a record is spread over
/// several revisions and counts from the last of them on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// Dense from 1.
    pub revision: ControlRevision,
    /// When it was applied; no decision reads it.
    pub changed_at: WallTime,
    /// Who applied it; none for the file of streams that a service was started with.
    pub by: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// Which part of its change this is, from 0; 0 drops a change before it that was never
    /// finished.
    pub part: u32,
    /// Whether the change is whole with this part.
    pub is_last: bool,
    /// Streams that are new or changed.
    pub put: Vec<StreamDefinition>,
    /// Streams that are no longer watched.
    pub removed: Vec<StreamId>,
    /// Lists that are new, changed or removed.
    pub lists: Vec<ListChange>,
}

impl Default for RuleRecord {
    /// A whole change of nothing.
    fn default() -> Self {
        Self {
            revision: ControlRevision::ZERO,
            changed_at: WallTime::default(),
            by: None,
            note: None,
            part: 0,
            is_last: true,
            put: Vec::new(),
            removed: Vec::new(),
            lists: Vec::new(),
        }
    }
}

/// One named number of a formula.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// The name.
    pub name: String,
    /// The number.
    pub value: f64,
}

/// One revision of the scoring configuration, whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreRecord {
    /// Dense from 1.
    pub revision: ControlRevision,
    /// When it was applied; no decision reads it.
    pub changed_at: WallTime,
    /// The hash of the numbers, carried by every score.
    pub hash: ConfigurationHash,
    /// Every number of the formulas.
    pub weights: Vec<Weight>,
}

/// One revision of the suppressed authors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressionRecord {
    /// Dense from 1.
    pub revision: ControlRevision,
    /// When it was applied; no decision reads it.
    pub changed_at: WallTime,
    /// Authors who are not to be measured.
    pub added: Vec<AuthorId>,
    /// Authors who may be measured again.
    pub removed: Vec<AuthorId>,
}
