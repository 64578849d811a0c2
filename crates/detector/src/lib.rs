//! Counts per stream in event time and detects spikes.
