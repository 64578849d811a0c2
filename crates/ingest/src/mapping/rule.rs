//! One line of a mapping's configuration: where a field comes from.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::target::Target;
use super::time::TimeFormat;
use super::value::Value;
use crate::draft::Draft;

/// A value in the configuration.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(untagged, expecting = "text, a number, or true or false")]
enum Constant {
    Truth(bool),
    Whole(i64),
    Fraction(f64),
    Text(String),
}

impl From<Constant> for Value<'static> {
    fn from(constant: Constant) -> Self {
        match constant {
            Constant::Truth(truth) => Self::Truth(truth),
            Constant::Whole(number) => Self::Whole(number.into()),
            Constant::Fraction(number) => Self::Fraction(number),
            Constant::Text(text) => Self::Text(Cow::Owned(text)),
        }
    }
}

/// The long form of a rule.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    path: Option<String>,
    constant: Option<Constant>,
    default: Option<Constant>,
    format: Option<String>,
    timezone: Option<String>,
}

/// A rule as configured: a path, or a table.
#[derive(Clone, Debug)]
pub(super) struct RuleConfiguration(RuleTable);

impl<'de> Deserialize<'de> for RuleConfiguration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;
        impl<'de> Visitor<'de> for RuleVisitor {
            type Value = RuleConfiguration;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a path as text, or a table with path or constant")
            }
            fn visit_str<E: de::Error>(self, path: &str) -> Result<RuleConfiguration, E> {
                let path = Some(path.to_owned());
                Ok(RuleConfiguration(RuleTable { path, ..RuleTable::default() }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleConfiguration, A::Error> {
                RuleTable::deserialize(MapAccessDeserializer::new(map)).map(RuleConfiguration)
            }
        }
        deserializer.deserialize_any(RuleVisitor)
    }
}

/// Where the value of a rule comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// From the input, or else the default.
    Path { path: String, default: Value<'static> },
    /// The same for every line.
    Constant(Value<'static>),
}

/// A checked rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) target: Target,
    pub(super) origin: Origin,
    pub(super) format: TimeFormat,
}

impl Rule {
    /// A field that has the name it has in the envelope.
    pub(super) fn same_name(target: Target) -> Self {
        let origin = Origin::Path { path: target.name().to_owned(), default: Value::Absent };
        Self { target, origin, format: TimeFormat::Rfc3339 }
    }

    /// Holds a rule to what its target can take.
    pub(super) fn new(target: Target, rule: RuleConfiguration) -> Result<Self, String> {
        let RuleConfiguration(RuleTable { path, constant, default, format, timezone }) = rule;
        if !target.is_time() && (format.is_some() || timezone.is_some()) {
            return Err("format and timezone belong to times".to_owned());
        }
        let format = TimeFormat::new(format.as_deref(), timezone.as_deref())?;
        let origin = match (path, constant) {
            (Some(path), None) if path.is_empty() => return Err("path is empty".to_owned()),
            (Some(path), None) => {
                Origin::Path { path, default: default.map_or(Value::Absent, Value::from) }
            }
            (None, Some(constant)) if default.is_none() => Origin::Constant(constant.into()),
            (None, Some(_)) => return Err("a constant needs no default".to_owned()),
            (Some(_), Some(_)) => return Err("has a path and a constant: expected one".to_owned()),
            (None, None) => return Err("has neither path nor constant".to_owned()),
        };
        let fixed = match &origin {
            Origin::Path { default, .. } => default,
            Origin::Constant(constant) => constant,
        };
        if *fixed != Value::Absent {
            target.fill(&mut Draft::default(), fixed, &format)?;
        }
        Ok(Self { target, origin, format })
    }
}
