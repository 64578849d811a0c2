//! The tables of the page.

use std::fmt::Write as _;

use vigie_query::syntax::{Expression, FIELDS, FOREIGN_NAMES, Origin, Possession, Property};
use vigie_query::{Anchoring, Query};

use crate::case_file::{Asked, Case, Outcome, Section};

/// What stands before the table of origins.
pub const ORIGINS: &str = "
### Where the values come from

Names are those of the [input envelope](envelope.md), which are also what a mapping fills. `has:` of what
is a field reads what the field reads. What a person [corrects](envelope.md#corrections) takes the place of all this.

| term | told by any of | told of some mentions by | where nothing tells it |
|---|---|---|---|
";

/// Queries whose canonical texts are shown.
const CANONICAL: [&str; 6] = [
    "(Delta OR @delta) -kind:repost",
    "((delta OR @DELTA)) NOT kind:repost",
    "AT&T",
    "“Coca-Cola”  LANG:FR country:fr",
    "late NOT NOT delta sentiment:<-0.30",
    "{Google+} fold:Café",
];

/// Queries whose anchors are shown.
const ANCHORED: [&str; 5] = [
    "(at&t OR att) AND city:boston AND sentiment:<0",
    "\"new york\" pizza",
    "delta NEAR/5 (late OR delayed) -refund",
    "luxemb* lang:fr",
    "vin OR country:FR",
];

/// A text as it stands in a cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn codes(texts: &[&str]) -> String {
    texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(", ")
}

/// A number with its thousands apart.
pub fn grouped(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

/// The examples of a section.
pub fn write_examples(page: &mut String, section: &Section) {
    page.push_str("\n| query | meets | does not |\n|---|---|---|\n");
    for asked in section.asked.iter().filter(|asked| asked.is_example) {
        let met = cell(asked, |outcome| outcome != Outcome::Misses);
        let missed = cell(asked, |outcome| outcome == Outcome::Misses);
        let _ = writeln!(page, "| {} | {met} | {missed} |", code(asked.query));
    }
}

fn cell(asked: &Asked, belongs: fn(Outcome) -> bool) -> String {
    let cases = asked.cases.iter().filter(|case| belongs(case.outcome));
    cases.map(case).collect::<Vec<_>>().join("<br>")
}

fn case(case: &Case) -> String {
    let mut text = match case.title {
        Some(title) => format!("{}, titled {}", code(case.text), code(title)),
        None => code(case.text),
    };
    if let Outcome::MeetsAt(spans) = case.outcome {
        let span = |pair: &str| {
            let (start, end) = pair.split_once('-').expect("start-end");
            &case.text[start.parse().expect("a number")..end.parse().expect("a number")]
        };
        let spans: Vec<&str> = spans.split_whitespace().map(span).collect();
        let _ = write!(text, ", at {}", codes(&spans));
    }
    if let Some(given) = case.given {
        let _ = write!(text, ", known: {}", code(given));
    }
    text
}

fn parse(source: &str) -> Query {
    Query::parse(source).unwrap_or_else(|problems| panic!("{problems}"))
}

pub fn write_canonical(page: &mut String) {
    for source in CANONICAL {
        let query = parse(source);
        let (canonical, version) = (code(query.canonical()), query.version());
        let _ = writeln!(page, "| {} | {canonical} | `{version}` |", code(source));
    }
}

pub fn write_anchors(page: &mut String) {
    for source in ANCHORED {
        let (words, share) = match Anchoring::of(&parse(source)) {
            Some(Anchoring { words, share }) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                (codes(&words), format!("{:.1} %", share * 100.0))
            }
            None => ("none".to_owned(), "all are tried".to_owned()),
        };
        let _ = writeln!(page, "| {} | {words} | {share} |", code(source));
    }
}

pub fn write_foreign_names(page: &mut String) {
    for (theirs, ours) in FOREIGN_NAMES {
        let _ = writeln!(page, "| `{theirs}:` | `{ours}:` |");
    }
}

/// The terms of which the origins are told: one of each field, and of those that read different
/// things by their value each.
fn terms() -> Vec<String> {
    let mut terms = Vec::new();
    for (name, example) in FIELDS {
        match name {
            "author" => terms.extend([example.to_owned(), "author:twitter:12".to_owned()]),
            "is" => terms.extend(Property::ALL.map(|value| format!("is:{}", value.as_str()))),
            "has" => {
                let of_field =
                    |it: &&Possession| FIELDS.iter().any(|(name, _)| *name == it.as_str());
                let of_text = Possession::ALL.iter().filter(|possession| !of_field(possession));
                terms.extend(of_text.map(|possession| format!("has:{}", possession.as_str())));
            }
            _ => terms.push(example.to_owned()),
        }
    }
    terms
}

fn origin(term: &str) -> Origin {
    let query = parse(term);
    let Expression::Field(field) = &query.root().expression else { panic!("{term} is no field") };
    field.origin()
}

pub fn write_origins(page: &mut String) {
    let mut rows: Vec<(Origin, Vec<String>)> = Vec::new();
    for term in terms() {
        let origin = origin(&term);
        match rows.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, terms)) => terms.push(term),
            None => rows.push((origin, vec![term])),
        }
    }
    for (origin, terms) in rows {
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let Origin { told_by, helped_by, judged, otherwise } = origin;
        let mut helped = codes(helped_by);
        if let Some(judged) = judged {
            let _ = write!(helped, "{}{judged}", if helped.is_empty() { "" } else { ": " });
        }
        let _ =
            writeln!(page, "| {} | {} | {helped} | {otherwise} |", codes(&terms), codes(told_by));
    }
}
