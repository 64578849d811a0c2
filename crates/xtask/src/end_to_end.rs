//! Programs of the end-to-end suite, optimised: they run on real Kafka and take their time.

use anyhow::{Context, Result, ensure};

use crate::repository::Repository;

/// Builds and runs a program of the suite.
pub fn run(repository: &Repository, program: &str, flags: &[String]) -> Result<()> {
    let status = repository
        .command("cargo")
        .args(["run", "--release", "--locked", "--package", "vigie-e2e", "--bin", program, "--"])
        .args(flags)
        .status()
        .context("cannot start cargo run")?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}
