//! Emoticons: faces made of punctuation.
//!
//! Guarantees: looks at a bounded number of bytes. Refuses faces that are more likely punctuation:
//! a letter mouth must stand free (`:D`, not `:Done`), and `:/` before a slash is a link.

/// Faces that no grammar makes; longest first where one starts another.
const FIXED: [&str; 16] = [
    "¯\\_(ツ)_/¯",
    "(╯°□°)╯︵ ┻━┻",
    "(╯°□°）╯︵ ┻━┻",
    "\\o/",
    "</3",
    "<3",
    "^__^",
    "^_^",
    "^^",
    "^.^",
    "-__-",
    "-_-",
    ">_<",
    ">.<",
    ";_;",
    "._.",
];

/// Mouths of one face at most: `:))))))` is one token up to here, its rest is punctuation.
const MAX_MOUTHS: usize = 6;

/// The bytes of the emoticon that starts at `at`, if one does.
pub(super) fn prefix(source: &str, at: usize) -> Option<usize> {
    let text = &source[at..];
    let free = source[..at].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
    fixed(text, free).or_else(|| face(text, free)).or_else(|| turned(source, at))
}

fn fixed(text: &str, free: bool) -> Option<usize> {
    let found = FIXED.iter().find(|face| text.starts_with(**face))?;
    let ends_free = !found.ends_with(|letter: char| letter.is_ascii_alphanumeric())
        || !text[found.len()..].starts_with(char::is_alphanumeric);
    (free && ends_free).then_some(found.len())
}

/// Brow, eyes, tear, nose, mouth: `>:'-(`.
fn face(text: &str, free: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = usize::from(bytes.first() == Some(&b'>'));
    let eyes = *bytes.get(at)?;
    if !matches!(eyes, b':' | b';' | b'=') {
        return None;
    }
    at += 1;
    at += usize::from(bytes.get(at) == Some(&b'\''));
    let nose = matches!(bytes.get(at), Some(b'-' | b'o' | b'^' | b'~'))
        && bytes.get(at + 1).is_some_and(|&mouth| is_mouth(mouth));
    at += usize::from(nose);
    let mouth = *bytes.get(at)?;
    if !is_mouth(mouth) {
        return None;
    }
    let run = bytes[at..].iter().take(MAX_MOUTHS).take_while(|&&byte| byte == mouth).count();
    at += run;
    let next_is_word = text[at..].starts_with(char::is_alphanumeric);
    let stands = match mouth {
        b')' | b'(' => true,
        b'/' | b'\\' => !next_is_word && free && run == 1,
        _ => !next_is_word && free,
    };
    stands.then_some(at)
}

/// Read from right to left: `(:`, `):`, `(-;`; only after white space.
fn turned(source: &str, at: usize) -> Option<usize> {
    let bytes = &source.as_bytes()[at..];
    if at > 0 && !source.as_bytes()[at - 1].is_ascii_whitespace() {
        return None;
    }
    if !matches!(bytes.first(), Some(b'(' | b')')) {
        return None;
    }
    let nose = usize::from(bytes.get(1) == Some(&b'-'));
    let eyes = matches!(bytes.get(1 + nose), Some(b':' | b';' | b'='));
    let ends = bytes.get(2 + nose).is_none_or(u8::is_ascii_whitespace);
    (eyes && ends).then_some(2 + nose)
}

fn is_mouth(byte: u8) -> bool {
    matches!(
        byte,
        b')' | b'('
            | b'D'
            | b'd'
            | b'P'
            | b'p'
            | b'O'
            | b'o'
            | b'/'
            | b'\\'
            | b'|'
            | b'3'
            | b'*'
            | b'@'
            | b'$'
            | b's'
            | b'S'
            | b'c'
            | b'C'
            | b'['
            | b']'
            | b'}'
            | b'{'
            | b'>'
            | b'<'
            | b'b'
            | b'x'
            | b'X'
    )
}

/// Whether a word is a face of two eyes, as `o_O`, `T_T` or `O.o`.
pub(super) fn is_eyes(word: &[u8]) -> bool {
    match word {
        [left, b'_' | b'.', right] if left.eq_ignore_ascii_case(right) => {
            matches!(left, b'o' | b'O') || (word[1] == b'_' && matches!(left, b'T' | b't' | b'u'))
        }
        _ => false,
    }
}

/// Whether an emoticon can start with this byte: a cheap first look.
pub(super) fn can_start(byte: u8) -> bool {
    matches!(
        byte,
        b':' | b';' | b'=' | b'>' | b'<' | b'^' | b'-' | b'(' | b')' | b'\\' | b'.' | 0xc2
    )
}
