//! Texts of no language, so that the model learns to say so: letters by chance, keys hit in anger,
//! laughter.

use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::corpus::{Corpus, Kind};

/// How many such texts: as many as a language with few sources has.
const TEXTS: usize = 20_000;

/// Of the dice.
const SEED: u64 = 3;

/// What is repeated in laughter, in no language more than in others.
const LAUGHS: [&str; 12] = ["ha", "he", "ah", "hah", "lo", "xd", "k", "hm", "mm", "aa", "oo", "w"];

/// Adds texts whose language is `und`.
pub fn add(corpus: &mut Corpus) {
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    for _ in 0..TEXTS {
        let words: Vec<String> = (0..dice.random_range(1..=4)).map(|_| word(&mut dice)).collect();
        corpus.add("und", Kind::Social, &words.join(" "));
    }
}

fn word(dice: &mut impl Rng) -> String {
    match dice.random_range(0..20) {
        0..4 => letters("bcdfghjklmnpqrstvwxz", dice),
        4..7 => letters("asdfghjkl", dice),
        7..10 => LAUGHS[dice.random_range(0..LAUGHS.len())].repeat(dice.random_range(2..=6)),
        _ => letters("abcdefghijklmnopqrstuvwxyz", dice),
    }
}

fn letters(of: &str, dice: &mut impl Rng) -> String {
    let of = of.as_bytes();
    (0..dice.random_range(3..=10)).map(|_| char::from(of[dice.random_range(0..of.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_a_class_of_its_own() {
        let mut corpus = Corpus::default();
        add(&mut corpus);
        let tags: Vec<_> = corpus.classes.keys().map(|(tag, _)| tag.as_str()).collect();
        assert_eq!(tags, ["und"]);
    }
}
