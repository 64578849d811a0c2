//! Streams that change while the services run.

use crate::harness::{Client, Running, line};
use axum::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use vigie_engine_embedded::Log;
use vigie_runtime::{
    Partition, ProducerRecord, Topic, Transaction as _, TransactionalProducer as _,
};
use vigie_schema::topics;
use vigie_types::EventTime;

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn stream(id: &str, query: &str) -> Value {
    json!({ "id": id, "query": query })
}

fn put(client: &Client, body: &Value, status: u16) -> Value {
    client.ask(Method::PUT, "/v1/streams", None, &body.to_string()).json(status)
}

fn apply(client: &Client, streams: &[Value]) -> Value {
    put(client, &json!({ "by": "ann", "streams": streams }), 200)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// What becomes of each stream.
fn becomes(answer: &Value) -> Vec<(&str, &str)> {
    let streams = answer["streams"].as_array().expect("streams").iter();
    streams.map(|it| (text(&it["id"]), text(&it["becomes"]))).collect()
}

/// What is told of a mention of [`line`].
fn told(running: &Running, id: usize) -> Value {
    let id = json!(format!("murmur:{id}"));
    let find = |answer: &Value| {
        let mentions = answer["mentions"].as_array()?;
        mentions.iter().find(|it| it["mention"]["mention_id"] == id).cloned()
    };
    let answer = running.client.wait("/v1/mentions", |answer| find(answer).is_some());
    find(&answer).unwrap_or_default()
}

/// Pushes one mention; returns its matches as `stream@version`, once they can be read.
fn matches(running: &Running, id: usize, text: &str) -> Vec<String> {
    let pushed = running.push("crm", None, &line(id, 1, text)).json(200);
    assert_eq!(pushed["accepted"], 1, "{pushed}");
    running.wait_until_idle();
    let mention = told(running, id);
    let matches = mention["matches"].as_array().unwrap_or_else(|| panic!("{mention}"));
    let name = |it: &Value| format!("{}@{}", it["stream"], it["version"]).replace('"', "");
    matches.iter().map(name).collect()
}

/// The name of a stream with the version that is told of it.
fn named(answer: &Value, side: &str, at: usize) -> String {
    let stream = &answer["streams"][at];
    format!("{}@{}", stream["id"], stream[side]["version"]).replace('"', "")
}

#[test]
fn what_is_applied_counts_at_once_and_the_old_file_brings_back_the_old_version() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let first = matches(&running, 1, "delta and klm");
    assert_eq!(first.len(), 1);

    let wanted = [stream("delta", "delta NEAR/3 klm"), stream("klm", "klm")];
    let body = json!({ "by": "ann", "note": "try", "dry_run": true, "streams": wanted });
    let dry = put(&running.client, &body, 200);
    let expected = [("delta", "changed"), ("klm", "added"), ("united", "removed")];
    assert_eq!(becomes(&dry), expected);
    assert_eq!((&dry["written"], &dry["revision"]), (&json!(false), &json!(1)));
    assert_eq!(matches(&running, 2, "delta and klm"), first, "a dry run changes nothing");

    let applied = apply(&running.client, &wanted);
    assert_eq!(becomes(&applied), expected);
    assert_eq!((&applied["written"], &applied["revision"]), (&json!(true), &json!(2)));
    let second = matches(&running, 3, "delta and klm");
    assert_eq!(second, [named(&applied, "after", 0), named(&applied, "after", 1)]);
    assert_ne!(second[0], first[0]);

    let again = apply(&running.client, &wanted);
    assert_eq!((&again["written"], &again["revision"]), (&json!(false), &json!(2)));

    let old = [json!({ "id": "delta", "kind": "brand", "query": "delta" })];
    let back = apply(&running.client, &old);
    assert_eq!(matches(&running, 4, "delta and klm"), first);
    assert_eq!(back["streams"][0]["after"]["query"], "delta");

    let history = running.client.get("/v1/streams/history?stream=delta");
    let changes = history["changes"].as_array().expect("changes");
    let told: Vec<(&Value, &Value, &Value)> = changes
        .iter()
        .map(|change| (&change["revision"], &change["by"], &change["put"][0]["query"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(3), &json!("ann"), &json!("delta")),
            (&json!(2), &json!("ann"), &json!("delta NEAR/3 klm")),
            (&json!(1), &Value::Null, &json!("delta")),
        ]
    );
    running.stop();
}

#[test]
fn what_is_wrong_is_refused_whole_with_every_reason() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let body = json!({
        "by": "ann",
        "streams": [
            stream("a", "delta AND ("),
            stream("b", "delta -@list(staf)"),
            json!({ "id": "c", "query": "klm", "timezone": "Mars" }),
            stream("d", "klm"),
        ],
        "lists": [{ "name": "staff", "kind": "authors", "entries": ["ann"] }],
    });
    let refused = put(&running.client, &body, 400);
    let error = refused["error"].as_str().expect("text");
    for part in ["the query of stream \"a\"", "did you mean \"staff\"?", "Mars"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(matches(&running, 1, "delta and klm").len(), 1, "nothing has changed");

    let body = json!({ "by": "ann", "if_revision": 7, "streams": [stream("d", "klm")] });
    let moved = put(&running.client, &body, 409);
    assert!(moved["error"].as_str().is_some_and(|it| it.contains("revision 1 is watched, not 7")));
    running.stop();
}

#[test]
fn numbers_and_texts_that_no_record_can_hold_are_refused() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let spikes = |name: &str| json!({ "id": "a", "query": "klm", "spikes": { name: u64::MAX } });
    let accounts: Vec<String> = (0..20_000).map(|number| format!("x:{number}")).collect();
    let long = "w".repeat(100_000);
    let refused = |streams: &[Value], entries: &[&str]| {
        let list = json!({ "name": "staff", "kind": "words", "entries": entries });
        let body = json!({ "by": "ann", "streams": streams, "lists": [list] });
        let refused = put(&running.client, &body, 400);
        let error = text(&refused["error"]).to_owned();
        assert!(error.len() < 5_000, "{} bytes", error.len());
        error
    };
    for (stream, expected) in [
        (spikes("minimum_count"), "it must be from 0 to 1e15"),
        (spikes("minimum_authors"), "it must be from 0 to 1e15"),
        (json!({ "id": "a", "query": "klm", "group": "g".repeat(1 << 20) }), "at most 131072"),
        (json!({ "id": "a", "query": "klm", "accounts": accounts }), "at most 131072"),
        (json!({ "id": "a", "query": "klm", "timezone": long }), "w…"),
        (json!({ "id": long, "query": "klm" }), "w…"),
    ] {
        let error = refused(&[stream], &[]);
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let error = refused(&[], &[&long]);
    assert!(error.contains("entry 1: `www"), "{error}");
    let error = refused(&[], &["..."; 1_000]);
    assert!(error.contains("entry 20: `...`") && error.ends_with("and 980 more"), "{error}");
    let error = refused(&vec![stream("a", "klm"); 1_000], &[]);
    assert!(error.ends_with("and 979 more"), "{error}");
    running.stop();
}

#[test]
fn a_restart_with_the_same_file_keeps_what_was_applied_and_another_file_counts() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    apply(&running.client, &[stream("klm", "klm")]);
    running.stop();

    let running = Running::start(&directory, |_| {});
    assert_eq!(matches(&running, 1, "delta and klm").len(), 1);
    assert!(matches(&running, 2, "klm")[0].starts_with("klm@"));
    running.stop();

    let other = directory.path().join("other.toml");
    std::fs::write(&other, "[[stream]]\nid = \"lot\"\nquery = \"lot\"\n").expect("written");
    let running = Running::start(&directory, |configuration| configuration.streams = Some(other));
    assert!(matches(&running, 3, "klm and lot")[0].starts_with("lot@"));
    running.stop();
}

#[test]
fn lists_are_met_versioned_and_larger_than_a_record() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let body = |staff: &Value, words: &Value| {
        json!({
            "by": "ann",
            "streams": [stream("customers", "delta -@list(staff)"), stream("slogans", "@list(said)")],
            "lists": [
                { "name": "staff", "kind": "authors", "entries": staff },
                { "name": "said", "kind": "words", "entries": words },
            ],
        })
    };
    let many: Vec<String> = (2..100_001).map(|number| format!("murmur:{number}")).collect();
    let words = json!(["Just do #it", "nonstop"]);
    let applied = put(&running.client, &body(&json!(many), &words), 200);
    assert_eq!(applied["lists"][0]["added"], 99_999);
    let first = matches(&running, 1, "delta says: just do it");
    assert_eq!(first, [named(&applied, "after", 0), named(&applied, "after", 2)]);
    assert_eq!(told(&running, 1)["matches"][1]["spans"], json!([{ "start": 12, "end": 22 }]));

    // The author of these mentions joins the staff: the query is as before, its version is not.
    let mut more = many;
    more.push("murmur:1".into());
    let changed = put(&running.client, &body(&json!(more), &words), 200);
    assert_eq!(becomes(&changed), [("customers", "changed")]);
    assert_eq!(changed["streams"][0]["fields"], json!(["lists"]));
    assert_eq!(
        (&changed["lists"][0]["added"], &changed["lists"][0]["removed"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(matches(&running, 2, "delta says: just do it"), [first[1].as_str()]);
    running.stop();
}

#[test]
fn a_record_that_is_none_changes_nothing_and_stops_nobody() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let configuration = running.configuration.clone();
    running.stop();
    let log = vigie_service::pipeline::open_log(&configuration).expect("a log");
    append(&log, b"no record of ours");
    let running = Running::over(log, &configuration, &[]);
    assert_eq!(matches(&running, 1, "delta and klm").len(), 1);
    let applied = apply(&running.client, &[stream("klm", "klm")]);
    assert_eq!(applied["revision"], 2);
    let found = matches(&running, 2, "delta and klm");
    assert!(found.len() == 1 && found[0].starts_with("klm@"), "{found:?}");
    let metrics = running.client.ask(Method::GET, "/metrics", None, "").text;
    let refused = metrics.lines().find(|line| line.starts_with("vigie_runtime_refused_controls"));
    assert!(refused.is_some_and(|line| !line.ends_with(" 0")), "{refused:?}");
    running.stop();
}

fn append(log: &std::sync::Arc<Log>, value: &[u8]) {
    let mut producer = log.producer().expect("a producer");
    let mut transaction = producer.begin().expect("begun");
    let record = ProducerRecord {
        topic: &Topic::new(topics::RULES),
        partition: Partition::new(0),
        key: b"",
        value: Some(value),
        timestamp: EventTime::default(),
    };
    transaction.send(record).expect("sent");
    transaction.commit().expect("committed");
}
