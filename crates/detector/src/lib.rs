//! The detector: counts per stream in event time, the spikes in them, and copies of one text.
//!
//! `counts.v1` -> [`Detector`] (store: the open buckets, the series and the known texts of each
//! stream) -> `spikes.v1`, `clusters.v1`; the wiring is in [`topology`], the statistics in
//! [`series`].
//!
//! Guarantees: what a bucket says depends on its stream's own buckets, in order, and on nothing
//! else; a bucket closes when every upstream partition has passed it, and what comes later is a
//! correction; the statistics are pure and give the same numbers on every machine.
//!
//! Refuses: clocks, randomness, and one stream's counts moving another's baseline.

mod clusters;
mod detector;
mod recent;
pub mod series;
mod stream_state;
pub mod topology;
mod watch;

pub use detector::{Detector, DetectorOutput};
pub use stream_state::StreamState;
pub use watch::{Watch, WatchError, WatchSet};
