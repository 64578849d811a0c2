//! Real Apache Kafka and a real schema registry on this machine, for chores and tests.
//!
//! Guarantees: the programs are the published ones at pinned versions, each file held to its
//! SHA-256; they listen on the loopback only; a server that does not come up, or dies while it is
//! waited for, ends in an error that quotes the end of its log; what a test started does not
//! outlive it, also when the test is killed.
//!
//! Refuses: containers, scripts and anything installed by hand besides Java 17 and Maven; async,
//! because the chores that use it have to build in seconds.

mod access;
mod broker;
mod cluster;
mod foreign_reader;
mod guard;
mod java;
mod lease;
mod listeners;
mod packages;
mod ports;
mod process;
mod registry;
mod settings;
mod tools;
mod wait;

use std::path::PathBuf;

use anyhow::{Context, Result};

pub use access::Access;
pub use cluster::Cluster;
pub use foreign_reader::ForeignReader;
pub use guard::Guard;
pub use packages::{ALL, KAFKA, Packages, READER, REGISTRY};
pub use process::Process;
pub use registry::{Registry, RegistrySettings};
pub use settings::{ClusterSettings, Load, Security};
pub use tools::{Tool, Tools};
pub use wait::wait_for;

/// Where a test finds the packages and puts them: `tools` below the directory that cargo builds in,
/// the place that `cargo xtask kafka` uses.
///
/// # Errors
/// The test does not run from a directory of cargo's.
pub fn cache_of_tests() -> Result<PathBuf> {
    let program = std::env::current_exe().context("the test has no path")?;
    program
        .ancestors()
        // The tag stands at the top of what cargo builds, wherever that is.
        .find(|directory| directory.join("CACHEDIR.TAG").is_file())
        .map(|directory| directory.join("tools"))
        .with_context(|| format!("{} is not below a target directory", program.display()))
}
