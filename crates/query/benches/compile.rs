//! What 10,000 streams cost before the first mention: time to read and to compile them, and memory
//! that the compiled set holds, by counting what is allocated.

#[path = "corpus/streams.rs"]
mod streams;

use std::alloc::System;

use cap::Cap;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use vigie_query::{Query, StreamSet};

use streams::{query, streams};

const STREAMS: u64 = 10_000;

/// The system's, which has no share in what is counted.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

#[allow(clippy::print_stdout, reason = "a measurement that criterion has no word for")]
fn memory(_: &mut Criterion) {
    let parsed = streams(STREAMS);
    let before = ALLOCATOR.allocated();
    let given = parsed.clone();
    let queries = ALLOCATOR.allocated() - before;
    let set = StreamSet::compile(given);
    // The queries themselves were handed over and are gone.
    let compiled = ALLOCATOR.allocated() - before;
    println!("memory of {} compiled streams: {} bytes each", set.len(), compiled as u64 / STREAMS);
    println!("memory of their queries as read: {} bytes each", queries as u64 / STREAMS);
}

fn time(criterion: &mut Criterion) {
    let sources: Vec<String> = (0..STREAMS).map(query).collect();
    let parsed = streams(STREAMS);
    let mut group = criterion.benchmark_group("compile 10,000 streams");
    group.sample_size(10);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| sources.iter().filter(|source| Query::parse(source).is_ok()).count());
    });
    group.bench_function("index", |bencher| {
        bencher.iter_batched(|| parsed.clone(), StreamSet::compile, BatchSize::PerIteration);
    });
}

criterion_group!(benches, memory, time);
criterion_main!(benches);
