//! How each stream is watched: its time zone and its spike settings, by revision of `rules.v1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_runtime::ControlState;
use vigie_schema::{RuleRecord, StreamDefinition, UnfinishedChange};
use vigie_types::StreamId;

use crate::series::{Settings, SettingsError, Zone, ZoneError};

/// How one stream is watched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// IANA.
    pub timezone: String,
    /// When a spike is worth telling.
    pub settings: Settings,
}

/// A stream that cannot be watched as defined.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WatchError {
    /// No such time zone.
    #[error("timezone: {0}")]
    Zone(#[from] ZoneError),
    /// A number out of its range.
    #[error("spikes: {0}")]
    Settings(#[from] SettingsError),
}

impl Watch {
    /// The watch that a stream's definition asks for.
    ///
    /// # Errors
    /// When the time zone or a number cannot be used.
    pub fn of(definition: &StreamDefinition) -> Result<Self, WatchError> {
        let defaults = Settings::default();
        let given = definition.spikes;
        let settings = Settings {
            minimum_count: given.minimum_count.unwrap_or(defaults.minimum_count),
            minimum_authors: given.minimum_authors.unwrap_or(defaults.minimum_authors),
            false_alarms_per_month: given
                .false_alarms_per_month
                .unwrap_or(defaults.false_alarms_per_month),
            ..defaults
        };
        settings.check()?;
        Zone::named(&definition.timezone)?;
        Ok(Self { timezone: definition.timezone.clone(), settings })
    }

    /// The stream's own clock.
    pub(crate) fn zone(&self) -> Zone {
        Zone::named(&self.timezone).unwrap_or_else(|_| Zone::utc())
    }
}

/// What one record changes of the watches; lists of entries take no part.
#[derive(Debug)]
pub struct WatchDelta {
    part: u32,
    is_last: bool,
    put: Vec<(StreamId, Arc<Watch>)>,
    removed: Vec<StreamId>,
}

impl From<RuleRecord> for WatchDelta {
    fn from(record: RuleRecord) -> Self {
        let watch = |definition: &StreamDefinition| {
            Some((definition.id.clone(), Arc::new(Watch::of(definition).ok()?)))
        };
        let put = record.put.iter().filter_map(watch).collect();
        Self { part: record.part, is_last: record.is_last, put, removed: record.removed }
    }
}

/// The watches of all streams at one revision. A stream that cannot be watched as defined keeps
/// its earlier watch, or is watched by the defaults.
#[derive(Clone, Debug, Default)]
pub struct WatchSet {
    watches: Arc<BTreeMap<StreamId, Arc<Watch>>>,
    unfinished: UnfinishedChange<Arc<WatchDelta>>,
}

impl WatchSet {
    /// How the stream is watched.
    pub fn of(&self, stream: &StreamId) -> Arc<Watch> {
        self.watches.get(stream).cloned().unwrap_or_default()
    }
}

impl ControlState for WatchSet {
    type Delta = Arc<WatchDelta>;

    fn apply(&self, delta: &Arc<WatchDelta>) -> Self {
        self.apply_all(std::slice::from_ref(delta))
    }

    fn apply_all(&self, deltas: &[Arc<WatchDelta>]) -> Self {
        let mut set = self.clone();
        for delta in deltas {
            for part in set.unfinished.take(Arc::clone(delta), delta.part, delta.is_last) {
                let watches = Arc::make_mut(&mut set.watches);
                for id in &part.removed {
                    watches.remove(id);
                }
                watches.extend(part.put.iter().cloned());
            }
        }
        set
    }
}
