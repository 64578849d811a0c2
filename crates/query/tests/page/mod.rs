//! Makes `docs/query-language.md` of `cases.txt` and of the tables in the source, and holds the
//! page to them.

mod table;

use std::fmt::Write as _;

use vigie_query::syntax::{FIELDS, Possession, Property, WORD_OPERATORS};
use vigie_query::{Query, limits};
use vigie_types::{IntentKind, MentionKind, SentimentLabel};

use crate::case_file::{Outcome, Section, sections};

/// The root of the crate; its table of operators opens the page.
const ROOT: &str = include_str!("../../src/lib.rs");

/// The section that stands before the fields.
const FIELDS_TITLE: &str = "Fields";

const HEAD: &str = "\
# The query language

A query says which mentions a stream holds. It stands in `streams.toml`, and `vigie match 'QUERY'` tries
it on lines of input. `vigie query explain 'QUERY'` prints what it means, what it costs and what it reads.
Queries of other suites are in [translating.md](translating.md).

All examples below are run by the tests. In a text that a query meets, `«...»` stands around each span:
the places that [subscribers](consuming.md) get with the match.

## At a glance

";

const CANONICAL: &str = "
## Canonical text and version

Every query has one canonical text: folded words, operators in words, values in one form, no needless
parentheses. Two queries of one canonical text are one query. The version of a stream is the first 8
bytes of the SHA-256 of that text, in hex: it changes when the meaning may have changed, and not with
spaces or letter case.

| query | canonical text | version |
|---|---|---|
";

const ANCHORS: &str = "
## How a query is found

A mention is not tried against every stream. Of each query a few words are chosen of which every mention
that meets it holds at least one, as rare as can be told from their length and from the other streams:
its anchors. Only mentions that hold one of them are tried. `AND` needs the anchors of one part, `OR` those
of every part; `NOT` and fields have none. A query without anchors is tried on every mention, so a file of
streams takes only a few of these; `vigie query explain` says how many.

| query | anchors | share of mentions, a guess |
|---|---|---|
";

const LIMITS: &str = "
## Limits

| limit | number | why |
|---|---:|---|
";

const DIAGNOSTICS: &str = "
## What is wrong with a query

A query that cannot be asked is refused as a whole, with every mistake, its place, and what was perhaps
meant. `vigie streams check` points into the file.

```text
";

const FOREIGN: &str = "
What other languages call a field is not taken, but known:

| theirs | here |
|---|---|
";

fn page() -> String {
    let sections = sections();
    let mut page = String::from(HEAD);
    for row in ROOT.lines().filter_map(|line| line.strip_prefix("//! |")) {
        let _ = writeln!(page, "|{row}");
    }
    for section in sections.iter().filter(|section| is_on_page(section)) {
        let _ = writeln!(page, "\n## {}\n", section.title);
        write_about(&mut page, section);
        table::write_examples(&mut page, section);
        if section.title == FIELDS_TITLE {
            write_fields(&mut page, &sections);
        }
    }
    page.push_str(CANONICAL);
    table::write_canonical(&mut page);
    page.push_str(ANCHORS);
    table::write_anchors(&mut page);
    page.push_str(LIMITS);
    for (number, reason) in limits::ALL {
        let (what, why) = reason.split_once(": ").expect("what is limited, a colon, and why");
        let (what, why) = (what.trim(), why.trim_end_matches('.'));
        let _ = writeln!(page, "| {what} | {} | {why} |", table::grouped(*number));
    }
    page.push_str(DIAGNOSTICS);
    let wrong =
        ["apple AND sentimet:<0", "delta (late OR", "delta OR -refund", "fli* NEAR/3 -late"];
    let refusals = wrong.map(|wrong| match Query::parse(wrong) {
        Ok(query) => panic!("{query} can be asked"),
        Err(problems) => problems.to_string(),
    });
    page.push_str(&refusals.join("\n\n"));
    page.push_str("\n```\n");
    page.push_str(FOREIGN);
    table::write_foreign_names(&mut page);
    page
}

fn is_field(section: &Section) -> bool {
    section.title.ends_with(':')
}

fn is_on_page(section: &Section) -> bool {
    !section.about.is_empty() && !is_field(section)
}

fn write_about(page: &mut String, section: &Section) {
    for line in &section.about {
        let _ = writeln!(page, "{line}");
    }
}

fn field_section<'s>(sections: &'s [Section], name: &str) -> &'s Section {
    let title = format!("{name}:");
    sections
        .iter()
        .find(|section| section.title == title && !section.about.is_empty())
        .unwrap_or_else(|| panic!("cases.txt has no section `{title}` with `about`"))
}

fn write_fields(page: &mut String, sections: &[Section]) {
    for (name, _) in FIELDS {
        let _ = writeln!(page, "\n### `{name}:`\n");
        let section = field_section(sections, name);
        write_about(page, section);
        if let Some(values) = values(name) {
            let _ = writeln!(page, "Values: `{}`.", values.join("`, `"));
        }
        table::write_examples(page, section);
    }
    page.push_str(table::ORIGINS);
    table::write_origins(page);
}

/// The values of a field that has a closed set of them.
fn values(name: &str) -> Option<Vec<&'static str>> {
    const LABELS: [SentimentLabel; 3] =
        [SentimentLabel::Negative, SentimentLabel::Neutral, SentimentLabel::Positive];
    match name {
        "kind" => Some(MentionKind::ALL.map(MentionKind::as_str).to_vec()),
        "is" => Some(Property::ALL.map(Property::as_str).to_vec()),
        "has" => Some(Possession::ALL.iter().map(|possession| possession.as_str()).collect()),
        "sentiment" => Some(LABELS.map(SentimentLabel::as_str).to_vec()),
        "intent" => Some(IntentKind::ALL.map(IntentKind::as_str).to_vec()),
        _ => None,
    }
}

#[test]
fn the_page_is_what_the_cases_and_the_tables_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/query-language.md");
    let page = page();
    if std::env::var("VIGIE_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(path, &page).expect("the page is written");
    }
    let found = std::fs::read_to_string(path).expect("the page is read");
    let stale = (1..).zip(found.lines().zip(page.lines())).find(|(_, (found, made))| found != made);
    let place = stale.map_or_else(
        || "one is longer than the other".to_owned(),
        |(line, (found, made))| format!("line {line} is\n{found}\nand would be\n{made}"),
    );
    assert!(
        found == page,
        "docs/query-language.md is stale: {place}\nwrite it anew: VIGIE_GOLDEN=write cargo test \
         -p vigie-query --test cases"
    );
}

#[test]
fn every_field_and_operator_has_a_text_that_meets_and_one_that_misses_on_the_page() {
    let sections = sections();
    let shows = |name: &str, outcome_is: fn(Outcome) -> bool| {
        let operator = format!("{name}:");
        sections.iter().flat_map(|section| &section.asked).any(|asked| {
            let has_case = asked.cases.iter().any(|case| outcome_is(case.outcome));
            asked.is_example && asked.query.contains(&operator) && has_case
        })
    };
    for (name, _) in FIELDS.iter().chain(&WORD_OPERATORS) {
        assert!(shows(name, |outcome| outcome != Outcome::Misses), "nothing meets {name}:");
        assert!(shows(name, |outcome| outcome == Outcome::Misses), "nothing misses {name}:");
    }
}
