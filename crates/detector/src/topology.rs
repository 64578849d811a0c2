//! How the detector is wired: `counts.v1` -> detector (streams) -> `spikes.v1`, `clusters.v1`.

use std::sync::Arc;

use vigie_runtime::{ControlLookup, ControlTable, DeadLetter, Outputs, Route, Topic};
use vigie_schema::{Schemas, SpikeBody, encode_dead_letter, topics};
use vigie_types::Stamps;

use crate::detector::DetectorOutput;
use crate::watch::WatchSet;

/// The topic the detector reads.
pub const INPUT: &str = topics::COUNTS;

/// The control topics it judges by.
pub const CONTROLS: [&str; 1] = [topics::RULES];

/// The topics it writes.
pub const OUTPUTS: [&str; 3] = [topics::SPIKES, topics::CLUSTERS, topics::DEAD_LETTERS];

/// Encodes what the detector emits.
pub struct DetectorOutputs {
    schemas: Arc<Schemas>,
    spikes: Topic,
    clusters: Topic,
}

impl DetectorOutputs {
    /// Outputs in these schemas.
    pub fn new(schemas: Arc<Schemas>) -> Self {
        Self { schemas, spikes: Topic::new(topics::SPIKES), clusters: Topic::new(topics::CLUSTERS) }
    }
}

impl Outputs<DetectorOutput> for DetectorOutputs {
    fn encode(&self, output: &DetectorOutput, key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route {
        match output {
            DetectorOutput::Spike(message) => {
                key.extend_from_slice(message.stream().as_str().as_bytes());
                self.schemas.spikes.encode(message, value);
                let timestamp = match &message.body {
                    SpikeBody::SpikeRecord(spike) => spike.window_end,
                    SpikeBody::WindowRecord(window) => window.bucket.start(),
                };
                Route { topic: self.spikes.clone(), timestamp }
            }
            DetectorOutput::Cluster(cluster) => {
                key.extend_from_slice(cluster.stream.as_str().as_bytes());
                self.schemas.clusters.encode(cluster, value);
                Route { topic: self.clusters.clone(), timestamp: cluster.last_seen }
            }
        }
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
            Ok((record.revision, Arc::new(record.into())))
        }),
    ))
}
