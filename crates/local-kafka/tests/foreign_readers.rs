//! The readers of docs/consuming, on records of the real schema that are not ours either.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use vigie_local_kafka::{
    Cluster, ClusterSettings, ForeignReader, Registry, RegistrySettings, Tool, Tools,
    cache_of_tests,
};

const TOPIC: &str = "mentions.scored.v1";

/// Registers the real schema and gives its id, which is not the first.
fn register(registry: &Registry, schema: &Path) -> String {
    let register = |subject: &str, schema: &str| -> Value {
        let versions = format!("{}/subjects/{subject}/versions", registry.url());
        let mut answer = ureq::post(&versions).send_json(json!({ "schema": schema })).unwrap();
        answer.body_mut().read_json().unwrap()
    };
    register("other-value", "\"string\"");
    let text = fs::read_to_string(schema).unwrap();
    register(&format!("{TOPIC}-value"), &text)["id"].to_string()
}

/// The lines as values, in one order for both: a reader goes through partitions as it likes.
fn sorted(lines: &[String]) -> Vec<Value> {
    let mut values: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    values.sort_by_key(|value| (value["partition"].as_i64(), value["offset"].as_i64()));
    values
}

#[test]
fn foreign_readers_agree_on_what_is_committed_and_end_behind_an_aborted_transaction() {
    let cache = cache_of_tests().unwrap();
    let tools = Tools::install(&cache).unwrap();
    let python = ForeignReader::python(&cache).unwrap();
    let java = ForeignReader::java(&cache).unwrap();
    let cluster = Cluster::start(&ClusterSettings::new(cache.clone(), 1)).unwrap();
    let settings = RegistrySettings { cache, directory: None, port: None };
    let registry = Registry::start(&settings).unwrap();
    let (bootstrap, url) = (cluster.bootstrap(), registry.url());
    let create = ["--create", "--topic", TOPIC, "--partitions", "2"];
    tools.run(Tool::Topics, &bootstrap, &create).unwrap();

    let crate_directory = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = crate_directory.join("../../schemas/mentions.scored.v1.avsc");
    let id = register(&registry, &schema);
    let written = Command::new(python.command(&bootstrap, &url, TOPIC).get_program())
        .arg(crate_directory.join("tests/write_in_transactions.py"))
        .args([&bootstrap, TOPIC, &id])
        .arg(&schema)
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let mut committed: Vec<&str> = str::from_utf8(&written.stdout).unwrap().lines().collect();
    committed.sort_unstable();

    let by_java = sorted(&java.read(&bootstrap, &url, TOPIC).unwrap());
    let by_python = sorted(&python.read(&bootstrap, &url, TOPIC).unwrap());
    assert_eq!(by_java, by_python);
    let mut keys: Vec<&str> = by_java.iter().map(|line| line["key"].as_str().unwrap()).collect();
    keys.sort_unstable();
    assert_eq!(keys, committed);

    let first = &by_java[0]["value"];
    assert_eq!(first["mention"]["text"], "Très bien 🙂 \"ok\"");
    assert_eq!(first["mention"]["kind"], "reply");
    assert_eq!(first["mention"]["author"]["followers"], Value::Null);
    assert_eq!(first["event_time"], 1_700_000_000_123_i64);
    assert_eq!(first["score"]["terms"][0]["value"], 1e-9);
    assert_eq!(first["sentiment"]["score"].as_f64().map(|score| score as f32), Some(0.85));

    for reader in [&java, &python] {
        let own = json!({ "judgement": 0, "since_yesterday": null });
        assert_eq!(first_with_own_schema(reader, &bootstrap, &url), own);
    }
}

/// What a subscriber sees whose schema has one field of ours and one that we do not write.
fn first_with_own_schema(reader: &ForeignReader, bootstrap: &str, url: &str) -> Value {
    let mut schema = tempfile::NamedTempFile::new().unwrap();
    let own = json!({
        "type": "record", "name": "TaggedMention", "namespace": "vigie.v1", "fields": [
            { "name": "judgement", "type": "long", "default": 0 },
            { "name": "since_yesterday", "type": ["null", "string"], "default": null },
        ],
    });
    serde_json::to_writer(&mut schema, &own).unwrap();
    let mut command = reader.command(bootstrap, url, TOPIC);
    let output = command.arg("--until-end").arg("--schema").arg(schema.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<String> =
        str::from_utf8(&output.stdout).unwrap().lines().map(str::to_owned).collect();
    sorted(&lines)[0]["value"].clone()
}
