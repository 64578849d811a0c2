//! What the envelope takes, and what it says of what it does not take.

use proptest::prelude::*;
use vigie_ingest::{Parsed, parse_envelope};
use vigie_types::{
    Author, AuthorId, AuthorKind, CorrectedSentiment, Correction, Counts, EventTime, IntentKind,
    Judgement, Mention, MentionId, MentionKind, Network, Origin, Place, Precision, Provenance,
    Reference, References, Revision, SentimentLabel, StreamId,
};

const FULL: &str = r#"{"network": "mastodon", "id": "7", "kind": "reply",
 "author": {"id": "4", "handle": "ann", "display_name": "Ann \u00e9", "followers": 12,
  "created_at": "2020-01-01T00:00:00Z", "bot": false, "verified": true, "bio": "b",
  "location": "here"},
 "text": "at last", "title": "t", "language": "en", "created_at": "2026-05-01T10:00:00Z",
 "published_at": "2026-05-01T12:00:01.5+02:00", "url": "https://A.example/7?utm_source=x#y",
 "reply_to": {"id": "6", "author": "5"}, "root": {"id": "1"}, "repost_of": null,
 "mentioned": ["5", "9"], "counts": {"likes": 3, "views": null, "as_of": "2026-05-02T00:00:00Z"},
 "location": {"city": "Lyon", "region": null, "country": "fr"}, "outlet": null, "revision": 2,
 "status": "active"}"#;

const SMALL: &str = r#"{"network":"x","id":"1","author":{"id":"2"},"text":"t","created_at":"2026-05-01T10:00:00Z"}"#;

fn author(id: &str) -> AuthorId {
    AuthorId::new(id).expect("an id")
}

fn mention(id: &str) -> MentionId {
    MentionId::new(id).expect("an id")
}

fn time(text: &str) -> EventTime {
    EventTime::parse(text).expect("a time")
}

fn taken(line: &str) -> Mention {
    match parse_envelope(line, Origin::File) {
        Ok(Parsed::Mention(mention)) => *mention,
        other => panic!("{line} is a mention, not {other:?}"),
    }
}

#[test]
fn every_field_reaches_the_mention() {
    let expected = Mention {
        mention_id: mention("mastodon:7"),
        revision: Some(Revision::new(2)),
        network: Network::new("mastodon").expect("a network"),
        url: Some("https://A.example/7?utm_source=x#y".into()),
        canonical_url: Some("https://a.example/7".into()),
        kind: MentionKind::Reply,
        author: Author {
            id: author("mastodon:4"),
            handle: Some("ann".into()),
            display_name: Some("Ann é".into()),
            followers: Some(12),
            created_at: Some(time("2020-01-01T00:00:00Z")),
            kind: AuthorKind::Human,
            verified: Some(true),
            bio: Some("b".into()),
            location: Some("here".into()),
        },
        text: "at last".into(),
        title: Some("t".into()),
        declared_language: Some("en".into()),
        created_at: Some(time("2026-05-01T10:00:00Z")),
        published_at: Some(time("2026-05-01T10:00:01.500Z")),
        references: References {
            reply_to: Some(Reference {
                mention: mention("mastodon:6"),
                author: Some(author("mastodon:5")),
            }),
            root: Some(Reference { mention: mention("mastodon:1"), author: None }),
            mentioned: vec![author("mastodon:5"), author("mastodon:9")],
            ..References::default()
        },
        counts: Counts {
            likes: Some(3),
            as_of: Some(time("2026-05-02T00:00:00Z")),
            ..Counts::default()
        },
        location: Some(Place {
            city: Some("Lyon".into()),
            region: None,
            country: Some("FR".into()),
            precision: Precision::City,
            provenance: Provenance::Platform,
        }),
        outlet: None,
        origin: Origin::File,
    };
    assert_eq!(taken(FULL), expected);
}

#[test]
fn what_is_absent_is_unknown() {
    let small = taken(SMALL);
    assert_eq!(small.counts, Counts::default());
    assert_eq!(small.author.followers, None);
    assert_eq!(small.author.kind, AuthorKind::Unknown);
    assert_eq!((small.location, small.declared_language), (None, None));
}

#[test]
fn without_a_person_the_outlet_is_the_author() {
    let article = taken(
        r#"{"network":"web","id":"a","outlet":"paper.example","title":"t","text":"t",
            "published_at":"2026-05-01T10:00:00Z"}"#,
    );
    assert_eq!(article.author.id, author("web:paper.example"));
    assert_eq!(article.author.kind, AuthorKind::Site);
    assert_eq!(article.kind, MentionKind::Article);
}

#[test]
fn a_deletion_needs_only_its_mention() {
    let parsed = parse_envelope(r#"{"network":"x","id":"1","status":"deleted"}"#, Origin::Live);
    let expected = Parsed::Deletion { mention_id: mention("x:1"), author: None, at: None };
    assert_eq!(parsed, Ok(expected));
    let line = r#"{"network":"x","id":"1","status":"deleted","author":{"id":"2"},
        "published_at":"2026-05-01T10:00:00Z"}"#;
    let expected = Parsed::Deletion {
        mention_id: mention("x:1"),
        author: Some(author("x:2")),
        at: Some(time("2026-05-01T10:00:00Z")),
    };
    assert_eq!(parse_envelope(line, Origin::Live), Ok(expected));
}

const CORRECTED: &str = r#"{"network":"x","id":"1","author":{"id":"2"},"text":"t",
 "created_at":"2026-05-01T10:00:00Z","correction":{"by":"ann","at":"2026-05-02T10:00:00Z",
 "judgement":2,"language":"fr","sentiment":"negative","streams":{"delta":"positive"},
 "intents":["question","switch"],"place":{"city":"Lyon","country":"fr"},"note":"irony"}}"#;

#[test]
fn a_correction_comes_with_its_mention() {
    let Ok(Parsed::Correction(corrected)) = parse_envelope(CORRECTED, Origin::File) else {
        panic!("{CORRECTED} is a correction");
    };
    assert_eq!(corrected.mention, taken(SMALL));
    assert_eq!(corrected.judgement, Judgement::new(2));
    let delta = StreamId::new("delta").expect("a stream");
    let expected = Correction {
        by: "ann".into(),
        at: time("2026-05-02T10:00:00Z"),
        language: Some("fr".into()),
        sentiments: vec![
            CorrectedSentiment { stream: None, label: SentimentLabel::Negative },
            CorrectedSentiment { stream: Some(delta), label: SentimentLabel::Positive },
        ],
        intents: Some(vec![IntentKind::Question, IntentKind::Switch]),
        place: Some(Place {
            city: Some("Lyon".into()),
            region: None,
            country: Some("FR".into()),
            precision: Precision::City,
            provenance: Provenance::Corrected,
        }),
        note: Some("irony".into()),
    };
    assert_eq!(corrected.correction, expected);
}

#[test]
fn a_correction_that_cannot_be_is_refused_by_its_field() {
    for (from, to, expected) in [
        (r#""by":"ann""#, r#""by":" ""#, "correction.by: has 0 bytes, expected 1 to 254"),
        (r#""by":"ann","#, "", "correction.by: is missing or null, expected who corrects"),
        (r#""language":"fr""#, r#""language":"French""#, "correction.language: found \"French\""),
        (r#""judgement":2"#, r#""judgement":0"#, "correction.judgement: is none"),
        (r#""sentiment":"negative""#, r#""sentiment":"bad""#, "correction.sentiment: found"),
        (r#""switch""#, r#""leave""#, "correction.intents[1]: found"),
        (r#""country":"fr""#, r#""country":"France""#, "correction.place.country: found"),
        (r#""note":"irony""#, r#""not":"irony""#, "correction.not: is no field of the envelope"),
        (r#""text":"t""#, r#""text":"t","status":"deleted""#, "correction: stands in a mention"),
    ] {
        let line = CORRECTED.replacen(from, to, 1);
        let rejection = parse_envelope(&line, Origin::File).expect_err(&line).to_string();
        assert!(rejection.contains(expected), "{rejection}");
    }
    let empty = r#""correction":{"by":"ann","at":"2026-05-02T10:00:00Z"}}"#;
    let line = format!("{},{empty}", SMALL.trim_end_matches('}'));
    let rejection = parse_envelope(&line, Origin::File).expect_err(&line).to_string();
    assert!(rejection.contains("correction: is empty, expected a language"), "{rejection}");
}

#[test]
fn a_rejection_names_the_field_what_was_found_and_what_was_expected() {
    let cases = [
        (r#""id":"1""#, r#""id":1"#, "id: found integer `1`, expected text"),
        (r#""id":"1""#, r#""id":null"#, "id: is missing or null, expected the network's id of"),
        (r#""text":"t""#, r#""title":"t""#, "text: is missing or null, expected what was said"),
        (r#""text":"t""#, r#""text":"a\u0000""#, "text: holds a NUL at byte 1 of the text"),
        (r#""text":"t""#, r#""text":"\ud800""#, "is not JSON at byte"),
        (r#"{"id":"2"}"#, r#"{"handle":"2"}"#, "author.id: is missing or null"),
        (r#"{"id":"2"}"#, r#"["2"]"#, "author: found sequence, expected an object"),
        (r#"{"id":"2"}"#, r#"{"id":{}}"#, "author.id: found map, expected text"),
        (r#"{"id":"2"}"#, "null", "author: is missing or null, expected an object with"),
        (r#"{"id":"2"}"#, r#"{"id":"2","bot":"no"}"#, "author.bot: found \"no\", expected a bool"),
        (
            r#"{"id":"2"}"#,
            r#"{"id":"2","followers":18446744073709551615}"#,
            "author.followers: found integer `18446744073709551615`, expected a whole number from \
             0 on, below 2^63",
        ),
        (
            r#"{"id":"2"}"#,
            r#"{"id":"2","followers":-1}"#,
            "author.followers: found integer `-1`, expected a whole number from 0 on",
        ),
        (
            r#"{"id":"2"}"#,
            r#"{"id":"2","folowers":1}"#,
            "author.folowers: is no field of the envelope; the nearest known is \"followers\"",
        ),
        (r#"{"id":"2"}"#, r#"{"id":"2","id":"3"}"#, "author.id: stands twice in one object"),
        (r#""id":"1""#, r#""id":"1","id":"2""#, "id: stands twice in one object"),
        (r#""id":"1""#, r#""id":"1","txt":"""#, "txt: is no field of the envelope; the nearest"),
        (r#""x""#, r#""X""#, "network: network \"X\" has 'X': only a-z"),
        (r#""id":"1""#, r#""id":"""#, "id: mention id \"x:\" names no network"),
        (
            "2026-05-01T10:00:00Z",
            "yesterday",
            "created_at: found \"yesterday\", expected a time in RFC 3339",
        ),
        (r#""created_at""#, r#""language""#, "created_at: is missing or null, expected a time"),
        (
            r#""id":"1""#,
            r#""id":"1","kind":"tweet""#,
            "kind: found \"tweet\", expected one of post, reply",
        ),
        (
            r#""id":"1""#,
            r#""id":"1","counts":{"likes":1.5}"#,
            "counts.likes: found floating point `1.5`, expected a whole number",
        ),
        (
            r#""id":"1""#,
            r#""id":"1","mentioned":["a",2]"#,
            "mentioned[1]: found integer `2`, expected text",
        ),
        (
            r#""id":"1""#,
            r#""id":"1","location":{"country":"France"}"#,
            "location.country: found \"France\", expected two letters",
        ),
        (r#""id":"1""#, r#""id":"1","reply_to":{}"#, "reply_to.id: is missing or null"),
        (r#""id":"1","#, r#""id":"1""#, "is not JSON at byte"),
        (SMALL, "[1]", "found sequence, expected an object"),
        (SMALL, "7", "found integer `7`, expected an object"),
        (SMALL, "", "is not JSON at byte 0: EOF"),
    ];
    for (from, to, expected) in cases {
        assert!(SMALL.contains(from), "{from}");
        let line = SMALL.replacen(from, to, 1);
        let rejection = parse_envelope(&line, Origin::File).expect_err(&line).to_string();
        assert!(rejection.starts_with(expected), "{line}\n  {rejection}\n  {expected}");
    }
}

proptest! {
    #[test]
    fn arbitrary_text_is_never_a_panic(line in ".{0,80}") {
        let _ = parse_envelope(&line, Origin::File);
    }

    #[test]
    fn a_line_with_one_byte_changed_is_taken_or_rejected_with_a_reason(
        index in 0..FULL.len(),
        byte in prop::sample::select(b"\"{}[],:\\ 0-.ntx\0\n".to_vec()),
    ) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[index] = byte;
        let line = String::from_utf8(bytes).expect("the envelope above is ASCII");
        match parse_envelope(&line, Origin::File) {
            Ok(_) => {}
            Err(rejection) => prop_assert!(!rejection.reason.is_empty()),
        }
    }

    #[test]
    fn a_cut_line_is_rejected(length in 0..FULL.len()) {
        prop_assert!(parse_envelope(&FULL[..length], Origin::File).is_err());
    }
}

#[test]
fn a_rejection_is_one_line_whatever_the_input_names_its_fields() {
    let rejection = parse_envelope("{\"o,\\nf\": 1}", Origin::File).expect_err("rejected");
    assert!(!rejection.to_string().contains('\n'), "{rejection}");
    assert!(rejection.to_string().contains("o,\\nf"), "{rejection}");
}
