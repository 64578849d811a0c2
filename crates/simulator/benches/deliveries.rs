//! Deliveries per second: generated only, and generated and written as lines.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vigie_simulator::{Settings, Simulator};

/// Enough for cascades to be in full swing and for every event to be met once per 70 batches.
const BATCH: u64 = 10_000;

fn deliveries(criterion: &mut Criterion) {
    let settings = Settings::endless(1, 100_000.0);
    let mut group = criterion.benchmark_group("simulator");
    group.throughput(Throughput::Elements(BATCH));
    for writes in [false, true] {
        let Ok(mut simulator) = Simulator::new(settings.clone()) else { return };
        let mut line = Vec::new();
        let name = if writes { "deliveries_and_lines" } else { "deliveries" };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for delivery in simulator.by_ref().take(BATCH as usize) {
                    if writes {
                        line.clear();
                        delivery.to_line(&mut line);
                        black_box(&line);
                    } else {
                        black_box(&delivery);
                    }
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, deliveries);
criterion_main!(benches);
