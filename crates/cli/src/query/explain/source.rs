//! Where mentions come from, and which fields of queries it can never tell.

use std::path::PathBuf;

use vigie_ingest::Mapping;
use vigie_query::syntax::{Expression, Field, Node, Origin, Otherwise, Property};
use vigie_types::MentionKind;

/// The input as configured.
#[derive(Debug, Default)]
pub struct Source {
    /// The file that was named.
    file: Option<PathBuf>,
    /// Without it lines are in the envelope, which has a place for everything.
    mapping: Option<Mapping>,
}

/// How far a mapping tells the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// It fills what is enough.
    Told,
    /// It fills what tells it of some mentions.
    OfSome,
    /// It fills nothing of it.
    Never,
}

impl Supply {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::OfSome => "of_some",
            Self::Never => "never",
        }
    }
}

impl Source {
    /// What a configuration of this name says of the input.
    pub fn new(file: Option<PathBuf>, mapping: Option<Mapping>) -> Self {
        Self { file, mapping }
    }

    /// How far the mapping tells what has this origin; `None` without a mapping.
    pub fn supply(&self, origin: &Origin) -> Option<Supply> {
        let mapping = self.mapping.as_ref()?;
        let fills_any = |paths: &[&str]| paths.iter().any(|path| mapping.fills(path));
        Some(if fills_any(origin.told_by) {
            Supply::Told
        } else if fills_any(origin.helped_by) {
            Supply::OfSome
        } else {
            Supply::Never
        })
    }

    /// What the configuration that was named says of a field, in a line for people.
    pub fn told_of(&self, origin: &Origin) -> Option<String> {
        let file = self.file.as_ref()?.display();
        let Some(mapping) = &self.mapping else {
            return Some(format!("{file} has no mapping: lines are in the envelope"));
        };
        let paths = origin.told_by.iter().chain(origin.helped_by).copied();
        let (filled, left): (Vec<&str>, Vec<&str>) = paths.partition(|path| mapping.fills(path));
        let left = left.join(", ");
        if filled.is_empty() {
            let so = match origin.otherwise {
                Otherwise::Unknown | Otherwise::No => {
                    "the term is never met, and `NOT` of it always"
                }
                Otherwise::Post => "every mention is taken for a post",
                Otherwise::Never => "every mention has it still",
            };
            return Some(format!("{file} does not fill {left}: {so}"));
        }
        let but = if left.is_empty() { String::new() } else { format!(", not {left}") };
        Some(format!("{file} fills {}{but}", filled.join(", ")))
    }

    /// Whether some mention of this source could meet the query: false is certain.
    pub fn can_meet(&self, node: &Node) -> bool {
        match &node.expression {
            Expression::And(parts) => parts.iter().all(|part| self.can_meet(part)),
            Expression::Or(parts) => parts.iter().any(|part| self.can_meet(part)),
            Expression::Field(field) => self.can_tell(field),
            Expression::Not(_)
            | Expression::Near(_)
            | Expression::Text(_)
            | Expression::Raw(_)
            | Expression::List(_) => true,
        }
    }

    fn can_tell(&self, field: &Field) -> bool {
        let origin = field.origin();
        if self.supply(&origin) != Some(Supply::Never) {
            return true;
        }
        match origin.otherwise {
            Otherwise::Unknown | Otherwise::No => false,
            Otherwise::Post => matches!(
                field,
                Field::Kind(MentionKind::Post) | Field::Is(Property::Kind(MentionKind::Post))
            ),
            Otherwise::Never => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_query::Query;
    use vigie_query::syntax::{FIELDS, Possession};

    use super::*;

    fn origin(term: &str) -> Origin {
        let query = Query::parse(term).expect("valid");
        let Expression::Field(field) = &query.root().expression else { panic!("{term}") };
        field.origin()
    }

    #[test]
    fn every_path_of_an_origin_is_one_that_a_mapping_can_fill() {
        let of_fields = FIELDS.iter().map(|(_, example)| (*example).to_owned());
        let properties = Property::ALL.iter().map(|it| format!("is:{}", it.as_str()));
        let possessions = Possession::ALL.iter().map(|it| format!("has:{}", it.as_str()));
        for term in of_fields.chain(properties).chain(possessions) {
            let Origin { told_by, helped_by, .. } = origin(&term);
            for path in told_by.iter().chain(helped_by) {
                assert!(Mapping::fields().any(|known| known == *path), "{term}: {path}");
            }
        }
    }
}
