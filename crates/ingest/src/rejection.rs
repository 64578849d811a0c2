//! Why a piece of input is no mention: data that is wrong, never an environment that is.
//!
//! Guarantees: the field is named by its path from the outside in, and the reason says what was
//! found and what was expected. Refuses: to hold input without bound; what it quotes is cut.

use std::fmt;

/// The longest quotation of input in a reason, in characters: enough to recognise a value at sight,
/// short enough for one line of a terminal beside the field's path.
pub const MAXIMUM_QUOTED_CHARACTERS: usize = 60;

/// One line, row or body that cannot be taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Rejection {
    /// The path of the field, such as `author.id`; none where the whole is at fault.
    pub field: Option<String>,
    /// What was found and what was expected.
    pub reason: String,
}

impl Rejection {
    /// Rejects the whole input.
    pub fn whole(reason: impl Into<String>) -> Self {
        Self { field: None, reason: one_line(reason.into()) }
    }

    /// Rejects the input for one of its fields.
    pub fn field(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: Some(one_line(path.into())), reason: one_line(reason.into()) }
    }

    /// Rejects the input because a field it needs is absent or null.
    pub(crate) fn missing(path: &str, expected: &str) -> Self {
        Self::field(path, format!("is missing or null, expected {expected}"))
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(formatter, "{field}: {}", self.reason),
            None => formatter.write_str(&self.reason),
        }
    }
}

/// The text with its control characters escaped: field names come from the input.
fn one_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let escaped = |found: char| {
        let escape = found.is_control().then(|| found.escape_debug());
        let plain = (!found.is_control()).then_some(found);
        escape.into_iter().flatten().chain(plain)
    };
    text.chars().flat_map(escaped).collect()
}

/// Quotes a piece of input in a reason, escaped and cut.
pub(crate) fn quote(text: &str) -> String {
    let cut: String = text.chars().take(MAXIMUM_QUOTED_CHARACTERS).collect();
    let mark = if cut.len() < text.len() { "…" } else { "" };
    format!("\"{}{mark}\"", cut.escape_debug())
}

/// The known name nearest to a misspelt one, where one is near enough to have been meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.4)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}
