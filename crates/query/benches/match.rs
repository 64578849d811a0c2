//! What matching costs a mention as streams grow from 10 to 100,000.
//!
//! Streams of realistic shape: a brand with its handle and tag, exclusions, competitor sets, NEAR,
//! languages, wildcards. A share of the streams (0.1 and 1 per cent) has its brand in each mention,
//! and so is tried on it. `match` is matching alone; `judge and match` is the whole tagging of a
//! mention: language, sentiment (of each stream that it meets as well), intents, noise and
//! fingerprint.
//!
//! Beside it what one would pick instead: a `regex::RegexSet` that finds which brands a mention
//! names, and says nothing yet of the rest of each query.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use regex::RegexSetBuilder;
use vigie_query::{Document, Fields, Query, StreamSet};
use vigie_text::{Judge, Tokens};
use vigie_types::{Language, StreamId};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Words that mentions are made of besides brands.
const VOCABULARY: u64 = 20_000;

/// How many words a mention has: about 120 characters, as a short post.
const WORDS_PER_MENTION: u64 = 20;

const MENTIONS: u64 = 1_000;

/// Expressions of a set: of more, one run takes minutes.
const MOST_EXPRESSIONS: u64 = 1_000;

/// Room for the set and for its automaton.
const EXPRESSION_BYTES: usize = 512 << 20;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

fn brand(stream: u64) -> String {
    format!("{}{}", word(stream, 2), word(stream, 3))
}

fn query(stream: u64) -> String {
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
fn mention(number: u64, streams: u64, share: f64) -> String {
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

fn compile(streams: u64) -> StreamSet {
    StreamSet::compile((0..streams).map(|stream| {
        let id = StreamId::new(format!("stream-{stream:06}")).expect("a valid id");
        (id, Query::parse(&query(stream)).expect("a valid query"))
    }))
}

fn matching(criterion: &mut Criterion) {
    let language = Language { code: "en".into(), ..Language::default() };
    let fields = Fields { language: Some(&language), ..Fields::default() };
    let judge = Judge::new();
    for (share, name) in [(0.001, "0.1% candidates"), (0.01, "1% candidates")] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(MENTIONS));
        for streams in [10, 100, 1_000, 10_000, 100_000] {
            let set = compile(streams);
            let texts: Vec<String> =
                (0..MENTIONS).map(|number| mention(number, streams, share)).collect();
            let tokens: Vec<Tokens<'_>> = texts.iter().map(|text| Tokens::of(text)).collect();
            let mut hits = Vec::new();
            group.bench_function(BenchmarkId::new("match", streams), |bencher| {
                bencher.iter(|| {
                    for body in &tokens {
                        hits.clear();
                        set.matches(&Document { title: None, body, fields }, &mut hits);
                        black_box(&hits);
                    }
                });
            });
            group.bench_function(BenchmarkId::new("judge", streams), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        black_box(judge.judge(text, None, None));
                    }
                });
            });
            group.bench_function(BenchmarkId::new("judge and match", streams), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        hits.clear();
                        let judged = judge.judge(text, None, None);
                        let document = Document { title: None, body: &judged.tokens, fields };
                        set.matches(&document, &mut hits);
                        let mut brands = judge.brands(&judged);
                        for hit in &hits {
                            black_box(brands.sentiment(&hit.spans));
                        }
                    }
                });
            });
            if streams > MOST_EXPRESSIONS {
                continue;
            }
            let brands = (0..streams).map(|stream| format!(r"(?i)\b{}\b", brand(stream)));
            let expressions = RegexSetBuilder::new(brands)
                .size_limit(EXPRESSION_BYTES)
                .dfa_size_limit(EXPRESSION_BYTES)
                .build()
                .expect("valid expressions");
            group.bench_function(BenchmarkId::new("regex set", streams), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        black_box(expressions.matches(text));
                    }
                });
            });
        }
    }
}

fn compiling(criterion: &mut Criterion) {
    let sources: Vec<String> = (0..10_000).map(query).collect();
    let mut group = criterion.benchmark_group("compile 10,000 streams");
    group.sample_size(10);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| sources.iter().filter(|source| Query::parse(source).is_ok()).count());
    });
    group.bench_function("index", |bencher| {
        let parse = |(index, source): (usize, &String)| {
            let id = StreamId::new(format!("{index:05}")).expect("a valid id");
            (id, Query::parse(source).expect("a valid query"))
        };
        let parsed: Vec<_> = sources.iter().enumerate().map(parse).collect();
        bencher.iter_batched(|| parsed.clone(), StreamSet::compile, BatchSize::PerIteration);
    });
}

criterion_group!(benches, matching, compiling);
criterion_main!(benches);
