//! A real registry: schemas registered and refused, and what happens while it is down.

use std::cell::Cell;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use vigie_local_kafka::{Registry, RegistrySettings, cache_of_tests};
use vigie_runtime::Undecoded;
use vigie_schema::{
    CountBody, CountRecord, Schemas, TopicSchema, UpstreamWatermark, topic_schemas, topics,
};
use vigie_service::configuration::RegistryConfiguration;
use vigie_service::registry::{
    LEVEL, RegistryClient, RegistryError, ids_by_built_in, open_schemas, register, schema_ids,
    standing_of, subject_of,
};

/// How long anything here may take: a registry was seen to start for 41 s on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);

fn start() -> (Registry, RegistryConfiguration) {
    let cache = cache_of_tests().expect("a cache");
    let settings = RegistrySettings { cache, directory: None, port: None };
    let registry = Registry::start(&settings).expect("a registry");
    let configuration = RegistryConfiguration::plain(registry.url());
    (registry, configuration)
}

fn topic(name: &str) -> TopicSchema {
    let found = topic_schemas().into_iter().find(|topic| topic.name == name);
    found.expect("a topic")
}

/// The schema of the counts with one more field behind the others.
fn with_field(field: &str) -> String {
    let mut schema: serde_json::Value =
        serde_json::from_str(topic(topics::COUNTS).text).expect("JSON");
    let field = serde_json::from_str(field).expect("JSON");
    schema["fields"].as_array_mut().expect("fields").push(field);
    schema.to_string()
}

const OPTIONAL: &str = r#"{"name": "tomorrow", "type": ["null", "string"], "default": null}"#;

#[test]
fn schemas_are_registered_once_and_incompatible_ones_are_refused() {
    let (_registry, configuration) = start();
    let client = RegistryClient::new(&configuration).expect("a client");
    let missing = schema_ids(&client, &topic_schemas()).expect_err("nothing is registered");
    assert!(matches!(missing, RegistryError::NotRegistered { .. }), "{missing}");
    let before = standing_of(&client, &topic(topics::COUNTS)).expect("a standing");
    assert!(before.id.is_none() && !before.has_level() && before.compatibility.is_compatible);

    let mut ids = Vec::new();
    for topic in topic_schemas() {
        let registered = register(&client, &topic).expect("registered");
        assert!(registered.is_new, "{}", registered.subject);
        ids.push(registered.id);
    }
    for (topic, id) in topic_schemas().iter().zip(&ids) {
        let again = register(&client, topic).expect("registered");
        assert!(!again.is_new && again.id == *id, "{again:?}");
        let standing = standing_of(&client, topic).expect("a standing");
        assert!(standing.is_good(), "{standing:?}");
        assert_eq!(standing.level.as_deref(), Some(LEVEL));
        // What is known of the schema comes back whole.
        let text = client.schema(*id).expect("an answer").expect("registered");
        let (found, ours): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(&text).expect("JSON"),
            serde_json::from_str(topic.text).expect("JSON"),
        );
        assert_eq!(found, ours, "{}", topic.name);
    }
    let known = schema_ids(&client, &topic_schemas()).expect("registered");
    assert_eq!(known.len(), ids.len());
    let by_built_in = ids_by_built_in(&client).expect("registered");
    let counts = topic(topics::COUNTS);
    assert_eq!(by_built_in[&counts.built_in_id()], known[topics::COUNTS]);

    let subject = subject_of(topics::COUNTS);
    let needed = with_field(r#"{"name": "needed", "type": "string"}"#);
    assert!(!client.compatibility(&subject, &needed).expect("an answer").is_compatible);
    let refused = client.register(&subject, &needed).expect_err("refused");
    assert!(matches!(refused, RegistryError::Refused { .. }), "{refused}");
    assert!(client.compatibility(&subject, &with_field(OPTIONAL)).expect("yes").is_compatible);
    client.register(&subject, &with_field(OPTIONAL)).expect("an optional field is compatible");
    assert_eq!(client.schema(1_000_000).expect("an answer"), None);
}

/// Waits until it is so, looking every twenty milliseconds.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let pause = Duration::from_millis(20);
    for _ in 0..LONGEST.as_millis() / pause.as_millis() {
        if is_so() {
            return;
        }
        thread::park_timeout(pause);
    }
    panic!("in vain: {what}");
}

/// A watermark, and the same as a writer writes it that has one more field, which is null.
fn records(schemas: &Schemas, id: u32) -> (CountRecord, Vec<u8>) {
    let record = CountRecord { body: CountBody::Watermark(UpstreamWatermark::default()) };
    let mut bytes = Vec::new();
    schemas.counts.encode(&record, &mut bytes);
    bytes[1..5].copy_from_slice(&id.to_be_bytes());
    bytes.push(0);
    (record, bytes)
}

#[test]
fn a_start_waits_for_the_registry_and_a_running_service_waits_only_with_what_it_cannot_read() {
    let (mut registry, configuration) = start();
    let client = RegistryClient::new(&configuration).expect("a client");
    for topic in topic_schemas() {
        register(&client, &topic).expect("registered");
    }
    registry.kill().expect("killed");

    let (waited, waits) = channel();
    let opening = {
        let configuration = configuration.clone();
        thread::spawn(move || {
            let tries = Cell::new(0);
            open_schemas(&configuration, &|span| {
                tries.set(tries.get() + 1);
                waited.send(tries.get()).expect("somebody listens");
                thread::park_timeout(span.min(Duration::from_millis(100)));
                false
            })
        })
    };
    assert_eq!(waits.recv_timeout(LONGEST), Ok(1));
    assert_eq!(waits.recv_timeout(LONGEST), Ok(2));
    registry.start_again().expect("started");
    let schemas = opening.join().expect("no panic").expect("the registry is back");

    let next = client.register(&subject_of(topics::COUNTS), &with_field(OPTIONAL));
    let next = next.expect("an optional field is compatible");
    registry.kill().expect("killed");
    let (record, bytes) = records(&schemas, next);
    let mut own = Vec::new();
    schemas.counts.encode(&record, &mut own);
    for _ in 0..3 {
        assert!(matches!(schemas.counts.read(&bytes), Err(Undecoded::NotYet(_))));
        assert_eq!(schemas.counts.read(&own), Ok(record.clone()));
        thread::park_timeout(Duration::from_millis(300));
    }
    registry.start_again().expect("started");
    until("a record of a version unknown before is read", || match schemas.counts.read(&bytes) {
        Ok(read) => {
            assert_eq!(read, record);
            true
        }
        Err(Undecoded::NotYet(_)) => false,
        Err(Undecoded::Rejected(rejection)) => panic!("rejected: {rejection}"),
    });

    // Who starts now knows the version without a question.
    let later = open_schemas(&configuration, &|_| true).expect("the registry is up");
    assert_eq!(later.counts.read(&bytes), Ok(record));

    let (_, stray) = records(&schemas, 999_999);
    until("an id that nobody gave is rejected", || match schemas.counts.read(&stray) {
        Ok(_) => panic!("a record of no schema was read"),
        Err(Undecoded::NotYet(_)) => false,
        Err(Undecoded::Rejected(rejection)) => {
            assert_eq!(rejection.reason, "counts.v1: schema id 999999 is not known");
            true
        }
    });
}
