//! Spam as one text shows it: a linear model over words, pairs of words, beginnings of words, and
//! the shapes of numbers, links and capitals, trained on short messages, comments and tweets.
//!
//! The file, little endian: `VSPM`, version (u16), scale (f32), bias (f32), one number (i8) for
//! each bucket.
//!
//! Guarantees: sums are integers, so every machine has the same; work is linear in the text.
//!
//! Refuses: languages other than English, which is what its messages are in.

use crate::mix::{SEED, four, mix, mix_all, upper};
use crate::sentiment::NoModel;
use crate::token::{TokenKind, Tokens};

/// Buckets that features fall into.
pub const BUCKETS: usize = 1 << 17;

/// The first bytes of the file, and the version of its form.
pub const SPAM_MAGIC: [u8; 4] = *b"VSPM";
/// Version of the file's form.
pub const SPAM_VERSION: u16 = 2;

const HEAD: usize = 14;

const MODEL: &[u8] = include_bytes!("../../models/spam.bin");

/// Features of a text at most: what tells spam stands at its beginning.
const MAX_FEATURES: usize = 600;

/// Tells spam; built once.
#[derive(Clone, Debug)]
pub struct SpamModel {
    scale: f32,
    bias: f32,
    numbers: Vec<u8>,
}

impl SpamModel {
    /// Reads the model that comes with the crate.
    ///
    /// # Panics
    /// If the file that was built in is no model of this version.
    pub fn new() -> Self {
        Self::read(MODEL).expect("the spam model that was built in is one of this version")
    }

    /// Reads a model.
    ///
    /// # Errors
    /// When these are not the bytes of one of this version.
    pub fn read(bytes: &[u8]) -> Result<Self, NoModel> {
        if bytes.len() != HEAD + BUCKETS || !bytes.starts_with(&SPAM_MAGIC) {
            return Err(NoModel);
        }
        let float = |at: usize| bytes[at..].first_chunk().copied().map(f32::from_le_bytes);
        let (Some(scale), Some(bias)) = (float(6), float(10)) else { return Err(NoModel) };
        if bytes[4..6] != SPAM_VERSION.to_le_bytes() {
            return Err(NoModel);
        }
        Ok(Self { scale, bias, numbers: bytes[HEAD..].to_vec() })
    }

    /// The probability that the text is spam.
    pub fn probability(&self, tokens: &Tokens<'_>) -> f32 {
        let (mut sum, mut count) = (0_i32, 0_u16);
        spam_features(tokens, |bucket| {
            sum += i32::from(self.numbers[bucket] as i8);
            count += 1;
        });
        let score = self.bias + self.scale * sum as f32 / f32::from(count.max(1)).sqrt();
        1.0 / (1.0 + libm::expf(-score))
    }
}

impl Default for SpamModel {
    fn default() -> Self {
        Self::new()
    }
}

/// Calls back with the bucket of each feature of a text.
pub fn spam_features(tokens: &Tokens<'_>, mut each: impl FnMut(usize)) {
    let mut left = MAX_FEATURES;
    let mut tell = |state: u64| {
        if left > 0 {
            left -= 1;
            each(upper(state, BUCKETS.trailing_zeros()) as usize);
        }
    };
    let mut before = OPENING;
    let (mut capitals, mut digits, mut marks) = (0_usize, 0_usize, 0_usize);
    for (index, token) in tokens.iter().enumerate().take(MAX_FEATURES) {
        let folded = tokens.folded(index);
        let here = match token.kind {
            TokenKind::Url => LINK,
            TokenKind::Handle => ACCOUNT,
            _ if tokens.is_numbered(index) => (shape(folded) >> u32::BITS) as u32,
            TokenKind::Number
            | TokenKind::Word
            | TokenKind::Hashtag
            | TokenKind::Cashtag
            | TokenKind::Emoji
            | TokenKind::Emoticon => tokens.hash(index),
        };
        capitals += usize::from(tokens.is_shouted(index));
        if token.kind != TokenKind::Url && tokens.is_numbered(index) {
            digits += tokens.written(index).bytes().filter(u8::is_ascii_digit).count();
        }
        if let Some(gap) = tokens.marks_before(index) {
            for mark in gap.chars().filter(|mark| MARKS.contains(mark)) {
                marks += 1;
                tell(mix(MARK, mark as u32));
            }
        }
        tell(mix(SINGLE, here));
        tell(mix(mix(PAIR, before), here));
        match token.kind {
            TokenKind::Url => tell(mix_all(HOST, host(folded).as_bytes())),
            TokenKind::Word if folded.len() > STEM => {
                tell(mix(BEGINNING, four(folded.as_bytes(), 0)));
            }
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Hashtag
            | TokenKind::Handle
            | TokenKind::Cashtag
            | TokenKind::Emoji
            | TokenKind::Emoticon => {}
        }
        before = here;
    }
    tell(mix(mix(PAIR, before), CLOSING));
    for (which, number) in (0..).zip([
        capitals.min(8),
        (digits / 3).min(8),
        marks.min(8),
        (tokens.source().len() / 20).min(10),
    ]) {
        tell(mix(mix(STYLE, which), number as u32));
    }
}

/// The states that features of each sort begin with.
const SINGLE: u64 = SEED;
const PAIR: u64 = SEED ^ 1;
const BEGINNING: u64 = SEED ^ 2;
const MARK: u64 = SEED ^ 3;
const HOST: u64 = SEED ^ 4;
const STYLE: u64 = SEED ^ 5;

/// What stands for the start, the end, any link and any account beside other tokens.
const OPENING: u32 = 1;
const CLOSING: u32 = 2;
const LINK: u32 = 3;
const ACCOUNT: u32 = 4;

/// Bytes that the beginning of a word has: what it shares with its other forms and misspellings.
const STEM: usize = 4;

/// Marks that sellers use.
const MARKS: [char; 8] = ['£', '$', '€', '!', '*', '+', '%', '?'];

/// A token with each digit made a zero, twelve of them at most: 150p, a short code, a telephone.
fn shape(folded: &str) -> u64 {
    let zeros = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    folded.bytes().take(12).fold(mix_all(SEED, b"0"), |state, byte| mix(state, zeros(byte).into()))
}

/// The host of a link: what shortens links or sells is known by it.
fn host(link: &str) -> &str {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probability(text: &str) -> f32 {
        SpamModel::new().probability(&Tokens::of(text))
    }

    #[test]
    fn prizes_by_phone_are_spam_and_talk_is_not() {
        for spam in [
            "URGENT! You have won a £500 prize. Call 09061234567 now to claim, T&Cs apply",
            "FREE entry! Txt WIN to 80082 for a chance to win an ipod, 150p per msg",
        ] {
            assert!(probability(spam) > 0.8, "{spam}");
        }
        for talk in [
            "Where are you? I am waiting at the station since 5",
            "@northair my bag has been missing for two days and nobody answers the phone",
            "I won the match today, so happy!",
        ] {
            assert!(probability(talk) < 0.3, "{talk}");
        }
    }
}
