//! What stands at the top of the repository, so that a newcomer finds the way from the list alone.

use std::collections::BTreeSet;

use crate::finding::Finding;

/// The entries there are, each with why it stands here.
const ALLOWED: [(&str, &str); 23] = [
    ("crates", "the code"),
    ("deploy", "what is needed to run it"),
    ("schemas", "the records on the topics"),
    ("benches", "how fast it is"),
    ("docs", "how it is used"),
    ("fuzz", "targets of cargo-fuzz, which wants them here"),
    ("Cargo.toml", "cargo"),
    ("Cargo.lock", "cargo"),
    ("README.md", "the first thing read"),
    ("ARCHITECTURE.md", "the second"),
    ("CONTRIBUTING.md", "code hosts look for it here"),
    ("CHANGELOG.md", "code hosts look for it here"),
    ("LICENSE", "code hosts look for it here"),
    ("NOTICE", "Apache-2.0, section 4"),
    ("rust-toolchain.toml", "rustup"),
    ("rustfmt.toml", "rustfmt"),
    ("clippy.toml", "clippy"),
    ("deny.toml", "cargo-deny"),
    (".cargo", "cargo"),
    (".ci", "continuous integration"),
    (".gitignore", "git"),
    (".gitattributes", "git"),
    (".dockerignore", "docker"),
];

/// Finds entries at the top that nobody decided on.
pub fn check(files: &[String]) -> Vec<Finding> {
    let top: BTreeSet<&str> =
        files.iter().map(|path| path.split_once('/').map_or(&**path, |(top, _)| top)).collect();
    top.into_iter()
        .filter(|entry| ALLOWED.iter().all(|(allowed, _)| allowed != entry))
        .map(|entry| {
            let what = "not expected at the top of the repository: move it below crates, deploy, \
                        schemas, benches or docs, or let git ignore it";
            Finding::new(entry, 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_nobody_decided_on_is_found_once() {
        let files = ["Cargo.toml", "crates/text/src/lib.rs", "notes/a.md", "notes/b.md", "x.sh"];
        let found: Vec<String> =
            check(&files.map(str::to_owned)).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["notes", "x.sh"]);
    }
}
