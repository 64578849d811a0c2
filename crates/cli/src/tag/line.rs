//! One line of input: what of it is judged, and how the judgement is put into it.
//!
//! Guarantees: the line's own bytes are kept; nothing is parsed that is not needed. Refuses: lines
//! that are no JSON object or have no `text`.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use vigie_ingest::{Mapping, Parsed, parse_envelope};
use vigie_schema::TaggedMention;
use vigie_types::{Author, Fingerprint, Intent, Language, Mention, Noise, Origin, Place};
use vigie_types::{Sentiment, StreamMatch};

/// The names under which the judgement is added.
const ADDED: [&str; 7] =
    ["language", "sentiment", "intents", "noise", "fingerprint", "place", "matches"];

/// Reads lines.
#[derive(Debug)]
pub struct LineReader {
    mapping: Option<Mapping>,
    /// Whether streams may ask for more than words.
    needs_fields: bool,
}

/// A line whose judgement is to be written into it.
#[derive(Debug)]
pub struct Splice<'a> {
    line: &'a str,
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// Whether a field of the line has the name of one that is added.
    is_taken: bool,
}

/// What is added, in the order in which it is written.
#[derive(Serialize)]
struct Added<'t> {
    language: &'t Language,
    sentiment: &'t Option<Sentiment>,
    intents: &'t [Intent],
    noise: &'t Noise,
    fingerprint: Fingerprint,
    place: &'t Option<Place>,
    matches: &'t [StreamMatch],
}

impl LineReader {
    /// A reader of lines that are mapped, or else of any object with a `text`.
    pub const fn new(mapping: Option<Mapping>, needs_fields: bool) -> Self {
        Self { mapping, needs_fields }
    }

    /// What of a line is judged.
    ///
    /// # Errors
    /// When the line is no mention; says why.
    pub fn read<'a>(&self, line: &'a str) -> Result<(Splice<'a>, Mention), String> {
        let splice = Splice::of(line)?;
        let mention = match &self.mapping {
            Some(mapping) => match mapping.parse(line, Origin::File) {
                Ok(Parsed::Mention(mention)) => *mention,
                Ok(Parsed::Correction(_)) => {
                    return Err("corrects a mention: there is nothing to tag".into());
                }
                Ok(Parsed::Deletion { .. }) => {
                    return Err("takes a mention back: there is nothing to tag".into());
                }
                Err(rejection) => return Err(rejection.to_string()),
            },
            None => self.plain(&splice)?,
        };
        Ok((splice, mention))
    }

    fn plain(&self, splice: &Splice<'_>) -> Result<Mention, String> {
        if self.needs_fields
            && let Ok(Parsed::Mention(mention)) = parse_envelope(splice.line, Origin::File)
        {
            return Ok(*mention);
        }
        let text = splice.text("text")?;
        let text = text.ok_or("text: is missing or null, expected the words of the mention")?;
        let declared = splice.text("declared_language").ok().flatten();
        let declared = declared.or_else(|| splice.text("language").ok().flatten());
        let location = splice.field("author").and_then(location_of);
        Ok(Mention {
            text: text.into_owned(),
            title: splice.text("title").ok().flatten().map(Cow::into_owned),
            declared_language: declared.map(Cow::into_owned),
            author: Author { location, ..Author::default() },
            ..Mention::default()
        })
    }
}

/// The author's own words on where they are, where the author is an object that has them.
fn location_of(author: &RawValue) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Located {
        location: Option<String>,
    }
    if !author.get().starts_with('{') {
        return None;
    }
    serde_json::from_str::<Located>(author.get()).ok()?.location
}

impl<'a> Splice<'a> {
    fn of(line: &'a str) -> Result<Self, String> {
        let Fields(fields) = serde_json::from_str(line).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(&*message, |(text, _)| text);
            format!("is no JSON object at byte {}: {message}", error.column())
        })?;
        let mut seen = [false; ADDED.len() + 3];
        let mut is_taken = false;
        for (name, _) in &fields {
            is_taken |= ADDED.contains(&&**name);
            let names = ADDED.iter().chain(&["text", "title", "author"]);
            if let Some(place) = names.into_iter().position(|known| known == name)
                && std::mem::replace(&mut seen[place], true)
            {
                return Err(format!("{name}: stands twice in the object, expected once"));
            }
        }
        Ok(Self { line, fields, is_taken })
    }

    fn field(&self, name: &str) -> Option<&'a RawValue> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, String> {
        let Some(value) = self.field(name) else { return Ok(None) };
        match serde_json::from_str::<Text<'_>>(value.get()) {
            Ok(Text(text)) => Ok(Some(text)),
            Err(_) => Err(format!("{name}: found {}, expected text", kind_of(value))),
        }
    }

    /// Appends the line with what vigie says of it.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn write_tagged(&self, tagged: &TaggedMention, out: &mut Vec<u8>) -> Result<(), String> {
        let added = Added {
            language: &tagged.language,
            sentiment: &tagged.sentiment,
            intents: &tagged.intents,
            noise: &tagged.noise,
            fingerprint: tagged.fingerprint,
            place: &tagged.place,
            matches: &tagged.matches,
        };
        self.write_with(&added, out)
    }

    /// Appends the line with the fields of `added`.
    ///
    /// # Errors
    /// When they cannot be written as JSON.
    pub fn write_with(&self, added: &impl Serialize, out: &mut Vec<u8>) -> Result<(), String> {
        self.write_own(out)?;
        let length = out.len();
        serde_json::to_writer(&mut *out, added).map_err(|error| error.to_string())?;
        // The brace that opened what is added becomes the comma after the line's own fields.
        out[length] = b',';
        out.push(b'\n');
        Ok(())
    }

    /// Appends the line's own fields without the closing brace.
    fn write_own(&self, out: &mut Vec<u8>) -> Result<(), String> {
        if !self.is_taken {
            let own = self.line.strip_suffix('}').ok_or("is no JSON object")?;
            out.extend_from_slice(own.trim_end().as_bytes());
            return Ok(());
        }
        out.push(b'{');
        let mut is_first = true;
        let is_declared = self.fields.iter().any(|(name, _)| name == "declared_language");
        for (name, value) in &self.fields {
            let name = match &**name {
                "language" if value.get().starts_with('"') && !is_declared => "declared_language",
                name if ADDED.contains(&name) => continue,
                name => name,
            };
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, name).map_err(|error| error.to_string())?;
            out.push(b':');
            out.extend_from_slice(value.get().as_bytes());
        }
        Ok(())
    }
}

fn kind_of(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text that is no text",
        Some(b't' | b'f') => "true or false",
        Some(_) | None => "a number",
    }
}

/// Text, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The fields of an object as they are written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(16);
                while let Some((Text(name), value)) = map.next_entry::<Text<'de>, _>()? {
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::tag::tagger;
    use vigie_service::rules::WantedRules;

    fn tag(line: &str) -> Result<String, String> {
        let (tagger, rules) = tagger(WantedRules::default(), vigie_text::Judge::new());
        let (splice, mention) = LineReader::new(None, false).read(line)?;
        let mut out = Vec::new();
        splice.write_tagged(&tagger.tag(&mention, &rules).0, &mut out)?;
        Ok(String::from_utf8(out).expect("text"))
    }

    #[test]
    fn the_lines_own_bytes_are_kept() {
        let line = r#"{ "id" : 12.50, "text":"I love it \u2764", "deep":{"a":[1, 2]} }"#;
        let tagged = tag(line).expect("tagged");
        assert!(
            tagged
                .starts_with(r#"{ "id" : 12.50, "text":"I love it \u2764", "deep":{"a":[1, 2]},"#)
        );
        let value: Value = serde_json::from_str(&tagged).expect("JSON");
        assert_eq!(value["sentiment"]["label"], "positive");
        assert_eq!(value["fingerprint"].as_str().map(str::len), Some(16));
    }

    #[test]
    fn a_declared_language_moves_and_tagging_twice_changes_nothing() {
        let once = tag(r#"{"language":"en","text":"hello there"}"#).expect("tagged");
        assert!(once.starts_with(r#"{"declared_language":"en","text":"hello there","language":{"#));
        assert_eq!(tag(once.trim_end()).expect("tagged"), once);
    }

    #[test]
    fn what_is_no_mention_says_why() {
        let refused = |line: &str| tag(line).expect_err("refused");
        assert_eq!(refused(r#"{"text":7}"#), "text: found a number, expected text");
        assert!(refused(r#"{"id":7}"#).starts_with("text: is missing"));
        assert!(refused(r#"{"text":"a","text":"b"}"#).contains("stands twice"));
        assert!(refused("[1]").starts_with("is no JSON object at byte"));
        assert!(refused("{\"text\":\"a").starts_with("is no JSON object at byte"));
    }
}
