//! How the detector is wired: `counts.v1` -> detector (streams) -> `spikes.v1`.

use std::sync::Arc;

use vigie_runtime::{ControlLookup, ControlTable, DeadLetter, Outputs, Route, Topic};
use vigie_schema::{Schemas, SpikeBody, SpikeMessage, encode_dead_letter, topics};
use vigie_types::Stamps;

use crate::watch::WatchSet;

/// The topic the detector reads.
pub const INPUT: &str = topics::COUNTS;

/// The control topics it judges by.
pub const CONTROLS: [&str; 1] = [topics::RULES];

/// The topics it writes.
pub const OUTPUTS: [&str; 2] = [topics::SPIKES, topics::DEAD_LETTERS];

/// Encodes what the detector emits.
pub struct DetectorOutputs {
    schemas: Arc<Schemas>,
    spikes: Topic,
}

impl DetectorOutputs {
    /// Outputs in these schemas.
    pub fn new(schemas: Arc<Schemas>) -> Self {
        Self { schemas, spikes: Topic::new(topics::SPIKES) }
    }
}

impl Outputs<SpikeMessage> for DetectorOutputs {
    fn encode(&self, output: &SpikeMessage, key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route {
        let timestamp = match &output.body {
            SpikeBody::SpikeRecord(spike) => spike.window_end,
            SpikeBody::WindowRecord(window) => window.bucket.start(),
        };
        key.extend_from_slice(output.stream().as_str().as_bytes());
        self.schemas.spikes.encode(output, value);
        Route { topic: self.spikes.clone(), timestamp }
    }

    fn encode_dead_letter(
        &self,
        letter: &DeadLetter<'_>,
        key: &mut Vec<u8>,
        value: &mut Vec<u8>,
    ) -> Route {
        encode_dead_letter(&self.schemas.dead_letters, "detector", letter, key, value)
    }
}

/// The watches at the revision that counts are stamped with.
pub struct WatchesAtStamp {
    table: Arc<ControlTable<WatchSet>>,
}

impl WatchesAtStamp {
    /// Lookups in this table.
    pub const fn new(table: Arc<ControlTable<WatchSet>>) -> Self {
        Self { table }
    }
}

impl ControlLookup<WatchSet> for WatchesAtStamp {
    fn at(&self, stamps: &Stamps) -> Option<Arc<WatchSet>> {
        self.table.at(stamps.rules)
    }
}

/// The table that follows `rules.v1`.
pub fn watch_table(schemas: &Arc<Schemas>) -> Arc<ControlTable<WatchSet>> {
    let schemas = Arc::clone(schemas);
    Arc::new(ControlTable::new(
        Topic::new(topics::RULES),
        Box::new(move |value| {
            let record = schemas.rules.read(value)?;
            Ok((record.revision, record))
        }),
    ))
}
