//! What matching costs a mention as streams grow from 10 to 100,000.
//!
//! Streams of realistic shape: a brand with its handle and tag, exclusions, competitor sets, NEAR,
//! languages, wildcards. A share of the streams (0.1 and 1 per cent) has its brand in each mention,
//! and so is tried on it. `match` is matching alone, `judge` all that a text alone tells, and
//! `judge and match` both, with what is said of each stream that the mention meets. More streams
//! bring rarer words into the mentions, which cost the judge more: compare with `judge`. The
//! benchmark `tag` measures the tagger itself.
//!
//! Beside it what one would pick instead: a `regex::RegexSet` that finds which brands a mention
//! names, and says nothing yet of the rest of each query.

#[path = "corpus/mentions.rs"]
mod mentions;
#[path = "corpus/streams.rs"]
mod streams;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use regex::RegexSetBuilder;
use vigie_query::{Document, Fields, StreamSet};
use vigie_text::{Judge, Tokens};
use vigie_types::Language;

use mentions::mention;
use streams::{brand, streams};

const MENTIONS: u64 = 1_000;

/// Expressions of a set: of more, one run takes minutes.
const MOST_EXPRESSIONS: u64 = 1_000;

/// Room for the set and for its automaton.
const EXPRESSION_BYTES: usize = 512 << 20;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn matching(criterion: &mut Criterion) {
    let language = Language { code: "en".into(), ..Language::default() };
    let fields = Fields { language: Some(&language), ..Fields::default() };
    let judge = Judge::new();
    for (share, name) in [(0.001, "0.1% candidates"), (0.01, "1% candidates")] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(MENTIONS));
        for count in [10, 100, 1_000, 10_000, 100_000] {
            let set = StreamSet::compile(streams(count));
            let texts: Vec<String> =
                (0..MENTIONS).map(|number| mention(number, count, share)).collect();
            let tokens: Vec<Tokens<'_>> = texts.iter().map(|text| Tokens::of(text)).collect();
            let mut hits = Vec::new();
            group.bench_function(BenchmarkId::new("match", count), |bencher| {
                bencher.iter(|| {
                    for body in &tokens {
                        hits.clear();
                        set.matches(&Document { title: None, body, fields }, &mut hits);
                        black_box(&hits);
                    }
                });
            });
            group.bench_function(BenchmarkId::new("judge", count), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        black_box(judge.judge(text, None, None));
                    }
                });
            });
            group.bench_function(BenchmarkId::new("judge and match", count), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        hits.clear();
                        let judged = judge.judge(text, None, None);
                        let document = Document {
                            title: None,
                            body: &judged.tokens,
                            fields: Fields {
                                language: Some(&judged.language),
                                sentiment: judged.sentiment.as_ref(),
                                intents: &judged.intents,
                                ..Fields::default()
                            },
                        };
                        set.matches(&document, &mut hits);
                        let mut brands = judge.brands(&judged);
                        for hit in &hits {
                            black_box(brands.sentiment(&hit.spans));
                        }
                    }
                });
            });
            if count > MOST_EXPRESSIONS {
                continue;
            }
            let brands = (0..count).map(|stream| format!(r"(?i)\b{}\b", brand(stream)));
            let expressions = RegexSetBuilder::new(brands)
                .size_limit(EXPRESSION_BYTES)
                .dfa_size_limit(EXPRESSION_BYTES)
                .build()
                .expect("valid expressions");
            group.bench_function(BenchmarkId::new("regex set", count), |bencher| {
                bencher.iter(|| {
                    for text in &texts {
                        black_box(expressions.matches(text));
                    }
                });
            });
        }
    }
}

criterion_group!(benches, matching);
criterion_main!(benches);
