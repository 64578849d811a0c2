//! What sources wrap around words: HTML entities and tags, taken away before a text is cut into
//! tokens, with a map back to the bytes of the source.
//!
//! An entity becomes its character, a tag of a block a line break, any other known tag nothing;
//! what stands in `script` and `style` goes. Mastodon's links come in spans, and are whole again.
//!
//! Guarantees: a text without `&` and `<` is looked at once and costs no more; work is linear;
//! every byte of what is left stands for bytes of the source. Decoded once: `&amp;lt;` is `&lt;`.
//!
//! Refuses: to be a parser of HTML. `<3`, `a < b`, `AT&T` and `<unknown>` stay as they are.

use memchr::memchr2;
use vigie_types::Span;

/// The longest entity, in bytes: `&CounterClockwiseContourIntegral;` has 33.
const MAX_ENTITY: usize = 40;

/// The longest tag, in bytes: links with long addresses.
const MAX_TAG: usize = 4_000;

/// Tags that start a line of their own.
const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Tags within a line.
const INLINE: [&str; 34] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "iframe", "img",
    "ins", "kbd", "label", "mark", "q", "s", "small", "source", "span", "strike", "strong", "sub",
    "sup", "tbody", "thead", "time", "tt", "u", "video", "wbr", "center",
];

/// Tags whose content is nobody's words.
const SILENT: [&str; 2] = ["script", "style"];

/// A text without its markup.
#[derive(Clone, Debug)]
pub(super) struct Cleaned {
    pub(super) text: String,
    /// Where each piece starts in the text, and the bytes of the source that it stands for; a piece
    /// of the same length stands byte for byte.
    pieces: Vec<(u32, Span)>,
}

/// The text without its markup, if it has any.
pub(super) fn clean(source: &str) -> Option<Cleaned> {
    let bytes = source.as_bytes();
    let mark = |bytes| memchr2(b'&', b'<', bytes);
    let mut cleaned = Cleaned { text: String::new(), pieces: Vec::new() };
    let (mut kept, mut at) = (0, mark(bytes)?);
    let mut unclosed = false;
    while at < bytes.len() {
        let found = match bytes[at] {
            b'&' => entity(&source[at..]),
            b'<' if !unclosed => tag(&source[at..], &mut unclosed),
            _ => None,
        };
        match found {
            Some((length, put)) => {
                cleaned.keep(source, kept, at);
                cleaned.put(&put, at, at + length);
                at += length;
                kept = at;
            }
            None => at += 1,
        }
        at += mark(&bytes[at..]).unwrap_or(bytes.len() - at);
    }
    if cleaned.pieces.is_empty() {
        return None;
    }
    cleaned.keep(source, kept, source.len());
    Some(cleaned)
}

impl Cleaned {
    fn keep(&mut self, source: &str, start: usize, end: usize) {
        self.put(&source[start..end], start, end);
    }

    fn put(&mut self, text: &str, start: usize, end: usize) {
        if start < end {
            let span = Span { start: start as u32, end: end as u32 };
            self.pieces.push((self.text.len() as u32, span));
            self.text.push_str(text);
        }
    }

    /// The bytes of the source that some bytes of the text stand for.
    pub(super) fn in_source(&self, span: Span) -> Span {
        let start = self.piece(span.start);
        let end = self.piece(span.end.saturating_sub(1).max(span.start));
        let offset = |(from, piece, exact): (u32, Span, bool), at: u32| {
            if exact { piece.start + (at - from) } else { piece.start }
        };
        let last = if end.2 { offset(end, span.end) } else { end.1.end };
        Span { start: offset(start, span.start), end: last }
    }

    /// The piece that a byte stands in, where it starts, and whether it stands byte for byte.
    fn piece(&self, at: u32) -> (u32, Span, bool) {
        // Of pieces that start at one place all but the last are empty.
        let index = self.pieces.partition_point(|(from, _)| *from <= at).saturating_sub(1);
        let (from, span) = self.pieces[index];
        let next = self.pieces.get(index + 1).map_or(self.text.len() as u32, |(next, _)| *next);
        (from, span, next - from == span.end - span.start)
    }
}

/// The entity that the text starts with: its bytes, and what it stands for.
fn entity(text: &str) -> Option<(usize, String)> {
    let end = text.bytes().take(MAX_ENTITY).position(|byte| byte == b';')? + 1;
    let written = &text[..end];
    let named = written[1..end - 1].trim_start_matches('#');
    if named.is_empty() || !named.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let decoded = htmlize::unescape(written);
    (decoded != written).then(|| (end, decoded.into_owned()))
}

/// The tag that the text starts with: its bytes, and what is put for it.
fn tag(text: &str, unclosed: &mut bool) -> Option<(usize, String)> {
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = name[..length].to_ascii_lowercase();
    let is = |tags: &[&str]| tags.contains(&name.as_str());
    let put = if is(&BLOCKS) { "\n" } else { "" };
    if put.is_empty() && !is(&INLINE) && !is(&SILENT) {
        return None;
    }
    let end = text.bytes().take(MAX_TAG).position(|byte| byte == b'>');
    let Some(end) = end else {
        // No tag behind this one ends either; looking again for each would not be linear.
        *unclosed = text.len() < MAX_TAG;
        return None;
    };
    let opens = !text.starts_with("</") && is(&SILENT);
    let content = if opens { silent(&text[end + 1..], &name) } else { 0 };
    Some((end + 1 + content, put.to_owned()))
}

/// The bytes up to the end of a tag's content; none where it does not end.
fn silent(text: &str, name: &str) -> usize {
    text.find(&format!("</{name}")).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str, parts: &[(&str, &str)]) {
        let cleaned = clean(source).expect("markup");
        assert_eq!(cleaned.text, expected);
        for (part, written) in parts {
            let start = cleaned.text.find(part).expect("a part of it");
            let span = Span { start: start as u32, end: (start + part.len()) as u32 };
            let Span { start, end } = cleaned.in_source(span);
            assert_eq!(&source[start as usize..end as usize], *written, "{part} of {source}");
        }
    }

    #[test]
    fn entities_become_their_characters_and_point_back() {
        check("caf&eacute; &amp; bar", "café & bar", &[("café", "caf&eacute;"), ("bar", "bar")]);
        check("it&#39;s &#x1F600;!", "it's 😀!", &[("it's", "it&#39;s"), ("😀", "&#x1F600;")]);
        check("&amp;lt;", "&lt;", &[]);
    }

    #[test]
    fn tags_go_and_blocks_part_lines() {
        check(
            "<p>good<br/>b<b>a</b>d</p>",
            "\ngood\nbad\n",
            &[("good", "good"), ("bad", "b<b>a</b>d")],
        );
        check(
            r#"<a href="https://a.example/?b=c"><span class="invisible">https://</span>a.example</a> x"#,
            "https://a.example x",
            &[("x", "x")],
        );
        check("a<script>if (a < b) {}</script>z", "az", &[("z", "z")]);
    }

    #[test]
    fn what_is_no_markup_stays() {
        for text in
            ["I <3 you", "a < b > c", "AT&T", "R&D;", "<unknown>", "&nope;", "<b", "plain", "&&;<>"]
        {
            assert!(clean(text).is_none(), "{text}");
        }
    }

    #[test]
    fn hostile_markup_costs_what_its_length_is() {
        for text in ["<b ".repeat(100_000), "&".repeat(300_000), "<script>".repeat(20_000)] {
            if let Some(cleaned) = clean(&text) {
                assert!(cleaned.text.len() <= text.len());
            }
        }
    }
}
