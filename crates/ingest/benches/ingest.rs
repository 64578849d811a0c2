//! How fast input becomes mentions on one core: reading files, the envelope, mapped input.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vigie_ingest::source::{FileSource, Format, Header, Input, Location, Source as _};
use vigie_ingest::{Mapping, canonicalise_url, parse_envelope};
use vigie_types::Origin;

const LINES: u64 = 10_000;

/// A line as a network sends it: 480 bytes, with a link, counts and a reply.
fn envelope_line(n: u64) -> String {
    format!(
        "{{\"network\":\"chirper\",\"id\":\"56758827887{n:07}\",\"kind\":\"reply\",\"author\":\
         {{\"id\":\"8812{n}\",\"handle\":\"traveller{n}\",\"display_name\":\"Ann the Traveller\",\
         \"followers\":{n},\"bot\":false,\"bio\":\"trains, planes and tea\",\"location\":\"Lyon\"}},\
         \"text\":\"the flight to Lyon is late again, third time in a row, nobody answers \
         https://a.example/{n} #late\",\"language\":\"en\",\"created_at\":\
         \"2026-05-01T10:00:00.621Z\",\"url\":\"https://chirper.example/s/{n}?utm_source=feed\",\
         \"reply_to\":{{\"id\":\"5675\",\"author\":\"77\"}},\"counts\":{{\"likes\":3,\"reposts\":0}}}}"
    )
}

fn foreign_line(n: u64) -> String {
    format!(
        "{{\"id\": \"56758827887{n:07}\", \"source\": \"chirper\", \"author\": \"traveller{n}\", \
         \"text\": \"the flight to Lyon is late again, third time in a row, nobody answers\", \
         \"created_at\": \"2015-02-17T07:36:05.621Z\", \"location\": \"Lyon\", \"timezone\": \
         \"Paris\", \"retweet_count\": {n}, \"brand\": \"b\", \"label\": \"neutral\", \
         \"label_confidence\": 0.83}}"
    )
}

const MAPPING: &str = r#"
network = "source"
id = "id"
text = "text"
created_at = "created_at"
author = { id = "author", handle = "author", location = "location" }
counts.reposts = "retweet_count"
"#;

fn count_items(path: &Path, format: Format) -> u64 {
    let input = Input { id: None, location: Location::File(path.to_path_buf()), format };
    let mut source = FileSource::open(&input, None).expect("opens");
    while let Some(item) = source.next_item().expect("reads") {
        black_box(item);
    }
    source.checkpoint().records
}

fn bench_files(criterion: &mut Criterion) {
    let directory = tempfile::TempDir::new().expect("a directory");
    let lines: String = (0..LINES * 10).map(|n| envelope_line(n) + "\n").collect();
    let rows: String = std::iter::once("id,author,text\n".to_owned())
        .chain((0..LINES * 10).map(|n| format!("{n},\"ann {n}\",\"late, again and again {n}\"\n")))
        .collect();
    let mut group = criterion.benchmark_group("files");
    group.sample_size(20);
    for (name, bytes, format) in [("ndjson", &lines, Format::Ndjson), ("csv", &rows, Format::Csv)] {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).expect("writes");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| count_items(&path, format)));
    }
    group.finish();
}

fn bench_parsing(criterion: &mut Criterion) {
    let mapping: Mapping = toml::from_str(MAPPING).expect("a mapping");
    let envelopes: Vec<String> = (0..LINES).map(envelope_line).collect();
    let foreign: Vec<String> = (0..LINES).map(foreign_line).collect();
    let header = "id,source,author,text,created_at,location,retweet_count";
    let header = Header::parse(header).expect("a header");
    let bound = mapping.clone().bind(&header).expect("binds");
    let rows: Vec<String> = (0..LINES)
        .map(|n| format!("{n},chirper,ann{n},\"late, again\",2015-02-17T07:36:05Z,Lyon,{n}"))
        .collect();
    let mut group = criterion.benchmark_group("lines");
    group.sample_size(20);
    group.throughput(Throughput::Elements(LINES));
    group.bench_function("envelope", |bencher| {
        bencher.iter(|| {
            for line in &envelopes {
                black_box(parse_envelope(line, Origin::File)).expect("a mention");
            }
        });
    });
    group.bench_function("mapped ndjson", |bencher| {
        bencher.iter(|| {
            for line in &foreign {
                black_box(mapping.parse(line, Origin::File)).expect("a mention");
            }
        });
    });
    group.bench_function("mapped csv", |bencher| {
        bencher.iter(|| {
            for row in &rows {
                black_box(bound.parse(row, Origin::File)).expect("a mention");
            }
        });
    });
    group.bench_function("canonical url", |bencher| {
        bencher.iter(|| {
            for _ in 0..LINES {
                black_box(canonicalise_url(black_box("https://a.example/s/1?utm_source=feed")));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, bench_files, bench_parsing);
criterion_main!(benches);
