//! What tagging costs a mention as streams grow: the tagger itself, on the streams and mentions of
//! the benchmark `match`, each mention with the brands of 0.1 per cent of the streams.

#[path = "../../query/benches/corpus/mentions.rs"]
mod mentions;
#[path = "../../query/benches/corpus/streams.rs"]
mod streams;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use vigie_schema::{RuleRecord, StreamDefinition};
use vigie_tagger::{RuleSet, Tagger};
use vigie_text::Judge;
use vigie_types::Mention;

use mentions::mention;
use streams::streams;

const MENTIONS: u64 = 1_000;

/// The share of the streams that are tried on a mention.
const SHARE: f64 = 0.001;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn rules(count: u64) -> RuleSet {
    let definition = |(id, query): (_, vigie_query::Query)| StreamDefinition {
        id,
        query: query.canonical().into(),
        ..StreamDefinition::default()
    };
    let put = streams(count).into_iter().map(definition).collect();
    RuleSet::of(RuleRecord { put, ..RuleRecord::default() })
}

fn tagging(criterion: &mut Criterion) {
    let tagger = Tagger::new(Arc::new(Judge::new()));
    let mut group = criterion.benchmark_group("tag");
    group.throughput(Throughput::Elements(MENTIONS));
    for count in [10, 100, 1_000, 10_000, 100_000] {
        let rules = rules(count);
        let of_text = |text| Mention { text, ..Mention::default() };
        let mentions: Vec<Mention> =
            (0..MENTIONS).map(|number| of_text(mention(number, count, SHARE))).collect();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                for mention in &mentions {
                    black_box(tagger.tag(mention, &rules));
                }
            });
        });
    }
}

criterion_group!(benches, tagging);
criterion_main!(benches);
