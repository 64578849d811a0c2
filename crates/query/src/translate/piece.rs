//! Pieces of a foreign query: operators, words, phrases and fields, as the suites share them.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Problems};
use crate::syntax::{ends_word, is_quote};

/// One piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    pub(super) range: Range<usize>,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    Open,
    /// `)`, and how far apart the parts of the group may stand.
    Close(Option<u8>),
    And,
    Or,
    Not,
    /// How many words may stand between, and whether the order counts.
    Near(u8, bool),
    /// Both in one sentence.
    Sentence,
    /// A phrase, and how far apart its words may stand.
    Phrase(String, Option<u8>),
    /// Text as written.
    Raw(String),
    Word(String),
    Field(String, Value),
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    One(String),
    /// `[from TO to]` or `from..to`.
    Range(String, String),
    /// `(a OR b)`.
    AnyOf(Vec<String>),
}

/// Cuts a query into pieces; comments (`<<<...>>>`) are passed over.
pub(super) fn cut(source: &str, problems: &mut Problems) -> Vec<Piece> {
    let mut cutter = Cutter { source, at: 0, problems };
    let mut pieces = Vec::new();
    while let Some(piece) = cutter.next_piece() {
        pieces.push(piece);
    }
    pieces
}

struct Cutter<'s> {
    source: &'s str,
    at: usize,
    problems: &'s mut Problems,
}

impl<'s> Cutter<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn next_piece(&mut self) -> Option<Piece> {
        loop {
            self.at = self.source.len() - self.rest().trim_start().len();
            if !self.rest().starts_with("<<<") {
                break;
            }
            self.take_through(">>>", "a comment");
        }
        let start = self.at;
        let first = self.rest().chars().next()?;
        let kind = match first {
            '(' => {
                self.at += 1;
                PieceKind::Open
            }
            ')' => {
                self.at += 1;
                PieceKind::Close(self.slop())
            }
            '-' if self.rest()[1..].starts_with(|next: char| !next.is_whitespace()) => {
                self.at += 1;
                PieceKind::Not
            }
            '{' => {
                self.at += 1;
                PieceKind::Raw(self.take_through("}", "a brace"))
            }
            _ if is_quote(first) => {
                let phrase = self.quoted();
                PieceKind::Phrase(phrase, self.slop())
            }
            _ => self.word(),
        };
        Some(Piece { kind, range: start..self.at })
    }

    /// What stands before an end, which is passed over.
    fn take_through(&mut self, end: &str, what: &str) -> String {
        let (start, rest) = (self.at, self.rest());
        let Some(length) = rest.find(end) else {
            self.at = self.source.len();
            let problem = Diagnostic::new(start..self.at, format!("{what} is not closed"));
            self.problems.add(problem.expected(format!("expected `{end}` behind it")));
            return rest.to_owned();
        };
        self.at += length + end.len();
        rest[..length].to_owned()
    }

    /// The inside of the quotes that begin here.
    fn quoted(&mut self) -> String {
        let (start, rest) = (self.at, self.rest());
        let mut letters = rest.char_indices().skip(1);
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let Some((length, quote)) = letters.find(|(_, letter)| is_quote(*letter)) else {
            self.at = self.source.len();
            let problem = Diagnostic::new(start..self.at, "a quote is not closed");
            self.problems.add(problem.expected("expected `\"` behind it"));
            return rest[first..].to_owned();
        };
        self.at += length + quote.len_utf8();
        rest[first..length].to_owned()
    }

    /// `~5` behind a phrase or a group.
    fn slop(&mut self) -> Option<u8> {
        let digits = self.rest().strip_prefix('~')?;
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let slop = digits[..length].parse().ok()?;
        self.at += 1 + length;
        Some(slop)
    }

    fn word(&mut self) -> PieceKind {
        let rest = self.rest();
        let length = rest.find(ends_word).unwrap_or(rest.len());
        // A loose brace is a word of its own.
        let word = &rest[..length.max(rest.chars().next().map_or(0, char::len_utf8))];
        if let Some((name, value)) = word.split_once(':')
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            && !value.starts_with("//")
        {
            let name = name.to_owned();
            self.at += name.len() + 1;
            return PieceKind::Field(name, self.value());
        }
        self.at += word.len();
        operator(word).unwrap_or_else(|| PieceKind::Word(word.to_owned()))
    }

    fn value(&mut self) -> Value {
        match self.rest().chars().next() {
            Some(first) if is_quote(first) => Value::One(self.quoted()),
            Some('[') => {
                self.at += 1;
                let inside = self.take_through("]", "a bracket");
                match inside.split_once(" TO ") {
                    Some((from, to)) => Value::Range(from.trim().into(), to.trim().into()),
                    None => Value::One(format!("[{inside}]")),
                }
            }
            Some('(') => {
                self.at += 1;
                let inside = self.take_through(")", "a parenthesis");
                let values = inside.split(" OR ").map(|value| value.trim().trim_matches(is_quote));
                Value::AnyOf(values.map(str::to_owned).collect())
            }
            _ => {
                let rest = self.rest();
                let length = rest.find(ends_word).unwrap_or(rest.len());
                self.at += length;
                let bare = &rest[..length];
                let numbers = bare.split_once("..").filter(|(from, _)| !from.is_empty());
                match numbers.filter(|(from, _)| from.bytes().all(|byte| byte.is_ascii_digit())) {
                    Some((from, to)) => Value::Range(from.into(), to.into()),
                    None => Value::One(bare.to_owned()),
                }
            }
        }
    }
}

/// The operator that a word is.
fn operator(word: &str) -> Option<PieceKind> {
    match word {
        "AND" => return Some(PieceKind::And),
        "OR" => return Some(PieceKind::Or),
        "NOT" => return Some(PieceKind::Not),
        "SENTENCE" => return Some(PieceKind::Sentence),
        _ => {}
    }
    let (name, distance) = word.split_once('/')?;
    let (distance, is_forward) = match distance.strip_suffix('f') {
        Some(distance) => (distance, true),
        None => (distance, false),
    };
    let between = distance.parse().ok()?;
    match name {
        "NEAR" => Some(PieceKind::Near(between, is_forward)),
        "ONEAR" => Some(PieceKind::Near(between, true)),
        _ => None,
    }
}
