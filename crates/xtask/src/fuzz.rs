//! `cargo xtask fuzz`: runs the targets below `fuzz/`, each for a while.
//!
//! Guarantees: cargo-fuzz is installed below the target directory if it is missing; a crash fails
//! the chore and cargo-fuzz prints the input that made it. A run starts from the inputs in
//! `fuzz/seeds/<target>` and from what earlier runs here found.
//!
//! Refuses: to go without the nightly compiler, which the sanitizer needs.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;
use crate::tools::{Tool, first_line, install, path_with, target_directory};

/// Runs targets; the flags of the sanitizer are its own business.
const CARGO_FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2", features: &[] };

/// Where the targets stand.
const TARGETS: &str = "fuzz/fuzz_targets/";

/// The longest input that is made: beyond it, runs become slow and find the same.
const MAX_INPUT_BYTES: usize = 4096;

/// Runs the target named, or each in turn.
pub fn run(repository: &Repository, seconds: u32, target: Option<&str>) -> Result<()> {
    let targets = choose(&repository.files()?, target)?;
    let nightly = first_line(repository.command("rustup").args(["run", "nightly", "rustc", "-V"]));
    let Some(nightly) = nightly else {
        bail!(
            "fuzzing needs the nightly compiler: rustup toolchain install nightly --profile minimal"
        );
    };
    let path = path_with(install(repository, &CARGO_FUZZ)?)?;
    println!("{nightly}");
    let mut failed = Vec::new();
    for target in &targets {
        let corpus = repository.path(&format!("fuzz/corpus/{target}"));
        fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
        println!("\n== {target}, {seconds} s");
        let status = repository
            .command("rustup")
            .env("PATH", &path)
            .args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir", "fuzz", "--target-dir"])
            .arg(target_directory(repository).join("fuzz"))
            .arg(target)
            .args([
                format!("fuzz/corpus/{target}"),
                format!("fuzz/seeds/{target}"),
                "--".to_owned(),
            ])
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={MAX_INPUT_BYTES}"))
            .arg("-print_final_stats=1")
            .status()
            .context("cannot start cargo fuzz")?;
        if !status.success() {
            failed.push(target.as_str());
        }
    }
    ensure!(failed.is_empty(), "fuzzing failed: {}", failed.join(", "));
    println!("\n{} targets, {seconds} s each: nothing found", targets.len());
    Ok(())
}

/// The target named, or all there are.
fn choose(files: &[String], wanted: Option<&str>) -> Result<Vec<String>> {
    let targets: Vec<String> = files
        .iter()
        .filter_map(|path| path.strip_prefix(TARGETS)?.strip_suffix(".rs"))
        .map(str::to_owned)
        .collect();
    match wanted {
        None => Ok(targets),
        Some(wanted) if targets.iter().any(|target| target == wanted) => {
            Ok(vec![wanted.to_owned()])
        }
        Some(wanted) => {
            bail!("no fuzz target is called `{wanted}`; there are: {}", targets.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_file_below_the_targets() {
        let files = ["fuzz/Cargo.toml", "fuzz/fuzz_targets/a.rs", "fuzz/fuzz_targets/b.rs"]
            .map(str::to_owned);
        assert_eq!(choose(&files, None).unwrap(), ["a", "b"]);
        assert_eq!(choose(&files, Some("b")).unwrap(), ["b"]);
        assert!(choose(&files, Some("c")).unwrap_err().to_string().contains("a, b"));
    }
}
