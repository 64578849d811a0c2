//! The limits of a judge: how soon it starts, what memory it takes, and that its cost grows with
//! the text and no faster. A test binary of its own, so that no other test's memory is counted.
//!
//! Guarantees: one test, so that nothing runs beside what is measured; times are the least of
//! several runs, so that neighbours on the machine do not decide.

#![allow(clippy::disallowed_methods, reason = "the limits are of time")]

use std::time::{Duration, Instant};

use vigie_text::Judge;
use vigie_types::Span;

/// Memory that a judge of all languages may take, its models included.
const MOST_BYTES: u64 = 150 << 20;

/// How soon a judge is ready, as shipped; without optimisation ten times as long.
const SOON: Duration = Duration::from_millis(if cfg!(debug_assertions) { 3_000 } else { 300 });

/// Runs of which the fastest counts.
const RUNS: usize = 5;

/// Four times the text may take so many times as long: linear is 4, squared is 16.
const MOST_GROWTH: f64 = 9.0;

/// Bytes of the shorter text: long enough that a clock tells 4 from 16.
const SHORT_BYTES: usize = 24_000;

/// What hostile texts are made of, over and over.
const PIECES: [&str; 29] = [
    "a",
    "a, ",
    "é",
    "😀",
    "👨\u{200d}",
    "🇫",
    "\u{301}",
    "e\u{301}\u{323}",
    "\u{202e}\u{2067}\u{200f}",
    "\u{200b}",
    "漢字かな",
    "가",
    "\u{1100}",
    "ไม่",
    "ﷺ",
    "not very good but ",
    "not ",
    "good",
    "goooood ",
    "?! ",
    "!",
    "...",
    "love @a, hate @b ",
    "#a#b",
    "@a.b@c.d",
    "http://a.example/?a=b&(",
    "&amp;",
    ":-)(:",
    "win a free prize 1,000.5 ",
];

#[test]
fn a_judge_starts_soon_stays_small_and_costs_what_the_text_is_long() {
    let before = resident_bytes();
    let judge = Judge::new();
    // Both models' tables are read from the file as they are asked: read all of them.
    for piece in PIECES {
        judged(&judge, &piece.repeat(SHORT_BYTES / piece.len()));
    }
    let starts = (0..RUNS).map(|_| time(|| drop(Judge::new())));
    let fastest = starts.fold(Duration::MAX, Duration::min);
    assert!(fastest < SOON, "a judge is ready after {fastest:?}");
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        let bytes = after.saturating_sub(before);
        assert!(bytes < MOST_BYTES, "a judge takes {bytes} bytes");
    }
    for piece in PIECES {
        let growth = growth(&judge, piece);
        assert!(growth < MOST_GROWTH, "four times {piece:?} takes {growth:.1} times as long");
    }
}

/// How many times as long four times the text takes.
fn growth(judge: &Judge, piece: &str) -> f64 {
    let short = piece.repeat(SHORT_BYTES / piece.len());
    let long = short.repeat(4);
    let (mut of_short, mut of_long) = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        of_short = of_short.min(time(|| judged(judge, &short)));
        of_long = of_long.min(time(|| judged(judge, &long)));
    }
    of_long.as_secs_f64() / of_short.as_secs_f64()
}

/// Judges a text in every way there is.
fn judged(judge: &Judge, text: &str) {
    let judged = judge.judge(text, Some("en"), Some(text));
    let half = Span { start: 0, end: (text.len() / 2) as u32 };
    let _ = judge.brands(&judged).sentiment(&[half]);
}

fn time(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// The memory of this process that is resident; `None` where the system does not tell.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}
