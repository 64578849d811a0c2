//! The binary under test, built as the suite itself was.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};

/// Where cargo builds, found from the program that runs.
///
/// # Errors
/// When the program does not run from a directory of cargo's.
pub fn target_directory() -> Result<PathBuf> {
    let program = std::env::current_exe().context("the suite has no path")?;
    program
        .ancestors()
        // The tag stands at the top of what cargo builds, wherever that is.
        .find(|directory| directory.join("CACHEDIR.TAG").is_file())
        .map(Path::to_owned)
        .with_context(|| format!("{} is not below a target directory", program.display()))
}

/// Names a binary that was built already, such as that of a release.
const GIVEN: &str = "VIGIE_BINARY";

/// The `vigie` binary: the one that `VIGIE_BINARY` names, or else built once.
///
/// # Errors
/// When it cannot be built.
pub fn vigie() -> Result<&'static Path> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    built.as_deref().map_err(|error| anyhow::anyhow!("{error}"))
}

fn build() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os(GIVEN) {
        let given = PathBuf::from(given);
        ensure!(given.is_file(), "{GIVEN}: {} is no file", given.display());
        return Ok(given);
    }
    let (profile, flags): (&str, &[&str]) =
        if cfg!(debug_assertions) { ("debug", &[]) } else { ("release", &["--release"]) };
    let target = target_directory()?;
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--locked", "-p", "vigie-cli", "--bin", "vigie"])
        .args(flags)
        .arg("--target-dir")
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "cargo build of the binary ended with {status}");
    let binary = target.join(profile).join("vigie");
    ensure!(binary.is_file(), "{} was not built", binary.display());
    Ok(binary)
}
