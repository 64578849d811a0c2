//! Reading and printing queries, and saying what is wrong with them.

use proptest::prelude::*;
use vigie_query::Query;
use vigie_query::limits::{MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_TERMS};

fn canonical(source: &str) -> String {
    match Query::parse(source) {
        Ok(query) => query.canonical().to_owned(),
        Err(diagnostics) => panic!("{source}\n{diagnostics}"),
    }
}

fn refusal(source: &str) -> String {
    match Query::parse(source) {
        Ok(query) => panic!("{source} was read as {query}"),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

#[test]
fn a_query_has_one_canonical_text() {
    let rows = [
        ("Apple", "apple"),
        ("a b", "a AND b"),
        ("a OR b c", "a OR b AND c"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("((a)) (b (c d))", "a AND b AND c AND d"),
        ("a -b", "a AND NOT b"),
        ("a NOT NOT b", "a AND b"),
        ("a -(-(-b))", "a AND NOT b"),
        ("a -(b OR c)", "a AND NOT (b OR c)"),
        ("x NOT a NEAR/3 b", "x AND NOT a NEAR/3 b"),
        ("a NEAR/3 b NEAR/2f c", "a NEAR/3 b NEAR/2f c"),
        ("a NEAR/3 (b NEAR/2f c)", "a NEAR/3 (b NEAR/2f c)"),
        ("(a OR b) NEAR/5 \"c d\"", "(a OR b) NEAR/5 \"c d\""),
        ("a and b or not c", "a AND and AND b AND or AND not AND c"),
        ("at&t", "\"at t\""),
        ("\"Coca-Cola\"", "\"coca cola\""),
        ("\u{201c}Coca Cola\u{201d}", "\"coca cola\""),
        ("\"apple\"", "apple"),
        ("\"AND\"", "and"),
        ("#Tag @Handle $CASH", "#tag AND @handle AND $cash"),
        ("Luxemb* WOM?N #lux*", "luxemb* AND wom?n AND #lux*"),
        ("\"luxemb*  City\"", "\"luxemb* city\""),
        ("{Google+} raw:\"a \\\"b\\\"\"", "raw:\"Google+\" AND raw:\"a \\\"b\\\"\""),
        ("stem:Running fold:Café", "stem:running AND fold:cafe"),
        ("LANG:FR country:fr City:\"New  York\"", "lang:fr AND country:FR AND city:\"new york\""),
        ("sentiment:<-0.30 followers:>=0100", "sentiment:<-0.3 AND followers:>=100"),
        ("sentiment:Negative sample:15%", "sentiment:negative AND sample:15"),
        ("site:https://www.BBC.co.uk/", "site:bbc.co.uk"),
        ("author:@Delta to:twitter:12", "author:delta AND to:twitter:12"),
        (
            "is:reply has:link kind:repost intent:question",
            "is:reply AND has:link AND kind:repost AND intent:question",
        ),
        ("東京", "\"東京\""),
        ("👍 \"❤️\" 👍🏽 fold:👍🏽", "\"👍\" AND \"❤\" AND raw:\"👍🏽\" AND fold:\"👍\""),
    ];
    for (source, expected) in rows {
        assert_eq!(canonical(source), expected, "{source}");
        assert_eq!(canonical(expected), expected, "the canonical text of {source}");
    }
}

#[test]
fn the_version_is_the_hash_of_the_canonical_text() {
    // printf apple | sha256sum
    let apple = Query::parse(" APPLE ").expect("valid");
    assert_eq!(apple.version().as_str(), "3a7bd3e2360a3d29");
    assert_ne!(apple.version(), Query::parse("apples").expect("valid").version());
}

#[test]
fn a_refusal_shows_the_place_and_the_nearest_known_word() {
    let expected = "\
error: unknown field `sentimet:`
 --> query:1:7
1 | apple sentimet:<0
  |       ^^^^^^^^ expected one of author, to, lang, country, region, city, site, url, network, \
kind, is, has, followers, engagement, sentiment, intent, sample, raw, stem, fold
  = help: did you mean `sentiment:`?";
    assert_eq!(refusal("apple sentimet:<0"), expected);
}

#[test]
fn each_mistake_is_named() {
    let rows = [
        ("", "the query is empty"),
        ("   ", "the query is empty"),
        ("a AND", "nothing stands before the end of the query"),
        ("OR a", "nothing stands before this operator"),
        ("a AND OR b", "nothing stands before this operator"),
        ("()", "nothing stands before `)`"),
        ("(a", "this `(` is never closed"),
        ("a)", "this `)` closes nothing"),
        ("\"a", "this phrase is never closed"),
        ("{a", "this `{` is never closed"),
        ("a}", "this `}` closes nothing"),
        ("a - b", "a `-` on its own excludes nothing"),
        ("a || b", "did you mean `OR`?"),
        ("a !b", "did you mean `-b`?"),
        ("a \u{2013}b", "did you mean `-b`?"),
        ("-a", "a query of only NOTs"),
        ("-a -b", "a query of only NOTs"),
        ("a OR -b", "an alternative of only NOTs"),
        ("NOT (a AND NOT b)", "a query of only NOTs"),
        ("-country:FR", "a query of only NOTs"),
        ("a NEAR/3 NOT b", "NOT inside NEAR"),
        ("a NEAR/3 -b", "NOT inside NEAR"),
        ("a NEAR/3 (b OR NOT c)", "NOT inside NEAR"),
        ("a NEAR/3 (b c)", "AND inside NEAR"),
        ("a NEAR/3 lang:fr", "a field inside NEAR"),
        ("a NEAR b", "`NEAR` has no distance"),
        ("a NEAR/ b", "`NEAR/` has no distance"),
        ("a NEAR/101 b", "at most 100 words may stand between"),
        ("a NAER/3 b", "did you mean `NEAR/3`?"),
        ("a near/3 b", "did you mean `NEAR/3`?"),
        ("a PRE/3 b", "did you mean `NEAR/3f`?"),
        ("a NEAR5 b", "did you mean `NEAR/5`?"),
        ("lu*", "expected 3 letters or more before the `*`"),
        ("*burg", "the `*` in `*burg` is in the wrong place"),
        ("lux*burg", "the `*` in `lux*burg` is in the wrong place"),
        ("what?", "is not inside a word"),
        ("at&t*", "is several words"),
        ("fold:caf*e", "which stem: and fold: do not take"),
        ("\"thanks 👍🏽\"", "write `word NEAR/0f 👍🏽`"),
        ("&", "did you mean `AND`?"),
        ("...", "there is no word in this"),
        ("raw:\"!!\"", "there is no word in this"),
        ("lang:", "`lang:` has no value"),
        ("lang:(fr OR de)", "for several values write (lang:a OR lang:b)"),
        ("lang:french", "`french` is no language code"),
        ("country:FRA", "`FRA` is no country code"),
        ("kind:repots", "did you mean `repost`?"),
        ("has:linc", "did you mean `link`?"),
        ("intent:complaint", "expected one of question, criticism"),
        ("sentiment:<-2", "expected a number from -1 to 1"),
        ("sentiment:0.5", "unknown value `0.5`"),
        ("followers:1000", "did you mean `>=1000`?"),
        ("followers:>=many", "`many` is no whole number"),
        ("sample:0", "whole per cent from 1 to 99"),
        ("site:bbc.co.uk/news", "is met by url:"),
        ("from:delta", "did you mean `author:`?"),
        ("https://x.com/a", "an address is looked for by url:"),
        ("re:invent", "text with a colon in it is written in quotes"),
        ("a @list(sta ff)", "`sta ff` is no name of a list"),
        ("a NEAR/3 @list(staff)", "a list inside NEAR"),
    ];
    for (source, expected) in rows {
        let refusal = refusal(source);
        assert!(refusal.contains(expected), "{source} should say {expected:?} but says\n{refusal}");
    }
}

#[test]
fn several_mistakes_are_told_at_once_in_their_order() {
    let diagnostics =
        Query::parse("lu* AND (sentimet:<0\n OR contry:FR) AND -\"x").expect_err("refused");
    let places: Vec<_> =
        diagnostics.iter().map(|one| diagnostics.line_and_column(one.range().start)).collect();
    assert_eq!(places, [(1, 1), (1, 10), (2, 5), (2, 21)], "{diagnostics}");
}

#[test]
fn limits_are_numbers_that_the_refusal_tells() {
    let at_most = "(".repeat(MAXIMUM_DEPTH) + "a" + &")".repeat(MAXIMUM_DEPTH);
    assert_eq!(canonical(&at_most), "a");
    assert!(refusal(&format!("({at_most})")).contains("at most 64 levels are allowed"));
    let chain = |count: usize| "a NEAR/1 ".repeat(count) + "b";
    canonical(&chain(MAXIMUM_DEPTH));
    assert!(refusal(&chain(MAXIMUM_DEPTH + 1)).contains("more than 64 NEARs in a row"));
    let list = |count: usize| vec!["ab"; count].join(" OR ");
    canonical(&list(MAXIMUM_TERMS));
    assert!(refusal(&list(MAXIMUM_TERMS + 1)).contains("more than 4096 words"));
    assert!(refusal(&"a".repeat(MAXIMUM_BYTES + 1)).contains("at most 65536 are allowed"));
    let many = Query::parse(&"lu* ".repeat(50)).expect_err("refused");
    assert_eq!((many.iter().count(), many.more()), (20, 30));
}

#[test]
fn a_long_line_is_cut_around_the_caret() {
    let source = format!("{} contry:FR {}", "a ".repeat(100).trim(), "b ".repeat(100).trim());
    let refusal = refusal(&source);
    let lines: Vec<&str> = refusal.lines().collect();
    assert!(lines[2].len() < 140, "{refusal}");
    assert_eq!(lines[2].find("contry"), lines[3].find('^'), "{refusal}");
}

/// Pieces of queries, right and wrong, of many scripts.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "apple",
        "Coca-Cola",
        "at&t",
        "#Tag",
        "@Ana_1",
        "$ACME",
        "luxemb*",
        "wom?n",
        "AND",
        "OR",
        "NOT",
        "-",
        "(",
        ")",
        "NEAR/3",
        "NEAR/0f",
        "\"a b\"",
        "\"luxemb* x\"",
        "{BP}",
        "raw:\"C++ x\"",
        "lang:fr",
        "country:FR",
        "city:\"São Paulo\"",
        "sentiment:<-0.25",
        "followers:>=10",
        "stem:running",
        "fold:Żółw",
        "東京タワー",
        "สวัสดี",
        "½",
        "ﷺ",
        "ﬁne",
        "Straße",
        "😀",
        "👍🏽",
        "\":-)\"",
        "\"www.x.com/a？b\"",
        "İstanbul",
        "sample:7",
        "has:link",
        "\"",
        "{",
        "x:",
        "@list(a)",
        "\\",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{1,6}", 1 => "[a-z]{1,5}"]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_printed_reads_as_what_was_printed(
        pieces in prop::collection::vec(piece(), 1..10), spaced in any::<bool>()
    ) {
        let source = pieces.join(if spaced { " " } else { "" });
        if let Ok(query) = Query::parse(&source) {
            let again = match Query::parse(query.canonical()) {
                Ok(again) => again,
                Err(error) => panic!("{source} was printed as\n{error}"),
            };
            prop_assert_eq!(again.root(), query.root(), "{} {}", source, query);
            prop_assert_eq!(again.canonical(), query.canonical());
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_places_on_character_borders(
        source in "\\PC{0,60}|[\\x00-\\x7f]{0,80}",
    ) {
        if let Err(diagnostics) = Query::parse(&source) {
            prop_assert!(diagnostics.iter().count() > 0);
            for diagnostic in &diagnostics {
                prop_assert!(source.get(diagnostic.range()).is_some());
            }
            prop_assert!(!diagnostics.to_string().is_empty());
        }
    }
}

#[test]
fn hostile_texts_of_the_greatest_size_are_read_once() {
    // Each would take minutes if any step looked back over what it has read.
    let units = [
        "(",
        ")",
        "-",
        "\"",
        "{",
        "\\\"",
        "a ",
        "NOT ",
        "a NEAR/1 ",
        "lang:",
        "? ",
        "a* ",
        "x:y ",
        "@list(",
        "\u{0301}",
        "“",
    ];
    for unit in units {
        let source = unit.repeat(MAXIMUM_BYTES / unit.len());
        if let Err(diagnostics) = Query::parse(&source) {
            assert!(diagnostics.to_string().len() < 64 * 1024, "{unit}");
        }
    }
}
