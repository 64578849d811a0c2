//! Emoji sequences: where one ends.
//!
//! Follows UTS 51 loosely: one pictograph with selector and skin tone, tags, joined pictographs; a
//! pair of regional indicators; a keycap. Folded, an emoji has neither selectors nor skin tones, so
//! that `❤` is one with its picture, and a thumb is a thumb.
//!
//! Refuses pictographs that are text by default (`©`, `↔`) unless a selector asks for the picture.

use unicode_properties::{EmojiStatus, UnicodeEmoji};

const JOINER: char = '\u{200d}';
const PICTURE: char = '\u{fe0f}';
const TEXT: char = '\u{fe0e}';
const KEYCAP: char = '\u{20e3}';

/// Pictographs joined into one token at most; the longest in Unicode joins 4, families by skin 8.
/// More are cut, so that a wall of joiners stays many tokens.
const MAX_JOINED: usize = 10;

/// Appends the folded emoji to a buffer.
pub(super) fn fold_onto(written: &str, folded: &mut String) {
    let mut letters = written.chars();
    // A tone that stands first is an emoji of its own.
    folded.extend(letters.next());
    folded.extend(letters.filter(|&letter| !is_selector(letter) && !is_skin_tone(letter)));
}

/// Whether an emoji has a skin tone.
pub(super) fn is_toned(written: &str) -> bool {
    written.chars().skip(1).any(is_skin_tone)
}

/// Whether the character only chooses between text and picture.
fn is_selector(letter: char) -> bool {
    matches!(letter, TEXT | PICTURE)
}

/// The bytes of the emoji that the text starts with, if it does.
pub(super) fn prefix(text: &str) -> Option<usize> {
    let mut letters = text.chars();
    let first = letters.next()?;
    if first.is_ascii() {
        return keycap(text, first);
    }
    if is_regional(first) {
        let second = letters.next().filter(|&letter| is_regional(letter));
        return Some(first.len_utf8() + second.map_or(0, char::len_utf8));
    }
    let mut end = pictograph(text)?;
    for _ in 1..MAX_JOINED {
        let Some(rest) = text[end..].strip_prefix(JOINER) else { break };
        let Some(joined) = pictograph(rest) else { break };
        end += JOINER.len_utf8() + joined;
    }
    Some(end)
}

/// Digit, `#` or `*` under a keycap.
fn keycap(text: &str, first: char) -> Option<usize> {
    if !matches!(first, '0'..='9' | '#' | '*') {
        return None;
    }
    let rest = &text[1..];
    let after = rest.strip_prefix(PICTURE).unwrap_or(rest);
    after.starts_with(KEYCAP).then(|| text.len() - after.len() + KEYCAP.len_utf8())
}

/// One pictograph with its selector, skin tone and tags.
fn pictograph(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let mut end = first.len_utf8();
    let selector = text[end..].chars().next().filter(|&letter| is_selector(letter));
    if !is_pictograph(first, selector == Some(PICTURE)) {
        return None;
    }
    end += selector.map_or(0, char::len_utf8);
    if let Some(tone) = text[end..].chars().next().filter(|&letter| is_skin_tone(letter)) {
        end += tone.len_utf8();
    }
    // Flags of regions spell their code in tags; 7 with the end tag.
    for tag in text[end..].chars().take(7).take_while(|&letter| is_tag(letter)) {
        end += tag.len_utf8();
    }
    Some(end)
}

fn is_pictograph(letter: char, pictured: bool) -> bool {
    // Below are letters, above are ideographs: most text is answered here.
    if !matches!(letter, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
    {
        return false;
    }
    let status = letter.emoji_status();
    if matches!(status, EmojiStatus::EmojiOther | EmojiStatus::EmojiModifierBase) {
        return pictured || matches!(letter, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..);
    }
    matches!(
        status,
        EmojiStatus::EmojiPresentation
            | EmojiStatus::EmojiPresentationAndModifierBase
            | EmojiStatus::EmojiPresentationAndEmojiComponent
            | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
    )
}

fn is_regional(letter: char) -> bool {
    matches!(letter, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_skin_tone(letter: char) -> bool {
    matches!(letter, '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_tag(letter: char) -> bool {
    matches!(letter, '\u{e0020}'..='\u{e007f}')
}
