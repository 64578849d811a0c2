//! A Rust file as the rules see it: its text, its code and which of its lines are tests.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexer::{code_only, line_of};

/// The attribute that makes what follows a test.
const TEST_ATTRIBUTE: &str = "#[cfg(test)]";

/// One Rust file.
pub struct Source {
    /// Path below the repository's root.
    pub path: String,
    /// The file as it is.
    pub text: String,
    /// The file without comments and literals, line for line.
    pub code: String,
    /// Whether the whole file is compiled for tests only.
    pub is_test: bool,
    test_lines: Vec<Range<usize>>,
    test_modules: Vec<String>,
}

impl Source {
    /// Reads the file's regions.
    pub fn new(path: String, text: String) -> Self {
        let code = code_only(&text);
        let is_test = path.contains("/tests/") || path.contains("/benches/");
        let mut source =
            Self { path, text, code, is_test, test_lines: Vec::new(), test_modules: Vec::new() };
        source.find_tests();
        source
    }

    /// Whether a line, from 1, is compiled for tests only.
    pub fn is_test_line(&self, line: usize) -> bool {
        self.is_test || self.test_lines.iter().any(|range| range.contains(&line))
    }

    /// Finds what stands behind `#[cfg(test)]`: a block, or a module in a file of its own.
    fn find_tests(&mut self) {
        for (start, _) in self.code.match_indices(TEST_ATTRIBUTE) {
            let rest = &self.code[start + TEST_ATTRIBUTE.len()..];
            let Some(stop) = rest.find([';', '{']) else { continue };
            if rest[stop..].starts_with(';') {
                if let Some(name) = rest[..stop].trim().strip_prefix("mod ") {
                    self.test_modules.push(module_path(&self.path, name.trim()));
                }
                continue;
            }
            let end = start + TEST_ATTRIBUTE.len() + stop + block_length(&rest[stop..]);
            let lines = line_of(&self.code, start)..line_of(&self.code, end) + 1;
            self.test_lines.push(lines);
        }
    }
}

/// The length of the block at the start of the text, braces included.
fn block_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, found) in text.char_indices() {
        match found {
            '{' => depth += 1,
            '}' if depth == 1 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The path, without extension, of the module that a file declares.
fn module_path(file: &str, module: &str) -> String {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let (directory, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    match name {
        "lib" | "main" | "mod" => format!("{directory}/{module}"),
        _ => format!("{stem}/{module}"),
    }
}

/// Marks the files that another file declares as a test module.
pub fn mark_test_files(sources: &mut [Source]) {
    let modules: BTreeSet<String> =
        sources.iter().flat_map(|source| source.test_modules.iter().cloned()).collect();
    for source in sources {
        let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
        // A module below a test module is a test as well.
        let mut ancestors = std::path::Path::new(stem).ancestors();
        source.is_test |=
            ancestors.any(|path| path.to_str().is_some_and(|path| modules.contains(path)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_module_ends_at_its_own_brace() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { \"}\" }\n}\nfn c() {}\n";
        let source = Source::new("crates/text/src/lib.rs".to_owned(), text.to_owned());
        let tests: Vec<usize> = (1..=6).filter(|line| source.is_test_line(*line)).collect();
        assert_eq!(tests, [2, 3, 4, 5]);
    }

    #[test]
    fn a_test_module_may_live_in_a_file_of_its_own() {
        let mut sources = [
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod tests;\nmod word;"),
            ("crates/a/src/tests.rs", "mod table;"),
            ("crates/a/src/tests/table.rs", ""),
            ("crates/a/src/word.rs", "#[cfg(test)] mod checks;"),
            ("crates/a/src/word/checks.rs", ""),
            ("crates/a/tests/whole.rs", ""),
        ]
        .map(|(path, text)| Source::new(path.to_owned(), text.to_owned()));
        mark_test_files(&mut sources);
        let tests: Vec<bool> = sources.iter().map(|source| source.is_test).collect();
        assert_eq!(tests, [false, true, true, false, true, true]);
    }
}
