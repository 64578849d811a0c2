//! The scanner: one pass from left to right.
//!
//! ASCII words take a path of their own without tables; a word that touches other scripts is cut by
//! the UAX 29 library. Every step moves on by what it took, so the pass is linear.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::joint::is_unspaced;
use super::look::Letters;
use super::{TokenKind, Tokens, emoji, emoticon, joint, plain, url};
use crate::fold::is_invisible;

/// Bytes looked at behind a handle for its server: the longest domain name there is (RFC 1035).
const MAX_DOMAIN_BYTES: usize = 253;

/// Letters of a cashtag at most: five of US exchanges and one to spare for crypto.
const MAX_CASHTAG_LETTERS: usize = 6;

pub(super) fn scan(tokens: &mut Tokens<'_>, source: &str) {
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = if byte.is_ascii_alphanumeric() || byte == b'_' {
            word(tokens, source, at)
        } else if !byte.is_ascii() {
            wide(tokens, source, at)
        } else if byte.is_ascii_punctuation() {
            punctuation(tokens, source, at)
        } else {
            at + 1
        };
    }
}

/// Takes the word that starts here with an ASCII letter, digit or underscore; returns where to go
/// on.
fn word(tokens: &mut Tokens<'_>, source: &str, at: usize) -> usize {
    let bytes = source.as_bytes();
    if matches!(bytes[at] | 0x20, b'h' | b'w' | b'f')
        && let Some(length) = url::prefix(&source[at..])
    {
        return take(tokens, source, TokenKind::Url, at, length);
    }
    let run = ascii_word(bytes, at);
    let next = bytes.get(run.end).copied().unwrap_or(b' ');
    let touches = !next.is_ascii()
        || (joins(next) && bytes.get(run.end + 1).is_some_and(|byte| !byte.is_ascii()));
    if touches {
        let keycap = if run.end == at + 1 { emoji::prefix(&source[at..]) } else { None };
        return match keycap {
            Some(length) => take(tokens, source, TokenKind::Emoji, at, length),
            None => match plain::prefix(&source[at..]) {
                Some(length) => take(tokens, source, TokenKind::Word, at, length),
                None => unit(tokens, source, at),
            },
        };
    }
    if next == b'/'
        && run.dotted
        && let Some(length) = url::bare(&source[at..], run.end - at)
    {
        return take(tokens, source, TokenKind::Url, at, length);
    }
    if !run.letters.has_letters() && !run.letters.has_digits() {
        return run.end;
    }
    let kind = if !run.letters.has_letters() {
        TokenKind::Number
    } else if run.end == at + 3 && emoticon::is_eyes(&bytes[at..run.end]) {
        TokenKind::Emoticon
    } else {
        TokenKind::Word
    };
    tokens.push_ascii(kind, source, (at, run.end), run.letters);
    run.end
}

/// What a run of ASCII word bytes holds.
struct Run {
    end: usize,
    letters: Letters,
    dotted: bool,
}

/// UAX 29 on ASCII: letters, digits and underscores, joined by `.` and `'` between two of a kind,
/// and by `,` and `;` between digits.
fn ascii_word(bytes: &[u8], start: usize) -> Run {
    let mut run = Run { end: start, letters: Letters::default(), dotted: false };
    while let Some(&byte) = bytes.get(run.end) {
        if !run.letters.take(byte) {
            if byte != b'_' && !joined(bytes, start, run.end) {
                break;
            }
            run.dotted |= byte == b'.';
        }
        run.end += 1;
    }
    run
}

/// Whether the punctuation here joins what stands before and after it.
fn joined(bytes: &[u8], start: usize, at: usize) -> bool {
    if at == start || !joins(bytes[at]) {
        return false;
    }
    let before = bytes[at - 1];
    let Some(&after) = bytes.get(at + 1) else { return false };
    match bytes[at] {
        b'.' | b'\'' => {
            (before.is_ascii_alphabetic() && after.is_ascii_alphabetic())
                || (before.is_ascii_digit() && after.is_ascii_digit())
        }
        _ => before.is_ascii_digit() && after.is_ascii_digit(),
    }
}

fn joins(byte: u8) -> bool {
    matches!(byte, b'.' | b'\'' | b',' | b';')
}

/// Takes what starts here with ASCII punctuation, if it is a token.
fn punctuation(tokens: &mut Tokens<'_>, source: &str, at: usize) -> usize {
    let byte = source.as_bytes()[at];
    match byte {
        b'#' => sigil(tokens, source, (TokenKind::Hashtag, hashtag), at, 1),
        b'@' => sigil(tokens, source, (TokenKind::Handle, handle), at, 1),
        b'$' => sigil(tokens, source, (TokenKind::Cashtag, cashtag), at, 1),
        b'*' => match emoji::prefix(&source[at..]) {
            Some(length) => take(tokens, source, TokenKind::Emoji, at, length),
            None => at + 1,
        },
        _ if emoticon::can_start(byte) => match emoticon::prefix(source, at) {
            Some(length) => take(tokens, source, TokenKind::Emoticon, at, length),
            None => at + 1,
        },
        _ => at + 1,
    }
}

/// What a sigil starts, and how many bytes of what follows it names.
type Sigil = (TokenKind, fn(&str) -> usize);

/// Takes a hashtag, handle or cashtag whose sigil stands here; passes over the sigil if it is none.
fn sigil(
    tokens: &mut Tokens<'_>,
    source: &str,
    (kind, name): Sigil,
    at: usize,
    width: usize,
) -> usize {
    let before = source[..at].chars().next_back();
    if before.is_some_and(|letter| letter.is_alphanumeric() && !is_unspaced(letter)) {
        return at + width;
    }
    let rest = &source[at + width..];
    let length = name(rest);
    if length > 0 {
        return take(tokens, source, kind, at, width + length);
    }
    match emoji::prefix(&source[at..]) {
        Some(keycap) => take(tokens, source, TokenKind::Emoji, at, keycap),
        None => at + width,
    }
}

/// The bytes of a hashtag's name: letters, marks, digits and underscores, not only digits.
fn hashtag(rest: &str) -> usize {
    let mut end = 0;
    let mut lettered = false;
    let mut at = 0;
    let mut last = None;
    for letter in rest.chars() {
        let names = letter.is_alphanumeric() || letter == '_';
        if !names && !is_combining_mark(letter) && !is_invisible(letter) {
            break;
        }
        // A keycap's selector, or a name that starts with a mark, is no name.
        if at == 0 && !names {
            return 0;
        }
        let is_seen = !is_invisible(letter);
        let is_border = is_seen
            && rest[end..at].contains(joint::SPACE)
            && last.is_some_and(|last| joint::parts(last, letter));
        if is_border {
            break;
        }
        at += letter.len_utf8();
        lettered |= letter.is_alphabetic();
        if is_seen {
            end = at;
            last = Some(letter);
        }
    }
    if lettered { end } else { 0 }
}

/// The bytes of a handle's name, with its server where there is one.
fn handle(rest: &str) -> usize {
    let name: usize = rest
        .chars()
        .take_while(|&letter| letter == '_' || (letter.is_alphanumeric() && !is_unspaced(letter)))
        .map(char::len_utf8)
        .sum();
    if name == 0 {
        return 0;
    }
    let after = &rest[name..];
    if let Some(server) = after.strip_prefix('@') {
        let length = domain(server);
        return if server[..length].contains('.') { name + 1 + length } else { name };
    }
    if !after.starts_with(['.', '-']) {
        return name;
    }
    let whole = domain(rest);
    if is_domain_handle(&rest[..whole]) { whole } else { name }
}

/// Whether a dotted name is a handle and not a handle, a full stop and the next sentence: a known
/// ending in lower case that is not also a short word, or two dots.
fn is_domain_handle(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    url::has_known_ending(name)
        && ending.bytes().all(|byte| byte.is_ascii_lowercase())
        && (ending.len() > 2 || name.matches('.').count() > 1)
}

/// The bytes of the domain name that the text starts with.
fn domain(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    for (at, &byte) in bytes.iter().take(MAX_DOMAIN_BYTES).enumerate() {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            end = at + 1;
        } else if !matches!(byte, b'.' | b'-') || end != at {
            break;
        }
    }
    end
}

/// The bytes of a cashtag: 1 to 6 letters that end there, and a class as in `BRK.A`.
fn cashtag(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 || letters > MAX_CASHTAG_LETTERS {
        return 0;
    }
    let class = match &bytes[letters..] {
        [b'.' | b'_', class, rest @ ..] if class.is_ascii_uppercase() => {
            let stands = !rest.first().is_some_and(u8::is_ascii_alphanumeric);
            if stands { 2 } else { 0 }
        }
        _ => 0,
    };
    let ends = rest[letters + class..]
        .chars()
        .next()
        .is_none_or(|next| (!next.is_alphanumeric() && next != '_') || is_unspaced(next));
    if ends { letters + class } else { 0 }
}

/// Takes what starts here with a character beyond ASCII.
fn wide(tokens: &mut Tokens<'_>, source: &str, at: usize) -> usize {
    if let Some(length) = plain::prefix(&source[at..]) {
        return take(tokens, source, TokenKind::Word, at, length);
    }
    if let Some(length) = emoji::prefix(&source[at..]) {
        return take(tokens, source, TokenKind::Emoji, at, length);
    }
    if source.as_bytes()[at] == 0xc2
        && let Some(length) = emoticon::prefix(source, at)
    {
        return take(tokens, source, TokenKind::Emoticon, at, length);
    }
    match source[at..].chars().next() {
        Some('＃') => sigil(tokens, source, (TokenKind::Hashtag, hashtag), at, '＃'.len_utf8()),
        Some('＠') => sigil(tokens, source, (TokenKind::Handle, handle), at, '＠'.len_utf8()),
        _ => unit(tokens, source, at),
    }
}

/// Takes the UAX 29 unit that starts here, if it is a word or a number.
fn unit(tokens: &mut Tokens<'_>, source: &str, at: usize) -> usize {
    let cut = &source[at..unit_end(source, at)];
    let seen = cut.trim_matches(is_invisible);
    let start = at + cut.len() - cut.trim_start_matches(is_invisible).len();
    let kind = if seen.contains(char::is_alphabetic) {
        Some(TokenKind::Word)
    } else if seen.contains(char::is_numeric) {
        Some(TokenKind::Number)
    } else {
        None
    };
    if let Some(kind) = kind {
        tokens.push(kind, source, start, start + seen.len());
    }
    at + cut.len()
}

/// Where the unit that starts here ends: at a colon, or where nothing is joined to it.
fn unit_end(source: &str, at: usize) -> usize {
    let mut end = at;
    while let Some(whole) = source[end..].split_word_bounds().next() {
        if let Some(colon) = whole.find(':').filter(|&colon| colon > 0) {
            return end + colon;
        }
        end += whole.len();
        match joint::after(whole, &source[end..]) {
            Some(bytes) => end += bytes,
            None => break,
        }
    }
    end
}

fn take(tokens: &mut Tokens<'_>, source: &str, kind: TokenKind, at: usize, length: usize) -> usize {
    tokens.push(kind, source, at, at + length);
    at + length
}
