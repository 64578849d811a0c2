//! Foreign input, mapped by configuration.

use proptest::prelude::*;
use vigie_ingest::source::Header;
use vigie_ingest::{Mapping, Parsed, parse_envelope};
use vigie_types::{AuthorKind, EventTime, Mention, MentionKind, Origin};

const AIRLINE: &str = r#"
network = "source"
id = "id"
text = "text"
created_at = "created_at"
author = { id = "author", handle = "author", location = "location" }
counts.reposts = "retweet_count"
"#;

const AIRLINE_LINE: &str = r#"{"id": "5675", "source": "twitter", "author": "Jet",
    "text": "late, again", "created_at": "2015-02-17T07:36:05.621Z", "location": "USA",
    "timezone": "Sydney", "retweet_count": 0, "nested": {"id": [1, {"text": 2}]}}"#;

const NESTED: &str = r#"
network = { constant = "chirper" }
id = "data.id"
kind = { path = "data.type", default = "post" }
author.id = "data.user.id"
author.handle = "data.user.name"
author.followers = "data.user.followers"
author.bot = "data.user.is_bot"
text = { path = "data.body.0" }
published_at = { path = "data.at", format = "%a %b %d %H:%M:%S %z %Y" }
created_at = { path = "data.made", format = "epoch_millis" }
mentioned = "data.tags.*.user"
"#;

fn mapping(text: &str) -> Mapping {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    toml::from_str::<Mapping>(text).expect_err("refused").to_string()
}

fn mention(parsed: Result<Parsed, vigie_ingest::Rejection>) -> Mention {
    match parsed {
        Ok(Parsed::Mention(mention)) => *mention,
        other => panic!("a mention, not {other:?}"),
    }
}

#[test]
fn the_mapped_line_equals_the_same_mention_in_the_envelope() {
    let mapped = mention(mapping(AIRLINE).parse(AIRLINE_LINE, Origin::File));
    let envelope = r#"{"network": "twitter", "id": "5675", "text": "late, again",
        "author": {"id": "Jet", "handle": "Jet", "location": "USA"},
        "created_at": "2015-02-17T07:36:05.621Z", "counts": {"reposts": 0}}"#;
    assert_eq!(mapped, mention(parse_envelope(envelope, Origin::File)));
}

#[test]
fn a_row_equals_the_same_line() {
    let header = Header::parse("id,source,author,text,created_at,location,retweet_count,timezone")
        .expect("a header");
    let rows = mapping(AIRLINE).bind(&header).expect("binds");
    let row = "5675,twitter,Jet,\"late, again\",2015-02-17T07:36:05.621Z,USA,0.0,Sydney";
    let from_row = mention(rows.parse(row, Origin::File));
    assert_eq!(from_row, mention(mapping(AIRLINE).parse(AIRLINE_LINE, Origin::File)));
    let row = "5675,twitter,Jet,late,2015-02-17T07:36:05.621Z,,,";
    let sparse = mention(rows.parse(row, Origin::File));
    assert_eq!((sparse.author.location, sparse.counts.reposts), (None, None), "empty is unknown");
}

#[test]
fn paths_constants_defaults_lists_and_times_are_followed() {
    let line = r#"{"data": {"id": 567588278875213824, "type": null, "body": ["hello", 2],
        "user": {"id": 12, "name": "a\"b", "followers": "1200", "is_bot": "yes"},
        "at": "Tue Feb 17 07:36:05 +0100 2015", "made": 1424158565621,
        "tags": [{"user": "u1"}, {"user": 2}, {}, {"user": null}]}}"#;
    let mapped = mention(mapping(NESTED).parse(line, Origin::Live));
    assert_eq!(mapped.mention_id.as_str(), "chirper:567588278875213824");
    assert_eq!(mapped.kind, MentionKind::Post);
    assert_eq!(mapped.author.id.as_str(), "chirper:12");
    assert_eq!(mapped.author.handle.as_deref(), Some("a\"b"));
    assert_eq!(mapped.author.followers, Some(1200));
    assert_eq!(mapped.author.kind, AuthorKind::Bot);
    assert_eq!(mapped.text, "hello");
    assert_eq!(mapped.published_at, EventTime::parse("2015-02-17T06:36:05Z").ok());
    assert_eq!(mapped.created_at, EventTime::parse("2015-02-17T07:36:05.621Z").ok());
    let mentioned: Vec<_> =
        mapped.references.mentioned.iter().map(vigie_types::AuthorId::as_str).collect();
    assert_eq!(mentioned, ["chirper:u1", "chirper:2"]);
}

#[test]
fn a_pattern_without_an_offset_is_read_in_its_zone() {
    let text = AIRLINE.replace(
        "created_at = \"created_at\"",
        "created_at = { path = \"created_at\", format = \"%d.%m.%Y %H:%M\", \
         timezone = \"Europe/Paris\" }",
    );
    let line = AIRLINE_LINE.replace("2015-02-17T07:36:05.621Z", "17.02.2015 08:36");
    let mapped = mention(mapping(&text).parse(&line, Origin::File));
    assert_eq!(mapped.created_at, EventTime::parse("2015-02-17T07:36:00Z").ok());
}

#[test]
fn a_mapped_rejection_names_the_field_and_the_path() {
    let cases = [
        (
            "\"retweet_count\": 0",
            "\"retweet_count\": -1",
            "counts.reposts: from \"retweet_count\": found -1, expected a whole number from 0 on",
        ),
        (
            "\"Jet\"",
            "{\"id\": 1}",
            "author.handle: from \"author\": found an object, expected text",
        ),
        ("\"late, again\"", "[1]", "text: from \"text\": found a list, expected text"),
        (
            "2015-02-17T07:36:05.621Z",
            "Tuesday",
            "created_at: from \"created_at\": found \"Tuesday\", expected a time in RFC 3339",
        ),
        ("\"text\": \"late, again\"", "\"body\": \"\"", "text: is missing or null"),
        ("\"timezone\"", "\"text\"", "\"text\" stands twice in one object, expected once"),
        ("\"late, again\"", "\"late\\u0000\"", "text: from \"text\": holds a NUL at byte 4"),
        ("\"5675\"", "5.5", "id: from \"id\": found 5.5, expected text"),
        (",", "", "is not JSON at byte"),
        (AIRLINE_LINE, "[]", "is no JSON object"),
        (AIRLINE_LINE, "null", "is no JSON object"),
    ];
    for (from, to, expected) in cases {
        let line = AIRLINE_LINE.replacen(from, to, 1);
        let rejection = mapping(AIRLINE).parse(&line, Origin::File).expect_err(&line).to_string();
        assert!(rejection.starts_with(expected), "{line}\n  {rejection}\n  {expected}");
    }
}

#[test]
fn a_mapping_that_cannot_work_is_refused_where_it_is_written() {
    let change = |from: &str, to: &str| {
        assert!(AIRLINE.contains(from));
        refused(&AIRLINE.replacen(from, to, 1))
    };
    let error = change("counts.reposts", "counts.repost");
    assert!(error.contains("\"counts.repost\" is no field of the envelope"), "{error}");
    assert!(error.contains("the nearest known is \"counts.reposts\""), "{error}");
    let error = change("text = \"text\"", "txt = \"text\"");
    assert!(error.contains("line 4") && error.contains("known is \"text\""), "{error}");
    let error = change("text = \"text\"", "");
    assert!(error.contains("nothing fills text, which every mention needs"), "{error}");
    let error = change("created_at = \"created_at\"", "");
    assert!(error.contains("nothing fills published_at or created_at"), "{error}");
    let error = change("\"source\"", "{ constant = true }");
    assert!(error.contains("network: found true, expected text"), "{error}");
    let error = change("\"source\"", "{ path = \"source\", format = \"rfc3339\" }");
    assert!(error.contains("format and timezone belong to times"), "{error}");
    let error = change("\"source\"", "{}");
    assert!(error.contains("has neither path nor constant"), "{error}");
    let error = change("= \"created_at\"", "= { path = \"c\", format = \"iso\" }");
    assert!(error.contains("\"iso\" is no time format"), "{error}");
    let error = change("= \"created_at\"", "= { path = \"c\", format = \"%H:%M\" }");
    assert!(error.contains("reads no full date"), "{error}");
    let error = change("= \"created_at\"", "= { path = \"c\", format = \"%Q%!\" }");
    assert!(error.contains("is no time pattern"), "{error}");
    let error = change("{ id = \"author\", handle", "{ id = \"author\", \"id\" = \"b\", handle");
    assert!(error.contains("duplicate key"), "{error}");
}

#[test]
fn a_column_that_is_not_there_is_named_with_the_nearest() {
    let header = Header::parse("id,source,auther,text,created_at,location,retweet_count");
    let error = mapping(AIRLINE).bind(&header.expect("a header")).expect_err("refused");
    let expected = "mapping: the header has no column \"author\"; the nearest is \"auther\"";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn columns_named_as_the_envelope_need_no_mapping() {
    let header = Header::parse("network,id,author.id,text,created_at").expect("a header");
    let rows = Mapping::from_header(&header).and_then(|m| m.bind(&header)).expect("maps");
    let row = "x,1,2,t,2026-05-01T10:00:00Z";
    assert_eq!(mention(rows.parse(row, Origin::File)).author.id.as_str(), "x:2");
    let header = Header::parse("network,id,author.id,txt,created_at").expect("a header");
    let error = Mapping::from_header(&header).expect_err("refused").to_string();
    assert!(error.contains("nearest known is \"text\""), "{error}");
}

#[test]
fn the_first_records_say_which_fields_a_mapping_cannot_fill() {
    let text = AIRLINE.replace("\"location\"", "\"loc\"");
    let bad = AIRLINE_LINE.replace("\"id\": \"5675\"", "\"id\": true");
    let mapping = mapping(&text);
    let report = mapping.check([AIRLINE_LINE, bad.as_str(), AIRLINE_LINE]);
    assert_eq!((report.records, report.rejected), (3, 1));
    assert_eq!(report.unfilled, [("author.location".to_owned(), "loc".to_owned())]);
    assert_eq!(
        report.to_string(),
        "of the first 3 records 2 make a mention; the first that makes none: id: from \"id\": \
         found true, expected text; nothing fills author.location: no record has \"loc\""
    );
}

proptest! {
    #[test]
    fn arbitrary_text_is_never_a_panic(line in "[\\[\\]{}:,\"a0 ]{0,40}") {
        let _ = mapping(NESTED).parse(&line, Origin::File);
    }

    #[test]
    fn a_line_with_one_byte_changed_is_taken_or_rejected(
        index in 0..AIRLINE_LINE.len(),
        byte in prop::sample::select(b"\"{}[],:\\ 0-.ntx\0\n".to_vec()),
    ) {
        let mut bytes = AIRLINE_LINE.as_bytes().to_vec();
        bytes[index] = byte;
        let line = String::from_utf8(bytes).expect("the line above is ASCII");
        let _ = mapping(AIRLINE).parse(&line, Origin::File);
    }
}
