//! How examples are drawn and learned.
//!
//! Each example: a class by its share, a kind of text by what the class has, a text or a bag of
//! words by chance; two in five texts are cut to a few words, since mentions are short, and some
//! lose their accents, since authors leave them out.

use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use vigie_text::LanguageScript as Script;

use super::corpus::{Class, Corpus, Weighted, is_romanised};
use super::network::Network;

/// Of the examples in Latin letters, the share that loses its accents.
const WITHOUT_ACCENTS: f32 = 0.15;

/// Of the texts, the share that is cut to at most this many words.
const CUT: f32 = 0.4;
const CUT_WORDS: usize = 6;

/// Texts below which a class learns more from statistics of letters.
const SCARCE: usize = 6_000;

/// Words of a bag at most, and runs of letters.
const BAG_WORDS: usize = 10;
const BAG_PARTS: usize = 24;

/// Examples between two lines of progress.
const TOLD_EACH: u64 = 250_000;

/// How the model learns.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Examples.
    pub steps: u64,
    /// First step of Adagrad; falls to zero in a line.
    pub rate: f32,
    /// Of the dice.
    pub seed: u64,
}

/// Draws examples and lets the network learn them, of the keys that are kept only.
pub fn learn(network: &mut Network, corpus: &Corpus, kept: Option<&[bool]>, settings: &Settings) {
    let mut dice = ChaCha8Rng::seed_from_u64(settings.seed);
    let mut total = 0.0;
    let classes: Vec<_> = corpus
        .classes
        .iter()
        .map(|((tag, script), class)| {
            total += share(tag);
            Drawn { until: total, latin: *script == Script::Latin, mixed: is_romanised(tag), class }
        })
        .collect();
    let mut keys = Vec::new();
    let mut loss = 0.0;
    for step in 0..settings.steps {
        let drawn = dice.random::<f64>() * total;
        let index = classes.partition_point(|class| class.until <= drawn).min(classes.len() - 1);
        let words = classes[index].draw(&mut dice);
        let plain = classes[index].latin && dice.random::<f32>() < WITHOUT_ACCENTS;
        keys.clear();
        for word in words {
            let word = if plain { corpus.plain[word as usize] } else { word };
            let of_word = corpus.keys[word as usize].iter().copied();
            keys.extend(of_word.filter(|key| kept.is_none_or(|kept| kept[*key as usize])));
        }
        if keys.is_empty() {
            continue;
        }
        let rate = settings.rate * (1.0 - step as f32 / settings.steps as f32);
        loss += f64::from(network.learn(&keys, index, rate));
        if (step + 1) % TOLD_EACH == 0 {
            eprintln!("{} examples, loss {:.4}", step + 1, loss / TOLD_EACH as f64);
            loss = 0.0;
        }
    }
}

/// Languages that many mentions are written in come more often.
const WIDE: [&str; 20] = [
    "en", "es", "pt", "fr", "de", "it", "id", "tr", "nl", "pl", "tl", "vi", "ru", "uk", "sv", "ro",
    "cs", "fi", "da", "no",
];

/// Languages that few mentions are written in come less often.
const RARE: [&str; 12] =
    ["la", "eo", "bbc", "bug", "nij", "mad", "ban", "ace", "bjn", "min", "nn", "yi"];

fn share(tag: &str) -> f64 {
    if tag == "en" {
        5.0
    } else if WIDE.contains(&tag) {
        2.0
    } else if RARE.contains(&tag) || is_romanised(tag) {
        0.5
    } else {
        1.0
    }
}

/// A class as it is drawn from.
struct Drawn<'c> {
    /// The sum of the shares up to this class.
    until: f64,
    latin: bool,
    mixed: bool,
    class: &'c Class,
}

impl Drawn<'_> {
    fn draw(&self, dice: &mut impl Rng) -> Vec<u32> {
        let class = self.class;
        let scarce = class.sentences.len() + class.social.len() < SCARCE;
        let kinds = [
            (!class.sentences.is_empty(), 0.4),
            (!class.social.is_empty(), 0.4),
            (!class.words.is_empty(), 0.3),
            (!class.parts.is_empty(), if scarce { 0.4 } else { 0.15 }),
        ];
        let weights = kinds.map(|(has, weight)| if has { weight } else { 0.0 });
        let mut drawn = dice.random::<f64>() * weights.iter().sum::<f64>();
        let mut kind = 0;
        while kind < 3 && drawn >= weights[kind] {
            drawn -= weights[kind];
            kind += 1;
        }
        match kind {
            0 => self.text(&class.sentences, dice),
            1 => self.text(&class.social, dice),
            2 => bag(&class.words, BAG_WORDS, dice),
            _ => bag(&class.parts, BAG_PARTS, dice),
        }
    }

    /// One text, or a few words of it. A few words of a mixed text may all be English.
    fn text(&self, texts: &[Box<[u32]>], dice: &mut impl Rng) -> Vec<u32> {
        let text = &texts[dice.random_range(0..texts.len())];
        if text.len() > 1 && !self.mixed && dice.random::<f32>() < CUT {
            let length = dice.random_range(1..=text.len().min(CUT_WORDS));
            let start = dice.random_range(0..=text.len() - length);
            return text[start..start + length].to_vec();
        }
        text.to_vec()
    }
}

/// One to `most` words by their weights.
fn bag(words: &Weighted, most: usize, dice: &mut impl Rng) -> Vec<u32> {
    let Some(&(_, total)) = words.last() else { return Vec::new() };
    (0..dice.random_range(1..=most))
        .map(|_| {
            let drawn = dice.random::<f64>() * total;
            words[words.partition_point(|word| word.1 <= drawn).min(words.len() - 1)].0
        })
        .collect()
}
