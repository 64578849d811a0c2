//! One topic's schema: as it stands, and every version that was ever written with.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::avro::Avro;
use super::{form, resolution};
use crate::finding::Finding;
use crate::repository::Repository;

/// Where the schemas stand.
pub const DIRECTORY: &str = "schemas/";

/// Where the versions are kept, as `<topic>/<n>.avsc`.
pub const HISTORY: &str = "schemas/history/";

/// A file with a schema in it.
#[derive(Debug)]
pub struct Version {
    pub path: String,
    pub text: String,
}

/// A topic's present schema and its kept versions by number.
#[derive(Debug)]
pub struct Topic {
    pub name: String,
    pub present: Version,
    pub history: BTreeMap<u32, Version>,
}

impl Topic {
    /// What breaks a rule: form, then compatibility both ways with each kept version.
    pub fn check(&self) -> Vec<Finding> {
        let present = match self.present.parse() {
            Ok(avro) => avro,
            Err(finding) => return vec![finding],
        };
        let mut findings: Vec<Finding> = form::check(&present)
            .into_iter()
            .map(|found| self.present.finding(&found.place, &found.what))
            .collect();
        let mut past: Vec<(u32, Avro)> = Vec::new();
        for (number, version) in &self.history {
            match version.parse() {
                Ok(avro) => past.push((*number, avro)),
                Err(finding) => findings.push(finding),
            }
        }
        for (number, old) in &past {
            findings.extend(self.compare(&present, old, *number));
        }
        findings
    }

    /// Reads the old with the new (backward) and the new with the old (forward).
    fn compare(&self, present: &Avro, old: &Avro, number: u32) -> Vec<Finding> {
        let backward = resolution::conflicts(old, present).into_iter().map(|conflict| {
            let what = format!("cannot read what version {number} wrote: {}", conflict.what);
            self.present.finding(&conflict.place, &what)
        });
        let forward = resolution::conflicts(present, old).into_iter().map(|conflict| {
            let what = format!("version {number} cannot read what this writes: {}", conflict.what);
            self.present.finding(&conflict.place, &what)
        });
        backward.chain(forward).collect()
    }

    /// The kept versions, the first one first, and the present one.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.history.values().chain([&self.present])
    }

    /// The number under which the present schema has to be kept, if it is not kept yet.
    pub fn next_version(&self) -> Option<u32> {
        let Some((number, last)) = self.history.last_key_value() else { return Some(1) };
        (without_docs(&last.text) != without_docs(&self.present.text)).then_some(number + 1)
    }

    /// Says that the present schema is not kept yet.
    pub fn check_kept(&self) -> Option<Finding> {
        let what = match self.next_version()? {
            1 => {
                "no version is kept: keep the first with `cargo xtask schemas --freeze`".to_owned()
            }
            next => format!(
                "differs from version {}, the last one kept: keep it as version {next} with \
                 `cargo xtask schemas --freeze`",
                next - 1
            ),
        };
        Some(Finding::new(&self.present.path, 1, what))
    }

    /// Keeps the present schema as the next version, and says where, unless it is kept already.
    pub fn freeze(&self, repository: &Repository) -> Result<Option<String>> {
        let Some(next) = self.next_version() else { return Ok(None) };
        let path = format!("{HISTORY}{}/{next}.avsc", self.name);
        let target = repository.path(&path);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).with_context(|| format!("cannot make {path}"))?;
        }
        fs::write(&target, &self.present.text).with_context(|| format!("cannot write {path}"))?;
        Ok(Some(path))
    }
}

impl Version {
    /// Reads the schema.
    fn parse(&self) -> Result<Avro, Finding> {
        Avro::parse(&self.text).map_err(|error| Finding::new(&self.path, 1, format!("{error:#}")))
    }

    /// A finding at a place inside the schema, such as `Mention.author`.
    fn finding(&self, place: &str, what: &str) -> Finding {
        let what = if place.is_empty() { what.to_owned() } else { format!("{place}: {what}") };
        Finding::new(&self.path, self.line_of(place), what)
    }

    /// The line that names the last part of a place, after the one that names its first.
    fn line_of(&self, place: &str) -> usize {
        let mut line = 0;
        for part in place.split('.') {
            let name = format!("\"{}\"", part.trim_end_matches(['[', ']', '{', '}']));
            let names = |text: &str| text.contains("\"name\"") && text.contains(&name);
            if let Some(ahead) = self.text.lines().skip(line).position(names) {
                line += ahead;
            }
        }
        line + 1
    }
}

/// The schema's JSON without its prose, which may be bettered at any time. Text that is not JSON is
/// compared as it stands.
fn without_docs(text: &str) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.remove("doc");
                object.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    strip(&mut value);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schema with the given fields, one to a line.
    fn schema(fields: &[&str]) -> String {
        let fields: Vec<String> =
            fields.iter().map(|field| format!("{{\"doc\": \"Why.\", {field}}}")).collect();
        format!(
            "{{\"type\": \"record\", \"name\": \"A\", \"fields\": [\n{}\n]}}",
            fields.join(",\n")
        )
    }

    fn topic(past: &[&str], present: &str) -> Topic {
        let version = |text: &str| Version { path: "a.avsc".to_owned(), text: text.to_owned() };
        Topic {
            name: "a".to_owned(),
            present: version(present),
            history: (1..).zip(past.iter().map(|text| version(text))).collect(),
        }
    }

    const A: &str = r#""name": "a", "type": "int", "default": 0"#;
    const B: &str = r#""name": "b", "type": "int", "default": 0"#;
    const B_LONG: &str = r#""name": "b", "type": "long", "default": 0"#;

    #[test]
    fn a_field_with_a_default_comes_and_goes() {
        let (one, two) = (schema(&[A]), schema(&[A, B]));
        assert_eq!(topic(&[&one, &two], &one).check(), []);
        assert_eq!(topic(&[&one], &two).check(), []);
    }

    #[test]
    fn compatibility_is_held_against_every_version_not_only_the_last() {
        let (first, second, third) = (schema(&[A, B]), schema(&[A]), schema(&[A, B_LONG]));
        assert_eq!(topic(&[&second], &third).check(), []);
        let findings = topic(&[&first, &second], &third).check();
        let expected = "A.b: version 1 cannot read what this writes: long cannot be read as int";
        assert_eq!(findings, [Finding::new("a.avsc", 3, expected)]);
    }

    #[test]
    fn a_change_is_the_next_version_and_better_prose_is_not() {
        let (one, two) = (schema(&[A]), schema(&[A, B]));
        assert_eq!(topic(&[], &one).next_version(), Some(1));
        assert_eq!(topic(&[&one], &one.replace("Why.", "Because.")).next_version(), None);
        assert_eq!(topic(&[&one], &two).next_version(), Some(2));
        assert!(topic(&[&one], &two).check_kept().is_some());
        assert!(topic(&[&one, &two], &two).check_kept().is_none());
    }

    #[test]
    fn a_broken_file_is_found() {
        assert_eq!(topic(&["{"], &schema(&[A])).check().len(), 1);
        assert_eq!(topic(&[], "{").check().len(), 1);
    }
}
