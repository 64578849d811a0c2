//! What can be folded from the records of partitions that have the same number.

use vigie_runtime::Undecoded;
use vigie_schema::{CountBody, Schemas, SpikeBody, topics};
use vigie_types::WallTime;

use super::clusters::Clusters;
use super::newest::{MAXIMUM_MENTIONS, Newest};
use super::spikes::Spikes;
use super::tallies::Tallies;

/// What is told to whoever measures how fresh the views are: when the mention entered.
pub(crate) type Freshness<'a> = &'a mut dyn FnMut(WallTime);

/// What is needed to take a record.
pub(crate) struct Taking<'a> {
    pub(crate) schemas: &'a Schemas,
    pub(crate) topic: &'a str,
    /// How many partitions share the memory that views may take.
    pub(crate) sharers: usize,
    pub(crate) freshness: Freshness<'a>,
}

/// A view of the records of one partition number.
pub(crate) trait View: Default + Send {
    /// The topics it is folded from, each with its keys in the same partitions.
    const TOPICS: &'static [&'static str];

    /// Takes the value of a record.
    fn take(&mut self, value: &[u8], taking: &mut Taking<'_>) -> Result<(), Undecoded>;
}

/// What the detector's input and output say of streams.
#[derive(Default)]
pub(crate) struct StreamView {
    /// What was counted.
    pub(crate) tallies: Tallies,
    /// The spikes.
    pub(crate) spikes: Spikes,
    /// The copies.
    pub(crate) clusters: Clusters,
}

impl View for StreamView {
    const TOPICS: &'static [&'static str] = &[topics::COUNTS, topics::SPIKES, topics::CLUSTERS];

    fn take(&mut self, value: &[u8], taking: &mut Taking<'_>) -> Result<(), Undecoded> {
        if taking.topic == topics::CLUSTERS {
            self.clusters.take(&taking.schemas.clusters.read(value)?);
        } else if taking.topic == topics::COUNTS {
            match taking.schemas.counts.read(value)?.body {
                CountBody::Partial(partial) => self.tallies.take(partial),
                CountBody::Watermark(_) => {}
            }
        } else {
            match taking.schemas.spikes.read(value)?.body {
                SpikeBody::SpikeRecord(spike) => self.spikes.take(spike),
                SpikeBody::WindowRecord(_) => {}
            }
        }
        Ok(())
    }
}

/// The newest mentions, as the scorer has published them.
impl View for Newest {
    const TOPICS: &'static [&'static str] = &[topics::MENTIONS_SCORED];

    fn take(&mut self, value: &[u8], taking: &mut Taking<'_>) -> Result<(), Undecoded> {
        let mention = taking.schemas.scored.read(value)?;
        (taking.freshness)(mention.ingested_at);
        self.insert(mention, MAXIMUM_MENTIONS / taking.sharers.max(1));
        Ok(())
    }
}
