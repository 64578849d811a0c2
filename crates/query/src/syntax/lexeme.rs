//! Lexemes: the query's text cut into operators, words, phrases and fields.
//!
//! Guarantees: every byte that is not white space belongs to one lexeme or to a diagnostic; work is
//! linear in the text.
//!
//! Upper case makes an operator: `AND OR NOT NEAR/n`. Lower-case `and`, `or` and `not` are words.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Problems};
use crate::limits::MAXIMUM_DISTANCE;

use super::Proximity;

/// One piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) kind: LexemeKind,
    pub(crate) range: Range<usize>,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LexemeKind {
    Open,
    Close,
    Minus,
    And,
    Or,
    Not,
    Near(Proximity),
    /// A word as written, up to white space, a parenthesis, a quote or a brace.
    Word(String),
    /// The inside of a phrase, without escapes.
    Phrase(String),
    /// The inside of braces, without escapes.
    Raw(String),
    /// `name:value`.
    Field {
        name: String,
        name_range: Range<usize>,
        value: FieldValue,
    },
    /// `@list(name)`.
    List(String),
}

/// What follows the colon of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldValue {
    Bare(String),
    Quoted(String),
    Missing,
}

/// Cuts a query into lexemes.
pub(crate) fn lex(source: &str, problems: &mut Problems) -> Vec<Lexeme> {
    let mut lexer = Lexer { source, at: 0, problems };
    let mut lexemes = Vec::new();
    while let Some(lexeme) = lexer.next_lexeme() {
        lexemes.push(lexeme);
    }
    lexemes
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    problems: &'s mut Problems,
}

/// Quotes as typed and as word processors make them of what was typed.
pub(crate) fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}')
}

pub(crate) fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || is_quote(letter) || matches!(letter, '(' | ')' | '{' | '}')
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn next_lexeme(&mut self) -> Option<Lexeme> {
        loop {
            self.at = self.source.len() - self.rest().trim_start().len();
            let start = self.at;
            let letter = self.rest().chars().next()?;
            let kind = match letter {
                '(' => Some(self.single(LexemeKind::Open)),
                ')' => Some(self.single(LexemeKind::Close)),
                '-' => self.minus(),
                '{' => Some(LexemeKind::Raw(self.braces())),
                '}' => self.loose_brace(),
                _ if is_quote(letter) => Some(LexemeKind::Phrase(self.quoted())),
                _ => Some(self.word()),
            };
            if let Some(kind) = kind {
                return Some(Lexeme { kind, range: start..self.at });
            }
        }
    }

    fn single(&mut self, kind: LexemeKind) -> LexemeKind {
        self.at += 1;
        kind
    }

    fn minus(&mut self) -> Option<LexemeKind> {
        let start = self.at;
        self.at += 1;
        if self.rest().chars().next().is_some_and(|letter| letter != ')' && !letter.is_whitespace())
        {
            return Some(LexemeKind::Minus);
        }
        self.problems.add(
            Diagnostic::new(start..self.at, "a `-` on its own excludes nothing")
                .expected("expected a word right after it")
                .help("write `-word`, or quote a dash that belongs to a phrase"),
        );
        None
    }

    fn loose_brace(&mut self) -> Option<LexemeKind> {
        self.problems.add(
            Diagnostic::new(self.at..self.at + 1, "this `}` closes nothing")
                .help("exact text is written `{text}` or `raw:\"text\"`"),
        );
        self.at += 1;
        None
    }

    fn braces(&mut self) -> String {
        self.enclosed(|letter| letter == '}', "this `{` is never closed", "add a `}`")
    }

    /// A phrase; a straight quote is closed by a straight one, a curly one by any.
    fn quoted(&mut self) -> String {
        let is_straight = self.rest().starts_with('"');
        let closes = |letter: char| if is_straight { letter == '"' } else { is_quote(letter) };
        self.enclosed(closes, "this phrase is never closed", "add a `\"`")
    }

    /// What stands between the delimiter here and the one that closes it; a backslash takes the
    /// meaning from a delimiter or another backslash.
    fn enclosed(&mut self, closes: impl Fn(char) -> bool, problem: &str, help: &str) -> String {
        let start = self.at;
        let opening = self.rest().chars().next().map_or(0, char::len_utf8);
        let mut content = String::new();
        let mut letters = self.source[start + opening..].char_indices().peekable();
        while let Some((offset, letter)) = letters.next() {
            if closes(letter) {
                self.at = start + opening + offset + letter.len_utf8();
                return content;
            }
            let escaped = letters.peek().map(|&(_, next)| next);
            match escaped.filter(|&next| letter == '\\' && (next == '\\' || closes(next))) {
                Some(next) => {
                    content.push(next);
                    letters.next();
                }
                None => content.push(letter),
            }
        }
        self.at = self.source.len();
        self.problems.add(
            Diagnostic::new(start..start + opening, problem)
                .expected("opened here")
                .help(format!("{help} at the end")),
        );
        content
    }

    /// Takes letters up to a delimiter.
    fn run(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(ends_word).unwrap_or(rest.len());
        let run = rest[..end].to_owned();
        self.at += end;
        run
    }

    fn word(&mut self) -> LexemeKind {
        if let Some(bytes) = field_name(self.rest()) {
            return self.field(bytes);
        }
        let start = self.at;
        let run = self.run();
        if run == "@list" && self.rest().starts_with('(') {
            return LexemeKind::List(self.list_name());
        }
        let range = start..self.at;
        match run.as_str() {
            "AND" => LexemeKind::And,
            "OR" => LexemeKind::Or,
            "NOT" => LexemeKind::Not,
            _ => match near(&run) {
                Near::Operator(proximity) => LexemeKind::Near(proximity),
                Near::Broken(problem, help) => {
                    let expected = "expected NEAR/n or, in this order, NEAR/nf";
                    self.problems
                        .add(Diagnostic::new(range, problem).expected(expected).help(help));
                    // Read on as if it were right, so that what follows is judged too.
                    LexemeKind::Near(Proximity { between: 0, ordered: false })
                }
                Near::Word => LexemeKind::Word(run),
            },
        }
    }

    fn field(&mut self, name_bytes: usize) -> LexemeKind {
        let name_range = self.at..self.at + name_bytes;
        let name = self.source[name_range.clone()].to_owned();
        self.at += name_bytes + 1;
        let value = match self.rest().chars().next() {
            Some(letter) if is_quote(letter) => FieldValue::Quoted(self.quoted()),
            Some(letter) if !ends_word(letter) => FieldValue::Bare(self.run()),
            Some(_) | None => FieldValue::Missing,
        };
        LexemeKind::Field { name, name_range, value }
    }

    fn list_name(&mut self) -> String {
        self.enclosed(|letter| letter == ')', "this list's name is never closed", "add a `)`")
    }
}

/// The length of a field's name, if the text begins with one and its colon.
fn field_name(rest: &str) -> Option<usize> {
    let end = rest.find(|letter: char| !(letter.is_ascii_alphabetic() || letter == '_'))?;
    (end > 0 && rest[end..].starts_with(':')).then_some(end)
}

enum Near {
    Word,
    Operator(Proximity),
    Broken(String, String),
}

/// Reads `NEAR/n` and `NEAR/nf`, and finds what was meant to be one.
fn near(run: &str) -> Near {
    let (name, distance) = run.split_once('/').unwrap_or((run, ""));
    let digits = distance.strip_suffix('f').unwrap_or(distance);
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if name != "NEAR" {
        return if is_number { foreign_near(name, distance) } else { missing_slash(run) };
    }
    let help = "say how many words may stand between, such as `NEAR/5`".to_owned();
    if !is_number {
        return Near::Broken(format!("`{run}` has no distance"), help);
    }
    match digits.parse::<u8>() {
        Ok(between) if between <= MAXIMUM_DISTANCE => {
            Near::Operator(Proximity { between, ordered: digits.len() < distance.len() })
        }
        Ok(_) | Err(_) => Near::Broken(
            format!("`{run}` is too far: at most {MAXIMUM_DISTANCE} words may stand between"),
            "further apart than that, AND says the same".to_owned(),
        ),
    }
}

/// Slips of `NEAR/n`, and what other languages call it; `AC/12` is a word all the same.
fn foreign_near(name: &str, distance: &str) -> Near {
    const FOREIGN: [&str; 7] = ["w", "within", "onear", "adj", "pre", "prox", "near"];
    let lower = name.to_ascii_lowercase();
    let is_foreign = FOREIGN.contains(&lower.as_str()) && (name.len() > 1 || name == "W");
    let is_slip = name.len() >= 3
        && name.bytes().all(|letter| letter.is_ascii_uppercase())
        && super::suggestion::nearest(name, ["NEAR"]).is_some();
    if !is_foreign && !is_slip {
        return Near::Word;
    }
    let ordered = if matches!(lower.as_str(), "pre" | "onear") && !distance.ends_with('f') {
        "f"
    } else {
        ""
    };
    Near::Broken(
        format!("unknown operator `{name}/{distance}`"),
        format!("did you mean `NEAR/{distance}{ordered}`? (quote it to look for the words)"),
    )
}

/// `NEAR5` is a slip of the slash.
fn missing_slash(run: &str) -> Near {
    match run.strip_prefix("NEAR") {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|digit| digit.is_ascii_digit()) => {
            Near::Broken(
                format!("unknown operator `{run}`"),
                format!("did you mean `NEAR/{rest}`?"),
            )
        }
        Some(_) | None => Near::Word,
    }
}
