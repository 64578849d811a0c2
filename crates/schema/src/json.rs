//! Records as JSON for people and for `jq`: times become RFC 3339, everything else as it is.
//!
//! Which numbers are times is read from the Avro schema, so a new field needs nothing here.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use vigie_types::EventTime;

use crate::codec::AvroCodec;
use crate::topic::{Schemas, topics};

/// Where a schema has times.
#[derive(Clone, Debug)]
enum Shape {
    Plain,
    Time,
    Array(Box<Self>),
    Record(BTreeMap<String, Self>),
    Union(BTreeMap<String, Self>),
}

/// Renders the records of one topic.
#[derive(Clone, Debug)]
pub struct Renderer {
    shape: Shape,
}

impl Renderer {
    /// A renderer for the topic with this schema text.
    pub fn new(schema: &str) -> Self {
        let schema: Value = serde_json::from_str(schema).expect("schema files are JSON");
        Self { shape: shape_of(&schema, &mut BTreeMap::new()) }
    }

    /// The record as JSON.
    pub fn render<T: Serialize>(&self, record: &T) -> Value {
        let mut value = serde_json::to_value(record).expect("records are plain data");
        render(&mut value, &self.shape);
        value
    }
}

fn shape_of(schema: &Value, named: &mut BTreeMap<String, Shape>) -> Shape {
    match schema {
        Value::String(name) => named.get(name).cloned().unwrap_or(Shape::Plain),
        Value::Array(variants) => Shape::Union(
            variants
                .iter()
                .map(|variant| (variant_name(variant), shape_of(variant, named)))
                .collect(),
        ),
        Value::Object(schema) if schema.get("logicalType").is_some() => Shape::Time,
        Value::Object(schema) => match schema.get("type").and_then(Value::as_str) {
            Some("array") => Shape::Array(Box::new(shape_of(&schema["items"], named))),
            Some("record") => {
                let fields = schema["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
                let shape = Shape::Record(
                    fields
                        .iter()
                        .map(|field| {
                            let name = field["name"].as_str().unwrap_or_default();
                            (name.into(), shape_of(&field["type"], named))
                        })
                        .collect(),
                );
                named.insert(variant_name(&Value::Object(schema.clone())), shape.clone());
                shape
            }
            _ => Shape::Plain,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => Shape::Plain,
    }
}

fn variant_name(schema: &Value) -> String {
    schema.as_str().or_else(|| schema["name"].as_str()).unwrap_or("array").into()
}

fn render(value: &mut Value, shape: &Shape) {
    match (value, shape) {
        (value @ Value::Number(_), Shape::Time) => {
            if let Some(millis) = value.as_i64() {
                *value = Value::String(EventTime::from_millis(millis).to_string());
            }
        }
        (Value::Array(items), Shape::Array(shape)) => {
            for item in items {
                render(item, shape);
            }
        }
        (Value::Object(fields), Shape::Record(shapes)) => render_fields(fields, shapes),
        (Value::Object(fields), Shape::Union(variants)) if is_variant(fields, variants) => {
            render_fields(fields, variants);
        }
        (value, Shape::Union(variants)) => {
            for shape in variants.values() {
                if !matches!(shape, Shape::Plain) {
                    render(value, shape);
                }
            }
        }
        _ => {}
    }
}

fn is_variant(fields: &Map<String, Value>, variants: &BTreeMap<String, Shape>) -> bool {
    fields.len() == 1 && fields.keys().all(|name| variants.contains_key(name))
}

fn render_fields(fields: &mut Map<String, Value>, shapes: &BTreeMap<String, Shape>) {
    for (name, value) in fields {
        if let Some(shape) = shapes.get(name) {
            render(value, shape);
        }
    }
}

/// Decodes the bytes of any topic for people: one JSON value a record.
pub struct Inspector {
    schemas: Arc<Schemas>,
    renderers: BTreeMap<&'static str, Renderer>,
}

impl Default for Inspector {
    fn default() -> Self {
        Self::new(Arc::new(Schemas::new()))
    }
}

impl Inspector {
    /// An inspector of records with the ids that these codecs know.
    pub fn new(schemas: Arc<Schemas>) -> Self {
        let renderers =
            schemas.all().iter().map(|topic| (topic.name, Renderer::new(topic.text))).collect();
        Self { schemas, renderers }
    }

    /// The record in these bytes; none for a topic without a schema of ours.
    ///
    /// # Errors
    /// When the bytes are no record of the topic.
    pub fn inspect(
        &self,
        topic: &str,
        bytes: &[u8],
    ) -> Option<Result<Value, vigie_runtime::Rejection>> {
        let renderer = self.renderers.get(topic)?;
        let schemas = &self.schemas;
        Some(match topic {
            topics::MENTIONS_RAW => decoded(renderer, &schemas.raw, bytes),
            topics::INGEST_CHECKPOINTS => decoded(renderer, &schemas.checkpoints, bytes),
            topics::AUTHOR_EVENTS => decoded(renderer, &schemas.author_events, bytes),
            topics::MENTIONS_SCORED => decoded(renderer, &schemas.scored, bytes),
            topics::COUNTS => decoded(renderer, &schemas.counts, bytes),
            topics::SPIKES => decoded(renderer, &schemas.spikes, bytes),
            topics::CLUSTERS => decoded(renderer, &schemas.clusters, bytes),
            topics::AUTHORS => decoded(renderer, &schemas.authors, bytes),
            topics::RULES => decoded(renderer, &schemas.rules, bytes),
            topics::SCORES => decoded(renderer, &schemas.scores, bytes),
            topics::SUPPRESSIONS => decoded(renderer, &schemas.suppressions, bytes),
            topics::DEAD_LETTERS => decoded(renderer, &schemas.dead_letters, bytes),
            _ => return None,
        })
    }
}

fn decoded<T: Serialize + serde::de::DeserializeOwned>(
    renderer: &Renderer,
    codec: &AvroCodec<T>,
    bytes: &[u8],
) -> Result<Value, vigie_runtime::Rejection> {
    codec.decode(bytes).map(|record| renderer.render(&record))
}
