//! An Avro schema read from its JSON, names resolved, as far as compatibility needs it.
//!
//! Guarantees: every reference names a type that the schema defines, and each name is defined once.
//!
//! Refuses: what the file leaves unsaid. A type, a name or a list that is missing is an error that
//! says where.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// A schema and the named types it defines.
#[derive(Debug)]
pub struct Avro {
    pub root: Schema,
    names: BTreeMap<String, Named>,
}

/// The shape of one value.
#[derive(Debug)]
pub enum Schema {
    /// A primitive, and the logical type that gives it a meaning.
    Primitive(Primitive, Option<String>),
    Array(Box<Schema>),
    Map(Box<Schema>),
    Union(Vec<Schema>),
    /// The full name of a record, an enum or a fixed.
    Named(String),
}

/// The types without a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
}

/// A type with a name.
#[derive(Debug)]
pub struct Named {
    pub aliases: Vec<String>,
    pub kind: Kind,
}

/// What a name stands for.
#[derive(Debug)]
pub enum Kind {
    Record(Vec<Field>),
    Enum { symbols: Vec<String>, default: Option<String> },
    Fixed { size: u64, logical: Option<String> },
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub aliases: Vec<String>,
    pub doc: String,
    pub default: Option<Value>,
    pub schema: Schema,
}

impl Avro {
    /// Reads a schema.
    pub fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("not JSON")?;
        let mut reader = Reader { names: BTreeMap::new() };
        let root = reader.schema(&value, "", "the schema")?;
        Ok(Self { root, names: reader.names })
    }

    /// The type behind a full name.
    pub fn named(&self, name: &str) -> &Named {
        &self.names[name]
    }

    /// Every named type in the order of names.
    pub fn types(&self) -> impl Iterator<Item = (&str, &Named)> {
        self.names.iter().map(|(name, named)| (name.as_str(), named))
    }
}

/// The name without its namespace: what resolution compares.
pub fn unqualified(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

/// Collects the names while it walks the JSON.
struct Reader {
    names: BTreeMap<String, Named>,
}

impl Reader {
    fn schema(&mut self, value: &Value, namespace: &str, place: &str) -> Result<Schema> {
        match value {
            Value::String(name) => self.reference(name, namespace, place, None),
            Value::Array(branches) => branches
                .iter()
                .map(|branch| self.schema(branch, namespace, place))
                .collect::<Result<_>>()
                .map(Schema::Union),
            Value::Object(object) => self.object(object, namespace, place),
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                bail!("{place}: a type is a name, an object or a list, not `{value}`")
            }
        }
    }

    /// A primitive, or a name defined earlier.
    fn reference(
        &self,
        name: &str,
        namespace: &str,
        place: &str,
        logical: Option<String>,
    ) -> Result<Schema> {
        if let Some(primitive) = Primitive::parse(name) {
            return Ok(Schema::Primitive(primitive, logical));
        }
        let full = full_name(name, namespace);
        if self.names.contains_key(&full) {
            return Ok(Schema::Named(full));
        }
        bail!("{place}: no type is called `{full}` up to here")
    }

    fn object(
        &mut self,
        object: &Map<String, Value>,
        namespace: &str,
        place: &str,
    ) -> Result<Schema> {
        let kind = object.get("type").with_context(|| format!("{place}: `type` is missing"))?;
        let Value::String(kind) = kind else { return self.schema(kind, namespace, place) };
        let part = |name: &str| {
            object.get(name).with_context(|| format!("{place}: `{name}` of the {kind} is missing"))
        };
        match kind.as_str() {
            "array" => Ok(Schema::Array(self.schema(part("items")?, namespace, place)?.into())),
            "map" => Ok(Schema::Map(self.schema(part("values")?, namespace, place)?.into())),
            "record" | "enum" | "fixed" => self.define(kind, object, namespace, place),
            name => self.reference(name, namespace, place, text(object, "logicalType")),
        }
    }

    /// Reads a type with a name; the name is known inside it.
    fn define(
        &mut self,
        kind: &str,
        object: &Map<String, Value>,
        namespace: &str,
        place: &str,
    ) -> Result<Schema> {
        let name =
            text(object, "name").with_context(|| format!("{place}: a {kind} needs a name"))?;
        let namespace = text(object, "namespace").unwrap_or_else(|| namespace.to_owned());
        let name = full_name(&name, &namespace);
        let inner = name.rsplit_once('.').map_or("", |(namespace, _)| namespace);
        let open = Named { aliases: texts(object, "aliases"), kind: Kind::Record(Vec::new()) };
        if self.names.insert(name.clone(), open).is_some() {
            bail!("{place}: `{name}` is defined twice");
        }
        let kind = match kind {
            "record" => Kind::Record(self.fields(object, inner, &name)?),
            "enum" => {
                Kind::Enum { symbols: texts(object, "symbols"), default: text(object, "default") }
            }
            _ => Kind::Fixed {
                size: object
                    .get("size")
                    .and_then(Value::as_u64)
                    .with_context(|| format!("{name}: a fixed needs a size"))?,
                logical: text(object, "logicalType"),
            },
        };
        if let Some(named) = self.names.get_mut(&name) {
            named.kind = kind;
        }
        Ok(Schema::Named(name))
    }

    fn fields(
        &mut self,
        record: &Map<String, Value>,
        namespace: &str,
        name: &str,
    ) -> Result<Vec<Field>> {
        let fields = record
            .get("fields")
            .and_then(Value::as_array)
            .with_context(|| format!("{name}: a record needs a list of fields"))?;
        fields.iter().map(|field| self.field(field, namespace, name)).collect()
    }

    fn field(&mut self, value: &Value, namespace: &str, record: &str) -> Result<Field> {
        let object =
            value.as_object().with_context(|| format!("{record}: a field is an object"))?;
        let name =
            text(object, "name").with_context(|| format!("{record}: a field has no name"))?;
        let place = format!("{record}.{name}");
        let schema = object.get("type").with_context(|| format!("{place}: `type` is missing"))?;
        Ok(Field {
            schema: self.schema(schema, namespace, &place)?,
            name,
            aliases: texts(object, "aliases"),
            doc: text(object, "doc").unwrap_or_default(),
            default: object.get("default").cloned(),
        })
    }
}

impl Primitive {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "int" => Self::Int,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            "bytes" => Self::Bytes,
            "string" => Self::String,
            _ => return None,
        })
    }
}

/// A name with its namespace before it; one that holds a dot has it already.
fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn texts(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let list = object.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_the_namespace_around_them() {
        let avro = Avro::parse(
            r#"{"type": "record", "name": "A", "namespace": "n", "fields": [
                {"name": "b", "type": {"type": "enum", "name": "B", "symbols": ["X"]}},
                {"name": "c", "type": ["null", "B"]}, {"name": "d", "type": "n.B"},
                {"name": "e", "type": {"type": "array", "items": "A"}}]}"#,
        )
        .unwrap();
        let names: Vec<&str> = avro.types().map(|(name, _)| name).collect();
        assert_eq!(names, ["n.A", "n.B"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, expected) in [
            ("{", "not JSON"),
            (r#"{"name": "A"}"#, "`type` is missing"),
            (r#""Nowhere""#, "no type is called `Nowhere`"),
            (r#"{"type": "record", "name": "A"}"#, "A: a record needs a list of fields"),
            (r#"{"type": "array"}"#, "`items` of the array is missing"),
            (r#"{"type": "fixed", "name": "F"}"#, "F: a fixed needs a size"),
            (r#"[{"type": "enum", "name": "E"}, {"type": "enum", "name": "E"}]"#, "twice"),
        ] {
            let error = format!("{:#}", Avro::parse(text).unwrap_err());
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
