//! Who may use whom: the table of ARCHITECTURE.md, section 3.
//!
//! A crate sees only what its row names. Tests may also use the testkit, the simulator and a
//! real Kafka.

use super::lexer::{is_word, line_of};
use super::manifest::{dependencies, line_of_key, parse};
use super::source::Source;
use crate::finding::Finding;

/// A crate and the crates it may use.
type Row = (&'static str, &'static [&'static str]);

/// What stands below the service.
const BELOW_SERVICE: &[&str] = &[
    "types",
    "runtime",
    "text",
    "schema",
    "query",
    "simulator",
    "engine-kafka",
    "engine-embedded",
    "ingest",
    "tagger",
    "detector",
    "scorer",
];

/// What stands below the command line.
const BELOW_CLI: &[&str] = &[
    "types",
    "runtime",
    "text",
    "schema",
    "query",
    "simulator",
    "engine-kafka",
    "engine-embedded",
    "ingest",
    "tagger",
    "detector",
    "scorer",
    "service",
];

/// What a test of the whole may use.
const EVERYTHING: &[&str] = &[
    "types",
    "runtime",
    "text",
    "schema",
    "query",
    "simulator",
    "engine-kafka",
    "engine-embedded",
    "ingest",
    "tagger",
    "detector",
    "scorer",
    "service",
    "cli",
    "testkit",
    "local-kafka",
];

/// The table itself. What is not ours is held by the wrappers of deny.toml.
const TABLE: [Row; 20] = [
    ("types", &[]),
    ("runtime", &["types"]),
    ("text", &["types"]),
    ("schema", &["types", "runtime"]),
    ("query", &["types", "text"]),
    ("simulator", &["types", "text"]),
    ("engine-kafka", &["types", "runtime"]),
    ("engine-embedded", &["types", "runtime"]),
    ("ingest", &["types", "schema", "runtime"]),
    ("tagger", &["types", "text", "query", "schema", "runtime"]),
    ("detector", &["types", "text", "query", "schema", "runtime"]),
    ("scorer", &["types", "text", "query", "schema", "runtime"]),
    ("service", BELOW_SERVICE),
    ("cli", BELOW_CLI),
    ("testkit", &["types", "runtime"]),
    ("local-kafka", &[]),
    ("e2e", EVERYTHING),
    ("train", &["types", "text"]),
    ("xtask", &["local-kafka"]),
    // Under the name of the package it stands in for.
    ("serializer-refusal", &[]),
];

/// What any crate's tests may use.
const FOR_TESTS: [&str; 3] = ["testkit", "simulator", "local-kafka"];

/// What the runtime may know of the domain: time and control revisions, and nothing of mentions.
const RUNTIME_TYPES: [&str; 7] =
    ["Bucket", "ControlRevision", "EventTime", "Millis", "Stamps", "TimeError", "WallTime"];

/// Holds one crate's manifest to its row.
pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let manifest = match parse(path, text) {
        Ok(manifest) => manifest,
        Err(finding) => return vec![finding],
    };
    let directory = path.split('/').nth(1).unwrap_or_default();
    let Some((_, row)) = TABLE.iter().find(|(name, _)| *name == directory) else {
        let what = format!(
            "`{directory}` has no row in the table of layers: add it to ARCHITECTURE.md, section \
             3, and to crates/xtask/src/tidy/layers.rs"
        );
        return vec![Finding::new(path, 1, what)];
    };
    let mut findings = Vec::new();
    for dependency in dependencies(&manifest) {
        let Some(used) = dependency.name.strip_prefix("vigie-") else { continue };
        let allowed = row.contains(&used) || dependency.is_for_tests && FOR_TESTS.contains(&used);
        if !allowed {
            let what = format!(
                "`{directory}` may not use `{used}`, only [{}]: move what is shared down, or \
                 change the table of layers with a reason",
                row.join(", ")
            );
            findings.push(Finding::new(path, line_of_key(text, dependency.name), what));
        }
    }
    findings
}

/// Holds the runtime to the part of `types` that it may know.
pub fn check_runtime_types(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !source.path.starts_with("crates/runtime/src/") {
        return findings;
    }
    for (at, found) in source.code.match_indices("vigie_types") {
        for name in names_after(&source.code[at + found.len()..]) {
            if RUNTIME_TYPES.contains(&name) {
                continue;
            }
            let what = format!(
                "the runtime may not know `vigie_types::{name}`, only [{}] by name: the domain \
                 stands above it",
                RUNTIME_TYPES.join(", ")
            );
            findings.push(Finding::new(&source.path, line_of(&source.code, at), what));
        }
    }
    findings
}

/// The names taken from a crate: `::Name`, or `::{Name, Other as Alias}`, or the crate itself.
fn names_after(rest: &str) -> Vec<&str> {
    let Some(rest) = rest.trim_start().strip_prefix("::") else { return vec!["self"] };
    let rest = rest.trim_start();
    let Some(list) = rest.strip_prefix('{') else { return vec![first_name(rest)] };
    let end = list.find('}').unwrap_or(list.len());
    list[..end].split(',').map(str::trim).filter(|name| !name.is_empty()).map(first_name).collect()
}

/// The identifier at the start of the text, or its first character where none is.
fn first_name(text: &str) -> &str {
    let end = text.find(|found| !is_word(found)).unwrap_or(text.len());
    if end == 0 { text.get(..1).unwrap_or_default() } else { &text[..end] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_manifest(directory: &str, text: &str, expected: &[usize]) {
        let findings = check(&format!("crates/{directory}/Cargo.toml"), text);
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "{findings:?}");
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        check_manifest("text", "[dependencies]\nvigie-types.workspace = true\n", &[]);
        check_manifest("text", "[dependencies]\nvigie-query.workspace = true\n", &[2]);
        check_manifest("engine-embedded", "[dependencies]\nvigie-schema.workspace = true\n", &[2]);
    }

    #[test]
    fn only_tests_use_the_testkit() {
        check_manifest("tagger", "[dev-dependencies]\nvigie-testkit.workspace = true\n", &[]);
        check_manifest("tagger", "[dependencies]\nvigie-testkit.workspace = true\n", &[2]);
        check_manifest("tagger", "[dev-dependencies]\nvigie-scorer.workspace = true\n", &[2]);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        check_manifest("shared", "[dependencies]\n", &[1]);
    }

    #[test]
    fn rows_name_only_crates_with_rows_and_arrows_make_no_ring() {
        for (at, (name, row)) in TABLE.iter().enumerate() {
            for used in *row {
                let below = TABLE.iter().position(|(other, _)| other == used);
                assert!(below.is_some_and(|below| below < at), "{name} uses {used}");
            }
        }
    }

    #[track_caller]
    fn check_runtime(text: &str, expected: &[usize]) {
        let source = Source::new("crates/runtime/src/task.rs".to_owned(), text.to_owned());
        let findings = check_runtime_types(&source);
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "{findings:?}");
    }

    #[test]
    fn the_runtime_knows_time_and_control_and_nothing_of_mentions() {
        check_runtime("use vigie_types::{EventTime, Millis as Span};", &[]);
        check_runtime("use vigie_types::EventTime;\nuse vigie_types::Mention;", &[2]);
        check_runtime("use vigie_types::{\n    EventTime,\n    Author,\n};", &[1]);
        check_runtime("use vigie_types::*;", &[1]);
        check_runtime("use vigie_types as domain;", &[1]);
        check_runtime("// vigie_types::Mention", &[]);
    }

    #[test]
    fn other_crates_may_know_the_domain() {
        let text = "use vigie_types::Mention;".to_owned();
        let source = Source::new("crates/text/src/lib.rs".to_owned(), text);
        assert_eq!(check_runtime_types(&source), []);
    }
}
