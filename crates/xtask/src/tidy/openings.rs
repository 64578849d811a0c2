//! Each file opens by saying what it is, what it guarantees and what it refuses.

use super::source::Source;
use crate::finding::Finding;

/// Finds files that do not open with `//!` and a sentence.
pub fn check(source: &Source) -> Option<Finding> {
    let first = source.text.lines().next().unwrap_or_default();
    if first.strip_prefix("//!").is_some_and(|rest| !rest.trim().is_empty()) {
        return None;
    }
    let is_root = ["/src/lib.rs", "/src/main.rs"].iter().any(|root| source.path.ends_with(root));
    let what = if is_root {
        "the crate does not open with `//!`: say what it is, what it guarantees and what it refuses"
    } else {
        "the file does not open with `//!`: say in one sentence what it is"
    };
    Some(Finding::new(&source.path, 1, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_found() {
        let found = |text: &str| {
            check(&Source::new("crates/text/src/lib.rs".to_owned(), text.to_owned())).is_some()
        };
        assert!(!found("//! Words.\n"));
        assert!(found("//!\n"));
        assert!(found("// Words.\n"));
        assert!(found("\n//! Words.\n"));
        assert!(found(""));
    }
}
