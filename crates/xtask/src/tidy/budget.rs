//! The budget of a file: 400 lines of code, tests not counted, and 100 columns.

use super::lexer::FILLER;
use super::source::Source;
use crate::finding::Finding;

/// More than this no reader holds in mind; STYLE asks for 100 to 200.
const LINES: usize = 400;

/// As `rustfmt.toml` has it; rustfmt itself leaves long literals and comments alone.
const COLUMNS: usize = 100;

/// Holds one file to the budget.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_code =
        |(index, line): &(usize, &str)| !line.trim().is_empty() && !source.is_test_line(index + 1);
    let mut code_lines = source.code.lines().enumerate().filter(is_code);
    if let Some((index, _)) = code_lines.nth(LINES) {
        let what = format!(
            "{} lines of code, {LINES} at most: move a noun of its own into a file of its own",
            LINES + 1 + code_lines.count()
        );
        findings.push(Finding::new(&source.path, index + 1, what));
    }
    for (index, (line, code)) in source.text.lines().zip(source.code.lines()).enumerate() {
        let columns = line.chars().count();
        if columns > COLUMNS && !cannot_be_broken(line, code) {
            let what = format!("{columns} columns, {COLUMNS} at most: break the line");
            findings.push(Finding::new(&source.path, index + 1, what));
        }
    }
    findings
}

/// An address has no place to break at, and data in literals reads better whole: a line is excused
/// when what is not literal takes less than half the columns.
fn cannot_be_broken(line: &str, code: &str) -> bool {
    let literal = code.chars().filter(|found| *found == FILLER).count();
    line.contains("://") || (code.chars().count() - literal) * 2 < COLUMNS && literal > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks at which lines the budget is overdrawn.
    #[track_caller]
    fn check_lines(text: &str, expected: &[usize]) {
        let source = Source::new("crates/text/src/lib.rs".to_owned(), text.to_owned());
        let lines: Vec<usize> = check(&source).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_line_after_the_last_allowed_one_is_found() {
        check_lines(&"x();\n".repeat(400), &[]);
        check_lines(&"x();\n".repeat(401), &[401]);
    }

    #[test]
    fn comments_blanks_and_tests_are_not_counted() {
        let code = "x();\n".repeat(400);
        check_lines(&format!("//! Words.\n\n{code}"), &[]);
        check_lines(&format!("{code}#[cfg(test)]\nmod tests {{\n{code}}}\n"), &[]);
        check_lines(&format!("#[cfg(test)]\nmod tests {{\n}}\n{code}y();\n"), &[404]);
    }

    #[test]
    fn a_wide_line_is_found_unless_it_cannot_be_broken() {
        check_lines(&format!("// {}", "a".repeat(97)), &[]);
        check_lines(&format!("// {}", "a".repeat(98)), &[1]);
        check_lines(&format!("// https://{}", "a".repeat(98)), &[]);
        check_lines(&format!("let x = \"{}\";", "a".repeat(98)), &[]);
        check_lines(&format!("let {} = \"{}\";", "x".repeat(50), "a".repeat(48)), &[1]);
        check_lines(&format!("let x = r\"\n{}\n\";", "a".repeat(101)), &[]);
    }
}
