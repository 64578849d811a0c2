//! What a mapping could and could not do with the first records.

use std::fmt;

use vigie_types::Origin;

use super::rule::Origin as RuleOrigin;
use super::value::Value;
use super::{Mapping, rule_value};
use crate::rejection::Rejection;

/// The trial of a mapping on the first records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingReport {
    /// How many records were tried.
    pub records: u64,
    /// How many of them make no mention.
    pub rejected: u64,
    /// Why the first of these makes none.
    pub first_rejection: Option<Rejection>,
    /// The fields that no record filled, each with the path it should have come from.
    pub unfilled: Vec<(String, String)>,
}

impl MappingReport {
    pub(super) fn new<'l>(
        mapping: &'l Mapping,
        records: impl IntoIterator<Item = &'l str>,
        pick: impl Fn(&'l str) -> Result<Vec<Value<'l>>, Rejection>,
    ) -> Self {
        let mut is_filled = vec![false; mapping.rules.len()];
        let (mut tried, mut rejected, mut first_rejection) = (0, 0, None);
        for record in records {
            tried += 1;
            let picked = pick(record);
            if let Ok(values) = &picked {
                for ((rule, slot), is_filled) in mapping.rules.iter().zip(&mut is_filled) {
                    *is_filled |= *rule_value(rule, *slot, values) != Value::Absent;
                }
            }
            let parsed = picked.and_then(|values| mapping.finish(&values, Origin::File));
            if let Err(rejection) = parsed {
                rejected += 1;
                first_rejection.get_or_insert(rejection);
            }
        }
        let unfilled = mapping.rules.iter().zip(is_filled);
        let unfilled = unfilled.filter(|(_, is_filled)| !is_filled);
        let unfilled = unfilled.filter_map(|((rule, _), _)| match &rule.origin {
            RuleOrigin::Path { path, .. } => Some((rule.target.name().to_owned(), path.clone())),
            RuleOrigin::Constant(_) => None,
        });
        Self { records: tried, rejected, first_rejection, unfilled: unfilled.collect() }
    }
}

impl fmt::Display for MappingReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, rejected, first_rejection, unfilled } = self;
        write!(formatter, "of the first {records} records {} make a mention", records - rejected)?;
        if let Some(rejection) = first_rejection {
            write!(formatter, "; the first that makes none: {rejection}")?;
        }
        for (field, path) in unfilled {
            write!(formatter, "; nothing fills {field}: no record has \"{path}\"")?;
        }
        Ok(())
    }
}
