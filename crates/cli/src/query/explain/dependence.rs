//! A field that a query depends on, and where its value comes from.

use serde_json::{Value, json};
use vigie_query::Query;
use vigie_query::syntax::{Expression, Field, Judged, Node, Origin};
use vigie_text::{LanguageModel, supported_languages};

use super::source::Supply;

/// A field that a query asks for.
#[derive(Debug)]
pub struct Dependence {
    /// The name before the colon.
    pub name: &'static str,
    /// The terms, as the query has them.
    terms: Vec<String>,
    /// Where the value comes from.
    pub origin: Origin,
}

impl Dependence {
    /// All fields of a query, in its order; terms of one field that read different things are
    /// apart.
    pub fn of(query: &Query, written: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        each_field(query.root(), &mut |node, field| {
            let (name, origin) = (field.name(), field.origin());
            let term = written[node.range.clone()].to_owned();
            match found.iter_mut().find(|known| known.name == name && known.origin == origin) {
                Some(known) if known.terms.contains(&term) => {}
                Some(known) => known.terms.push(term),
                None => found.push(Self { name, terms: vec![term], origin }),
            }
        });
        found
    }

    /// The terms, and below them in lines of their own where the value comes from.
    pub fn lines(&self) -> Vec<String> {
        let Origin { told_by, helped_by, judged, otherwise } = self.origin;
        let mut lines = vec![self.terms.join(", ")];
        if !told_by.is_empty() {
            lines.push(format!("told by {}", told_by.join(", ")));
        }
        if !helped_by.is_empty() {
            lines.push(format!("told of some mentions by {}", helped_by.join(", ")));
        }
        lines.extend(judged.map(|judged| judged.to_string()));
        lines.push(format!("else {otherwise}"));
        if let Some(codes) = self.unsupported_languages() {
            lines.push(format!("not known of texts in {}", codes.join(", ")));
        }
        lines
    }

    /// The languages that are found and have no sentiment; `None` where none is asked for.
    fn unsupported_languages(&self) -> Option<Vec<&'static str>> {
        if self.origin.judged != Some(Judged::Sentiment) {
            return None;
        }
        let is_unsupported = |code: &&str| supported_languages().all(|known| known.code != *code);
        Some(LanguageModel::new().codes().into_iter().filter(is_unsupported).collect())
    }

    /// The same for programs.
    pub fn to_json(&self, supply: Option<Supply>) -> Value {
        let Self { name, terms, origin } = self;
        json!({
            "field": name,
            "terms": terms,
            "told_by": origin.told_by,
            "told_of_some_by": origin.helped_by,
            "judged": origin.judged.map(|judged| judged.to_string()),
            "otherwise": origin.otherwise.as_str(),
            "not_in_languages": self.unsupported_languages(),
            "mapping": supply.map(Supply::as_str),
        })
    }
}

fn each_field<'n>(node: &'n Node, take: &mut dyn FnMut(&'n Node, &'n Field)) {
    match &node.expression {
        Expression::And(parts) | Expression::Or(parts) => {
            for part in parts {
                each_field(part, take);
            }
        }
        Expression::Not(part) => each_field(part, take),
        Expression::Field(field) => take(node, field),
        // A field stands nowhere in a text, so none is near anything.
        Expression::Near(_) | Expression::Text(_) | Expression::Raw(_) | Expression::List(_) => {}
    }
}
