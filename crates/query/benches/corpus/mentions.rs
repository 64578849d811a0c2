//! Mentions as long as short posts, the same on every machine: words that are met as often as
//! language meets them, and the brands of a share of the streams.

use super::streams::{brand, dice, usual_word};

/// How many words a mention has: about 120 characters, as a short post.
const WORDS_PER_MENTION: u64 = 20;

/// A mention that names the brands of `share` of the streams, on average.
pub fn mention(number: u64, streams: u64, share: f64) -> String {
    let expected = streams as f64 * share;
    let fraction = (dice(number, 5) >> 11) as f64 / (1_u64 << 53) as f64;
    let brands = expected as u64 + u64::from(fraction < expected.fract());
    let mut words: Vec<String> = (0..WORDS_PER_MENTION.saturating_sub(brands))
        .map(|at| usual_word(dice(number * 64 + at, 6)))
        .collect();
    for at in 0..brands {
        let throw = dice(number * 1_024 + at, 7);
        words.insert((throw >> 32) as usize % (words.len() + 1), brand(throw % streams));
    }
    words.join(" ")
}
