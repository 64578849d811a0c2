//! How each stream is watched: its time zone and its spike settings, by revision of `rules.v1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_runtime::ControlState;
use vigie_schema::{RuleRecord, StreamDefinition};
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

/// The watches of all streams at one revision. A stream that cannot be watched as defined keeps
/// its earlier watch, or is watched by the defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WatchSet(BTreeMap<StreamId, Arc<Watch>>);

impl WatchSet {
    /// How the stream is watched.
    pub fn of(&self, stream: &StreamId) -> Arc<Watch> {
        self.0.get(stream).cloned().unwrap_or_default()
    }
}

impl ControlState for WatchSet {
    type Delta = RuleRecord;

    fn apply(&self, delta: &RuleRecord) -> Self {
        let mut watches = self.0.clone();
        for id in &delta.removed {
            watches.remove(id);
        }
        for definition in &delta.put {
            if let Ok(watch) = Watch::of(definition) {
                watches.insert(definition.id.clone(), Arc::new(watch));
            }
        }
        Self(watches)
    }
}
