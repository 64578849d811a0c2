//! What matching costs a mention as streams grow from 10 to 100,000.
//!
//! A share of the streams (0.1 and 1 per cent) has its brand in each mention, and so is tried on
//! it. `match` is matching alone; `judge and match` is the whole tagging of a mention: language,
//! sentiment (of each stream that it meets as well), intents, noise and fingerprint.
//!
//! Beside it what one would pick instead: a `regex::RegexSet` that finds which brands a mention
//! names, and says nothing yet of the rest of each query.

mod workload;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use regex::RegexSetBuilder;
use vigie_query::{Document, Fields, Query, StreamSet};
use vigie_text::{Judge, Tokens};
use vigie_types::{Language, StreamId};

use workload::{brand, mention, query};

const MENTIONS: u64 = 1_000;

/// Expressions of a set: of more, one run takes minutes.
const MOST_EXPRESSIONS: u64 = 1_000;

/// Room for the set and for its automaton.
const EXPRESSION_BYTES: usize = 512 << 20;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
            group.bench_function(BenchmarkId::new("judge and match", streams), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        hits.clear();
                        let judged = judge.judge(text, None, None);
                        let document = Document { title: None, body: &judged.tokens, fields };
                        set.matches(&document, &mut hits);
                        for hit in &hits {
                            black_box(judge.sentiment_towards(&judged, &hit.spans));
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
