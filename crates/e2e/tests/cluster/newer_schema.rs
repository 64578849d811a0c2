//! The raw log is written by a binary of tomorrow: with a version of the schema that nobody knew
//! when this one was built.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use vigie_e2e::{StageSettings, delete_records, end_of};
use vigie_local_kafka::ForeignReader;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

const TOPIC: &str = "mentions.raw.v1";

/// Reads the raw log and writes it again behind itself, as that binary would.
const REWRITE: &str = include_str!("rewrite.py");

/// Registers the schema with one field more, and gives its id.
fn register_newer(registry: &str) -> u64 {
    let versions = format!("{registry}/subjects/{TOPIC}-value/versions");
    let latest: Value =
        ureq::get(&format!("{versions}/latest")).call().unwrap().body_mut().read_json().unwrap();
    let mut schema: Value = serde_json::from_str(latest["schema"].as_str().unwrap()).unwrap();
    schema["fields"].as_array_mut().unwrap().push(json!({
        "name": "thought_of_tomorrow",
        "type": ["null", "string"],
        "default": null,
        "doc": "Something that is not known yet.",
    }));
    let body = json!({ "schema": schema.to_string() });
    let mut answer = ureq::post(&versions).send_json(body).unwrap();
    answer.body_mut().read_json::<Value>().unwrap()["id"].as_u64().unwrap()
}

#[test]
fn records_of_a_schema_unknown_yesterday_are_read_as_ours() {
    let ground = Ground::take(&[]);
    let registry = ground.registry();
    let (workload, expected) = undisturbed(ground.directory.path(), 18, MENTIONS);
    let settings = StageSettings { registry: Some(registry.clone()), ..StageSettings::default() };
    let mut stage = ground.stage(&workload, &settings);
    let ingest = stage.start_ingest(0, &workload.mentions()).unwrap();
    stage.until("ingest is done", LONGEST_RUN, |stage| Ok(stage.fleet.is_done(ingest))).unwrap();
    let ends: Vec<i64> =
        (0..4).map(|number| end_of(&ground.bootstrap, TOPIC, number).unwrap()).collect();

    let id = register_newer(&registry);
    let script = ground.path("rewrite.py");
    fs::write(&script, REWRITE).unwrap();
    let python = ForeignReader::python(&ground.cache).unwrap();
    let rewritten = Command::new(python.command(&ground.bootstrap, &registry, TOPIC).get_program())
        .arg(&script)
        .args([&ground.bootstrap, &registry, TOPIC, &id.to_string()])
        .output()
        .unwrap();
    assert!(rewritten.status.success(), "{}", String::from_utf8_lossy(&rewritten.stderr));
    for (number, end) in (0..).zip(ends) {
        delete_records(&ground.bootstrap, TOPIC, number, end).unwrap();
    }

    stage.start_streams(1, 1, 1).unwrap();
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
}
