//! Streams and mentions that benchmarks match: the same on every machine.
//!
//! Streams of realistic shape: a brand with its handle and tag, exclusions, competitor sets, NEAR,
//! languages, wildcards.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Words that mentions are made of besides brands.
const VOCABULARY: u64 = 20_000;

/// How many words a mention has: about 120 characters, as a short post.
const WORDS_PER_MENTION: u64 = 20;

/// Dice that fall the same on every machine: one throw per number.
fn dice(throw: u64, seed: u64) -> u64 {
    xxh3_64_with_seed(&throw.to_le_bytes(), seed)
}

/// A pronounceable word of two to four syllables.
fn word(number: u64, seed: u64) -> String {
    const SYLLABLES: [&str; 32] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su",
        "ta", "ve", "wi", "xo", "yu", "za", "bre", "cli", "dro", "flu", "gra", "ple", "sti", "tro",
        "shu", "an", "er",
    ];
    let throw = dice(number, seed);
    let syllables = 2 + throw % 3;
    (0..syllables).map(|at| SYLLABLES[(throw >> (8 + at * 8)) as usize % 32]).collect()
}

fn usual_word(throw: u64) -> String {
    // The square of a uniform number favours the first words, as language does.
    let uniform = (throw >> 11) as f64 / (1_u64 << 53) as f64;
    word((uniform.powi(4) * VOCABULARY as f64) as u64, 1)
}

/// The name that a stream watches.
pub fn brand(stream: u64) -> String {
    format!("{}{}", word(stream, 2), word(stream, 3))
}

/// What a stream asks for: one of eight shapes.
pub fn query(stream: u64) -> String {
    let name = brand(stream);
    let theme = |at: u64| usual_word(dice(stream * 16 + at, 4));
    match stream % 8 {
        0 => format!("{name} OR @{name} OR #{name}"),
        1 => format!("({name} OR @{name}) -({} OR {})", theme(0), theme(1)),
        2 => format!("\"{name} {}\" OR @{name}", theme(0)),
        3 => format!("{name} NEAR/8 ({} OR {} OR {})", theme(0), theme(1), theme(2)),
        4 => format!("{name} lang:en -kind:repost"),
        5 => format!("({name} OR {}) AND ({} OR {})", brand(stream + 50_000), theme(0), theme(1)),
        6 => format!("{name}* -sentiment:>0.5"),
        _ => format!("{{{name}}} OR {name} AND {} NEAR/3f {}", theme(0), theme(1)),
    }
}

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
