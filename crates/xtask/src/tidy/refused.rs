//! What may stand nowhere, in tests as little as elsewhere: half-made code and tests that skip or
//! sleep.

use super::lexer::{is_word, line_of};
use super::source::Source;
use crate::finding::Finding;

/// Code that is refused, with what to do instead.
const REFUSED: [(&str, &str); 6] = [
    ("#[ignore", "a test that does not run holds nothing: make it run or take it out"),
    ("todo!", "finish it, or leave it out"),
    ("unimplemented!", "finish it, or make the case impossible by its type"),
    ("dbg!", "take it out"),
    ("thread::sleep", "inject time, or wait on a predicate with a deadline"),
    ("thread::sleep_ms", "inject time, or wait on a predicate with a deadline"),
];

/// Openings of examples in documentation that are never run.
const SKIPPED_EXAMPLES: [&str; 2] = ["```ignore", "```rust,ignore"];

/// Finds what is refused in one file.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (refused, instead) in REFUSED {
        for (at, _) in source.code.match_indices(refused) {
            let before = source.code[..at].chars().next_back();
            let after = source.code[at + refused.len()..].chars().next();
            if before.is_some_and(is_word) || after.is_some_and(is_word) {
                continue;
            }
            let what = format!("`{refused}` is refused: {instead}");
            findings.push(Finding::new(&source.path, line_of(&source.code, at), what));
        }
    }
    for (index, line) in source.text.lines().enumerate() {
        let comment = line.trim_start().trim_start_matches(['/', '!']).trim_start();
        if line.trim_start().starts_with("//")
            && SKIPPED_EXAMPLES.iter().any(|opening| comment.starts_with(opening))
        {
            let what = "an example that is not compiled goes stale: make it run, or mark it `text`";
            findings.push(Finding::new(&source.path, index + 1, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(text: &str, expected: &[usize]) {
        let source = Source::new("crates/text/tests/whole.rs".to_owned(), text.to_owned());
        let lines: Vec<usize> = check(&source).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "in {text}");
    }

    #[test]
    fn each_refused_thing_is_found() {
        check_lines("#[test]\n#[ignore]\nfn a() {}", &[2]);
        check_lines("#[ignore = \"slow\"]", &[1]);
        check_lines("fn a() { todo!() }", &[1]);
        check_lines("fn a() { unimplemented!(\"later\") }", &[1]);
        check_lines("let a = dbg!(b);", &[1]);
        check_lines("std::thread::sleep(a);", &[1]);
        check_lines("/// ```ignore\n/// a\n/// ```", &[1]);
    }

    #[test]
    fn words_that_only_look_alike_are_not_found() {
        check_lines("// todo!()\nlet a = \"dbg!\"; my_todo!();", &[]);
        check_lines("/// ```\n/// a\n/// ```\n//! Refuses: to ignore an error.", &[]);
    }
}
