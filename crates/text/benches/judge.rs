//! How long one tweet takes: each step alone, the whole judgement, the start of a judge, and what
//! one would pick instead for a step.
//!
//! The texts are ours: care tweets in English, a mix of languages, and spam. They are few, so that
//! every word is met again at once; `VIGIE_BENCH_TEXTS=a.txt,b.txt` measures files of one text a
//! line instead, as long as a user's own, where most words are rare.

use std::hint::black_box;
use std::path::Path;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use vigie_text::{
    IntentModel, Judge, LanguageModel, NoiseModel, PlaceModel, SentimentModel, Tokens, fingerprint,
};

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ENGLISH: [&str; 16] = [
    "@northair my bag has been missing for two days and nobody answers the phone. What should I do?",
    "Just landed in Lisbon with @northair, crew was lovely and we were even early 😍 #travel",
    "@northair flight 482 delayed again!!! third time this month, I'm so done with you guys 😡",
    "Thanks @northair for the quick reply, the refund arrived today. Great service :)",
    "is there a way to change my seat online? the app keeps crashing @northair",
    "RT @traveldaily: @northair opens a new route from Boston to Oslo https://news.example.org/routes?id=48213",
    "I love @northair but hate what @southfly did to my luggage",
    "@northair It would be great if you had vegetarian meals on short flights.",
    "Sitting at gate 22 for 3 hours with no information. Worst. Airline. Ever. #neveragain @northair",
    "not bad at all @northair, the new seats are really comfortable",
    "@northair can you please check your DM? I've been waiting since yesterday",
    "new blog post: how we packed for six weeks with hand luggage only https://blog.example.org/light-packing",
    "@northair why is the wifi so slow on every flight? I paid 12 dollars for nothing",
    "Good morning from 35,000 feet! ☀️✈️ #northair #window #seat",
    "Hey @northair, thinking of switching to @southfly. Your prices are ridiculous.",
    "@northair thank you SO much, you made my daughter's birthday",
];

const MIXED: [&str; 8] = [
    "El vuelo de hoy salió con dos horas de retraso y nadie nos dijo nada @northair",
    "Très déçu par le service à bord, plus jamais @northair 😤",
    "Der Flug war pünktlich und das Personal sehr freundlich, danke @northair!",
    "@northair voo cancelado de novo, que vergonha",
    "飛行機がまた遅れています。いつ出発しますか？ @northair",
    "Рейс опять задержали, сидим в аэропорту уже пять часов @northair",
    "الرحلة متأخرة مرة أخرى ولا أحد يعرف السبب @northair",
    "GIVEAWAY! Follow us and RT to win 2 tickets #win #free #travel #contest https://win.example.org/now",
];

fn tweets(criterion: &mut Criterion) {
    let judge = Judge::new();
    let files = files();
    let ours = [("english", ENGLISH.to_vec()), ("mixed", MIXED.to_vec())];
    let read = files.iter().map(|(name, text)| (name.as_str(), text.lines().collect()));
    let groups: Vec<(&str, Vec<&str>)> =
        if files.is_empty() { ours.into() } else { read.collect() };
    for (name, texts) in &groups {
        let mut group = criterion.benchmark_group(*name);
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function("tokens", |bencher| {
            bencher
                .iter(|| texts.iter().map(|text| Tokens::of(black_box(text)).len()).sum::<usize>());
        });
        steps(&mut group, texts);
        group.bench_function("whole", |bencher| {
            bencher.iter(|| {
                for text in texts {
                    black_box(judge.judge(black_box(text), None, None));
                }
            });
        });
        group.bench_function("whole with place", |bencher| {
            bencher.iter(|| {
                for text in texts {
                    black_box(judge.judge(black_box(text), None, Some("Boston, MA")));
                }
            });
        });
        others(&mut group, texts);
        group.finish();
    }
    criterion.bench_function("start", |bencher| bencher.iter(Judge::new));
}

/// What one would pick instead, for one step each, on the same texts.
fn others(group: &mut BenchmarkGroup<'_, WallTime>, texts: &[&str]) {
    group.bench_function("language by whatlang", |bencher| {
        bencher.iter(|| {
            for text in texts {
                black_box(whatlang::detect(black_box(text)));
            }
        });
    });
    let vader = vader_sentiment::SentimentIntensityAnalyzer::new();
    group.bench_function("sentiment by VADER", |bencher| {
        bencher.iter(|| {
            for text in texts {
                black_box(vader.polarity_scores(black_box(text)));
            }
        });
    });
}

/// The files that the environment names, by their names without an ending.
fn files() -> Vec<(String, String)> {
    let paths = std::env::var("VIGIE_BENCH_TEXTS").unwrap_or_default();
    let read = |path: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|why| panic!("{path}: {why}"));
        let name = Path::new(path).file_stem().map_or(path.into(), |stem| stem.to_string_lossy());
        (name.into_owned(), text)
    };
    paths.split(',').filter(|path| !path.is_empty()).map(read).collect()
}

/// Places as profiles tell them, and texts that tell none.
const LOCATIONS: [&str; 8] = [
    "Boston, MA",
    "london, england",
    "Downtown Dallas, Texas",
    "東京",
    "Portland, Zurich, Richmond",
    "Somewhere over the rainbow",
    "São Paulo / Brasil",
    "Knoxville",
];

fn locations(criterion: &mut Criterion) {
    let model = PlaceModel::new();
    let mut group = criterion.benchmark_group("place");
    group.throughput(Throughput::Elements(LOCATIONS.len() as u64));
    group.bench_function("look-up", |bencher| {
        bencher.iter(|| {
            for location in LOCATIONS {
                black_box(model.place(black_box(location)));
            }
        });
    });
    group.bench_function("start", |bencher| bencher.iter(PlaceModel::new));
    group.finish();
}

/// Each step alone, on what the steps before it have found.
fn steps(group: &mut BenchmarkGroup<'_, WallTime>, texts: &[&str]) {
    let language = LanguageModel::new();
    let sentiment = SentimentModel::new();
    let intent = IntentModel::new();
    let noise = NoiseModel::new();
    let judged: Vec<_> = texts
        .iter()
        .map(|text| {
            let tokens = Tokens::of(text);
            let language = language.judge(&tokens, None);
            let sentiment = sentiment.sentiment(&tokens, &language);
            (tokens, language, sentiment)
        })
        .collect();
    group.bench_function("language", |bencher| {
        bencher.iter(|| {
            for (tokens, ..) in &judged {
                black_box(language.judge(black_box(tokens), None));
            }
        });
    });
    group.bench_function("sentiment", |bencher| {
        bencher.iter(|| {
            for (tokens, language, _) in &judged {
                black_box(sentiment.sentiment(black_box(tokens), language));
            }
        });
    });
    group.bench_function("intent", |bencher| {
        bencher.iter(|| {
            for (tokens, language, sentiment) in &judged {
                black_box(intent.intents(black_box(tokens), language, sentiment.as_ref()));
            }
        });
    });
    group.bench_function("noise", |bencher| {
        bencher.iter(|| {
            for (tokens, language, _) in &judged {
                black_box(noise.noise(black_box(tokens), language));
            }
        });
    });
    group.bench_function("fingerprint", |bencher| {
        bencher.iter(|| {
            for (tokens, ..) in &judged {
                black_box(fingerprint(black_box(tokens)));
            }
        });
    });
}

criterion_group!(benches, tweets, locations);
criterion_main!(benches);
