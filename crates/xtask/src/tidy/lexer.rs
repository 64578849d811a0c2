//! Rust source with its comments and literals blanked out, character for character.
//!
//! Guarantees: the result has the lines and columns of the source; a comment becomes spaces, the
//! inside of a string or character literal becomes quotation marks, everything else stays.
//!
//! Refuses: to understand the language beyond that. Source that does not compile gives a result
//! that is merely odd.

/// What stands for each character inside a literal: it is part of no identifier, and it is not
/// blank, so that a line of a long string still counts as a line.
pub const FILLER: char = '"';

/// Blanks the comments and the literals.
pub fn code_only(source: &str) -> String {
    let mut lexer = Lexer { input: source.chars().collect(), at: 0, output: String::new() };
    while lexer.at < lexer.input.len() {
        lexer.step();
    }
    lexer.output
}

/// A place in the source and what has been written so far.
struct Lexer {
    input: Vec<char>,
    at: usize,
    output: String,
}

impl Lexer {
    /// Consumes one comment, literal, word or other character.
    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (Some('/'), Some('/')) => self.line_comment(),
            (Some('/'), Some('*')) => self.block_comment(),
            (Some('"'), _) => self.quoted('"'),
            (Some('\''), _) if self.is_character_literal() => self.quoted('\''),
            (Some(first), _) if is_word(first) => self.word(),
            _ => self.keep(),
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.input.get(self.at + ahead).copied()
    }

    /// Copies one character.
    fn keep(&mut self) {
        if let Some(found) = self.peek(0) {
            self.output.push(found);
            self.at += 1;
        }
    }

    /// Replaces one character, but for the end of a line.
    fn blank(&mut self, with: char) {
        if let Some(found) = self.peek(0) {
            self.output.push(if found == '\n' { '\n' } else { with });
            self.at += 1;
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|found| found != '\n') {
            self.blank(' ');
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.input.len() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                _ => {
                    self.blank(' ');
                    continue;
                }
            }
            self.blank(' ');
            self.blank(' ');
            if depth == 0 {
                return;
            }
        }
    }

    /// A literal between two delimiters, with escapes.
    fn quoted(&mut self, delimiter: char) {
        self.blank(FILLER);
        while let Some(found) = self.peek(0) {
            self.blank(FILLER);
            if found == '\\' {
                self.blank(FILLER);
            } else if found == delimiter {
                return;
            }
        }
    }

    /// `'a'` and `'\n'` are characters, `'a` is a lifetime.
    fn is_character_literal(&self) -> bool {
        self.peek(1) == Some('\\') || self.peek(2) == Some('\'')
    }

    /// An identifier, a number, or the prefix of a literal.
    fn word(&mut self) {
        let start = self.at;
        while self.peek(0).is_some_and(is_word) {
            self.keep();
        }
        let word: String = self.input[start..self.at].iter().collect();
        if matches!(word.as_str(), "r" | "br" | "cr") {
            let hashes = self.input[self.at..].iter().take_while(|found| **found == '#').count();
            if self.peek(hashes) == Some('"') {
                self.raw_string(hashes);
            }
        }
    }

    /// `r#"..."#` with any number of hashes; nothing is escaped inside.
    fn raw_string(&mut self, hashes: usize) {
        for _ in 0..=hashes {
            self.blank(FILLER);
        }
        while let Some(found) = self.peek(0) {
            self.blank(FILLER);
            if found == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                (0..hashes).for_each(|_| self.blank(FILLER));
                return;
            }
        }
    }
}

/// Whether a character can be part of an identifier or a number.
pub fn is_word(found: char) -> bool {
    found == '_' || found.is_alphanumeric()
}

/// The identifiers of blanked source with the place of their first character in it.
pub fn identifiers(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + code[at..].find(is_word)?;
        let rest = &code[start..];
        let length = rest.find(|found| !is_word(found)).unwrap_or(rest.len());
        at = start + length;
        Some((start, &rest[..length]))
    })
    .filter(|(_, word)| !word.starts_with(|first: char| first.is_ascii_digit()))
}

/// The line, from 1, in which a byte of the text stands.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks which identifiers are left once comments and literals are gone.
    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let code = code_only(source);
        assert_eq!(code.chars().count(), source.chars().count(), "columns move: {code}");
        assert_eq!(code.lines().count(), source.lines().count(), "lines move: {code}");
        let found: Vec<&str> = identifiers(&code).map(|(_, word)| word).collect();
        assert_eq!(found, expected, "in {source}");
    }

    #[test]
    fn comments_are_blank() {
        check("a // b\n/// c\nd /* e /* f */ g */ h", &["a", "d", "h"]);
    }

    #[test]
    fn strings_are_blank_with_their_escapes() {
        check(r#"a("b \" c") d"#, &["a", "d"]);
        check("a(\"b\\\\\") c // \"d\n e", &["a", "c", "e"]);
        check("a = \"b\n // c\n\"; d", &["a", "d"]);
    }

    #[test]
    fn raw_strings_end_at_their_own_hashes() {
        check("a = r##\"b \"# c\"##; d", &["a", "r", "d"]);
        check("a = br\"b\\\"; d", &["a", "br", "d"]);
        check("r#type", &["r", "type"]);
    }

    #[test]
    fn characters_are_blank_and_lifetimes_are_not() {
        check("a('b', '\\'', b'c', '\"') d", &["a", "b", "d"]);
        check("f<'life>(x: &'life str)", &["f", "life", "x", "life", "str"]);
    }

    #[test]
    fn numbers_are_no_identifiers() {
        check("x1 + 0xff_u64 + 1e9", &["x1"]);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("a\nb\nc", 0), 1);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
