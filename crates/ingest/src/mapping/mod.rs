//! Input that is not our envelope, mapped by configuration: `field = "path"`.
//!
//! ```toml
//! network = { constant = "twitter" }
//! id = "id_str"
//! author = { id = "user.id_str", handle = "user.screen_name" }
//! text = { path = "full_text" }
//! created_at = { path = "created_at", format = "%a %b %d %H:%M:%S %z %Y" }
//! counts.reposts = { path = "retweet_count", default = 0 }
//! ```
//!
//! In NDJSON a path is keys joined by dots (a number is an index into a list, `*` every element of
//! one); in CSV it is the name of a column. A time is RFC 3339 unless `format` says
//! `epoch_seconds`, `epoch_millis` or a `strptime` pattern, with `timezone` where the pattern has
//! no offset (else UTC).
//!
//! Guarantees: a mapping is compiled once; what it makes is held to the rules of the envelope; an
//! empty text is unknown, save for the mention's own. Refuses: fields that the envelope does not
//! have, and a mapping that could never make a mention.

mod pick;
mod report;
mod rule;
mod target;
mod time;
mod value;

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use vigie_types::Origin as MentionOrigin;

use self::pick::{Node, pick};
pub use self::report::MappingReport;
use self::rule::{Origin, Rule, RuleConfiguration};
use self::target::Target;
use self::value::Value;
use crate::draft::{Draft, Parsed};
use crate::rejection::{Rejection, nearest, quote};
use crate::source::{Fields, Header};

/// A mapping that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mapping: {reason}")]
pub struct MappingError {
    reason: String,
}

/// How foreign input becomes mentions; read from configuration with serde.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Each rule with the slot its value is in; none for constants.
    rules: Vec<(Rule, Option<usize>)>,
    /// The path of each slot.
    paths: Vec<String>,
    root: Node,
}

impl Mapping {
    fn compile(rules: Vec<Rule>) -> Result<Self, String> {
        let has = |target| rules.iter().any(|rule| rule.target == target);
        let needs: [&[Target]; 5] = [
            &[Target::Network],
            &[Target::Id],
            &[Target::AuthorId, Target::Outlet],
            &[Target::Text],
            &[Target::PublishedAt, Target::CreatedAt],
        ];
        for alternatives in needs {
            if !alternatives.iter().any(|target| has(*target)) {
                let names: Vec<_> = alternatives.iter().map(|target| target.name()).collect();
                return Err(format!(
                    "nothing fills {}, which every mention needs",
                    names.join(" or ")
                ));
            }
        }
        let mut mapping = Self { rules: Vec::new(), paths: Vec::new(), root: Node::default() };
        for rule in rules {
            let slot = match &rule.origin {
                Origin::Constant(_) => None,
                Origin::Path { path, .. } => Some(mapping.slot(path)),
            };
            mapping.rules.push((rule, slot));
        }
        Ok(mapping)
    }

    /// The fields of the envelope that a mapping can fill, by their dotted names.
    pub fn fields() -> impl Iterator<Item = &'static str> {
        Target::ALL.iter().map(|target| target.name())
    }

    /// Whether a rule fills this field of the envelope, by its dotted name.
    pub fn fills(&self, field: &str) -> bool {
        self.rules.iter().any(|(rule, _)| rule.target.name() == field)
    }

    /// The slot of a path; paths that are read twice share one.
    fn slot(&mut self, path: &str) -> usize {
        if let Some(slot) = self.paths.iter().position(|known| known == path) {
            return slot;
        }
        self.root.insert(path, self.paths.len());
        self.paths.push(path.to_owned());
        self.paths.len() - 1
    }

    /// The mapping of a CSV file whose columns have the dotted names of the envelope's fields.
    ///
    /// # Errors
    /// When the columns cannot make a mention, or one has no such name.
    pub fn from_header(header: &Header) -> Result<Self, MappingError> {
        let rules: Result<Vec<Rule>, String> = header
            .names()
            .iter()
            .map(|name| Target::of(name).map(Rule::same_name).ok_or_else(|| unknown_field(name)))
            .collect();
        rules.and_then(Self::compile).map_err(|reason| MappingError { reason })
    }

    /// Finds the columns of a CSV file.
    ///
    /// # Errors
    /// When the header lacks a column; the error names it and the nearest that is there.
    pub fn bind(self, header: &Header) -> Result<RowMapping, MappingError> {
        let mut slots = vec![None; header.names().len()];
        for (slot, path) in self.paths.iter().enumerate() {
            let Some(column) = header.position(path) else {
                let names = header.names().iter().map(String::as_str);
                let hint = nearest(path, names).map_or_else(
                    || format!("the columns are {}", header.names().join(", ")),
                    |near| format!("the nearest is {}", quote(near)),
                );
                let reason = format!("the header has no column {}; {hint}", quote(path));
                return Err(MappingError { reason });
            };
            slots[column] = Some(slot);
        }
        Ok(RowMapping { mapping: self, slots })
    }

    /// Reads one line of JSON.
    ///
    /// # Errors
    /// When the line makes no mention; the rejection names the field of the envelope.
    pub fn parse(&self, line: &str, origin: MentionOrigin) -> Result<Parsed, Rejection> {
        self.finish(&self.pick(line)?, origin)
    }

    /// Tries the mapping on the first lines and says which fields it could not fill.
    pub fn check<'l>(&'l self, lines: impl IntoIterator<Item = &'l str>) -> MappingReport {
        MappingReport::new(self, lines, |line| self.pick(line))
    }

    fn pick<'a>(&self, line: &'a str) -> Result<Vec<Value<'a>>, Rejection> {
        pick(&self.root, self.paths.len(), line)
    }

    fn finish<'a>(
        &'a self,
        values: &[Value<'a>],
        origin: MentionOrigin,
    ) -> Result<Parsed, Rejection> {
        let mut draft = Draft::default();
        for (rule, slot) in &self.rules {
            let value = rule_value(rule, *slot, values);
            if *value == Value::Absent {
                continue;
            }
            rule.target.fill(&mut draft, value, &rule.format).map_err(|reason| match slot {
                Some(slot) => {
                    let path = quote(&self.paths[*slot]);
                    Rejection::field(rule.target.name(), format!("from {path}: {reason}"))
                }
                None => Rejection::field(rule.target.name(), reason),
            })?;
        }
        draft.finish(origin)
    }
}

/// What a rule gives for one line; an empty text is unknown, save for the mention's own.
fn rule_value<'v, 'a>(rule: &'a Rule, slot: Option<usize>, values: &'v [Value<'a>]) -> &'v Value<'a>
where
    'a: 'v,
{
    let is_unknown = |value: &Value<'_>| match value {
        Value::Absent => true,
        Value::Text(text) => text.is_empty() && rule.target != Target::Text,
        Value::Whole(_) | Value::Fraction(_) | Value::Truth(_) | Value::List(_) | Value::Object => {
            false
        }
    };
    match (&rule.origin, slot) {
        (Origin::Path { default, .. }, Some(slot)) if is_unknown(&values[slot]) => default,
        (Origin::Path { .. }, Some(slot)) => &values[slot],
        (Origin::Path { default, .. }, None) => default,
        (Origin::Constant(constant), _) => constant,
    }
}

/// A mapping bound to the columns of one CSV file.
#[derive(Clone, Debug)]
pub struct RowMapping {
    mapping: Mapping,
    /// For each column the slot its field goes to.
    slots: Vec<Option<usize>>,
}

impl RowMapping {
    /// Reads one row.
    ///
    /// # Errors
    /// When the row makes no mention; the rejection names the field of the envelope.
    pub fn parse(&self, row: &str, origin: MentionOrigin) -> Result<Parsed, Rejection> {
        self.mapping.finish(&self.pick(row), origin)
    }

    /// Tries the mapping on the first rows and says which fields it could not fill.
    pub fn check<'r>(&'r self, rows: impl IntoIterator<Item = &'r str>) -> MappingReport {
        MappingReport::new(&self.mapping, rows, |row| Ok(self.pick(row)))
    }

    fn pick<'a>(&self, row: &'a str) -> Vec<Value<'a>> {
        let mut values = vec![Value::Absent; self.mapping.paths.len()];
        for (field, slot) in Fields::of(row).zip(&self.slots) {
            if let Some(slot) = slot {
                values[*slot] = Value::Text(field);
            }
        }
        values
    }
}

fn unknown_field(name: &str) -> String {
    let known = Target::ALL.iter().map(|target| target.name());
    let hint = nearest(name, known)
        .map_or_else(String::new, |near| format!("; the nearest known is {}", quote(near)));
    format!("{} is no field of the envelope{hint}", quote(name))
}

impl<'de> Deserialize<'de> for Mapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rules = Vec::new();
        Group { name: None, rules: &mut rules }.deserialize(deserializer)?;
        Self::compile(rules).map_err(de::Error::custom)
    }
}

/// A table of rules; its errors are raised where they are read, so that they carry their line.
struct Group<'r> {
    name: Option<String>,
    rules: &'r mut Vec<Rule>,
}

impl<'de> DeserializeSeed<'de> for Group<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Group<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            None => formatter.write_str("a table of fields"),
            Some(name) => write!(formatter, "a table, such as {name} = {{ id = \"path\" }}"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(NameSeed(self.name.as_deref()))? {
            let Some(target) = Target::of(&name) else {
                map.next_value_seed(Group { name: Some(name), rules: &mut *self.rules })?;
                continue;
            };
            let rule = map.next_value_seed(RuleSeed(target))?;
            if self.rules.iter().any(|known| known.target == target) {
                return Err(de::Error::custom(format_args!("{name} is mapped twice")));
            }
            self.rules.push(rule);
        }
        Ok(())
    }
}

/// The full name of a field or a group of fields, checked where it is written.
struct NameSeed<'g>(Option<&'g str>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = String;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field of the envelope")
    }
    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        let name = self.0.map_or_else(|| key.to_owned(), |group| format!("{group}.{key}"));
        if Target::of(&name).is_some() || Target::is_group(&name) {
            Ok(name)
        } else {
            Err(E::custom(unknown_field(&name)))
        }
    }
}

/// A rule, held to its target where it is written.
struct RuleSeed(Target);

impl<'de> DeserializeSeed<'de> for RuleSeed {
    type Value = Rule;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Rule, D::Error> {
        let rule = RuleConfiguration::deserialize(deserializer)?;
        Rule::new(self.0, rule)
            .map_err(|reason| de::Error::custom(format_args!("{}: {reason}", self.0.name())))
    }
}
