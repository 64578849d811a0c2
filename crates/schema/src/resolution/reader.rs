//! The schema that we read with: what `serde_avro_fast` keeps of it, and what it does not, the
//! defaults and the aliases.

use std::collections::BTreeMap;

use serde_avro_fast::schema::{RegularType, SchemaKey, SchemaMut};
use serde_json::{Map, Value};

use super::datum::put_number;

/// What a named type says beyond its shape.
#[derive(Default)]
struct Extras {
    /// Names that it is read under besides its own.
    aliases: Vec<String>,
    /// The symbol for those that are not known, of an enum.
    symbol: Option<String>,
    /// Of a record, by field: its default and its aliases.
    fields: BTreeMap<String, (Option<Value>, Vec<String>)>,
}

/// One of our schemas.
pub(crate) struct Reader {
    pub(super) schema: SchemaMut,
    named: BTreeMap<String, Extras>,
}

impl Reader {
    /// Reads one of our own files: tests hold them to be schemas whose defaults are values.
    pub(crate) fn new(text: &str) -> Self {
        let schema = text.parse().expect("our schema files are schemas");
        let json: Value = serde_json::from_str(text).expect("our schema files are JSON");
        let mut named = BTreeMap::new();
        collect(&json, "", &mut named);
        Self { schema, named }
    }

    /// Whether the named type is read where a writer calls it so. Namespaces do not count, as the
    /// specification has it.
    pub(super) fn is_called(&self, key: SchemaKey, name: &str) -> bool {
        let Some(own) = self.schema[key].type_.name() else { return false };
        let aliases = self.named.get(own.fully_qualified_name()).map(|extras| &extras.aliases);
        own.name() == name
            || aliases.is_some_and(|aliases| aliases.iter().any(|alias| unqualified(alias) == name))
    }

    /// The position of the symbol for those that are not known.
    pub(super) fn default_symbol(&self, name: &str, symbols: &[String]) -> Option<usize> {
        let default = self.named.get(name)?.symbol.as_ref()?;
        symbols.iter().position(|symbol| symbol == default)
    }

    /// The names that a field is read under besides its own.
    pub(super) fn field_aliases(&self, record: &str, field: &str) -> &[String] {
        let found = self.named.get(record).and_then(|extras| extras.fields.get(field));
        found.map_or(&[], |(_, aliases)| aliases)
    }

    /// The bytes of a field's default; none where it has none.
    pub(super) fn default_bytes(
        &self,
        record: &str,
        field: &str,
        key: SchemaKey,
    ) -> Option<Vec<u8>> {
        let (default, _) = self.named.get(record)?.fields.get(field)?;
        let mut bytes = Vec::new();
        self.put(key, default.as_ref()?, &mut bytes)?;
        Some(bytes)
    }

    /// Appends JSON as a value of the schema; none where it is no such value.
    fn put(&self, key: SchemaKey, value: &Value, into: &mut Vec<u8>) -> Option<()> {
        match &self.schema[key].type_ {
            RegularType::Null => value.as_null()?,
            RegularType::Boolean => into.push(u8::from(value.as_bool()?)),
            RegularType::Int | RegularType::Long => put_number(value.as_i64()?, into),
            RegularType::Float => into.extend((value.as_f64()? as f32).to_le_bytes()),
            RegularType::Double => into.extend(value.as_f64()?.to_le_bytes()),
            RegularType::String => put_prefixed(value.as_str()?.as_bytes(), into),
            RegularType::Bytes => put_prefixed(&bytes_of(value)?, into),
            RegularType::Fixed(_) => into.extend(bytes_of(value)?),
            RegularType::Enum(symbols) => {
                let wanted = value.as_str()?;
                let at = symbols.symbols.iter().position(|symbol| symbol == wanted)?;
                put_number(at as i64, into);
            }
            RegularType::Array(array) => {
                let items = value.as_array()?;
                put_count(items.len(), into);
                items.iter().try_for_each(|item| self.put(array.items, item, into))?;
                put_end(items.len(), into);
            }
            RegularType::Map(map) => {
                let entries = value.as_object()?;
                put_count(entries.len(), into);
                for (name, value) in entries {
                    put_prefixed(name.as_bytes(), into);
                    self.put(map.values, value, into)?;
                }
                put_end(entries.len(), into);
            }
            // The default of a union is one of its first branch.
            RegularType::Union(union) => {
                put_number(0, into);
                self.put(*union.variants.first()?, value, into)?;
            }
            RegularType::Record(record) => {
                let given = value.as_object()?;
                let name = record.name.fully_qualified_name();
                for field in &record.fields {
                    match given.get(&field.name) {
                        Some(value) => self.put(field.type_, value, into)?,
                        None => into.extend(self.default_bytes(name, &field.name, field.type_)?),
                    }
                }
            }
        }
        Some(())
    }
}

fn put_prefixed(bytes: &[u8], into: &mut Vec<u8>) {
    put_number(bytes.len() as i64, into);
    into.extend_from_slice(bytes);
}

/// The count of the one block; the end of an empty list is its first count.
fn put_count(count: usize, into: &mut Vec<u8>) {
    put_number(count as i64, into);
}

fn put_end(count: usize, into: &mut Vec<u8>) {
    if count > 0 {
        put_number(0, into);
    }
}

/// Bytes as defaults write them: a character for each, up to 255.
fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    value.as_str()?.chars().map(|character| u8::try_from(character as u32).ok()).collect()
}

/// The name without its namespace.
fn unqualified(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

/// Gathers what the named types say.
fn collect(json: &Value, namespace: &str, named: &mut BTreeMap<String, Extras>) {
    match json {
        Value::Array(branches) => {
            for branch in branches {
                collect(branch, namespace, named);
            }
        }
        Value::Object(object) => {
            let Some(name) = object.get("name").and_then(Value::as_str) else {
                for part in ["type", "items", "values"].iter().filter_map(|part| object.get(*part))
                {
                    collect(part, namespace, named);
                }
                return;
            };
            let own = object.get("namespace").and_then(Value::as_str).unwrap_or(namespace);
            let full = if name.contains('.') || own.is_empty() {
                name.to_owned()
            } else {
                format!("{own}.{name}")
            };
            let inner = full.rsplit_once('.').map_or("", |(namespace, _)| namespace).to_owned();
            let fields = object.get("fields").and_then(Value::as_array);
            let fields: Vec<_> =
                fields.into_iter().flatten().filter_map(Value::as_object).collect();
            for field in &fields {
                collect(&field["type"], &inner, named);
            }
            named.insert(full, extras_of(object, &fields));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn extras_of(object: &Map<String, Value>, fields: &[&Map<String, Value>]) -> Extras {
    let named = fields.iter().filter_map(|field| {
        let name = field.get("name").and_then(Value::as_str)?;
        Some((name.to_owned(), (field.get("default").cloned(), texts(field.get("aliases")))))
    });
    Extras {
        aliases: texts(object.get("aliases")),
        symbol: object.get("default").and_then(Value::as_str).map(str::to_owned),
        fields: named.collect(),
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
