//! Programs of other crates, optimised: the end-to-end suite's, which run on real Kafka and take
//! their time, and the one that makes and measures models.

use anyhow::{Context, Result, ensure};

use crate::repository::Repository;

/// Builds and runs a program of a package; it reads its own arguments.
pub fn run(
    repository: &Repository,
    package: &str,
    program: &str,
    arguments: &[String],
) -> Result<()> {
    let status = repository
        .command("cargo")
        .args(["run", "--release", "--locked", "--package", package, "--bin", program, "--"])
        .args(arguments)
        .status()
        .context("cannot start cargo run")?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}
