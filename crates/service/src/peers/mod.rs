//! The other instances of the services on a cluster: who owns which partitions, and what they know.
//!
//! Guarantees: a question goes to the owner of a partition and no further, because what owners are
//! asked is answered from what they hold themselves; it ends within a bounded time; so many are on
//! their way at once at most.
//!
//! Refuses: to repeat an older answer. An owner that is not known, is restoring or does not answer
//! leaves a gap, and the gap is told.

mod client;
mod owners;

pub(crate) use client::{Client, PATH, PeerError};
pub use owners::{Alone, Owner, Owners, OwnersError};
pub(crate) use owners::{BoardOwners, KnownOwners};
