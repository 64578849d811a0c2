//! `cargo xtask train` and `cargo xtask eval`: the models of vigie-text made anew, and measured.

use anyhow::{Context, Result, ensure};

use crate::repository::Repository;

/// Builds and runs the tool, optimised; it reads its own flags.
pub fn run(repository: &Repository, chore: &str, flags: &[String]) -> Result<()> {
    let status = repository
        .command("cargo")
        .args(["run", "--release", "--locked", "--package", "vigie-train", "--", chore])
        .args(flags)
        .status()
        .context("cannot start cargo run")?;
    ensure!(status.success(), "{chore} ended with {status}");
    Ok(())
}
