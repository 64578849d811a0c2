//! What every schema of ours must say: a document and a default for each field, a default symbol
//! for each enum. Without them the next version cannot be read by the last one.

use serde_json::Value;

use super::avro::{Avro, Field, Kind, Primitive, Schema};
use super::resolution::Conflict;

/// Finds what a schema leaves unsaid.
pub fn check(avro: &Avro) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut add = |place: String, what: &str| {
        found.push(Conflict { place, what: what.to_owned() });
    };
    for (name, named) in avro.types() {
        match &named.kind {
            Kind::Record(fields) => {
                for field in fields {
                    for what in missing(avro, field) {
                        add(format!("{name}.{}", field.name), what);
                    }
                }
            }
            Kind::Enum { symbols, default: Some(default) } if symbols.contains(default) => {}
            Kind::Enum { default: Some(_), .. } => {
                add(name.to_owned(), "the default is none of the symbols");
            }
            Kind::Enum { default: None, .. } => {
                add(
                    name.to_owned(),
                    "the enum has no `default`: a reader who does not know a \
                     later symbol falls back on it",
                );
            }
            Kind::Fixed { .. } => {}
        }
    }
    found
}

/// What one field leaves unsaid.
fn missing(avro: &Avro, field: &Field) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if field.doc.trim().is_empty() {
        missing.push("the field has no `doc`: say what it is, in which unit, and what null means");
    }
    match &field.default {
        None => missing.push("the field has no `default`: without one it can never be dropped"),
        Some(default) if !is_default_of(avro, default, &field.schema) => {
            missing.push("the `default` is not a value of the field's type (of a union's first)");
        }
        Some(_) => {}
    }
    missing
}

/// Whether JSON can stand as a default, as the specification's table of defaults has it.
fn is_default_of(avro: &Avro, default: &Value, schema: &Schema) -> bool {
    match schema {
        Schema::Primitive(primitive, _) => match primitive {
            Primitive::Null => default.is_null(),
            Primitive::Boolean => default.is_boolean(),
            Primitive::Int => default.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            Primitive::Long => default.is_i64(),
            Primitive::Float | Primitive::Double => default.is_number(),
            Primitive::Bytes | Primitive::String => default.is_string(),
        },
        Schema::Array(items) => default
            .as_array()
            .is_some_and(|list| list.iter().all(|item| is_default_of(avro, item, items))),
        Schema::Map(values) => default
            .as_object()
            .is_some_and(|map| map.values().all(|value| is_default_of(avro, value, values))),
        Schema::Union(branches) => {
            branches.first().is_some_and(|first| is_default_of(avro, default, first))
        }
        Schema::Named(name) => match &avro.named(name).kind {
            Kind::Enum { symbols, .. } => {
                default.as_str().is_some_and(|default| symbols.iter().any(|known| known == default))
            }
            Kind::Fixed { .. } => default.is_string(),
            // A field that the default leaves out takes its own default.
            Kind::Record(fields) => default.as_object().is_some_and(|object| {
                fields.iter().all(|field| match object.get(&field.name) {
                    Some(value) => is_default_of(avro, value, &field.schema),
                    None => field.default.is_some(),
                })
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the places of a record `A` with one field `a` that leave something unsaid.
    #[track_caller]
    fn check_field(field: &str, expected: &[&str]) {
        let text =
            format!(r#"{{"type": "record", "name": "A", "fields": [{{"name": "a", {field}}}]}}"#);
        let found = check(&Avro::parse(&text).unwrap());
        let places: Vec<&str> = found.iter().map(|found| found.place.as_str()).collect();
        assert_eq!(places, expected, "{found:?}");
    }

    #[test]
    fn a_field_says_what_it_is_and_what_it_defaults_to() {
        check_field(r#""type": "int", "doc": "Why.", "default": 0"#, &[]);
        check_field(r#""type": "int", "doc": " ", "default": 0"#, &["A.a"]);
        check_field(r#""type": "int", "default": 0"#, &["A.a"]);
        check_field(r#""type": "int", "doc": "Why.""#, &["A.a"]);
        check_field(r#""type": "int""#, &["A.a", "A.a"]);
    }

    #[test]
    fn a_default_is_a_value_of_its_type() {
        check_field(r#""doc": "Why.", "type": "int", "default": 3000000000"#, &["A.a"]);
        check_field(r#""doc": "Why.", "type": ["null", "int"], "default": null"#, &[]);
        check_field(r#""doc": "Why.", "type": ["null", "int"], "default": 0"#, &["A.a"]);
        let list = r#""doc": "Why.", "type": {"type": "array", "items": "string"}, "default": "#;
        check_field(&format!(r#"{list}["x"]"#), &[]);
        check_field(&format!("{list}[1]"), &["A.a"]);
    }

    #[test]
    fn an_enum_has_a_default_symbol() {
        let of = |default: &str| {
            format!(
                r#""doc": "Why.", "default": "X",
                   "type": {{"type": "enum", "name": "E", "symbols": ["X"]{default}}}"#
            )
        };
        check_field(&of(r#", "default": "X""#), &[]);
        check_field(&of(r#", "default": "Y""#), &["E"]);
        check_field(&of(""), &["E"]);
    }
}
