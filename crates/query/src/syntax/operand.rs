//! Operands: what one lexeme asks for, or why it asks for nothing.

use std::ops::Range;

use vigie_text::Tokens;
use vigie_types::ListName;

use crate::diagnostic::{Diagnostic, Problems};
use crate::limits::MINIMUM_PREFIX_LETTERS;

use super::field::{FIELDS, FOREIGN_NAMES, WORD_OPERATORS};
use super::field_value;
use super::lexeme::{FieldValue, Lexeme, LexemeKind};
use super::suggestion::nearest;
use super::text::TextProblem;
use super::{Comparison, Expression, Raw, Text};

/// Reads an operand; says why and gives nothing if it is none.
pub(crate) fn read(lexeme: &Lexeme, problems: &mut Problems) -> Option<Expression> {
    let range = lexeme.range.clone();
    let result = match &lexeme.kind {
        LexemeKind::Word(written) => bare(written, &range),
        LexemeKind::Phrase(written) => text(written, Comparison::Folded, &range),
        LexemeKind::Raw(written) => raw(written, &range),
        LexemeKind::Field { name, name_range, value } => field(name, name_range, value, &range),
        LexemeKind::List(name) => list(name, &range),
        LexemeKind::Open
        | LexemeKind::Close
        | LexemeKind::Minus
        | LexemeKind::And
        | LexemeKind::Or
        | LexemeKind::Not
        | LexemeKind::Near(_) => return None,
    };
    match result {
        Ok(expression) => Some(expression),
        Err(diagnostic) => {
            problems.add(*diagnostic);
            None
        }
    }
}

type Read = Result<Expression, Box<Diagnostic>>;

fn bare(written: &str, range: &Range<usize>) -> Read {
    let diagnostic = |message: String| Diagnostic::new(range.clone(), message);
    let symbolic = match written {
        "&" | "&&" | "+" => Some("AND"),
        "|" | "||" => Some("OR"),
        "!" => Some("NOT"),
        _ => None,
    };
    if let Some(operator) = symbolic {
        let problem = diagnostic(format!("unknown operator `{written}`"));
        return Err(Box::new(problem.help(format!("did you mean `{operator}`?"))));
    }
    if written.starts_with(['!', '\u{2013}', '\u{2014}', '\u{2212}']) {
        let rest: String = written.chars().skip(1).collect();
        return Err(Box::new(
            diagnostic(format!("`{written}` begins with a sign that means nothing here"))
                .help(format!("did you mean `-{rest}`?")),
        ));
    }
    if written.starts_with('?') || written.ends_with('?') {
        return Err(Box::new(text_problem(TextProblem::LooseQuestionMark, range)));
    }
    let read = text(written, Comparison::Folded, range)?;
    let is_wild = matches!(&read, Expression::Text(text) if text.written.contains('*'));
    if written.contains('*') && !is_wild {
        return Err(Box::new(text_problem(TextProblem::StarInside(written.to_owned()), range)));
    }
    Ok(read)
}

fn text(written: &str, comparison: Comparison, range: &Range<usize>) -> Read {
    let toned = if comparison == Comparison::Folded { toned(written) } else { None };
    match toned.unwrap_or_else(|| Text::read(written, comparison).map(Expression::Text)) {
        Ok(expression) => Ok(expression),
        Err(problem) => Err(Box::new(text_problem(problem, range))),
    }
}

/// An emoji with a skin tone, if there is one: it is asked for as written, because the folded form
/// has no tone and meets all of them.
fn toned(written: &str) -> Option<Result<Expression, TextProblem>> {
    let tokens = Tokens::of(written);
    let emoji = tokens.written((0..tokens.len()).find(|&index| tokens.is_toned(index))?);
    Some(match tokens.len() {
        1 => Ok(Expression::Raw(Raw { written: emoji.into() })),
        _ => Err(TextProblem::TonedInPhrase(emoji.to_owned())),
    })
}

fn text_problem(problem: TextProblem, range: &Range<usize>) -> Diagnostic {
    let new = |message: String| Diagnostic::new(range.clone(), message);
    match problem {
        TextProblem::NoWord => new("there is no word in this".to_owned())
            .expected("expected at least one word, number, hashtag, handle, cashtag or emoji")
            .help("punctuation alone cannot be looked for; a face such as \":)\" can, in quotes"),
        TextProblem::StarInside(word) => new(format!("the `*` in `{word}` is in the wrong place"))
            .expected("expected one `*`, at the end of a word without `?`")
            .help("a `?` inside a word stands for one character; raw:\"...\" takes a `*` as it is"),
        TextProblem::ShortPrefix(word) => new(format!("`{word}` is too short"))
            .expected(format!("expected {MINIMUM_PREFIX_LETTERS} letters or more before the `*`")),
        TextProblem::LooseQuestionMark => {
            new("this `?` stands for one character, and is not inside a word".to_owned())
                .expected("expected a letter or digit on each side of it")
                .help("a mention that asks something is met by intent:question")
        }
        TextProblem::SplitPattern(word) => {
            new(format!("`{word}` is several words, and a wildcard stands inside one"))
                .help("write the words apart and join them by NEAR/0f")
        }
        TextProblem::TonedInPhrase(emoji) => {
            new(format!("`{emoji}` has a skin tone, which counts only where it stands alone"))
                .help(format!("write `word NEAR/0f {emoji}`, or take the tone away to meet all"))
        }
        TextProblem::WildcardCompared(word) => {
            new(format!("`{word}` has a wildcard, which stem: and fold: do not take"))
        }
    }
}

fn raw(written: &str, range: &Range<usize>) -> Read {
    let written = written.trim();
    if Tokens::of(written).is_empty() {
        return Err(Box::new(text_problem(TextProblem::NoWord, range)));
    }
    Ok(Expression::Raw(Raw { written: written.into() }))
}

fn list(name: &str, range: &Range<usize>) -> Read {
    match ListName::new(name.trim().to_ascii_lowercase()) {
        Ok(name) => Ok(Expression::List(name)),
        Err(_) => Err(Box::new(
            Diagnostic::new(range.clone(), format!("`{}` is no name of a list", name.trim()))
                .expected("expected letters, digits, `-`, `_` and `.`, as in @list(staff)"),
        )),
    }
}

fn field(name: &str, name_range: &Range<usize>, value: &FieldValue, range: &Range<usize>) -> Read {
    let lower = name.to_ascii_lowercase();
    let word_operator = WORD_OPERATORS.iter().find(|(operator, _)| *operator == lower);
    let example = word_operator.map_or(field_value::example(&lower), |(_, example)| example);
    if example.is_empty() {
        return Err(Box::new(unknown_field(name, name_range)));
    }
    let (FieldValue::Bare(written) | FieldValue::Quoted(written)) = value else {
        return Err(Box::new(
            Diagnostic::new(range.clone(), format!("`{lower}:` has no value"))
                .expected("expected the value right after the colon")
                .help(format!(
                    "for example {example}; for several values write ({lower}:a OR {lower}:b)"
                )),
        ));
    };
    match lower.as_str() {
        "raw" => return raw(written, range),
        "stem" => return text(written, Comparison::Stemmed, range),
        "fold" => return text(written, Comparison::Unaccented, range),
        _ => {}
    }
    match field_value::read(&lower, written) {
        Some(Ok(field)) => Ok(Expression::Field(field)),
        Some(Err(problem)) => {
            let value_range = name_range.end + 1..range.end;
            let help = problem.help.unwrap_or_else(|| format!("for example {example}"));
            let message = format!("{lower}: {}", problem.message);
            let diagnostic = Diagnostic::new(value_range, message);
            Err(Box::new(diagnostic.expected(problem.expected).help(help)))
        }
        None => Err(Box::new(unknown_field(name, name_range))),
    }
}

fn unknown_field(name: &str, range: &Range<usize>) -> Diagnostic {
    let diagnostic = Diagnostic::new(range.clone(), format!("unknown field `{name}:`"));
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), "http" | "https") {
        return diagnostic.help("an address is looked for by url:\"...\", or in quotes");
    }
    let foreign =
        FOREIGN_NAMES.iter().find(|(foreign, _)| *foreign == lower).map(|(_, ours)| *ours);
    let names = FIELDS.iter().chain(&WORD_OPERATORS).map(|(name, _)| *name);
    let diagnostic = match foreign.or_else(|| nearest(&lower, names.clone())) {
        Some(known) => diagnostic.help(format!("did you mean `{known}:`?")),
        None => diagnostic.help("text with a colon in it is written in quotes"),
    };
    let known: Vec<&str> = names.collect();
    diagnostic.expected(format!("expected one of {}", known.join(", ")))
}
