//! What is said of brands in texts of our own making, held to `golden/brands.txt`, bit by bit.
//!
//! A text chains phrases of the golden judgements with what cuts clauses and names accounts. In
//! each, many brands are asked for: single tokens, pairs, halves, nothing, what lies outside of the
//! text or within a token. A line of the file is a text's digest over all that is told of them.
//!
//! Guarantees: a change of any bit is seen. Where it is wanted, run the tests once with
//! `VIGIE_GOLDEN=write`, and read what has changed.

use std::path::Path;

use vigie_text::{Judge, Judged};
use vigie_types::{Sentiment, Span};
use xxhash_rust::xxh3::Xxh3;

const PHRASES: &str = include_str!("golden/phrases.txt");

/// How many texts there are.
const TEXTS: u64 = 2_000;

/// What stands between two phrases: clauses end, turn, compare and speak of others.
const SEAMS: [&str; 20] = [
    ", ",
    ". ",
    "! ",
    "? ",
    " but ",
    " and ",
    " than ",
    " @northair ",
    " $NOR ",
    "; ",
    "\n",
    " aber ",
    ", mais ",
    " und ",
    " not ",
    " #NotNorthair ",
    " &lt;3&#128525;",
    " AT&amp;T ",
    "<br>",
    "👍🏽😡",
];

/// Languages that sources declare; `None` is guessed.
const DECLARED: [Option<&str>; 8] =
    [None, Some("en"), None, Some("de"), Some("fr"), Some("es"), Some("ja"), Some("und")];

#[test]
fn what_is_said_of_brands_stays() {
    let judge = Judge::new();
    let found: Vec<String> = (0..TEXTS)
        .map(|number| {
            let text = text(number);
            let judged = judge.judge(&text, DECLARED[number as usize % DECLARED.len()], None);
            let mut digest = Xxh3::new();
            for brand in brands(&judged) {
                add(judge.brands(&judged).sentiment(&brand).as_ref(), &mut digest);
            }
            format!("{:016x}", digest.digest())
        })
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/brands.txt");
    if std::env::var("VIGIE_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(&path, found.join("\n") + "\n").expect("the golden file is written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file is read");
    let golden: Vec<&str> = golden.lines().collect();
    assert_eq!(golden.len(), found.len(), "the golden file has a line for each text");
    let differing = (0..TEXTS).filter(|&number| golden[number as usize] != found[number as usize]);
    let texts: Vec<String> = differing.map(text).collect();
    assert!(texts.is_empty(), "{} texts are told otherwise: {:?}", texts.len(), texts.first());
}

#[test]
fn brands_of_one_text_are_told_what_each_is_told_alone() {
    let judge = Judge::new();
    for number in 0..TEXTS {
        let text = text(number);
        let judged = judge.judge(&text, DECLARED[number as usize % DECLARED.len()], None);
        let asked = brands(&judged);
        let alone: Vec<Option<Sentiment>> =
            asked.iter().map(|brand| judge.brands(&judged).sentiment(brand)).collect();
        let (mut forth, mut back) = (judge.brands(&judged), judge.brands(&judged));
        for (brand, alone) in asked.iter().zip(&alone) {
            assert_eq!(&forth.sentiment(brand), alone, "{brand:?} of {text:?}");
        }
        for (brand, alone) in asked.iter().zip(&alone).rev() {
            assert_eq!(&back.sentiment(brand), alone, "{brand:?} of {text:?}");
        }
        assert_eq!(judge.brands(&judged).sentiment(&[]), judged.sentiment, "the whole of {text:?}");
    }
}

/// Two to five phrases with seams, the same on every machine.
fn text(number: u64) -> String {
    let phrases: Vec<&str> = PHRASES.lines().collect();
    let mut dice = Dice(number);
    let mut text = dice.one_of(&phrases).to_owned();
    for _ in 0..=dice.below(4) {
        text += dice.one_of(&SEAMS);
        text += dice.one_of(&phrases);
    }
    text
}

/// The spans of every brand that is asked for.
fn brands(judged: &Judged<'_>) -> Vec<Vec<Span>> {
    let tokens = &judged.tokens;
    let end = tokens.source().len() as u32;
    let mut brands: Vec<Vec<Span>> = tokens.iter().map(|token| vec![token.span]).collect();
    let pairs = tokens.iter().zip(tokens.iter().skip(7));
    brands.extend(pairs.step_by(3).map(|(token, other)| vec![token.span, other.span]));
    brands.extend([
        vec![],
        vec![Span { start: 0, end: end / 2 }],
        vec![Span { start: end / 2, end }],
        vec![Span { start: 0, end }, Span { start: 3, end: 4 }],
        vec![Span { start: end, end: end + 9 }],
        vec![Span { start: 4, end: 5 }, Span { start: 2 * end / 3, end: 2 * end / 3 + 1 }],
    ]);
    brands
}

/// Adds every bit of what is told.
fn add(told: Option<&Sentiment>, digest: &mut Xxh3) {
    let Some(Sentiment { score, label, model, tier, tokens }) = told else {
        return digest.update(b"unknown");
    };
    digest.update(&score.get().to_bits().to_le_bytes());
    digest.update(format!("{label:?} {model} {tier:?}").as_bytes());
    for token in tokens {
        digest.update(token.text.as_bytes());
        digest.update(&token.start.to_le_bytes());
        digest.update(&token.end.to_le_bytes());
        digest.update(&token.weight.to_bits().to_le_bytes());
    }
}

/// Numbers without chance (Knuth's linear congruential generator for 64 bits).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}
