//! Views: what is asked by stream, folded from committed records of the log. Never an input to
//! processing, and made anew at every start.
//!
//! Guarantees: a view holds committed records only; a deleted mention leaves it, a later judgement
//! replaces an earlier one; folding the same log again gives the same view.
//!
//! Bounded: the newest 1,000 mentions a stream (fewer with more than 64 streams, see
//! [`newest::MAXIMUM_MENTIONS`]) and its newest 1,000 spikes; tallies are a few numbers a stream.

mod fold;
mod follower;
pub(crate) mod newest;
mod spikes;
mod tallies;

pub(crate) use fold::Views;
pub(crate) use follower::Follower;
pub(crate) use spikes::SpikeView;
pub(crate) use tallies::StreamTally;
