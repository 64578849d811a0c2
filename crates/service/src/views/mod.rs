//! Views: what is asked by stream, folded from committed records of the log. Never an input to
//! processing, and made anew at every start.
//!
//! Guarantees: a view holds committed records only; a deleted mention leaves it, a later judgement
//! replaces an earlier one; folding the same log again gives the same view; a process has the views
//! of the partition numbers that it answers for, and drops one as soon as its number is gone.
//!
//! Bounded: the newest 1,000 mentions a stream (fewer with more than 64 streams, see
//! [`newest::MAXIMUM_MENTIONS`]), its newest 1,000 spikes and clusters; tallies are a few numbers.
//! On a cluster a view begins a million positions back at most.

mod clusters;
mod controls;
mod fold;
mod follower;
pub(crate) mod newest;
mod partition_views;
mod spikes;
mod tallies;
mod view;

use std::sync::Arc;

use vigie_runtime::LogReader;
use vigie_schema::Schemas;

use controls::Controls;
use newest::Newest;
use partition_views::PartitionViews;
use view::StreamView;

pub(crate) use clusters::{ClusterView, MAXIMUM_CLUSTERS};
pub(crate) use controls::Definitions;
pub(crate) use fold::ViewError;
pub(crate) use follower::Follower;
pub(crate) use partition_views::UpToDate;
pub(crate) use spikes::SpikeView;
pub(crate) use tallies::StreamTally;

use crate::peers::Owners;
use crate::pipeline::Role;

/// Everything that is folded for answers.
#[derive(Clone)]
pub(crate) struct Views {
    /// By the detector's partitions.
    pub(crate) streams: Arc<PartitionViews<StreamView>>,
    /// By the scorer's partitions.
    pub(crate) mentions: Arc<PartitionViews<Newest>>,
    /// Read whole by everybody.
    pub(crate) controls: Arc<Controls>,
}

impl Views {
    /// Views of nothing yet, of the partitions that are owned here.
    pub(crate) fn new(
        log: &Arc<dyn LogReader>,
        schemas: &Arc<Schemas>,
        owners: &Arc<dyn Owners>,
        up_to_date: UpToDate,
    ) -> Self {
        let owned = |service: Role| {
            let owners = Arc::clone(owners);
            Box::new(move || owners.here(service))
        };
        let (log, schemas) = (|| Arc::clone(log), || Arc::clone(schemas));
        let streams = PartitionViews::new(log(), schemas(), owned(Role::Detector), up_to_date);
        let mentions = PartitionViews::new(log(), schemas(), owned(Role::Scorer), up_to_date);
        let controls = Controls::new(log(), schemas(), up_to_date);
        Self {
            streams: Arc::new(streams),
            mentions: Arc::new(mentions),
            controls: Arc::new(controls),
        }
    }
}
