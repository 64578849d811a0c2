//! vigie's own input envelope: one JSON object per line.
//!
//! Guarantees: what is taken is a valid mention or deletion; absent or null is unknown, never 0;
//! what is not taken is rejected with the path of the field, what was found and what was expected.
//!
//! Refuses: wrong types, missing fields (`network`, `id`, `author` or `outlet`, `text`, a time),
//! fields it does not know, and a key that stands twice.

use serde::Deserialize as _;
use serde_json::error::Category;
use vigie_types::Origin;

use crate::draft::{Draft, Object, Parsed};
use crate::rejection::{Rejection, nearest, quote};

/// Reads one line of the envelope.
///
/// ```
/// # use vigie_ingest::{parse_envelope, Parsed};
/// # use vigie_types::Origin;
/// let line = r#"{"network": "mastodon", "id": "7", "author": {"id": "4", "handle": "ann"},
///     "text": "at last", "created_at": "2026-05-01T10:00:00Z"}"#;
/// let Ok(Parsed::Mention(mention)) = parse_envelope(line, Origin::File) else { panic!() };
/// assert_eq!(mention.mention_id.as_str(), "mastodon:7");
/// ```
///
/// # Errors
/// When the line is no mention of ours; the rejection says where and why.
pub fn parse_envelope(line: &str, origin: Origin) -> Result<Parsed, Rejection> {
    // The path of a field costs a third more time, so it is looked for only when there is an error.
    match serde_json::from_str::<Object<Draft<'_>>>(line) {
        Ok(Object(draft)) => draft.finish(origin),
        Err(error) => Err(explain(line, &error)),
    }
}

/// Reads the line once more, for the path of what is wrong in it.
fn explain(line: &str, error: &serde_json::Error) -> Rejection {
    if error.classify() != Category::Data {
        return explain_syntax(error);
    }
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    let result = Object::<Draft<'_>>::deserialize(tracked);
    let message = result.map_or_else(|error| error.to_string(), |_| error.to_string());
    let path = track.path().to_string();
    explain_data(&path, strip_position(&message))
}

/// Says where a line stops being JSON.
pub(crate) fn explain_syntax(error: &serde_json::Error) -> Rejection {
    let message = error.to_string();
    let message = strip_position(&message);
    Rejection::whole(format!("is not JSON at byte {}: {message}", error.column()))
}

/// serde's message without the line and column that `serde_json` puts after it.
pub(crate) fn strip_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}

/// Turns serde's words into ours: the field's full path, what was found, what was expected.
fn explain_data(path: &str, message: &str) -> Rejection {
    if let Some(name) = quoted_name(message, "unknown field `") {
        let known = message.split('`').skip(3).step_by(2);
        let hint = nearest(name, known)
            .map_or_else(String::new, |near| format!("; the nearest known is {}", quote(near)));
        let reason = format!("is no field of the envelope{hint}");
        return Rejection::field(full_path(path, name), reason);
    }
    if let Some(name) = quoted_name(message, "duplicate field `") {
        return Rejection::field(
            full_path(path, name),
            "stands twice in one object, expected once",
        );
    }
    let reason = message
        .replacen("invalid type: ", "found ", 1)
        .replacen("invalid value: ", "found ", 1)
        .replacen("found string ", "found ", 1);
    match path {
        "." | "?" => Rejection::whole(reason),
        path => Rejection::field(path, reason),
    }
}

fn quoted_name<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.split('`').next()
}

/// The path of a key; where it was read the path ends in it, else in the object that holds it.
fn full_path(path: &str, name: &str) -> String {
    match path {
        "." | "?" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{}.{name}", path.trim_end_matches(".?")),
    }
}
