//! Topology test driver and simulated engine.
