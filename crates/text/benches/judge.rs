//! How long one tweet takes: its tokens alone, and the whole judgement.
//!
//! The texts are ours: care tweets in English, a mix of languages, and spam.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vigie_text::{Judge, LanguageModel, Tokens};

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
    let language = LanguageModel::new();
    for (name, texts) in [("english", &ENGLISH[..]), ("mixed", &MIXED[..])] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function("tokens", |bencher| {
            bencher
                .iter(|| texts.iter().map(|text| Tokens::of(black_box(text)).len()).sum::<usize>());
        });
        let tokens: Vec<_> = texts.iter().map(|text| Tokens::of(text)).collect();
        group.bench_function("language", |bencher| {
            bencher.iter(|| {
                tokens.iter().filter(|tokens| language.judge(tokens, None).code == "en").count()
            });
        });
        group.bench_function("whole", |bencher| {
            bencher.iter(|| {
                for text in texts {
                    black_box(judge.judge(black_box(text), None, Some("Boston, MA")));
                }
            });
        });
        group.finish();
    }
    criterion.bench_function("start", |bencher| bencher.iter(Judge::new));
}

criterion_group!(benches, tweets);
criterion_main!(benches);
