//! Counts per stream in event time and detects spikes.
//!
//! Guarantees: what a bucket says depends on its stream's own buckets, in order, and on nothing
//! else; the statistics are pure ([`series`]) and give the same numbers on every machine.
//!
//! Refuses: clocks, randomness, and one stream's counts moving another's baseline.

pub mod series;
