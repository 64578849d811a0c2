//! `cargo xtask tidy`: the rules of the house, held by a machine.
//!
//! Guarantees: reads files only, starts nothing but `git ls-files`, and ends in under two seconds;
//! each finding names file, line and remedy. Each rule has a test that shows it can fail.

mod budget;
mod layers;
mod lexer;
mod manifest;
mod names;
mod openings;
mod paths;
mod refused;
mod source;
mod top_level;

use anyhow::{Context, Result};

use crate::finding::{Finding, report};
use crate::repository::Repository;
use source::Source;

/// Reads the repository and reports every broken rule.
pub fn run(repository: &Repository) -> Result<()> {
    let mut texts = Vec::new();
    let files = repository.files()?;
    for path in &files {
        let bytes =
            std::fs::read(repository.path(path)).with_context(|| format!("cannot read {path}"))?;
        // What is not UTF-8 is data (golden records, compressed samples): no rule is theirs.
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push((path.clone(), text));
        }
    }
    report("tidy", check(&files, texts))
}

/// Applies every rule to the files given.
fn check(files: &[String], texts: Vec<(String, String)>) -> Vec<Finding> {
    let mut findings = top_level::check(files);
    let mut sources = Vec::new();
    for (path, text) in texts {
        findings.extend(paths::check(&path, &text));
        if path == "Cargo.toml" {
            findings.extend(manifest::check_reasons(&path, &text));
        } else if path.ends_with("/Cargo.toml") && path.starts_with("crates/") {
            findings.extend(manifest::check_inherited(&path, &text));
            findings.extend(layers::check(&path, &text));
        }
        if has_extension(&path, "rs") {
            sources.push(Source::new(path, text));
        }
    }
    source::mark_test_files(&mut sources);
    for source in &sources {
        findings.extend(budget::check(source));
        findings.extend(names::check(source));
        findings.extend(openings::check(source));
        findings.extend(refused::check(source));
        findings.extend(layers::check_runtime_types(source));
    }
    findings
}

/// Whether a path ends with the given extension.
fn has_extension(path: &str, extension: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_one_file_are_applied_together() {
        let manifest = "[dependencies]\nvigie-scorer.workspace = true\n";
        let texts = vec![
            ("crates/text/Cargo.toml".to_owned(), manifest.to_owned()),
            ("crates/text/src/lib.rs".to_owned(), "fn helper() { todo!() }\n".to_owned()),
        ];
        let files: Vec<String> = texts.iter().map(|(path, _)| path.clone()).collect();
        let places: Vec<(String, usize)> =
            check(&files, texts).into_iter().map(|finding| (finding.path, finding.line)).collect();
        let manifest = ("crates/text/Cargo.toml".to_owned(), 2);
        let source = ("crates/text/src/lib.rs".to_owned(), 1);
        assert_eq!(places, [manifest, source.clone(), source.clone(), source]);
    }
}
