//! Matching beside what a search engine does instead: index a batch of mentions, and search it with
//! the query of every stream.
//!
//! Streams and mentions are those of `match.rs`, as far as tantivy can express them: words,
//! phrases, `AND`, `OR`, `NOT`, which are half of the streams. Mentions are plain words, of which
//! both have the same idea. Before anything is measured both must find the same pairs; ours are
//! found with their spans.
//!
//! `match` and `search` begin with tokens and with an index; `tokenise and match` and `index and
//! search` with texts. Queries are read before, and one thread does the work.

#[path = "../../crates/query/benches/corpus/mentions.rs"]
mod mentions;
#[expect(dead_code, reason = "other benchmarks compile all of them")]
#[path = "../../crates/query/benches/corpus/streams.rs"]
mod streams;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tantivy::directory::RamDirectory;
use tantivy::query::{BooleanQuery, EnableScoring, Occur, PhraseQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, Searcher as Batch, TantivyDocument, Term};
use vigie_query::syntax::{Comparison, Expression, Form, Node, Sort, Text, Word};
use vigie_query::{Document, Fields, Hit, Query, StreamSet};
use vigie_text::Tokens;
use vigie_types::StreamId;

use mentions::mention;
use streams::query;

/// Mentions of a batch: what a service gathers in about a second.
const MENTIONS: u64 = 1_000;

/// The share of streams whose brand a mention names: of 10,000 five, beside five of streams that
/// are left out, in twenty words.
const SHARE: f64 = 0.000_5;

/// Room for the postings of a batch.
const INDEX_BYTES: usize = 64 << 20;

/// The index's own name of the tokeniser that it comes with: mentions are in small letters already.
const TOKENISER: &str = "whitespace";

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Search = Box<dyn tantivy::query::Query>;

/// A mention and a stream that it meets, by their positions.
type Pair = (usize, usize);

/// An index over the texts of mentions: tokens by white space, so that `#tag` and `@handle` are
/// tokens of their own.
struct Percolator {
    schema: Schema,
    text: Field,
}

impl Percolator {
    fn new() -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(TOKENISER)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text =
            schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        Self { schema: schema.build(), text }
    }

    /// Indexes a batch.
    fn index(&self, texts: &[String]) -> Batch {
        let mut writer = Index::builder()
            .schema(self.schema.clone())
            .single_segment_index_writer(RamDirectory::create(), INDEX_BYTES)
            .expect("an index in memory");
        for text in texts {
            let mut document = TantivyDocument::new();
            document.add_text(self.text, text);
            writer.add_document(document).expect("indexed");
        }
        let index = writer.finalize().expect("a segment");
        index.reader().expect("a reader").searcher()
    }

    /// What a query asks, for the index; none where it cannot be said.
    fn search(&self, node: &Node) -> Option<Search> {
        match &node.expression {
            Expression::And(parts) => {
                let clause = |part: &Node| {
                    let Expression::Not(excluded) = &part.expression else {
                        return Some((Occur::Must, self.search(part)?));
                    };
                    Some((Occur::MustNot, self.search(excluded)?))
                };
                let clauses: Option<Vec<_>> = parts.iter().map(clause).collect();
                Some(Box::new(BooleanQuery::new(clauses?)))
            }
            Expression::Or(parts) => {
                let searches: Option<Vec<_>> = parts.iter().map(|part| self.search(part)).collect();
                Some(Box::new(BooleanQuery::union(searches?)))
            }
            Expression::Text(text) => self.words(text),
            Expression::Not(_)
            | Expression::Near(_)
            | Expression::Raw(_)
            | Expression::Field(_)
            | Expression::List(_) => None,
        }
    }

    fn words(&self, text: &Text) -> Option<Search> {
        if text.comparison != Comparison::Folded {
            return None;
        }
        let written = |word: &Word| match &word.form {
            Form::Exact(exact) => Some(format!("{}{exact}", sigil(word.sort))),
            Form::Prefix(_) | Form::Pattern(_) => None,
        };
        let words: Option<Vec<String>> = text.words.iter().map(written).collect();
        let term = |word: &str| Term::from_field_text(self.text, word);
        match (&words?[..], text.words.first()?.sort) {
            // A word meets the tag that says the same.
            ([word], Sort::Plain) => {
                let terms = vec![term(word), term(&format!("#{word}"))];
                Some(Box::new(BooleanQuery::new_multiterms_query(terms)))
            }
            ([word], _) => Some(Box::new(TermQuery::new(term(word), IndexRecordOption::Basic))),
            (words, _) => {
                Some(Box::new(PhraseQuery::new(words.iter().map(|word| term(word)).collect())))
            }
        }
    }
}

const fn sigil(sort: Sort) -> &'static str {
    match sort {
        Sort::Hashtag => "#",
        Sort::Handle => "@",
        Sort::Cashtag => "$",
        Sort::Plain | Sort::Symbol => "",
    }
}

/// Calls `met` with every pair.
fn search_all(batch: &Batch, searches: &[Search], mut met: impl FnMut(Pair)) {
    for (stream, search) in searches.iter().enumerate() {
        let scoring = EnableScoring::disabled_from_searcher(batch);
        let weight = search.weight(scoring).expect("a weight");
        for segment in batch.segment_readers() {
            weight
                .for_each_no_score(segment, &mut |documents| {
                    for &mention in documents {
                        met((mention as usize, stream));
                    }
                })
                .expect("searched");
        }
    }
}

fn match_one(streams: &StreamSet, body: &Tokens<'_>, hits: &mut Vec<Hit>) {
    hits.clear();
    streams.matches(&Document { title: None, body, fields: Fields::default() }, hits);
}

/// The first so many streams that the index can be asked for.
fn expressible(percolator: &Percolator, streams: usize) -> Vec<(Query, Search)> {
    let both = |stream: u64| {
        let query = Query::parse(&query(stream)).expect("a valid query");
        let search = percolator.search(query.root())?;
        Some((query, search))
    };
    (0..).filter_map(both).take(streams).collect()
}

fn compile(queries: Vec<Query>) -> StreamSet {
    let named = |(stream, query): (usize, Query)| {
        (StreamId::new(format!("stream-{stream:06}")).expect("a valid id"), query)
    };
    StreamSet::compile(queries.into_iter().enumerate().map(named))
}

/// Both find the same; how many pairs.
fn check(streams: &StreamSet, searches: &[Search], batch: &Batch, texts: &[String]) -> usize {
    let (mut by_us, mut by_index, mut hits) = (Vec::<Pair>::new(), Vec::new(), Vec::new());
    for (mention, text) in texts.iter().enumerate() {
        match_one(streams, &Tokens::of(text), &mut hits);
        // Names are numbers with leading zeros, so that positions follow their order.
        let position = |hit: &Hit| {
            let id = streams.id(hit.stream).as_str();
            id["stream-".len()..].parse().expect("a number")
        };
        by_us.extend(hits.iter().map(|hit| (mention, position(hit))));
    }
    search_all(batch, searches, |pair| by_index.push(pair));
    by_us.sort_unstable();
    by_index.sort_unstable();
    assert_eq!(by_us, by_index, "both find the same pairs of a mention and a stream");
    by_us.len()
}

fn percolating(criterion: &mut Criterion) {
    let percolator = Percolator::new();
    for streams in [10, 1_000, 10_000] {
        let (queries, searches): (Vec<_>, Vec<_>) =
            expressible(&percolator, streams).into_iter().unzip();
        let set = compile(queries);
        // Half of the streams cannot be said, so the brands are those of twice as many.
        let named = 2 * streams as u64;
        let texts: Vec<String> =
            (0..MENTIONS).map(|number| mention(number, named, SHARE)).collect();
        let batch = percolator.index(&texts);
        let pairs = check(&set, &searches, &batch, &texts);
        assert!(pairs > 0, "nothing is found of {streams} streams");
        let mut group = criterion.benchmark_group(format!("{streams} streams, {pairs} pairs"));
        group.throughput(Throughput::Elements(MENTIONS)).sample_size(20);
        let mut hits = Vec::new();
        let tokens: Vec<Tokens<'_>> = texts.iter().map(|text| Tokens::of(text)).collect();
        group.bench_function("match", |bencher| {
            bencher.iter(|| {
                for body in &tokens {
                    match_one(&set, body, &mut hits);
                    black_box(&hits);
                }
            });
        });
        group.bench_function("search", |bencher| {
            bencher.iter(|| {
                let mut found = 0_usize;
                search_all(&batch, &searches, |_| found += 1);
                found
            });
        });
        group.bench_function("tokenise and match", |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    match_one(&set, &Tokens::of(text), &mut hits);
                    black_box(&hits);
                }
            });
        });
        group.bench_function("index and search", |bencher| {
            bencher.iter(|| {
                let batch = percolator.index(&texts);
                let mut found = 0_usize;
                search_all(&batch, &searches, |_| found += 1);
                found
            });
        });
    }
}

criterion_group!(benches, percolating);
criterion_main!(benches);
