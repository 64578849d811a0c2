//! One operand in our words.
//!
//! Guarantees: what is given is an operand of ours; our own parser has read it.

use std::sync::LazyLock;

use vigie_text::PlaceModel;

use super::dialect::{Dialect, Rule};
use super::piece::{PieceKind, Value};
use crate::limits::MAXIMUM_DISTANCE;
use crate::query::Query;

/// What becomes of an operand.
pub(super) enum Rendered {
    Text(String),
    /// It is there, and means something slightly different.
    Changed(String, String),
    /// It has no counterpart, and why.
    LeftOut(String),
}

impl Rendered {
    /// The same, with what is different about it.
    fn but(self, reason: &str) -> Self {
        match self {
            Self::Text(text) => Self::Changed(text, reason.to_owned()),
            Self::Changed(..) | Self::LeftOut(_) => self,
        }
    }
}

/// Puts an operand into our words.
pub(super) fn render(piece: &PieceKind, dialect: Dialect) -> Rendered {
    match piece {
        PieceKind::Word(word) => checked(word.clone()),
        PieceKind::Raw(written) => checked(format!("{{{written}}}")),
        PieceKind::Phrase(words, None) => checked(quoted(words)),
        PieceKind::Phrase(words, Some(between)) => loose(words, *between),
        PieceKind::Field(name, value) => match dialect.rule(name) {
            Some(rule) => field(rule, value),
            None => Rendered::LeftOut(format!("no counterpart of `{name}:` is known")),
        },
        PieceKind::Open
        | PieceKind::Close(_)
        | PieceKind::And
        | PieceKind::Or
        | PieceKind::Not
        | PieceKind::Near(..)
        | PieceKind::Sentence => unreachable!("the tree has operators apart from operands"),
    }
}

/// The words of a phrase, each near the one before it.
fn loose(words: &str, between: u8) -> Rendered {
    let count = words.split_whitespace().count();
    let near = format!(" NEAR/{} ", between.min(MAXIMUM_DISTANCE));
    let joined = words.split_whitespace().collect::<Vec<_>>().join(&near);
    let rendered = checked(format!("({joined})"));
    if count > 2 { rendered.but("each word stands near the one before it") } else { rendered }
}

fn field(rule: Rule, value: &Value) -> Rendered {
    if let (Value::AnyOf(values), false) = (value, matches!(rule, Rule::None(_))) {
        return any_of(rule, values);
    }
    match (rule, value) {
        (Rule::None(reason), _) => Rendered::LeftOut(reason.into()),
        (Rule::Count(name), _) => count(name, value),
        (_, Value::Range(from, to)) => {
            Rendered::LeftOut(format!("`{from}` to `{to}` is no range of numbers here"))
        }
        (Rule::Field(name), Value::One(value)) => named(name, value),
        (Rule::Named(name), Value::One(value)) => {
            named(name, value).but(&format!("{name}: takes a name, no code: see that this is one"))
        }
        (Rule::Account(name), Value::One(value)) => named(name, value.trim_start_matches('@')),
        (Rule::Sigil(sigil), Value::One(value)) => {
            checked(format!("{sigil}{}", value.trim_start_matches(sigil)))
        }
        (Rule::Language, Value::One(value)) => named("lang", &value.to_lowercase()),
        (Rule::Country, Value::One(value)) => country(value),
        (Rule::Values(values), Value::One(value)) => {
            let asked = value.to_lowercase();
            match values.iter().find(|(theirs, _)| *theirs == asked) {
                Some((_, ours)) => Rendered::Text((*ours).into()),
                None => Rendered::LeftOut(format!("no counterpart of `{value}` is known")),
            }
        }
        (_, Value::AnyOf(_)) => unreachable!("lists are taken apart before"),
    }
}

/// At least one of the values; those that do not map are named.
fn any_of(rule: Rule, values: &[String]) -> Rendered {
    let mut texts = Vec::new();
    let mut reasons = Vec::new();
    for value in values {
        match field(rule, &Value::One(value.clone())) {
            Rendered::Text(text) => texts.push(text),
            Rendered::Changed(text, reason) => {
                texts.push(text);
                reasons.push(reason);
            }
            Rendered::LeftOut(reason) => reasons.push(format!("without `{value}`: {reason}")),
        }
    }
    reasons.dedup();
    let reason = reasons.join("; ");
    match (&*texts, reason.is_empty()) {
        ([], _) => Rendered::LeftOut(reason),
        (texts, true) => Rendered::Text(format!("({})", texts.join(" OR "))),
        (texts, false) => Rendered::Changed(format!("({})", texts.join(" OR ")), reason),
    }
}

fn named(name: &str, value: &str) -> Rendered {
    let is_plain = !value.is_empty()
        && value.chars().all(|letter| letter.is_alphanumeric() || "._-".contains(letter));
    let value = if is_plain { value.to_owned() } else { quoted(value) };
    checked(format!("{name}:{value}"))
}

static PLACES: LazyLock<PlaceModel> = LazyLock::new(PlaceModel::new);

/// A country by its code of two letters, or by a name that the gazetteer knows.
fn country(value: &str) -> Rendered {
    if value.len() == 2 {
        return named("country", &value.to_uppercase());
    }
    match PLACES.place(value) {
        Some(place) if place.city.is_none() && place.region.is_none() => match place.country {
            Some(code) => named("country", &code),
            None => Rendered::LeftOut(format!("`{value}` is no country that is known")),
        },
        _ => Rendered::LeftOut(format!("`{value}` is no country that is known")),
    }
}

/// A number, a comparison, or a range; an open end is `*` or nothing.
fn count(name: &str, value: &Value) -> Rendered {
    let bounds = match value {
        Value::Range(from, to) => {
            let bound = |sign: &str, end: &str| {
                let is_open = matches!(end, "" | "*");
                (!is_open).then(|| format!("{name}:{sign}{end}"))
            };
            [bound(">=", from), bound("<=", to)].into_iter().flatten().collect::<Vec<_>>()
        }
        Value::One(value) => {
            let is_number = value.starts_with(|first: char| first.is_ascii_digit());
            vec![format!("{name}:{}{value}", if is_number { ">=" } else { "" })]
        }
        Value::AnyOf(_) => unreachable!("lists are taken apart before"),
    };
    checked(format!("({})", bounds.join(" AND ")))
}

fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The text, if it is a query of ours.
fn checked(text: String) -> Rendered {
    match Query::parse(&text) {
        Ok(_) => Rendered::Text(text),
        Err(problems) => {
            let told = problems.iter().next().map(|problem| match problem.expectation() {
                "" => problem.message().to_owned(),
                expected => format!("{}: {expected}", problem.message()),
            });
            Rendered::LeftOut(told.unwrap_or_default())
        }
    }
}
