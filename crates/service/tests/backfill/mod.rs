//! A stream that comes later is held to what the raw log has.

use std::fmt::Write as _;

use axum::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Running, line};

/// Streams as a body of PUT.
fn rules(streams: &[(&str, &str)]) -> String {
    let stream = |(id, query): &(&str, &str)| json!({ "id": id, "query": query });
    let streams: Vec<Value> = streams.iter().map(stream).collect();
    json!({ "by": "ann", "streams": streams }).to_string()
}

fn apply(running: &Running, streams: &[(&str, &str)]) {
    running.client.ask(Method::PUT, "/v1/streams", None, &rules(streams)).json(200);
}

fn push(running: &Running, lines: &str) {
    running.push("crm", None, lines).json(200);
}

/// Runs a back-fill to its end; returns what it tells.
fn backfill(running: &Running, stream: &str, body: &Value) -> Value {
    let path = format!("/v1/streams/{stream}/backfill");
    running.client.ask(Method::POST, &path, None, &body.to_string()).json(200);
    let run = running.client.wait(&path, |run| run["state"] != "running");
    assert_eq!(run["state"], "done", "{run}");
    running.wait_until_idle();
    run
}

/// What is told of each mention and a stream, as of the last record: met or not.
fn met(running: &Running, stream: &str) -> Vec<String> {
    let path = format!("/v1/mentions?stream={stream}&limit=1000");
    let answer = running.client.get(&path);
    let id = |it: &Value| it["mention"]["mention_id"].as_str().map(ToOwned::to_owned);
    let mut ids: Vec<String> =
        answer["mentions"].as_array().expect("mentions").iter().filter_map(id).collect();
    ids.sort_unstable();
    ids
}

fn counted(running: &Running, stream: &str) -> Value {
    let answer = running.client.get("/v1/streams");
    let streams = answer["streams"].as_array().expect("streams");
    let found = streams.iter().find(|it| it["id"] == stream).expect("watched");
    let counted = &found["counted"];
    json!([counted["mentions"], counted["sentiment"], counted["languages"]])
}

/// What happens before the stream is there, and after.
fn before() -> String {
    let mut lines = String::new();
    for id in 0..40 {
        let text = ["klm is great, thanks!", "klm lost my bag", "delta again"][id % 3];
        writeln!(lines, "{}", line(id, id % 5, text)).expect("written");
    }
    // One is edited so that it meets the stream no more, one so that it does, one so that it still
    // does, one is deleted.
    writeln!(lines, "{}", line(0, 0, "nothing to see here")).expect("written");
    writeln!(lines, "{}", line(2, 2, "klm after all")).expect("written");
    writeln!(lines, "{}", line(1, 1, "klm lost my bag again")).expect("written");
    let deleted = r#"{"network":"murmur","id":"4","author":{"id":"4"},"status":"deleted"}"#;
    writeln!(lines, "{deleted}").expect("written");
    lines
}

fn after() -> String {
    (40..50).map(|id| line(id, id % 5, "klm on time") + "\n").collect()
}

#[test]
fn a_backfill_gives_what_live_would_have_given_and_only_once() {
    let live = TempDir::new().expect("a directory");
    let live = Running::start(&live, |_| {});
    let late = TempDir::new().expect("a directory");
    let running = Running::start(&late, |_| {});
    let both = [("delta", "delta"), ("klm", "klm -sample:1")];
    apply(&live, &both);
    apply(&running, &both[..1]);
    push(&live, &before());
    push(&running, &before());
    running.wait_until_idle();
    let delta = counted(&running, "delta");

    apply(&running, &both);
    push(&live, &after());
    push(&running, &after());
    live.wait_until_idle();
    running.wait_until_idle();
    assert_eq!(met(&running, "klm").len(), 10, "live sees only what comes later");

    let run = backfill(&running, "klm", &json!({}));
    assert_eq!(met(&running, "klm"), met(&live, "klm"));
    assert_eq!(counted(&running, "klm"), counted(&live, "klm"));
    assert_eq!(counted(&running, "delta"), delta, "other streams are as they were");
    let newest = running.client.get("/v1/mentions?stream=klm&limit=1000");
    let sources: Vec<&Value> = newest["mentions"]
        .as_array()
        .expect("mentions")
        .iter()
        .map(|it| &it["mention"]["origin"])
        .collect();
    assert!(sources.contains(&&json!("live")) || sources.contains(&&json!("file")), "{sources:?}");
    let told = run["told"].as_u64().expect("a number");
    assert!(told >= 20, "{run}");

    let again = backfill(&running, "klm", &json!({}));
    assert_eq!(again["told"], 0, "{again}");
    assert_eq!(counted(&running, "klm"), counted(&live, "klm"));

    // The query changes: what no longer meets it is withdrawn, also of what was back-filled.
    let changed = [("delta", "delta"), ("klm", "klm bag")];
    apply(&live, &changed);
    apply(&running, &changed);
    let run = backfill(&running, "klm", &json!({}));
    assert!(run["told"].as_u64().is_some_and(|told| told > 0), "{run}");
    let expected = (0..40).filter(|id| id % 3 == 1 && ![4].contains(id));
    let mut expected: Vec<String> = expected.map(|id| format!("murmur:{id}")).collect();
    expected.sort_unstable();
    assert_eq!(met(&running, "klm"), expected);
    assert_eq!(counted(&running, "klm")[0], expected.len());
    let audit = running.client.wait("/v1/audit", |audit| audit["settled"] == true);
    assert_eq!(audit["ok"], true, "{audit:#}");
    running.stop();
    live.stop();
}

#[test]
fn a_backfill_keeps_to_its_range_and_says_what_it_cannot_do() {
    let directory = TempDir::new().expect("a directory");
    let running = Running::start(&directory, |_| {});
    apply(&running, &[("delta", "delta")]);
    push(&running, &before());
    running.wait_until_idle();
    apply(&running, &[("delta", "delta"), ("klm", "klm")]);
    let range = json!({ "from": "2026-05-01T10:00:10Z", "to": "2026-05-01T10:00:20Z" });
    let run = backfill(&running, "klm", &range);
    assert_eq!(run["held"], 10);
    let inside: Vec<String> = met(&running, "klm");
    assert!(
        inside.iter().all(|id| ("murmur:10".."murmur:20").contains(&id.as_str())),
        "{inside:?}"
    );
    let whole = backfill(&running, "klm", &json!({ "records_per_second": 100_000 }));
    assert!(whole["told"].as_u64().is_some_and(|told| told > 0), "{whole}");

    let ask = |id: &str, body: &Value| {
        let path = format!("/v1/streams/{id}/backfill");
        running.client.ask(Method::POST, &path, None, &body.to_string())
    };
    ask("nobody", &json!({})).json(404);
    ask("klm", &json!({ "from": "yesterday" })).json(400);
    ask("klm", &json!({ "from": "2026-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z" })).json(400);
    ask("klm", &json!({ "records_per_second": 0 })).json(400);

    let many = ["a", "b", "c", "d", "e"].map(|id| (id, "klm"));
    apply(&running, &many);
    let slowly = json!({ "records_per_second": 1 });
    for (id, _) in &many[..4] {
        ask(id, &slowly).json(200);
    }
    ask("a", &slowly).json(409);
    ask("e", &slowly).json(429);
    let refused = running.push("backfill", None, &line(90, 1, "klm")).json(400);
    assert!(refused["error"].as_str().is_some_and(|it| it.contains("back-fills")), "{refused}");
    running.stop();
}
