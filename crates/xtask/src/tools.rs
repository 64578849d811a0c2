//! Tools from the registry that chores need: installed once, at one version, below the target
//! directory, so that nothing of the person's own installation is used or changed.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;

/// A published tool at the version that the chores are written for.
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
    /// Features to leave out or put in, as `cargo install` takes them.
    pub features: &'static [&'static str],
}

/// Licences, sources, wrappers and duplicates. Without its default features and optimisation it
/// builds in about two minutes on two cores.
const CARGO_DENY: Tool =
    Tool { name: "cargo-deny", version: "0.20.2", features: &["--no-default-features"] };

/// Holds the dependency graph to deny.toml.
pub fn check_supply(repository: &Repository) -> Result<()> {
    let directory = install(repository, &CARGO_DENY)?;
    let status = repository
        .command("cargo")
        .env("PATH", path_with(directory)?)
        .args(["deny", "--locked", "check", "--hide-inclusion-graph"])
        // What deny.toml is prepared for need not be in the graph yet.
        .args(["--allow", "unused-wrapper", "--allow", "unmatched-skip"])
        .args(["--allow", "unmatched-skip-root", "bans", "licenses", "sources"])
        .status()
        .context("cannot start cargo deny")?;
    ensure!(status.success(), "the dependency graph breaks a rule of deny.toml, see above");
    Ok(())
}

/// The directory of everything that is built: `CARGO_TARGET_DIR`, else `target`.
pub fn target_directory(repository: &Repository) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.path("target"), PathBuf::from)
}

/// Installs a tool unless it is there, and gives the directory that holds it.
pub fn install(repository: &Repository, tool: &Tool) -> Result<PathBuf> {
    let Tool { name, version, features } = tool;
    let root = target_directory(repository).join("tools").join(format!("{name}-{version}"));
    let binaries = root.join("bin");
    if binaries.join(format!("{name}{}", env::consts::EXE_SUFFIX)).is_file() {
        return Ok(binaries);
    }
    println!("installing {name} {version} from the registry into {}", root.display());
    let build = root.join("build");
    let status = repository
        .command("cargo")
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .args(["install", name, "--version", version, "--locked", "--debug", "--root"])
        .arg(&root)
        .args(*features)
        .status()
        .context("cannot start cargo install")?;
    if !status.success() {
        bail!("cannot install {name} {version} from the registry: is the registry reachable?");
    }
    fs::remove_dir_all(&build)
        .with_context(|| format!("cannot remove what was built in {}", build.display()))?;
    Ok(binaries)
}

/// The search path with a directory before all others.
pub fn path_with(directory: PathBuf) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(directory).chain(env::split_paths(&rest));
    env::join_paths(all).context("a directory on the search path holds a separator")
}

/// Whether a program runs and what it says; `None` where it cannot be started or fails.
pub fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}
