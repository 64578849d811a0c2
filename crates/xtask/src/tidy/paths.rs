//! Nothing in the repository may depend on where it was written.

use crate::finding::Finding;

/// Openings of paths of one machine. Written in halves, so that this file does not hold them.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "target"),
];

/// Finds absolute paths of a machine in any text file.
pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(found) = MACHINE_PATHS.iter().find(|opening| stands_at_start(line, opening)) {
            let what = format!("`{found}` is a path of one machine: write it relative to the root");
            findings.push(Finding::new(path, index + 1, what));
        }
    }
    findings
}

/// Whether the opening stands in the line as the start of a path, not inside an address or a
/// longer path.
fn stands_at_start(line: &str, opening: &str) -> bool {
    line.match_indices(opening).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "_-.})~".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_of_a_machine_is_found() {
        for opening in MACHINE_PATHS {
            let text = format!("a\nlet b = \"{opening}c\";\n");
            let lines: Vec<usize> = check("a.rs", &text).iter().map(|found| found.line).collect();
            assert_eq!(lines, [2], "{text}");
        }
    }

    #[test]
    fn an_address_or_a_relative_path_is_not() {
        let text = format!("https://example.org{0}a and src{0}b and ./docs{0}c", MACHINE_PATHS[1]);
        assert_eq!(check("a.md", &text), []);
    }
}
