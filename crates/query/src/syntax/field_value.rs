//! Reading the value of a field.
//!
//! Guarantees: what is read is in its canonical form, so that printing and reading it again gives
//! the same field.
//!
//! Refuses: values that no mention could have, with what was expected instead.

use vigie_types::{IntentKind, MentionKind, Network, SentimentLabel};

use super::field::{Account, Bound, FIELDS, Field, Possession, Property, Relation, folded_name};
use super::suggestion::nearest;

/// Why a value cannot be the field's.
#[derive(Debug)]
pub(crate) struct ValueProblem {
    pub(crate) message: String,
    pub(crate) expected: String,
    pub(crate) help: Option<String>,
}

impl std::fmt::Display for ValueProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.message, self.expected)
    }
}

impl ValueProblem {
    fn new(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { message: message.into(), expected: expected.into(), help: None }
    }
}

/// Reads the value of a field whose name is known; `None` when there is no field of this name.
pub(crate) fn read(name: &str, value: &str) -> Option<Result<Field, ValueProblem>> {
    let value = value.trim();
    Some(match name {
        "author" => account(value).map(Field::Author),
        "to" => account(value).map(Field::To),
        "lang" => language(value).map(Field::Language),
        "country" => country(value).map(Field::Country),
        "region" => folded(value).map(Field::Region),
        "city" => folded(value).map(Field::City),
        "site" => site(value).map(Field::Site),
        "url" => not_empty(value).map(|text| Field::Url(text.to_lowercase().into())),
        "network" => network(value).map(Field::Network),
        "kind" => one_of(value, &MentionKind::ALL, MentionKind::as_str).map(Field::Kind),
        "is" => one_of(value, &Property::ALL, Property::as_str).map(Field::Is),
        "has" => one_of(value, Possession::ALL, Possession::as_str).map(Field::Has),
        "followers" => count(value).map(Field::Followers),
        "engagement" => count(value).map(Field::Engagement),
        "sentiment" => sentiment(value),
        "intent" => one_of(value, &IntentKind::ALL, IntentKind::as_str).map(Field::Intent),
        "sample" => sample(value).map(Field::Sample),
        _ => return None,
    })
}

/// An example of the field's use.
pub(crate) fn example(name: &str) -> &'static str {
    FIELDS.iter().find(|(field, _)| *field == name).map_or("", |(_, example)| example)
}

fn not_empty(value: &str) -> Result<&str, ValueProblem> {
    if value.is_empty() { Err(ValueProblem::new("the value is empty", "")) } else { Ok(value) }
}

fn folded(value: &str) -> Result<Box<str>, ValueProblem> {
    not_empty(&folded_name(value)).map(Into::into)
}

pub(crate) fn account(value: &str) -> Result<Account, ValueProblem> {
    let name = not_empty(value.strip_prefix('@').unwrap_or(value))?;
    if name.contains(':') {
        return Ok(Account::Id(name.into()));
    }
    Ok(Account::Name(name.to_lowercase().into()))
}

fn language(value: &str) -> Result<Box<str>, ValueProblem> {
    let is_code = matches!(value.len(), 2 | 3) && value.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_code {
        let message = format!("`{value}` is no language code");
        return Err(ValueProblem::new(message, "expected two or three letters, such as lang:fr"));
    }
    Ok(value.to_ascii_lowercase().into())
}

fn country(value: &str) -> Result<Box<str>, ValueProblem> {
    let is_code = value.len() == 2 && value.bytes().all(|letter| letter.is_ascii_alphabetic());
    if !is_code {
        let message = format!("`{value}` is no country code");
        return Err(ValueProblem::new(message, "expected two letters, such as country:FR"));
    }
    Ok(value.to_ascii_uppercase().into())
}

pub(crate) fn site(value: &str) -> Result<Box<str>, ValueProblem> {
    let lower = not_empty(value)?.to_lowercase();
    let host = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('/');
    if host.is_empty() || host.contains(['/', '@', '?', '#']) {
        let message = format!("`{value}` is no site");
        let mut problem = ValueProblem::new(message, "expected a host, such as site:bbc.co.uk");
        problem.help = Some(format!("a part of an address is met by url:\"{value}\""));
        return Err(problem);
    }
    Ok(host.into())
}

fn network(value: &str) -> Result<Box<str>, ValueProblem> {
    match Network::new(value.to_ascii_lowercase()) {
        Ok(network) => Ok(network.as_str().into()),
        Err(error) => Err(ValueProblem::new(error.to_string(), "expected a network's name")),
    }
}

fn one_of<T: Copy>(
    value: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, ValueProblem> {
    let lower = value.to_ascii_lowercase();
    if let Some(&found) = all.iter().find(|&&candidate| name(candidate) == lower) {
        return Ok(found);
    }
    let names: Vec<&str> = all.iter().map(|&candidate| name(candidate)).collect();
    let message = format!("unknown value `{value}`");
    let mut problem = ValueProblem::new(message, format!("expected one of {}", names.join(", ")));
    problem.help = nearest(value, names).map(|name| format!("did you mean `{name}`?"));
    Err(problem)
}

/// Splits the sign of comparison from what follows.
fn relation(value: &str) -> Option<(Relation, &str)> {
    Relation::ALL
        .into_iter()
        .find_map(|relation| Some((relation, value.strip_prefix(relation.as_str())?.trim_start())))
}

fn count(value: &str) -> Result<Bound<u64>, ValueProblem> {
    let expected = "expected a comparison with a whole number, such as >=1000";
    let Some((relation, number)) = relation(value) else {
        let mut problem =
            ValueProblem::new(format!("`{value}` does not say how to compare"), expected);
        problem.help =
            value.parse::<u64>().ok().map(|number| format!("did you mean `>={number}`?"));
        return Err(problem);
    };
    match number.parse() {
        Ok(value) => Ok(Bound { relation, value }),
        Err(_) => Err(ValueProblem::new(format!("`{number}` is no whole number"), expected)),
    }
}

fn sentiment(value: &str) -> Result<Field, ValueProblem> {
    const LABELS: [SentimentLabel; 3] =
        [SentimentLabel::Negative, SentimentLabel::Neutral, SentimentLabel::Positive];
    let Some((relation, number)) = relation(value) else {
        return one_of(value, &LABELS, SentimentLabel::as_str).map(Field::SentimentClass).map_err(
            |problem| ValueProblem {
                expected: format!("{}, or a comparison such as <-0.3", problem.expected),
                ..problem
            },
        );
    };
    match number.parse::<f32>() {
        // Adding zero turns a negative zero into zero: one number, one canonical text.
        Ok(value) if (-1.0..=1.0).contains(&value) => {
            Ok(Field::Sentiment(Bound { relation, value: value + 0.0 }))
        }
        Ok(_) | Err(_) => Err(ValueProblem::new(
            format!("`{number}` is no sentiment"),
            "expected a number from -1 to 1, such as <-0.3",
        )),
    }
}

fn sample(value: &str) -> Result<u8, ValueProblem> {
    match value.strip_suffix('%').unwrap_or(value).parse::<u8>() {
        Ok(share @ 1..=99) => Ok(share),
        Ok(_) | Err(_) => Err(ValueProblem::new(
            format!("`{value}` is no share"),
            "expected whole per cent from 1 to 99, such as sample:15",
        )),
    }
}
