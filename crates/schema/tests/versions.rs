//! Records of versions that are not ours: what is read, what waits and what is rejected.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_avro_fast::ser::SerializerConfig;
use serde_json::{Map, Value, json};
use vigie_runtime::{Rejection, Undecoded};
use vigie_schema::{
    AvroCodec, SchemaLookup, SchemaSource, Schemas, TaggedMention, topic_schemas, topics,
};
use vigie_types::IntentKind;

/// Ids as a registry counts them: ours are 1, 2, 3 and so on in the order of the flow.
const OTHER: u32 = 1_000;

/// A registry that a test fills.
#[derive(Default)]
struct Shelf(Mutex<BTreeMap<u32, SchemaLookup>>);

impl Shelf {
    fn put(&self, id: u32, found: SchemaLookup) {
        self.0.lock().expect("no panic").insert(id, found);
    }
}

impl SchemaSource for Shelf {
    fn schema(&self, id: u32) -> SchemaLookup {
        self.0.lock().expect("no panic").get(&id).cloned().unwrap_or(SchemaLookup::Unknown)
    }
}

fn schemas(shelf: &Arc<Shelf>) -> Schemas {
    let source: Arc<dyn SchemaSource> = Arc::clone(shelf) as _;
    let names: Vec<&str> = topic_schemas().iter().map(|topic| topic.name).collect();
    let id_of = |name| names.iter().position(|known| *known == name).map_or(0, |at| at + 1);
    Schemas::with_ids(|topic| id_of(topic.name) as u32, &source)
}

fn schema_of(topic: &str) -> Value {
    let all = topic_schemas();
    let found = all.iter().find(|known| known.name == topic).expect("a topic");
    serde_json::from_str(found.text).expect("JSON")
}

/// The golden records of a topic, as they stand on it, with the id of the embedded log.
fn golden(topic: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/golden");
    let file = |index| directory.join(format!("{topic}.{index}.avro"));
    (0..).map_while(|index| fs::read(file(index)).ok()).collect()
}

/// The value as another writer with this schema writes it.
fn framed(id: u32, value: &Value, schema: &Value) -> Vec<u8> {
    let schema: serde_avro_fast::Schema = schema.to_string().parse().expect("a schema");
    let mut configuration = SerializerConfig::new(&schema);
    // JSON knows no bytes.
    configuration.allow_slow_sequence_to_bytes();
    let datum = serde_avro_fast::to_datum_vec(value, &mut configuration).expect("a value");
    [&[0], id.to_be_bytes().as_slice(), &datum].concat()
}

/// Calls `change` with each named type of a schema.
fn each_type(schema: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match schema {
        Value::Array(branches) => {
            for inner in branches {
                each_type(inner, change);
            }
        }
        Value::Object(object) => {
            for part in ["type", "items"] {
                if let Some(inner) = object.get_mut(part) {
                    each_type(inner, change);
                }
            }
            if let Some(Value::Array(fields)) = object.get_mut("fields") {
                for field in fields {
                    each_type(&mut field["type"], change);
                }
            }
            if object.contains_key("symbols") || object.contains_key("fields") {
                change(schema);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The next version as `FULL_TRANSITIVE` lets it be: an optional field before and one behind all
/// others in every record, and a symbol before all others in every enum.
fn next_version(mut schema: Value) -> Value {
    each_type(&mut schema, &mut |named| {
        if let Some(Value::Array(symbols)) = named.get_mut("symbols") {
            symbols.insert(0, json!("of_tomorrow"));
        }
        if let Some(Value::Array(fields)) = named.get_mut("fields") {
            let optional =
                |name| json!({"name": name, "type": ["null", "string"], "default": null});
            fields.insert(0, optional("first_of_tomorrow"));
            fields.push(optional("last_of_tomorrow"));
        }
    });
    schema
}

/// The named types of a schema.
fn types_of(schema: &Value) -> BTreeMap<String, Value> {
    let mut named = BTreeMap::new();
    each_type(&mut schema.clone(), &mut |found| {
        named.insert(found["name"].as_str().expect("a name").to_owned(), found.clone());
    });
    named
}

/// Writes a named type out where it is met first; what was there before may have been removed.
fn define(schema: &mut Value, named: &mut BTreeMap<String, Value>) {
    if let Some(found) = schema.as_str().and_then(|name| named.remove(name)) {
        *schema = found;
    } else if let Some(name) = schema["name"].as_str() {
        named.remove(name);
    }
    match schema {
        Value::Array(branches) => {
            for inner in branches {
                define(inner, named);
            }
        }
        Value::Object(object) => {
            if let Some(items) = object.get_mut("items") {
                define(items, named);
            }
            if let Some(Value::Array(fields)) = object.get_mut("fields") {
                for field in fields {
                    define(&mut field["type"], named);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Calls `change` with each record of a value, the outer ones first.
fn each_record(
    value: &mut Value,
    schema: &Value,
    named: &BTreeMap<String, Value>,
    change: &mut dyn FnMut(&str, &mut Map<String, Value>),
) {
    match schema {
        Value::String(name) => {
            if let Some(schema) = named.get(name) {
                each_record(value, schema, named, change);
            }
        }
        Value::Array(branches) if !value.is_null() => {
            for branch in branches {
                each_record(value, branch, named, change);
            }
        }
        Value::Object(object) => match (value, object.get("fields"), object.get("items")) {
            (Value::Object(record), Some(Value::Array(fields)), _) => {
                change(object["name"].as_str().expect("a name"), record);
                for field in fields {
                    let inner = field["name"].as_str().and_then(|name| record.get_mut(name));
                    let mut none = Value::Null;
                    each_record(inner.unwrap_or(&mut none), &field["type"], named, change);
                }
            }
            (Value::Array(items), _, Some(of)) => {
                for item in items {
                    each_record(item, of, named, change);
                }
            }
            _ => {}
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
    }
}

/// Fills the fields of the next version.
fn fill(value: &mut Value, schema: &Value) {
    each_record(value, schema, &types_of(schema), &mut |_, record| {
        record.insert("first_of_tomorrow".into(), json!("a"));
        record.insert("last_of_tomorrow".into(), json!("b"));
    });
}

/// Calls a generic function for each topic with codecs whose other ids are on the shelf.
macro_rules! for_each_topic {
    ($shelf:ident, $function:ident $(, $more:expr)?) => {
        for_each_topic!(
            $shelf, $function, ($($more)?), raw: MENTIONS_RAW, checkpoints: INGEST_CHECKPOINTS,
            author_events: AUTHOR_EVENTS, scored: MENTIONS_SCORED, counts: COUNTS,
            spikes: SPIKES, clusters: CLUSTERS, authors: AUTHORS, rules: RULES, scores: SCORES,
            suppressions: SUPPRESSIONS,
            dead_letters: DEAD_LETTERS
        )
    };
    ($shelf:ident, $function:ident, $more:tt, $($field:ident: $topic:ident),*) => {$(
        for_each_topic!(@one $shelf, $function, $more, $field, $topic);
    )*};
    (@one $shelf:ident, $function:ident, ($($more:expr)?), $field:ident, $topic:ident) => {
        let codec = || schemas(&$shelf).$field;
        $function(topics::$topic, &$shelf, &codec, &Schemas::new().$field $(, $more)?);
    };
}

/// Makes a codec that has read nothing yet.
type NewCodec<'a, T> = &'a dyn Fn() -> Arc<AvroCodec<T>>;

/// The golden records of a topic with their values as JSON.
fn values<T: Serialize + DeserializeOwned>(codec: &AvroCodec<T>, topic: &str) -> Vec<(T, Value)> {
    let records = golden(topic).into_iter().map(|bytes| {
        let record = codec.decode(&bytes).expect("golden records are readable");
        let value = serde_json::to_value(&record).expect("plain data");
        (record, value)
    });
    records.collect()
}

#[test]
fn what_the_next_version_writes_is_read_without_what_is_new() {
    fn check<T>(topic: &str, shelf: &Shelf, codec: NewCodec<'_, T>, built_in: &AvroCodec<T>)
    where
        T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let schema = next_version(schema_of(topic));
        shelf.put(OTHER, SchemaLookup::Known(schema.to_string().into()));
        for (record, mut value) in values(built_in, topic) {
            fill(&mut value, &schema);
            assert_eq!(codec().read(&framed(OTHER, &value, &schema)), Ok(record), "{topic}");
        }
    }
    let shelf = Arc::new(Shelf::default());
    for_each_topic!(shelf, check);
}

/// Fields without which a record says nothing: which kind of thing it is. Every other field may be
/// dropped by a later version.
const NEEDED: [&str; 15] = [
    "AuthorEvent.event",
    "CountBody.partial",
    "CountBody.watermark",
    "CountRecord.body",
    "RawBody.backfill",
    "RawBody.correction",
    "RawBody.deletion",
    "RawBody.heartbeat",
    "RawBody.mention",
    "RawRecord.body",
    "SpikeBody.spike",
    "SpikeBody.window",
    "SpikeMessage.body",
    "WhatHappened.interaction",
    "WhatHappened.mention",
];

#[test]
fn a_version_without_a_field_is_read_with_the_default_or_says_what_is_missing() {
    fn check<T>(
        topic: &str,
        shelf: &Shelf,
        codec: NewCodec<'_, T>,
        built_in: &AvroCodec<T>,
        needed: &mut BTreeSet<String>,
    ) where
        T: Serialize + DeserializeOwned,
    {
        let mut names = Vec::new();
        each_type(&mut schema_of(topic), &mut |named| {
            for field in named["fields"].as_array().into_iter().flatten() {
                let name = |of: &Value| of["name"].as_str().expect("a name").to_owned();
                names.push((name(named), name(field)));
            }
        });
        let codec = codec();
        for (at, (record, field)) in names.iter().enumerate() {
            let mut schema = schema_of(topic);
            each_type(&mut schema, &mut |named| {
                if named["name"] == *record {
                    let fields = named["fields"].as_array_mut().expect("a record");
                    fields.retain(|known| known["name"] != *field);
                }
            });
            define(&mut schema, &mut types_of(&schema_of(topic)));
            let id = OTHER + at as u32;
            shelf.put(id, SchemaLookup::Known(schema.to_string().into()));
            for (_, mut value) in values(built_in, topic) {
                let whole = schema_of(topic);
                each_record(&mut value, &whole, &types_of(&whole), &mut |name, fields| {
                    if name == record {
                        fields.remove(field);
                    }
                });
                if let Err(error) = codec.read(&framed(id, &value, &schema)) {
                    assert!(matches!(error, Undecoded::Rejected(_)), "{topic}: {error}");
                    needed.insert(format!("{record}.{field}"));
                }
            }
        }
    }
    let shelf = Arc::new(Shelf::default());
    let mut needed = BTreeSet::new();
    for_each_topic!(shelf, check, &mut needed);
    assert_eq!(needed.iter().collect::<Vec<_>>(), NEEDED);
}

#[test]
fn a_symbol_of_tomorrow_is_the_default_symbol_today() {
    let shelf = Arc::new(Shelf::default());
    let schema = next_version(schema_of(topics::MENTIONS_SCORED));
    shelf.put(OTHER, SchemaLookup::Known(schema.to_string().into()));
    let (_, mut value) = values(&Schemas::new().scored, topics::MENTIONS_SCORED).remove(0);
    value["intents"][0]["kind"] = json!("of_tomorrow");
    fill(&mut value, &schema);
    let read: TaggedMention =
        schemas(&shelf).scored.read(&framed(OTHER, &value, &schema)).expect("read");
    assert_eq!(read.intents[0].kind, IntentKind::Other);
    assert_eq!(read.intents[0].cue, "so late");
}

#[test]
fn golden_records_are_read_under_whatever_id_a_registry_gave_their_schema() {
    let shelf = Arc::new(Shelf::default());
    for topic in topic_schemas() {
        let records = golden(topic.name);
        assert!(!records.is_empty(), "{}", topic.name);
        for mut bytes in records {
            let written_with = topic
                .built_in_versions()
                .into_iter()
                .find(|(id, _)| bytes[1..5] == id.to_be_bytes());
            let (_, text) = written_with.expect("a kept version wrote it");
            shelf.put(OTHER, SchemaLookup::Known(text.into()));
            let inspector = vigie_schema::json::Inspector::new(Arc::new(schemas(&shelf)));
            let built_in = vigie_schema::json::Inspector::default();
            let expected = built_in.inspect(topic.name, &bytes).expect("known").expect("read");
            bytes[1..5].copy_from_slice(&OTHER.to_be_bytes());
            let read = inspector.inspect(topic.name, &bytes).expect("known");
            assert_eq!(read, Ok(expected), "{}", topic.name);
        }
    }
}

#[test]
fn what_was_written_without_a_registry_is_read_with_one() {
    let shelf = Arc::new(Shelf::default());
    let inspector = vigie_schema::json::Inspector::new(Arc::new(schemas(&shelf)));
    for topic in topic_schemas() {
        // A registry counts its ids up from one.
        assert!(topic.built_in_versions().iter().all(|(id, _)| *id > 1_000_000));
        for bytes in golden(topic.name) {
            inspector.inspect(topic.name, &bytes).expect("known").expect("read");
        }
    }
}

#[test]
fn every_kept_version_is_built_in() {
    for topic in topic_schemas() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/history");
        let files = fs::read_dir(directory.join(topic.name)).expect("a directory").count();
        assert_eq!(topic.kept.len(), files, "{}: list its versions in topic.rs", topic.name);
    }
}

#[test]
fn a_record_of_an_unknown_schema_waits_until_the_registry_has_answered() {
    let shelf = Arc::new(Shelf::default());
    let codec = schemas(&shelf).counts;
    let mut record = golden(topics::COUNTS).remove(0);
    record[1..5].copy_from_slice(&OTHER.to_be_bytes());
    shelf.put(OTHER, SchemaLookup::Pending);
    let waits = "counts.v1: schema id 1000 has not been looked up yet";
    assert_eq!(codec.read(&record), Err(Undecoded::NotYet(waits.into())));
    assert_eq!(codec.decode(&record), Err(Rejection::new(waits)));
    let text = schema_of(topics::COUNTS).to_string();
    shelf.put(OTHER, SchemaLookup::Known(text.into()));
    codec.read(&record).expect("known now");
    // Once known it is not asked for again.
    shelf.put(OTHER, SchemaLookup::Unknown);
    codec.read(&record).expect("known still");
    let unknown = [&record[..4], &[1], &record[5..]].concat();
    let reason = "counts.v1: schema id 769 is not known";
    assert_eq!(codec.read(&unknown), Err(Rejection::new(reason).into()));
}

#[test]
fn what_is_no_schema_or_one_of_another_topic_is_rejected_with_the_reason() {
    let shelf = Arc::new(Shelf::default());
    let mut record = golden(topics::COUNTS).remove(0);
    record[1..5].copy_from_slice(&OTHER.to_be_bytes());
    let reason = |text: String| {
        shelf.put(OTHER, SchemaLookup::Known(text.into()));
        schemas(&shelf).counts.read(&record).expect_err("rejected").to_string()
    };
    assert!(reason("{".into()).starts_with("counts.v1: schema id 1000 is no Avro schema: "));
    assert_eq!(
        reason(schema_of(topics::SPIKES).to_string()),
        "counts.v1: the value of schema id 1000 cannot be read: the record vigie.v1.SpikeMessage \
         cannot be read as the record vigie.v1.CountRecord"
    );
}

/// Tagged mentions of the next version, and a codec that knows it.
struct Tomorrow {
    records: Vec<Vec<u8>>,
    codec: Arc<AvroCodec<TaggedMention>>,
}

static TOMORROW: LazyLock<Tomorrow> = LazyLock::new(|| {
    let shelf = Arc::new(Shelf::default());
    let schema = next_version(schema_of(topics::MENTIONS_SCORED));
    shelf.put(OTHER, SchemaLookup::Known(schema.to_string().into()));
    let records = values(&Schemas::new().scored, topics::MENTIONS_SCORED).into_iter();
    let framed = records.map(|(_, mut value)| {
        fill(&mut value, &schema);
        framed(OTHER, &value, &schema)
    });
    Tomorrow { records: framed.collect(), codec: schemas(&shelf).scored }
});

proptest! {
    #[test]
    fn broken_bytes_of_another_version_are_rejected_without_a_panic(
        index in 0_usize..2,
        cut in 0_usize..600,
        changes in proptest::collection::vec((5_usize..600, any::<u8>()), 0..4),
    ) {
        let Tomorrow { records, codec } = &*TOMORROW;
        let mut bytes = records[index].clone();
        for (at, byte) in changes {
            if let Some(found) = bytes.get_mut(at) {
                *found = byte;
            }
        }
        // Every other record is whole.
        let length = bytes.len() - if cut % 2 == 0 { 0 } else { cut.min(bytes.len() - 5) };
        let read = codec.read(&bytes[..length]);
        prop_assert!(!matches!(read, Err(Undecoded::NotYet(_))));
    }

    #[test]
    fn a_record_of_another_version_that_is_cut_short_is_rejected(cut in 1_usize..400) {
        let Tomorrow { records, codec } = &*TOMORROW;
        let length = records[0].len() - cut.min(records[0].len() - 5);
        prop_assert!(matches!(codec.read(&records[0][..length]), Err(Undecoded::Rejected(_))));
    }
}
