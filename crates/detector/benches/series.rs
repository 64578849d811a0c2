//! How many buckets a second one core closes.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vigie_detector::series::{Observation, Series, Settings, Zone};
use vigie_types::Bucket;

/// Thirty days of five minutes.
const BUCKETS: i64 = 8_640;

fn close_a_month(criterion: &mut Criterion) {
    let settings = Settings::default();
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let counts: Vec<u64> = (0..BUCKETS).map(|_| dice.random_range(5..60)).collect();
    let mut group = criterion.benchmark_group("close");
    group.throughput(Throughput::Elements(BUCKETS as u64));
    for (name, zone) in [("utc", "UTC"), ("new_york", "America/New_York")] {
        let zone = Zone::named(zone).expect("a zone");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut series = Series::new();
                for (number, count) in counts.iter().enumerate() {
                    let observation =
                        Observation { count: *count, authors: *count, negative: 0, loudest: 0 };
                    let bucket = Bucket::from_number(4_600_000 + number as i64);
                    black_box(series.close(bucket, observation, &settings, &zone));
                }
                series
            });
        });
    }
    group.finish();
}

criterion_group!(benches, close_a_month);
criterion_main!(benches);
