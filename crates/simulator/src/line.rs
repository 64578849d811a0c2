//! Writes a mention as one line of JSON in vigie's input envelope.
//!
//! Guarantees: valid JSON on one line; what is unknown has no key; times are RFC 3339 with
//! milliseconds, in UTC. Written by hand because a simulator feeds benchmarks: it must cost less
//! than what reads it.

use std::io::Write as _;

use vigie_types::{
    Author, AuthorId, AuthorKind, Counts, EventTime, Mention, Place, Reference, References,
};

use crate::delivery::Deletion;

/// Appends the mention, without a line feed.
pub(crate) fn write_mention(out: &mut Vec<u8>, mention: &Mention) {
    let mut object = Object::begin(out);
    object.text("network", mention.network.as_str());
    object.text("id", mention.mention_id.native());
    object.text("kind", mention.kind.as_str());
    write_author(object.value("author"), &mention.author);
    object.text("text", &mention.text);
    object.some_text("title", mention.title.as_deref());
    object.some_text("language", mention.declared_language.as_deref());
    object.time("created_at", mention.created_at);
    object.time("published_at", mention.published_at);
    object.some_text("url", mention.url.as_deref());
    write_references(&mut object, &mention.references);
    if mention.counts != Counts::default() {
        write_counts(object.value("counts"), &mention.counts);
    }
    if let Some(place) = &mention.location {
        write_place(object.value("location"), place);
    }
    object.some_text("outlet", mention.outlet.as_deref());
    object.number("revision", mention.revision.map(vigie_types::Revision::get));
    object.end();
}

/// Appends the delete, without a line feed.
pub(crate) fn write_deletion(out: &mut Vec<u8>, deletion: &Deletion) {
    let mut object = Object::begin(out);
    object.text("network", deletion.mention_id.network());
    object.text("id", deletion.mention_id.native());
    if let Some(author) = &deletion.author {
        let mut inner = Object::begin(object.value("author"));
        inner.text("id", author.native());
        inner.end();
    }
    object.time("published_at", Some(deletion.at));
    object.text("status", "deleted");
    object.end();
}

fn write_author(out: &mut Vec<u8>, author: &Author) {
    let mut object = Object::begin(out);
    object.text("id", author.id.native());
    object.some_text("handle", author.handle.as_deref());
    object.some_text("display_name", author.display_name.as_deref());
    object.number("followers", author.followers);
    object.time("created_at", author.created_at);
    object.truth(
        "bot",
        match author.kind {
            AuthorKind::Bot => Some(true),
            AuthorKind::Human => Some(false),
            AuthorKind::Unknown | AuthorKind::Site => None,
        },
    );
    object.truth("verified", author.verified);
    object.some_text("bio", author.bio.as_deref());
    object.some_text("location", author.location.as_deref());
    object.end();
}

fn write_references(object: &mut Object<'_>, references: &References) {
    let named = [
        ("reply_to", &references.reply_to),
        ("root", &references.root),
        ("repost_of", &references.repost_of),
        ("quote_of", &references.quote_of),
    ];
    for (key, reference) in named {
        if let Some(Reference { mention, author }) = reference {
            let mut inner = Object::begin(object.value(key));
            inner.text("id", mention.native());
            inner.some_text("author", author.as_ref().map(AuthorId::native));
            inner.end();
        }
    }
    if references.mentioned.is_empty() {
        return;
    }
    let out = object.value("mentioned");
    for (number, author) in references.mentioned.iter().enumerate() {
        out.push(if number == 0 { b'[' } else { b',' });
        write_text(out, author.native());
    }
    out.push(b']');
}

fn write_counts(out: &mut Vec<u8>, counts: &Counts) {
    let mut object = Object::begin(out);
    object.number("likes", counts.likes);
    object.number("replies", counts.replies);
    object.number("reposts", counts.reposts);
    object.number("quotes", counts.quotes);
    object.number("views", counts.views);
    object.time("as_of", counts.as_of);
    object.end();
}

fn write_place(out: &mut Vec<u8>, place: &Place) {
    let mut object = Object::begin(out);
    object.some_text("city", place.city.as_deref());
    object.some_text("region", place.region.as_deref());
    object.some_text("country", place.country.as_deref());
    object.end();
}

/// A JSON object being written. Keys are ours and need no escape.
struct Object<'a> {
    out: &'a mut Vec<u8>,
    separator: u8,
}

impl<'a> Object<'a> {
    fn begin(out: &'a mut Vec<u8>) -> Self {
        Self { out, separator: b'{' }
    }

    fn value(&mut self, key: &str) -> &mut Vec<u8> {
        self.out.push(self.separator);
        self.separator = b',';
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn text(&mut self, key: &str, text: &str) {
        write_text(self.value(key), text);
    }

    fn some_text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn number(&mut self, key: &str, number: Option<u64>) {
        if let Some(number) = number {
            write_display(self.value(key), number);
        }
    }

    fn truth(&mut self, key: &str, truth: Option<bool>) {
        if let Some(truth) = truth {
            let word: &[u8] = if truth { b"true" } else { b"false" };
            self.value(key).extend_from_slice(word);
        }
    }

    fn time(&mut self, key: &str, time: Option<EventTime>) {
        if let Some(time) = time {
            let out = self.value(key);
            out.push(b'"');
            write_display(out, time);
            out.push(b'"');
        }
    }

    fn end(self) {
        if self.separator == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }
}

fn write_display(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    assert!(write!(out, "{value}").is_ok(), "writing to memory cannot fail");
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain_from = 0;
    for (place, byte) in bytes.iter().enumerate() {
        let escaped: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => b"\\ufffd",
            _ => continue,
        };
        out.extend_from_slice(&bytes[plain_from..place]);
        out.extend_from_slice(escaped);
        plain_from = place + 1;
    }
    out.extend_from_slice(&bytes[plain_from..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_survives_its_escapes() {
        let text = "a \"quote\" \\ and\nlines\r\twith é 😡 日本";
        let mut out = Vec::new();
        write_text(&mut out, text);
        assert_eq!(serde_json::from_slice::<String>(&out).expect("valid JSON"), text);
    }
}
