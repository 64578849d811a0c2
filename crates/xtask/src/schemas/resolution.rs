//! Can a reader with one schema read what a writer wrote with another?
//!
//! The rules are those of the Avro specification 1.12, "Schema Resolution", held strictly: every
//! value that the writer can write must be readable. Beyond them a change of logical type is
//! refused, because the same number would then mean something else.

use std::collections::BTreeSet;

use super::avro::{Avro, Field, Kind, Named, Primitive, Schema, unqualified};

/// A value that the writer can write and the reader cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where in the record, as `Mention.author.handle`.
    pub place: String,
    /// What does not fit.
    pub what: String,
}

/// Everything that keeps the reader from reading what the writer wrote.
pub fn conflicts(writer: &Avro, reader: &Avro) -> Vec<Conflict> {
    let mut resolution =
        Resolution { writer, reader, seen: BTreeSet::new(), conflicts: Vec::new() };
    resolution.resolve(&writer.root, &reader.root, "");
    resolution.conflicts
}

/// One walk over both schemas.
struct Resolution<'a> {
    writer: &'a Avro,
    reader: &'a Avro,
    /// Pairs of names already met: a type may contain itself.
    seen: BTreeSet<(&'a str, &'a str)>,
    conflicts: Vec<Conflict>,
}

impl<'a> Resolution<'a> {
    fn conflict(&mut self, place: &str, what: String) {
        self.conflicts.push(Conflict { place: place.to_owned(), what });
    }

    fn resolve(&mut self, from: &'a Schema, into: &'a Schema, place: &str) {
        match (from, into) {
            (Schema::Union(branches), _) => {
                for branch in branches {
                    self.resolve(branch, into, place);
                }
            }
            (_, Schema::Union(branches)) => self.resolve_into_union(from, branches, place),
            (Schema::Array(from), Schema::Array(into)) => {
                self.resolve(from, into, &format!("{place}[]"));
            }
            (Schema::Map(from), Schema::Map(into)) => {
                self.resolve(from, into, &format!("{place}{{}}"));
            }
            (Schema::Named(from), Schema::Named(into)) => self.resolve_named(from, into, place),
            (Schema::Primitive(a, a_means), Schema::Primitive(b, b_means)) if promotes(*a, *b) => {
                if a_means != b_means {
                    let what = format!(
                        "the logical type changes from {} to {}",
                        a_means.as_deref().unwrap_or("none"),
                        b_means.as_deref().unwrap_or("none")
                    );
                    self.conflict(place, what);
                }
            }
            _ => {
                let what = format!("{} cannot be read as {}", describe(from), describe(into));
                self.conflict(place, what);
            }
        }
    }

    /// The first branch of the same type is read, else the first that it promotes to.
    fn resolve_into_union(&mut self, from: &'a Schema, branches: &'a [Schema], place: &str) {
        let branch = branches
            .iter()
            .find(|branch| self.matches(from, branch, false))
            .or_else(|| branches.iter().find(|branch| self.matches(from, branch, true)));
        if let Some(branch) = branch {
            self.resolve(from, branch, place);
        } else {
            let what = format!("{} has no branch in the reader's union", describe(from));
            self.conflict(place, what);
        }
    }

    /// Whether two schemas match without looking inside.
    fn matches(&self, from: &Schema, into: &Schema, may_promote: bool) -> bool {
        match (from, into) {
            (Schema::Primitive(a, _), Schema::Primitive(b, _)) => {
                a == b || may_promote && promotes(*a, *b)
            }
            (Schema::Array(_), Schema::Array(_)) | (Schema::Map(_), Schema::Map(_)) => true,
            (Schema::Named(a), Schema::Named(b)) => {
                let (a_type, b_type) = (self.writer.named(a), self.reader.named(b));
                std::mem::discriminant(&a_type.kind) == std::mem::discriminant(&b_type.kind)
                    && is_called(a, b, b_type)
            }
            _ => false,
        }
    }

    fn resolve_named(&mut self, from: &'a str, into: &'a str, place: &str) {
        if !self.seen.insert((from, into)) {
            return;
        }
        let (writer, reader) = (self.writer.named(from), self.reader.named(into));
        if !is_called(from, into, reader) {
            self.conflict(place, format!("`{from}` is called `{into}` by the reader, no alias"));
            return;
        }
        let place = if place.is_empty() { unqualified(into) } else { place };
        match (&writer.kind, &reader.kind) {
            (Kind::Record(from), Kind::Record(into)) => self.resolve_fields(from, into, place),
            (Kind::Enum { symbols: from, .. }, Kind::Enum { symbols: into, default: None }) => {
                for symbol in from.iter().filter(|symbol| !into.contains(symbol)) {
                    let what =
                        format!("symbol `{symbol}` is unknown to the reader, who has no default");
                    self.conflict(place, what);
                }
            }
            (Kind::Enum { .. }, Kind::Enum { .. }) => {}
            (Kind::Fixed { size: a, logical: l }, Kind::Fixed { size: b, logical: m })
                if a == b && l == m => {}
            _ => self.conflict(place, format!("`{from}` changes its kind, size or meaning")),
        }
    }

    fn resolve_fields(&mut self, from: &'a [Field], into: &'a [Field], place: &str) {
        for field in into {
            let place = format!("{place}.{}", field.name);
            let written = from
                .iter()
                .find(|written| written.name == field.name)
                .or_else(|| from.iter().find(|written| field.aliases.contains(&written.name)));
            match written {
                Some(written) => self.resolve(&written.schema, &field.schema, &place),
                None if field.default.is_some() => {}
                None => {
                    let what = "the writer does not write it and the reader has no default";
                    self.conflict(&place, what.to_owned());
                }
            }
        }
    }
}

/// Names match without their namespace, or through an alias of the reader.
fn is_called(writer: &str, reader: &str, reader_type: &Named) -> bool {
    unqualified(writer) == unqualified(reader)
        || reader_type.aliases.iter().any(|alias| unqualified(alias) == unqualified(writer))
}

/// The promotions of the specification.
fn promotes(from: Primitive, into: Primitive) -> bool {
    use Primitive::{Bytes, Double, Float, Int, Long, String};
    from == into
        || matches!(
            (from, into),
            (Int, Long | Float | Double)
                | (Long, Float | Double)
                | (Float, Double)
                | (String, Bytes)
                | (Bytes, String)
        )
}

/// A schema in a word.
fn describe(schema: &Schema) -> String {
    match schema {
        Schema::Primitive(primitive, _) => format!("{primitive:?}").to_lowercase(),
        Schema::Array(_) => "an array".to_owned(),
        Schema::Map(_) => "a map".to_owned(),
        Schema::Union(_) => "a union".to_owned(),
        Schema::Named(name) => format!("`{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the places where the reader cannot read what the writer wrote.
    #[track_caller]
    fn check(writer: &str, reader: &str, expected: &[&str]) {
        let [writer, reader] = [writer, reader].map(|text| Avro::parse(text).unwrap());
        let found = conflicts(&writer, &reader);
        let places: Vec<&str> = found.iter().map(|conflict| conflict.place.as_str()).collect();
        assert_eq!(places, expected, "{found:?}");
    }

    /// A record `A` with the given fields.
    fn record(fields: &str) -> String {
        format!(r#"{{"type": "record", "name": "A", "fields": [{fields}]}}"#)
    }

    #[test]
    fn numbers_promote_upwards_only() {
        for (from, into) in
            [("int", "long"), ("int", "double"), ("long", "float"), ("float", "double")]
        {
            check(&format!("\"{from}\""), &format!("\"{into}\""), &[]);
            check(&format!("\"{into}\""), &format!("\"{from}\""), &[""]);
        }
        check("\"string\"", "\"bytes\"", &[]);
        check("\"boolean\"", "\"int\"", &[""]);
        check("\"string\"", "\"int\"", &[""]);
    }

    #[test]
    fn a_new_field_needs_a_default_and_a_dropped_one_is_skipped() {
        let old = record(r#"{"name": "a", "type": "int"}"#);
        let new = record(r#"{"name": "a", "type": "int"}, {"name": "b", "type": "int"}"#);
        let safe =
            record(r#"{"name": "a", "type": "int"}, {"name": "b", "type": "int", "default": 0}"#);
        check(&old, &new, &["A.b"]);
        check(&new, &old, &[]);
        check(&old, &safe, &[]);
    }

    #[test]
    fn a_renamed_field_is_found_through_the_readers_alias() {
        let old = record(r#"{"name": "a", "type": "int"}"#);
        let new = record(r#"{"name": "b", "type": "int", "aliases": ["a"]}"#);
        check(&old, &new, &[]);
        check(&new, &old, &["A.a"]);
    }

    #[test]
    fn a_symbol_unknown_to_the_reader_needs_a_default() {
        let list = |symbols: &str, default: &str| {
            format!(r#"{{"type": "enum", "name": "E", "symbols": [{symbols}]{default}}}"#)
        };
        let default = r#", "default": "X""#;
        check(&list(r#""X", "Y""#, ""), &list(r#""X""#, ""), &["E"]);
        check(&list(r#""X", "Y""#, ""), &list(r#""X""#, default), &[]);
        check(&list(r#""X""#, ""), &list(r#""X", "Y""#, ""), &[]);
    }

    #[test]
    fn every_branch_of_a_written_union_must_be_readable() {
        check(r#"["null", "int"]"#, r#"["null", "long"]"#, &[]);
        check(r#"["null", "int"]"#, r#""int""#, &[""]);
        check(r#""int""#, r#"["null", "int"]"#, &[]);
        check(r#"["null", "int", "string"]"#, r#"["null", "int"]"#, &[""]);
    }

    #[test]
    fn conflicts_are_found_inside_arrays_and_maps() {
        let of = |kind: &str| {
            record(&format!(
                r#"{{"name": "a", "type": {{"type": "array", "items": {{"type": "map",
                   "values": "{kind}"}}}}}}"#
            ))
        };
        check(&of("int"), &of("long"), &[]);
        check(&of("long"), &of("int"), &["A.a[]{}"]);
        check(&record(""), &of("int"), &["A.a"]);
    }

    #[test]
    fn a_type_that_contains_itself_is_read_once() {
        let list = |kind: &str| {
            record(&format!(
                r#"{{"name": "next", "type": ["null", "A"]}}, {{"name": "a", "type": "{kind}"}}"#
            ))
        };
        check(&list("int"), &list("long"), &[]);
        check(&list("long"), &list("int"), &["A.a"]);
    }

    #[test]
    fn a_name_matches_without_its_namespace_or_through_an_alias() {
        let named = |name: &str, more: &str| {
            format!(r#"{{"type": "fixed", "name": "{name}", "size": 2{more}}}"#)
        };
        check(&named("n.A", ""), &named("m.A", ""), &[]);
        check(&named("A", ""), &named("B", ""), &[""]);
        check(&named("A", ""), &named("B", r#", "aliases": ["A"]"#), &[]);
    }

    #[test]
    fn a_fixed_keeps_its_size_and_a_number_keeps_its_meaning() {
        let fixed = |size: u8| format!(r#"{{"type": "fixed", "name": "F", "size": {size}}}"#);
        check(&fixed(2), &fixed(4), &["F"]);
        check(r#"{"type": "long", "logicalType": "timestamp-millis"}"#, r#""long""#, &[""]);
    }

    #[test]
    fn a_record_does_not_become_an_enum() {
        check(&record(""), r#"{"type": "enum", "name": "A", "symbols": ["X"]}"#, &["A"]);
    }
}
