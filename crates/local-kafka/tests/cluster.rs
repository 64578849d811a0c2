//! A real broker and a real registry: what a test relies on when it starts them.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::Write;
use std::process::Stdio;

use vigie_local_kafka::{
    Cluster, ClusterSettings, Registry, RegistrySettings, Tool, Tools, cache_of_tests,
};

/// Sends lines with Kafka's own producer.
fn produce(tools: &Tools, bootstrap: &str, lines: &str) {
    let mut producer = tools
        .command(Tool::ConsoleProducer, bootstrap)
        .args(["--topic", "lines"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    producer.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    assert!(producer.wait().unwrap().success());
}

/// Reads that many records with Kafka's own consumer.
fn consume(tools: &Tools, bootstrap: &str, records: &str) -> String {
    let arguments = ["--topic", "lines", "--from-beginning", "--max-messages", records];
    let limits = ["--isolation-level", "read_committed", "--timeout-ms", "60000"];
    tools.run(Tool::ConsoleConsumer, bootstrap, &[&arguments[..], &limits].concat()).unwrap()
}

#[test]
fn a_broker_that_was_killed_comes_back_with_its_address_and_its_records() {
    let cache = cache_of_tests().unwrap();
    let tools = Tools::install(&cache).unwrap();
    let mut cluster = Cluster::start(&ClusterSettings::new(cache, 1)).unwrap();
    let bootstrap = cluster.bootstrap();
    tools.run(Tool::Topics, &bootstrap, &["--create", "--topic", "lines"]).unwrap();
    produce(&tools, &bootstrap, "one\ntwo\n");
    assert_eq!(consume(&tools, &bootstrap, "2"), "one\ntwo\n");

    cluster.kill(1).unwrap();
    assert!(!cluster.is_alive(1));
    cluster.start_again(1).unwrap();
    assert_eq!(cluster.bootstrap(), bootstrap);
    assert_eq!(consume(&tools, &bootstrap, "2"), "one\ntwo\n");

    cluster.stop().unwrap();
    assert!(!cluster.is_alive(1));
}

#[test]
fn of_three_brokers_one_may_die_and_come_back() {
    let cache = cache_of_tests().unwrap();
    let tools = Tools::install(&cache).unwrap();
    let mut cluster = Cluster::start(&ClusterSettings::new(cache, 3)).unwrap();
    let bootstrap = cluster.bootstrap();
    tools.run(Tool::Topics, &bootstrap, &["--create", "--topic", "lines"]).unwrap();
    cluster.kill(1).unwrap();
    produce(&tools, &bootstrap, "one\ntwo\n");
    assert_eq!(consume(&tools, &cluster.address(3), "2"), "one\ntwo\n");
    cluster.start_again(1).unwrap();
    assert_eq!(consume(&tools, &cluster.address(1), "2"), "one\ntwo\n");
}

#[test]
fn a_registry_that_was_killed_knows_the_ids_it_gave() {
    let cache = cache_of_tests().unwrap();
    let settings = RegistrySettings { cache, directory: None, port: None };
    let mut registry = Registry::start(&settings).unwrap();
    let versions = format!("{}/subjects/mentions-value/versions", registry.url());
    let register = || {
        let body = serde_json::json!({ "schema": "\"long\"" });
        let mut answer = ureq::post(&versions).send_json(body).unwrap();
        answer.body_mut().read_json::<serde_json::Value>().unwrap()["id"].as_i64().unwrap()
    };
    let id = register();
    registry.kill().unwrap();
    registry.start_again().unwrap();
    let schema = format!("{}/schemas/ids/{id}", registry.url());
    let known: serde_json::Value =
        ureq::get(&schema).call().unwrap().body_mut().read_json().unwrap();
    assert_eq!(known["schema"], "\"long\"");
    assert_eq!(register(), id);
}
