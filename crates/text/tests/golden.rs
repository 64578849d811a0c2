//! The golden judgements: two thousand texts of our own making, and what is said of each.
//!
//! The texts are made of `golden/phrases.txt` and `golden/hostile.txt` by a generator without
//! chance, so that only what is said of them is kept, one line a text: language, confidence,
//! sentiment (score and label), intents, noise, fingerprint, number of tokens.
//!
//! Guarantees: a change of any judgement is seen. Where it is wanted, run the test once with
//! `VIGIE_GOLDEN=write`, which rewrites `golden/judgements.txt`, and read what has changed.

use std::fmt::Write as _;
use std::path::Path;

use vigie_text::{Judge, Judged};

const PHRASES: &str = include_str!("golden/phrases.txt");
const HOSTILE: &str = include_str!("golden/hostile.txt");

/// How many texts there are.
const TEXTS: usize = 2_000;

/// Differing lines that a failure shows.
const SHOWN: usize = 8;

#[test]
fn the_golden_judgements_stay() {
    let judge = Judge::new();
    let texts = texts();
    let mut found = String::new();
    for text in &texts {
        line(&judge.judge(text, None, None), &mut found);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/judgements.txt");
    if std::env::var("VIGIE_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(&path, &found).expect("the golden file is written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file is read");
    assert_eq!(golden.lines().count(), TEXTS, "the golden file has a line for each text");
    let pairs = golden.lines().zip(found.lines()).zip(&texts);
    let differing: Vec<_> = pairs.filter(|((golden, found), _)| golden != found).collect();
    let mut shown = String::new();
    for ((golden, found), text) in differing.iter().take(SHOWN) {
        let _ = writeln!(shown, "{text:?}\n  was {golden}\n  is  {found}");
    }
    assert!(differing.is_empty(), "{} judgements changed:\n{shown}", differing.len());
}

/// Writes what is said of a text, with the exact bits of numbers that are not whole.
fn line(judged: &Judged<'_>, onto: &mut String) {
    let Judged { tokens, language, sentiment, intents, noise, fingerprint, .. } = judged;
    let _ = write!(onto, "{} {:?} ", language.code, language.confidence.get());
    let _ = match sentiment {
        Some(sentiment) => write!(onto, "{:?} {:?}", sentiment.score.get(), sentiment.label),
        None => write!(onto, "- -"),
    };
    for intent in intents {
        let _ = write!(onto, " {}={:?}", intent.kind.as_str(), intent.confidence.get());
    }
    let _ = write!(onto, " noise={}", noise.level);
    for reason in &noise.reasons {
        let _ = write!(onto, ",{reason:?}");
    }
    let _ = writeln!(onto, " {fingerprint} {}", tokens.len());
}

/// The texts: each phrase, each hostile piece, and then what chains of them make.
fn texts() -> Vec<String> {
    let phrases: Vec<String> = PHRASES.lines().map(str::to_owned).collect();
    let hostile: Vec<String> = HOSTILE.lines().map(unescaped).collect();
    let mut texts: Vec<String> = phrases.iter().chain(&hostile).cloned().collect();
    let mut numbers = Numbers(7);
    while texts.len() < TEXTS {
        let phrase = numbers.one_of(&phrases);
        let piece = numbers.one_of(&hostile);
        let made = match numbers.below(8) {
            0 => format!("{phrase} {piece}"),
            1 => format!("{piece} {phrase}!"),
            2 => format!("@northair {phrase}? {}", numbers.one_of(&phrases)),
            3 => format!("{}{piece}{}", phrase.to_uppercase(), numbers.one_of(&hostile)),
            4 => {
                let half = phrase.chars().count() / 2;
                phrase.chars().take(half).chain(piece.chars()).collect()
            }
            5 => phrase.split(' ').rev().collect::<Vec<_>>().join(" "),
            6 => piece.repeat(2 + numbers.below(12)) + phrase,
            _ => {
                let chained = (0..2 + numbers.below(5)).map(|_| numbers.one_of(&phrases).as_str());
                chained.collect::<Vec<_>>().join(". ")
            }
        };
        texts.push(made);
    }
    texts
}

/// The line with its `\u{...}`, `\r`, `\n` and `\t` as the characters they name; any other
/// backslash stays.
fn unescaped(line: &str) -> String {
    let line = line.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    let mut parts = line.split("\\u{");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("an escape is closed");
        let code = u32::from_str_radix(code, 16).expect("an escape is a number");
        plain.push(char::from_u32(code).expect("an escape is a character"));
        plain.push_str(rest);
    }
    plain
}

/// Numbers without chance (Knuth's linear congruential generator for 64 bits).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one_of<'a>(&mut self, list: &'a [String]) -> &'a String {
        &list[self.below(list.len())]
    }
}
