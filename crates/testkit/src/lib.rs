//! What tests of processors and of the runtime stand on: a log in memory, an engine over it that
//! fails on purpose, a driver for one topology and the comparison of two runs.
//!
//! Guarantees: deterministic by seed; an aborted transaction is never visible; the log itself
//! checks that positions never go back, that commit numbers are dense and that nobody commits for a
//! partition that is not theirs.
//!
//! Refuses: I/O, clocks, entropy, and any knowledge of what a mention is.

mod chances;
mod dice;
mod driver;
mod engine;
mod group;
mod image;
mod log;
mod partition_log;
mod producer;
mod simulation;
mod transactions;

pub use chances::Chances;
pub use driver::{DriverParts, TopologyTestDriver};
pub use engine::{CRASH, SimulatedEngine};
pub use image::{Difference, Reading, RunImage, TopicRule, equal};
pub use log::{LoggedRecord, SimulatedLog};
pub use producer::{SimulatedProducer, SimulatedTransaction};
pub use simulation::{Program, Simulation, Stopped};
