//! The API over a small real pipeline: while it runs, and of the log that it leaves.

mod backfill;
mod cluster;
mod harness;
mod streams;

use std::fmt::Write as _;

use axum::http::Method;
use harness::{Client, Running, configuration, line, lines};
use serde_json::{Value, json};
use tempfile::TempDir;
use vigie_engine_embedded::Log;
use vigie_runtime::{
    ProducerRecord, Topic, Transaction as _, TransactionalProducer as _, partition_of,
};
use vigie_schema::{Schemas, SpikeBody, SpikeMessage, SpikeRecord, topics};
use vigie_service::access::Access;
use vigie_service::http::{Api, openapi, serve};
use vigie_service::pipeline::{Input, open_log};
use vigie_types::{Bucket, EventTime, Severity, SpikeId, SpikeState, StreamId};

/// Every path that must give the same answer while the services run and after.
const PATHS: [&str; 21] = [
    "/v1/status",
    "/v1/streams",
    "/v1/streams/history",
    "/v1/streams/delta/spikes",
    "/v1/streams/delta/clusters",
    "/v1/authors/murmur:1",
    "/v1/authors?top=5",
    "/v1/mentions",
    "/v1/mentions?stream=delta&limit=7",
    "/v1/queue?stream=united",
    "/v1/topics",
    "/v1/topics/mentions.raw.v1/records?limit=10000",
    "/v1/topics/mentions.scored.v1/records?partition=1&from=-3",
    "/v1/topics/counts.v1/records",
    "/v1/topics/authors.v1/records",
    "/v1/topics/vigie-scorer-changelog/records?limit=3",
    "/v1/dead-letters",
    "/v1/audit",
    "/v1/summary",
    "/openapi.json",
    "/health/live",
];

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn check_pushed(answer: &Value, accepted: u64, dead_lettered: u64, repeated: bool) {
    let expected = json!({
        "accepted": accepted,
        "dead_lettered": dead_lettered,
        "suppressed": 0,
        "repeated": repeated,
    });
    assert_eq!(*answer, expected);
}

#[test]
fn what_was_pushed_is_answered_alike_while_the_services_run_and_after() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let client = &running.client;
    check_pushed(&running.push("crm", Some("batch-1"), &lines()).json(200), 41, 1, false);
    check_pushed(&running.push("crm", Some("batch-1"), &lines()).json(200), 41, 1, true);
    check_pushed(&running.push("crm", None, "").json(200), 0, 0, false);
    let status = running.wait_until_idle();
    assert_eq!(status["sources"][0]["read"], 42);

    let streams = client.get("/v1/streams");
    let counted: Vec<&Value> = streams["streams"]
        .as_array()
        .expect("streams")
        .iter()
        .map(|stream| &stream["counted"]["mentions"])
        .collect();
    assert_eq!(counted, [20, 20], "ten of delta alone, ten of united alone, ten of both");
    assert_eq!(streams["streams"][0]["id"], "delta");
    assert_eq!(streams["streams"][0]["kind"], "brand");
    assert_eq!(streams["streams"][0]["open_spike"], Value::Null);
    assert!(streams["streams"][0]["version"].is_string());

    let author = client.get("/v1/authors/murmur:1");
    assert_eq!((&author["author"], &author["mentions"]), (&json!("murmur:1"), &json!(5)));
    let terms: f64 = author["score"]["terms"]
        .as_array()
        .expect("terms")
        .iter()
        .filter_map(|term| term["value"].as_f64())
        .sum();
    let score = author["score"]["value"].as_f64().expect("a number");
    assert!((terms - score).abs() < 1e-9, "{author}");
    let top = client.get("/v1/authors?top=5");
    let scores: Vec<f64> = top["authors"]
        .as_array()
        .expect("authors")
        .iter()
        .filter_map(|author| author["score"]["value"].as_f64())
        .collect();
    assert_eq!(scores.len(), 5);
    assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");

    let mentions = client.get("/v1/mentions?stream=delta&limit=7");
    let mentions = mentions["mentions"].as_array().expect("mentions");
    assert_eq!(mentions.len(), 7);
    assert_eq!(mentions[0]["event_time"], "2026-05-01T10:00:37.000Z");
    assert!(mentions.iter().all(|mention| mention["score"]["value"].is_number()));
    let told_as =
        |name: &str| mentions.iter().all(|mention| mention["language"].get(name).is_some());
    assert!(told_as("romanised") && told_as("mixed_with"));
    let queue = client.get("/v1/queue?stream=delta");
    assert_eq!(queue["queue"][0]["intent"], "question");

    let audit = client.get("/v1/audit");
    assert_eq!((&audit["ok"], &audit["settled"]), (&json!(true), &json!(true)), "{audit:#}");
    assert_eq!(audit["tagger"][0]["duplicate"], 1);
    assert_eq!(
        (&audit["scored"]["records"], &audit["scored"]["distinct"]),
        (&40.into(), &40.into())
    );

    let live: Vec<Value> = PATHS.iter().map(|path| client.get(path)).collect();
    running.stop();
    let log = Log::open_read_only(&directory.path().join("data")).expect("a log");
    let api = Api::stored(log, std::sync::Arc::new(Schemas::new()), None).expect("ours");
    let client = Client::new(&api);
    for (path, live) in PATHS.iter().zip(live) {
        assert_eq!(client.get(path), live, "{path}");
    }
    for path in ["/v1/mentions", "/v1/dead-letters/0/0/replay", "/v1/authors/murmur:1/suppress"] {
        let reply = client.ask(Method::POST, path, None, "");
        let problem = reply.json(503);
        assert!(problem["help"].as_str().is_some_and(|help| help.contains("vigie up")));
    }
}

#[test]
fn copies_are_folded_in_the_queue_and_told_as_clusters() {
    let directory = directory();
    let path = directory.path().join("mentions.ndjson");
    let mut file = String::new();
    for (id, text) in [
        "delta, why was my flight to Oslo cancelled without a word?",
        "RT @h0: delta, why was my flight to Oslo cancelled without a word?",
        "delta, is there a seat left in the evening?",
        "Delta: WHY was my flight to Oslo cancelled, without a word?!",
    ]
    .into_iter()
    .enumerate()
    {
        writeln!(file, "{}", line(id, id % 3, text)).expect("written");
    }
    std::fs::write(&path, file).expect("written");
    let configuration = configuration(directory.path(), |_| {});
    let log = open_log(&configuration).expect("a log");
    let running = Running::over(log, &configuration, &[Input { path, restart: false }]);
    let client = &running.client;
    client.wait("/v1/queue?stream=delta", |queue| {
        let rows = queue["queue"].as_array().expect("a queue");
        let copies: Vec<&Value> = rows.iter().map(|row| &row["copies"]).collect();
        copies.len() == 2 && copies.contains(&&json!(2)) && copies.contains(&&json!(0))
    });
    let told = client.wait("/v1/streams/delta/clusters", |told| told["clusters"][0].is_object());
    let cluster = &told["clusters"][0];
    assert_eq!((&cluster["primary"], &cluster["size"]), (&json!("murmur:0"), &json!(3)));
    assert_eq!(cluster["authors"], 2);
    running.stop();
}

#[test]
fn a_correction_gives_the_mention_its_next_judgement() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let client = &running.client;
    running.push("crm", None, &lines()).json(200);
    running.wait_until_idle();
    let path = "/v1/mentions/murmur:1/correction";
    let correct = |path: &str, body: Value| client.ask(Method::POST, path, None, &body.to_string());
    let body = json!({ "by": "ann", "sentiment": "positive", "streams": { "united": "negative" } });
    let answer = correct(path, body).json(200);
    assert_eq!((&answer["accepted"], &answer["corrects"]), (&json!(1), &json!(1)));
    let second = |told: &Value| {
        let mentions = told["mentions"].as_array().expect("mentions");
        let found = mentions.iter().find(|mention| mention["mention"]["mention_id"] == "murmur:1");
        found.filter(|mention| mention["judgement"] == 2).cloned()
    };
    let told = client.wait("/v1/mentions?limit=1000", |told| second(told).is_some());
    let mention = second(&told).expect("judged again");
    assert_eq!(mention["correction"]["by"], "ann");
    assert_eq!(mention["sentiment"]["label"], "positive");
    let matches = mention["matches"].as_array().expect("matches");
    let labels: Vec<&Value> = matches.iter().map(|found| &found["sentiment"]["label"]).collect();
    assert_eq!(labels, ["positive", "negative"], "delta as the whole, united as named");
    for (path, body, status, expected) in [
        (path, json!({ "by": "ann" }), 400, "correction: is empty"),
        (path, json!({ "by": "ann", "sentiment": "bad" }), 400, "expected one of negative"),
        (path, json!({ "sentiment": "neutral" }), 400, "by"),
        (
            "/v1/mentions/murmur:77/correction",
            json!({ "by": "ann", "language": "fr" }),
            404,
            "newest",
        ),
    ] {
        let problem = correct(path, body).json(status);
        assert!(problem["error"].as_str().expect("told").contains(expected), "{problem}");
    }
    running.wait_until_idle();
    let audit = client.get("/v1/audit");
    assert_eq!((&audit["ok"], &audit["settled"]), (&json!(true), &json!(true)), "{audit:#}");
    running.stop();
}

#[test]
fn what_cannot_be_answered_says_why_and_what_to_do() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let check = |method: Method, path: &str, status: u16, error: &str| {
        let reply = running.client.ask(method, path, None, "");
        let problem = reply.json(status);
        let told = problem["error"].as_str().expect("an error");
        assert!(told.contains(error), "{path}: {told}");
        assert!(problem["help"].as_str().is_some_and(|help| !help.is_empty()), "{path}");
    };
    check(Method::GET, "/v1/nothing", 404, "there is no /v1/nothing");
    check(Method::GET, "/v1/streams/klm/spikes", 404, "there is no stream \"klm\"");
    check(Method::GET, "/v1/mentions?stream=klm", 404, "there is no stream \"klm\"");
    check(Method::GET, "/v1/mentions?streams=delta", 400, "streams");
    check(Method::GET, "/v1/mentions?limit=0", 400, "0 are asked for");
    check(Method::GET, "/v1/authors/murmur:77", 404, "murmur:77");
    check(Method::GET, "/v1/authors/nobody", 400, "names no network");
    check(Method::GET, "/v1/topics/x/records", 404, "there is no topic \"x\"");
    check(Method::GET, "/v1/topics/spikes.v1/records?partition=4", 404, "no partition 4");
    check(Method::GET, "/v1/dead-letters/0/0", 404, "no dead letter 0/0");
    check(Method::GET, "/v1/dead-letters/0/x", 400, "");
    check(Method::POST, "/v1/dead-letters/9/0/replay", 404, "no dead letter 9/0");
    check(Method::POST, "/v1/mentions?source=a%23b", 400, "cannot be the source");
    let too_much = running.push("crm", None, &"x".repeat((64 << 10) + 1)).json(413);
    assert_eq!(too_much["error"], "the body has more than 65536 bytes");
    let long_key = running.push("crm", Some(&"k".repeat(201)), "").json(400);
    assert!(long_key["error"].as_str().is_some_and(|error| error.contains("at most 200")));
    running.stop();
}

#[test]
fn a_letter_is_replayed_as_a_new_record_that_points_to_it() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let foreign = r#"{"net": "murmur", "no": "9", "by": "3", "words": "delta, at last", "at": "2026-05-01T11:00:00Z"}"#;
    check_pushed(&running.push("crm", None, foreign).json(200), 0, 1, false);
    let letters = running.client.get("/v1/dead-letters");
    let letter = &letters["dead_letters"][0];
    assert_eq!((&letter["place"], &letter["service"]), (&json!("crm:1"), &json!("ingest")));
    let place = format!("{}/{}", letter["partition"], letter["offset"]);
    let shown = running.client.get(&format!("/v1/dead-letters/{place}"));
    assert_eq!(shown["content"]["text"], foreign);
    running.stop();

    let mapping = r#"
        [ingest.mapping]
        network = "net"
        id = "no"
        author = { id = "by" }
        text = "words"
        created_at = "at"
    "#;
    let mapped = vigie_service::configuration::Configuration::parse("vigie.toml", mapping);
    let mapping = mapped.expect("valid").ingest.mapping;
    let running = Running::start(&directory, |configuration| {
        configuration.ingest.mapping = mapping;
    });
    let replay = format!("/v1/dead-letters/{place}/replay");
    let mut expected = json!({
        "replay_of": format!("dead-letters.v1/{place}"),
        "accepted": 1,
        "dead_lettered": 0,
        "suppressed": 0,
        "repeated": false,
    });
    assert_eq!(running.client.ask(Method::POST, &replay, None, "").json(200), expected);
    expected["repeated"] = json!(true);
    assert_eq!(running.client.ask(Method::POST, &replay, None, "").json(200), expected);
    running.wait_until_idle();
    let raw = running.client.get("/v1/topics/mentions.raw.v1/records?limit=1000");
    let replayed: Vec<&Value> = raw["records"]
        .as_array()
        .expect("records")
        .iter()
        .filter(|record| !record["value"]["replay_of"].is_null())
        .collect();
    assert_eq!(replayed.len(), 1);
    assert_eq!(replayed[0]["value"]["replay_of"], expected["replay_of"]);
    assert_eq!(running.client.get("/v1/authors/murmur:3")["mentions"], 1);
    assert_eq!(running.client.get("/v1/audit")["ok"], true);
    running.stop();
}

#[test]
fn a_suppressed_author_leaves_a_count_and_nothing_else() {
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    let path = "/v1/authors/murmur:5/suppress";
    let answer = running.client.ask(Method::POST, path, None, "").json(200);
    assert_eq!(answer, json!({ "author": "murmur:5", "revision": 1 }));
    let again = running.client.ask(Method::POST, path, None, "").json(200);
    assert_eq!(again["revision"], 1, "already so");
    running.stop();

    // A start reads the whole control topic before the first record.
    let running = Running::start(&directory, |_| {});
    let answer = running.push("crm", None, &line(7, 5, "delta again")).json(200);
    assert_eq!((&answer["accepted"], &answer["suppressed"]), (&json!(0), &json!(1)));
    running.wait_until_idle();
    let reply = running.client.ask(Method::GET, "/v1/authors/murmur:5", None, "");
    assert_eq!(reply.status, 404);
    let audit = running.client.get("/v1/audit");
    assert_eq!((&audit["ok"], &audit["ingest"][0]["suppressed"]), (&json!(true), &json!(1)));
    running.stop();
}

fn write_spike(log: &std::sync::Arc<Log>, state: SpikeState, severity: u8) {
    let stream = StreamId::new("delta").expect("valid");
    let opened = EventTime::parse("2026-05-01T10:00:00Z").expect("valid");
    let spike = SpikeRecord {
        id: SpikeId::of(&stream, opened.bucket()),
        stream,
        state,
        opened_at: opened,
        window_start: opened,
        window_end: opened + Bucket::WIDTH,
        severity: Severity::clamped(severity),
        ..SpikeRecord::default()
    };
    let mut value = Vec::new();
    let schemas = Schemas::new();
    schemas.spikes.encode(&SpikeMessage { body: SpikeBody::SpikeRecord(spike) }, &mut value);
    let topic = Topic::new(topics::SPIKES);
    let mut producer = log.producer().expect("a producer");
    let mut transaction = producer.begin().expect("begun");
    let record = ProducerRecord {
        topic: &topic,
        partition: partition_of(b"delta", 4),
        key: b"delta",
        value: Some(&value),
        timestamp: opened,
    };
    transaction.send(record).expect("sent");
    transaction.commit().expect("committed");
}

#[test]
fn a_spike_is_shown_folded_and_as_a_metric_while_it_is_open() {
    let directory = directory();
    let configuration = configuration(directory.path(), |_| {});
    let log = open_log(&configuration).expect("a log");
    write_spike(&log, SpikeState::Opened, 4);
    write_spike(&log, SpikeState::Updated, 8);
    let running = Running::over(std::sync::Arc::clone(&log), &configuration, &[]);
    let client = &running.client;
    let spikes = client.get("/v1/streams/delta/spikes");
    let spike = &spikes["spikes"][0];
    assert_eq!((&spike["severity"], &spike["records"]), (&json!(8), &json!(2)));
    assert_eq!((&spike["state"], &spike["closed"]), (&json!("updated"), &Value::Null));
    assert_eq!(spike["opened"]["severity"], 4);
    assert_eq!(spike["opened_at"], "2026-05-01T10:00:00.000Z");
    let metrics = || client.ask(Method::GET, "/metrics", None, "").text;
    assert!(metrics().contains("vigie_spike_severity{kind=\"brand\",stream=\"delta\"} 8"));
    write_spike(&log, SpikeState::Closed, 2);
    let spikes = client.get("/v1/streams/delta/spikes");
    assert_eq!(spikes["spikes"][0]["closed"]["severity"], 2);
    assert!(!metrics().contains("vigie_spike_severity{"));
    drop(log);
    running.stop();
}

/// A stream that asks for a country, which no mention of [`lines`] has.
const ASKS_A_COUNTRY: &str = r#"
[[stream]]
id = "delta"
kind = "brand"
query = "delta -country:FR"
"#;

#[test]
fn a_field_that_is_asked_for_and_not_known_is_counted_from_zero() {
    let directory = directory();
    let running = Running::start(&directory, |configuration| {
        let streams = configuration.streams.as_ref().expect("a file of streams");
        std::fs::write(streams, ASKS_A_COUNTRY).expect("written");
    });
    let counted = |field: &str| {
        let text = running.client.ask(Method::GET, "/metrics", None, "").text;
        let series = format!("vigie_tagger_unknown_fields_total{{field=\"{field}\"}} ");
        let sum = text.lines().find_map(|line| line.strip_prefix(&series)?.parse::<u64>().ok());
        sum.unwrap_or_else(|| panic!("no {series} in {text}"))
    };
    assert_eq!((counted("country"), counted("lang")), (0, 0));
    check_pushed(&running.push("crm", None, &lines()).json(200), 41, 1, false);
    running.wait_until_idle();
    assert_eq!((counted("country"), counted("lang")), (20, 0), "a duplicate is not judged again");
    assert_eq!(counted("country"), 20, "and a scrape counts nothing twice");
    running.stop();
}

#[test]
fn commands_reach_the_data_whether_or_not_a_process_runs() {
    let directory = directory();
    let data = directory.path().join("data");
    let missing = Access::open(&directory.path().join("nothing")).map(|_| ()).expect_err("no log");
    assert!(missing.to_string().contains("holds no log yet"), "{missing}");
    let configuration = configuration(directory.path(), |_| {});
    let log = open_log(&configuration).expect("a log");
    let running = Running::over(std::sync::Arc::clone(&log), &configuration, &[]);
    let early = Access::open(&data).map(|_| ()).expect_err("no address yet");
    assert!(early.to_string().contains("serves no API yet"), "{early}");
    let listen = "127.0.0.1:0".parse().expect("an address");
    let server = serve(&running.api, listen).expect("served");
    log.advertise(&server.loopback_address().to_string()).expect("told");
    drop(log);
    let access = Access::open(&data).expect("over loopback");
    assert!(access.is_running());
    let pushed = access.post("/v1/mentions?source=cli", "application/x-ndjson", lines().into());
    check_pushed(&pushed.expect("pushed"), 41, 1, false);
    running.wait_until_idle();
    let live = access.get("/v1/summary").expect("a summary");
    assert_eq!(live["dispositions"]["ingest"]["read"], 42);
    let problem = access.get("/v1/streams/klm/spikes").expect_err("no such stream").to_string();
    assert!(problem.starts_with("there is no stream \"klm\"\nhelp: "), "{problem}");
    server.stop();
    running.stop();
    let access = Access::open(&data).expect("in process");
    assert!(!access.is_running());
    assert_eq!(access.get("/v1/summary").expect("a summary"), live);
    let problem = access.post("/v1/mentions", "application/x-ndjson", Vec::new());
    assert!(problem.expect_err("nothing runs").to_string().contains("start `vigie up`"));
}

#[test]
fn the_description_lists_every_route_and_every_route_is_there() {
    let document = serde_json::to_value(openapi()).expect("a document");
    let mut described: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            described.push(format!("{method} {path}"));
        }
    }
    described.sort();
    assert_eq!(
        described,
        [
            "get /health/live",
            "get /health/ready",
            "get /metrics",
            "get /openapi.json",
            "get /v1/audit",
            "get /v1/authors",
            "get /v1/authors/{id}",
            "get /v1/dead-letters",
            "get /v1/dead-letters/{partition}/{offset}",
            "get /v1/mentions",
            "get /v1/queue",
            "get /v1/status",
            "get /v1/streams",
            "get /v1/streams/history",
            "get /v1/streams/{id}/backfill",
            "get /v1/streams/{id}/clusters",
            "get /v1/streams/{id}/spikes",
            "get /v1/summary",
            "get /v1/topics",
            "get /v1/topics/{topic}/records",
            "post /v1/authors/{id}/suppress",
            "post /v1/dead-letters/{partition}/{offset}/replay",
            "post /v1/mentions",
            "post /v1/mentions/{id}/correction",
            "post /v1/streams/{id}/backfill",
            "put /v1/streams",
        ]
    );
    let directory = directory();
    let running = Running::start(&directory, |_| {});
    for route in described {
        let (method, path) = route.split_once(' ').expect("two words");
        let path = path.replace("{id}", "a:1").replace("{topic}", "spikes.v1");
        let path = path.replace("{partition}", "0").replace("{offset}", "0");
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let reply = running.client.ask(method, &path, None, "");
        assert_ne!(reply.status, 405, "{route}");
        assert!(!reply.text.contains("there is no /"), "{route}: {}", reply.text);
        assert!(reply.headers.contains_key("content-type"), "{route}");
    }
    running.stop();
}

#[test]
fn a_file_that_is_read_anew_goes_on_in_the_audit() {
    let directory = directory();
    let file = directory.path().join("mentions.ndjson");
    std::fs::write(&file, lines()).expect("written");
    let configuration = configuration(directory.path(), |_| {});
    for (restart, read, duplicate) in [(false, 42, 1), (false, 42, 1), (true, 84, 42)] {
        let inputs = [Input { path: file.clone(), restart }];
        let log = open_log(&configuration).expect("a log");
        let running = Running::over(log, &configuration, &inputs);
        running.wait_until_idle();
        let audit = running.client.get("/v1/audit");
        assert_eq!(audit["ok"], true, "{audit:#}");
        assert_eq!(audit["ingest"][0]["read"], read);
        assert_eq!(audit["tagger"][0]["duplicate"], duplicate);
        assert_eq!(audit["scored"]["records"], 40);
        running.stop();
    }
}

#[test]
fn a_judgement_that_is_published_twice_is_named() {
    let directory = directory();
    let configuration = configuration(directory.path(), |_| {});
    let log = open_log(&configuration).expect("a log");
    let running = Running::over(std::sync::Arc::clone(&log), &configuration, &[]);
    running.push("crm", None, &line(3, 1, "delta at last")).json(200);
    running.wait_until_idle();
    assert_eq!(running.client.get("/v1/audit")["ok"], true);
    let topic = Topic::new(topics::MENTIONS_SCORED);
    let partition = partition_of(b"murmur:1", 4);
    let of = vigie_runtime::TopicPartition::new(&topic, partition);
    let fetched = log.read(&of, vigie_runtime::Position::START, 1).expect("read");
    let record = fetched.get(0).expect("one");
    let mut producer = log.producer().expect("a producer");
    let mut transaction = producer.begin().expect("begun");
    let (key, value, timestamp) = (record.key, record.value, record.timestamp);
    let copy = ProducerRecord { topic: &topic, partition, key, value, timestamp };
    transaction.send(copy).expect("sent");
    transaction.commit().expect("committed");
    let audit = running.client.get("/v1/audit");
    assert_eq!((&audit["ok"], &audit["scored"]["ok"]), (&json!(false), &json!(false)));
    assert_eq!(audit["scored"]["double_ids"], json!(["murmur:3#1"]));
    drop((producer, log));
    running.stop();
}
