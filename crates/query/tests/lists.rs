//! A list asks what its entries ask when they are written out with `OR` between them.

use std::sync::Arc;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use vigie_query::{Document, Fields, List, ListEntry, Lists, Query, StreamSet};
use vigie_text::Tokens;
use vigie_types::{Author, AuthorId, ListKind, ListName, Mention, Span, StreamId};

/// Matches a query; the spans in the text and in the title, if it is met.
fn met(query: &str, lists: &Lists, document: &Document<'_>) -> Option<(Vec<Span>, Vec<Span>)> {
    let query = Query::parse(query).expect("valid");
    let id = StreamId::new("s").expect("valid");
    let mut hits = Vec::new();
    StreamSet::compile_with([(id, query)], lists).matches(document, &mut hits);
    hits.pop().map(|hit| (hit.spans, hit.title_spans))
}

fn lists(kind: ListKind, entries: &[String]) -> Lists {
    let read = |text: &String| ListEntry::read(kind, text).expect("valid");
    let entries: Vec<ListEntry> = entries.iter().map(read).collect();
    Lists::from([(ListName::new("l").expect("valid"), Arc::new(List::of(kind, &entries)))])
}

/// Each query with its list, and written out.
const SHAPES: [(&str, &str); 4] = [
    ("@list(l)", "(OR)"),
    ("a @list(l)", "a (OR)"),
    ("b OR @list(l)", "b OR (OR)"),
    ("a -@list(l)", "a -(OR)"),
];

fn check(kind: ListKind, entries: &[String], written: &str, document: &Document<'_>) {
    let lists = lists(kind, entries);
    for (listed, out) in SHAPES {
        let out = out.replace("OR)", &format!("{written})"));
        let (found, expected) = (met(listed, &lists, document), met(&out, &lists, document));
        assert_eq!(found, expected, "{listed} is {out} on {:?}", document.body.source());
    }
}

fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["a", "b", "c", "é", "日", "AT&T", "7"]).prop_map(str::to_owned)
}

fn token() -> impl Strategy<Value = String> {
    (word(), proptest::sample::select(vec!["", "", "", "#", "@"]))
        .prop_map(|(word, sign)| sign.to_owned() + &word)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_list_of_words_is_its_phrases(
        entries in btree_set(vec(word(), 1..4).prop_map(|words| words.join(" ")), 1..6),
        tags in btree_set(word(), 0..2),
        title in vec(token(), 0..6),
        text in vec(token(), 0..12),
    ) {
        let mut entries: Vec<String> = entries.into_iter().collect();
        let tags = tags.into_iter().filter(|tag| tag.chars().all(char::is_alphabetic));
        entries.extend(tags.map(|tag| format!("#{tag}")));
        let written: Vec<String> = entries.iter().map(|entry| format!("\"{entry}\"")).collect();
        let (title, text) = (title.join(" "), text.join(" "));
        let (title, body) = (Tokens::of(&title), Tokens::of(&text));
        let document = Document { title: Some(&title), body: &body, fields: Fields::default() };
        check(ListKind::Words, &entries, &written.join(" OR "), &document);
    }

    #[test]
    fn a_list_of_authors_and_one_of_sites_are_their_fields(
        authors in btree_set("[ab]{1,2}|[xy]:[ab]", 1..4),
        id in "[xy]:[abAB]{1,2}",
        handle in proptest::option::of("[abAB]{1,2}"),
        sites in btree_set("[ab][.][cd]([.][de])?", 1..4),
        host in "([ab][.])?[ab][.][cd]([.][de])?",
        outlet in proptest::option::of("[ab][.][cd]"),
    ) {
        let author = Author { id: AuthorId::new(id).expect("valid"), handle, ..Author::default() };
        let url = Some(format!("https://{host}/1"));
        let mention = Mention { author, url, outlet, ..Mention::default() };
        let body = Tokens::of("a b");
        let fields = Fields { mention: Some(&mention), ..Fields::default() };
        let document = Document { title: None, body: &body, fields };
        let (by_author, by_site) = ("author", "site");
        for (kind, entries, field) in
            [(ListKind::Authors, authors, by_author), (ListKind::Sites, sites, by_site)]
        {
            let entries: Vec<String> = entries.into_iter().collect();
            let written = entries.iter().map(|entry| format!("{field}:\"{entry}\""));
            let written: Vec<String> = written.collect();
            check(kind, &entries, &written.join(" OR "), &document);
        }
    }
}
