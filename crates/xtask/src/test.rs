//! `cargo xtask test`: everything that continuous integration runs.
//!
//! Guarantees: what is missing on the machine is named first; then every step runs, cheap ones
//! before dear ones, in one target directory and one profile; the last lines are the times and what
//! the tests said. A test that was ignored fails the run.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::repository::Repository;
use crate::steps::Steps;
use crate::{prerequisites, schemas, tidy, tools};

/// Runs all steps.
pub fn run(repository: &Repository) -> Result<()> {
    println!("== prerequisites");
    prerequisites::check(repository)?;
    let cargo = |arguments: &[&str]| cargo(repository, arguments, &[]);
    let mut steps = Steps::default();
    steps.run("fmt", || cargo(&["fmt", "--all", "--check"]));
    steps.run("tidy", || tidy::run(repository));
    steps.run("schemas", || schemas::run(repository, false));
    steps.run("supply", || tools::check_supply(repository));
    steps.run("clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    });
    steps.run("doc", || document(repository));
    let mut totals = Totals::default();
    steps.run("test", || totals.run(repository));
    print!("{}", steps.table());
    println!("\n{}", totals.summary());
    steps.finish()
}

/// Runs cargo at the root with further variables in its environment.
fn cargo(repository: &Repository, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let status = repository
        .command("cargo")
        .args(arguments)
        .envs(variables.iter().copied())
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "`cargo {}` ended with {status}", arguments.join(" "));
    Ok(())
}

/// Builds the documentation of our own crates; what it needs of the others, clippy has checked.
fn document(repository: &Repository) -> Result<()> {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked", "--quiet"];
    cargo(repository, &arguments, &[("RUSTDOCFLAGS", "-D warnings")])
}

/// What the test binaries said, summed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    suites: u32,
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl Totals {
    /// Runs every test, passing on what it prints.
    fn run(&mut self, repository: &Repository) -> Result<()> {
        let mut child = repository
            .command("cargo")
            .args(["test", "--workspace", "--locked", "--no-fail-fast"])
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo test")?;
        let output = child.stdout.take().context("cargo test has no output")?;
        for line in BufReader::new(output).lines() {
            let line = line.context("cannot read what cargo test prints")?;
            println!("{line}");
            self.add(&line);
        }
        let status = child.wait().context("cargo test was lost")?;
        ensure!(status.success(), "`cargo test --workspace` ended with {status}");
        ensure!(self.ignored == 0, "{} tests were ignored: no test is skipped", self.ignored);
        ensure!(self.passed > 0, "no test was run");
        Ok(())
    }

    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; ...`.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        self.suites += 1;
        let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else { continue };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }

    /// One closing line, in the words of a test binary.
    fn summary(&self) -> String {
        let Self { suites, passed, failed, ignored } = self;
        let word = if *failed == 0 && *ignored == 0 && *passed > 0 { "ok" } else { "FAILED" };
        format!(
            "test result: {word}. {passed} passed; {failed} failed; {ignored} ignored; \
             {suites} suites"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_suites_are_summed() {
        let mut totals = Totals::default();
        totals.add("running 3 tests");
        totals.add("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        totals.add("test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured");
        assert_eq!(totals, Totals { suites: 2, passed: 5, failed: 1, ignored: 1 });
        assert!(totals.summary().starts_with("test result: FAILED. 5 passed; 1 failed; 1 ignored"));
    }

    #[test]
    fn no_test_at_all_is_a_failure() {
        assert!(Totals::default().summary().contains("FAILED"));
    }
}
