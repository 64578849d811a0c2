//! Back-fills: a stream that is new or has changed is held to the mentions that the raw log still
//! has, and what live would have told of it is told now.
//!
//! Guarantees: what live has judged by the same version, or an earlier run has told, is not told
//! again, so a run that was broken off is simply started again; nothing of deleted mentions and of
//! authors who are not to be measured is told; a run waits while live is behind.
//!
//! Refuses: two runs of one stream at once, and more than a few runs.

mod job;
mod past;
mod scan;
mod verdict;

pub(crate) use job::Tools;
pub use job::{
    Backfill, BackfillError, BackfillState, Backfills, MAXIMUM_RUNS, Progress, Range, SOURCE,
    Unbegun,
};
