//! Diagnostics: what is wrong with a query, where, and what was perhaps meant.
//!
//! Guarantees: every diagnostic has a byte range of the query on character borders, so that a
//! caller can point into the file that the query came from; there are at most
//! [`MAXIMUM_DIAGNOSTICS`] and the text counts the rest.

use std::fmt;
use std::ops::Range;

use crate::limits::MAXIMUM_DIAGNOSTICS;

/// How many characters of a long line are shown on each side of the caret.
const CONTEXT_CHARACTERS: usize = 40;

/// The most characters of a message: a line and a half of a wide terminal. A message that quotes an
/// endless value would drown the rest.
const MESSAGE_CHARACTERS: usize = 240;

fn shortened(text: impl Into<String>) -> String {
    let mut text = text.into();
    if let Some((end, _)) = text.char_indices().nth(MESSAGE_CHARACTERS) {
        text.truncate(end);
        text.push_str("...");
    }
    text
}

/// One thing that is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    range: Range<usize>,
    message: String,
    expected: String,
    help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: shortened(message), expected: String::new(), help: None }
    }

    /// Says beside the caret what was expected there.
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = shortened(expected);
        self
    }

    /// Says what to write instead.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(help));
        self
    }

    /// Where it is, in bytes of the query.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What was expected at the place; empty where the message says it all.
    pub fn expectation(&self) -> &str {
        &self.expected
    }

    /// What to write instead, where that is known.
    pub fn suggestion(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Everything that is wrong with one query; prints like a compiler's errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    source: String,
    list: Vec<Diagnostic>,
    more: usize,
}

impl Diagnostics {
    /// The query.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What is wrong, in the order of the query.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many more there are than [`Diagnostics::iter`] gives.
    pub fn more(&self) -> usize {
        self.more
    }

    /// Line and column of a byte of the query, both from 1, the column in characters.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let before = &self.source[..byte.min(self.source.len())];
        let line = before.bytes().filter(|&letter| letter == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count() + 1)
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::error::Error for Diagnostics {}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.list.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            self.write(diagnostic, formatter)?;
        }
        if self.more > 0 {
            write!(formatter, "\n\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl Diagnostics {
    fn write(&self, diagnostic: &Diagnostic, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_and_column(diagnostic.range.start);
        let excerpt = Excerpt::of(&self.source, &diagnostic.range);
        let gutter = " ".repeat(line.to_string().len());
        writeln!(formatter, "error: {}", diagnostic.message)?;
        writeln!(formatter, "{gutter}--> query:{line}:{column}")?;
        writeln!(formatter, "{line} | {}", excerpt.line)?;
        let caret = "^".repeat(excerpt.width);
        let indent = " ".repeat(excerpt.indent);
        write!(formatter, "{gutter} | {indent}{caret}")?;
        if !diagnostic.expected.is_empty() {
            write!(formatter, " {}", diagnostic.expected)?;
        }
        if let Some(help) = &diagnostic.help {
            write!(formatter, "\n{gutter} = help: {help}")?;
        }
        Ok(())
    }
}

/// The part of one line that is shown, and where the caret goes below it.
struct Excerpt {
    line: String,
    indent: usize,
    width: usize,
}

impl Excerpt {
    fn of(source: &str, range: &Range<usize>) -> Self {
        let start = source[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = source[range.start..].find('\n').map_or(source.len(), |at| range.start + at);
        let marked = &source[range.start..range.end.clamp(range.start, end)];
        let before: Vec<char> = source[start..range.start].chars().collect();
        let cut = before.len().saturating_sub(CONTEXT_CHARACTERS);
        let shown = 2 * CONTEXT_CHARACTERS;
        let width = marked.chars().take(shown).count().max(1);
        let tail = &source[range.start..end];
        let ends_early = tail.chars().nth(shown).is_some();
        let mut line = String::from(if cut > 0 { "..." } else { "" });
        line.extend(before[cut..].iter().map(|&letter| printable(letter)));
        line.extend(tail.chars().take(shown).map(printable));
        line.push_str(if ends_early { "..." } else { "" });
        let indent = before.len() - cut + if cut > 0 { 3 } else { 0 };
        Self { line, indent, width }
    }
}

/// A tab or another control character would move the caret away from what it points at.
fn printable(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}

/// Collects diagnostics while a query is read.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Diagnostic>,
    more: usize,
}

impl Problems {
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < MAXIMUM_DIAGNOSTICS {
            self.list.push(diagnostic);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What was collected, in the order of the query.
    pub(crate) fn of(mut self, source: &str) -> Diagnostics {
        self.list.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        Diagnostics { source: source.to_owned(), list: self.list, more: self.more }
    }
}
