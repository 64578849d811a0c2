//! One mention, delivered again and again with growing counts, to services that run.

mod harness;

use std::path::Path;

use harness::{Running, configuration};
use serde_json::{Value, json};
use vigie_service::configuration::Configuration;
use vigie_service::pipeline::{Input, open_log};
use vigie_types::StreamId;

/// One stream that meets the mention whatever its counts, and one that asks for them.
const STREAMS: &str = r#"
[[stream]]
id = "delta"
query = "delta"

[[stream]]
id = "viral"
query = "delta AND engagement:>=100"
"#;

/// The mention with so many likes, read so many minutes after it was said.
fn liked(likes: u64, minutes: u32) -> String {
    let time = |minutes: u32| format!("2026-05-01T10:{minutes:02}:00Z");
    let line = json!({
        "network": "murmur",
        "id": "1",
        "author": { "id": "2" },
        "text": "delta, why is my flight late?",
        "created_at": time(0),
        "counts": { "likes": likes, "as_of": time(minutes) },
    });
    format!("{line}\n")
}

fn settings(directory: &Path) -> Configuration {
    let streams = directory.join("engagement.toml");
    std::fs::write(&streams, STREAMS).expect("written");
    configuration(directory, |configuration| configuration.streams = Some(streams))
}

/// The judgements on the topic: number, streams met, streams left.
fn told(running: &Running) -> Vec<Value> {
    let ids = |found: &Value| -> Vec<Value> {
        found.as_array().expect("a list").iter().map(|found| found["stream"].clone()).collect()
    };
    let mut judgements = Vec::new();
    for partition in 0..4 {
        let path = format!("/v1/topics/mentions.scored.v1/records?partition={partition}");
        let records = running.client.get(&path);
        for record in records["records"].as_array().expect("records") {
            let value = &record["value"];
            let (met, left) = (ids(&value["matches"]), ids(&value["withdrawn"]));
            judgements.push(json!([value["judgement"], met, left]));
        }
    }
    judgements
}

/// The numbers of mentions counted, newest and queued of a stream.
fn of_stream(running: &Running, stream: &str) -> (Value, usize, usize) {
    let id = StreamId::new(stream).expect("valid");
    let length = |path: &str, name: &str| {
        let answer = running.client.get(&format!("{path}?stream={id}"));
        answer[name].as_array().expect("a list").len()
    };
    let streams = running.client.get("/v1/streams");
    let found = streams["streams"].as_array().expect("streams");
    let counted = found.iter().find(|found| found["id"] == stream).expect("watched");
    let counted = counted["counted"]["mentions"].clone();
    (counted, length("/v1/mentions", "mentions"), length("/v1/queue", "queue"))
}

/// How often the author was met by each stream.
fn interests(running: &Running) -> Value {
    let author = running.client.get("/v1/authors/murmur:2");
    let streams = author["streams"].as_array().expect("streams");
    let met: Vec<Value> = streams.iter().map(|met| json!([met["stream"], met["count"]])).collect();
    json!([author["mentions"], met])
}

#[test]
fn a_mention_enters_and_leaves_a_stream_on_the_topic_and_in_the_api() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = settings(directory.path());
    let start = || Running::over(open_log(&settings).expect("a log"), &settings, &[]);
    let running = start();
    let deliver = |running: &Running, likes, minutes| {
        running.push("crm", None, &liked(likes, minutes)).json(200);
        running.wait_until_idle();
    };
    deliver(&running, 3, 1);
    assert_eq!(of_stream(&running, "delta"), (json!(1), 1, 1));
    assert_eq!(of_stream(&running, "viral").1, 0);
    deliver(&running, 99, 2);
    deliver(&running, 120, 3);
    assert_eq!(of_stream(&running, "viral"), (json!(1), 1, 1));
    assert_eq!(interests(&running), json!([1, [["delta", 1], ["viral", 1]]]));
    running.stop();

    // What is remembered comes back from the changelog.
    let running = start();
    deliver(&running, 50, 2);
    deliver(&running, 500, 4);
    let before = [json!([1, ["delta"], []]), json!([2, ["delta", "viral"], []])];
    assert_eq!(told(&running), before);
    deliver(&running, 80, 5);
    assert_eq!(told(&running), [&before[..], &[json!([3, ["delta"], ["viral"]])]].concat());
    assert_eq!(of_stream(&running, "delta"), (json!(1), 1, 1));
    assert_eq!(of_stream(&running, "viral"), (json!(0), 0, 0));
    assert_eq!(interests(&running), json!([1, [["delta", 1]]]));
    let newest = running.client.get("/v1/mentions");
    assert_eq!(newest["mentions"][0]["withdrawn"][0]["stream"], "viral");
    assert_eq!(newest["mentions"][0]["mention"]["counts"]["likes"], 80);
    let audit = running.client.get("/v1/audit");
    assert_eq!((&audit["ok"], &audit["settled"]), (&json!(true), &json!(true)), "{audit:#}");
    assert_eq!(audit["tagger"][0]["duplicate"], 1, "the older counts");
    running.stop();
}

#[test]
fn a_replay_gives_the_same_judgements() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mentions.ndjson");
    let deliveries = [(3, 1), (120, 2), (50, 1), (500, 4), (80, 5), (101, 6)];
    let lines: String = deliveries.iter().map(|(likes, minutes)| liked(*likes, *minutes)).collect();
    std::fs::write(&path, lines).expect("written");
    let run = |name: &str| {
        let settings = Configuration {
            data_directory: directory.path().join(name),
            ..settings(directory.path())
        };
        let input = Input { path: path.clone(), restart: false };
        let running = Running::over(open_log(&settings).expect("a log"), &settings, &[input]);
        running.wait_until_idle();
        let told = (told(&running), interests(&running), of_stream(&running, "viral"));
        running.stop();
        told
    };
    let first = run("first");
    assert_eq!(first.0.len(), 4, "{first:?}");
    assert_eq!(first, run("again"));
}
