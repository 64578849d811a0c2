//! Streams of realistic shape, the same on every machine: a brand with its handle and tag,
//! exclusions, competitor sets, NEAR, languages, wildcards.

use vigie_query::Query;
use vigie_types::StreamId;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Words that mentions are made of besides brands.
const VOCABULARY: u64 = 20_000;

/// Dice that fall the same on every machine: one throw per number.
pub fn dice(throw: u64, seed: u64) -> u64 {
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

/// A word of mentions, by one throw.
pub fn usual_word(throw: u64) -> String {
    // The square of a uniform number favours the first words, as language does.
    let uniform = (throw >> 11) as f64 / (1_u64 << 53) as f64;
    word((uniform.powi(4) * VOCABULARY as f64) as u64, 1)
}

/// The name that a stream watches.
pub fn brand(stream: u64) -> String {
    format!("{}{}", word(stream, 2), word(stream, 3))
}

/// The query of a stream.
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

/// These streams, each with its query.
pub fn streams(streams: u64) -> Vec<(StreamId, Query)> {
    let stream = |number| {
        let id = StreamId::new(format!("stream-{number:06}")).expect("a valid id");
        (id, Query::parse(&query(number)).expect("a valid query"))
    };
    (0..streams).map(stream).collect()
}
