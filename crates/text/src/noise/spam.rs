//! Spam as one text shows it: a linear model over words, pairs of words, and the shapes of numbers,
//! links and capitals, trained on short messages and tweets.
//!
//! The file, little endian: `VSPM`, version (u16), scale (f32), bias (f32), one number (i8) for
//! each bucket.
//!
//! Guarantees: sums are integers, so every machine has the same; work is linear in the text.
//!
//! Refuses: languages other than English, which is what its messages are in.

use crate::mix::{SEED, mix_all, upper};
use crate::token::{TokenKind, Tokens};

/// Buckets that features fall into.
pub const BUCKETS: usize = 1 << 15;

/// The first bytes of the file, and the version of its form.
pub const SPAM_MAGIC: [u8; 4] = *b"VSPM";
/// Version of the file's form.
pub const SPAM_VERSION: u16 = 1;

const HEAD: usize = 14;

const MODEL: &[u8] = include_bytes!("../../models/spam.bin");

/// Features of a text at most: what tells spam stands at its beginning.
const MAX_FEATURES: usize = 400;

/// Tells spam; built once.
#[derive(Debug)]
pub struct SpamModel {
    scale: f32,
    bias: f32,
    numbers: &'static [u8],
}

impl SpamModel {
    /// Reads the model that comes with the crate.
    ///
    /// # Panics
    /// If the file that was built in is no model of this version.
    pub fn new() -> Self {
        let (head, numbers) = MODEL.split_at_checked(HEAD).unwrap_or((&[], &[]));
        let float = |at: usize| head.get(at..).and_then(|bytes| bytes.first_chunk().copied());
        let (Some(scale), Some(bias)) = (float(6), float(10)) else {
            panic!("the spam model ends early")
        };
        assert!(head.starts_with(&SPAM_MAGIC), "the spam model is no spam model");
        assert_eq!(head[4..6], SPAM_VERSION.to_le_bytes(), "the spam model has another version");
        assert_eq!(numbers.len(), BUCKETS, "the spam model has another length");
        Self { scale: f32::from_le_bytes(scale), bias: f32::from_le_bytes(bias), numbers }
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
    let mut before = mix_all(SEED, b"^");
    let mut capitals = 0_usize;
    for (index, token) in tokens.iter().enumerate().take(MAX_FEATURES) {
        let written = tokens.written(index);
        let here = match token.kind {
            TokenKind::Number => mix_all(SEED, &[b'0', written.len().min(12) as u8]),
            TokenKind::Url => mix_all(SEED, b"url"),
            TokenKind::Handle => mix_all(SEED, b"@"),
            TokenKind::Word if holds_digits(written) => {
                mix_all(SEED, &[b'1', written.len().min(12) as u8])
            }
            TokenKind::Word
            | TokenKind::Hashtag
            | TokenKind::Cashtag
            | TokenKind::Emoji
            | TokenKind::Emoticon => mix_all(SEED, tokens.folded(index).as_bytes()),
        };
        capitals += usize::from(is_shouted(written));
        for mark in tokens.gap_before(index).chars().filter(|mark| MARKS.contains(mark)) {
            tell(mix_all(mix_all(SEED, b"mark"), &(mark as u32).to_le_bytes()));
        }
        tell(here);
        tell(mix_all(before, &here.to_le_bytes()));
        before = here;
    }
    tell(mix_all(SEED, &[b'C', capitals.min(8) as u8]));
    tell(mix_all(SEED, &[b'L', (tokens.source().len() / 20).min(10) as u8]));
}

/// Marks that sellers use.
const MARKS: [char; 8] = ['£', '$', '€', '!', '*', '+', '%', '?'];

fn holds_digits(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_shouted(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
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
