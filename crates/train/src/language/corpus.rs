//! The texts that the language model learns from: each a list of words, with its class.
//!
//! A class is a language in a script. A word is kept once, with its features; a text is a list of
//! indices. Serbian is written in two scripts: what is Latin is learned in Cyrillic as well.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use rustc_hash::{FxHashMap, FxHashSet};
use vigie_text::{
    KEY_BITS, LanguageScript as Script, ROMANISED, TokenKind, Tokens, fold_accents, grams,
    inner_grams, words_in,
};

/// Words of a text that are kept: what is read of a post at most.
const MAX_WORDS: usize = 40;

/// The commonest words of English, by which code-mixed texts are told from English ones.
const FREQUENT_ENGLISH: usize = 6_000;

/// What kind of text a source has; a class is given examples of each kind that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Edited sentences.
    Sentences,
    /// Posts and comments.
    Social,
    /// Words with how often they are used.
    Words,
    /// Runs of letters out of words, with how often they are used.
    Parts,
}

impl Kind {
    /// The kind of this name.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "sentences" => Self::Sentences,
            "social" => Self::Social,
            "words" => Self::Words,
            "parts" => Self::Parts,
            _ => bail!("`{name}` is no kind of text"),
        })
    }
}

/// Words with the running sum of their weights.
pub type Weighted = Vec<(u32, f64)>;

/// All texts of one class.
#[derive(Debug, Default)]
pub struct Class {
    /// Edited sentences.
    pub sentences: Vec<Box<[u32]>>,
    /// Posts and comments.
    pub social: Vec<Box<[u32]>>,
    /// Words.
    pub words: Weighted,
    /// Runs of letters.
    pub parts: Weighted,
}

/// What the model learns from.
#[derive(Debug, Default)]
pub struct Corpus {
    /// By language tag and script.
    pub classes: BTreeMap<(String, Script), Class>,
    /// The keys of each word.
    pub keys: Vec<Box<[u32]>>,
    /// The word without its accents, or itself.
    pub plain: Vec<u32>,
    ids: FxHashMap<String, u32>,
    english: FxHashSet<u32>,
}

impl Corpus {
    /// Adds a text of `Kind::Sentences` or `Kind::Social`; words of other scripts than the text's
    /// are left out, and so are texts of a romanised language that are English for the most part.
    pub fn add(&mut self, tag: &str, kind: Kind, text: &str) {
        let tokens = Tokens::of(text);
        let Some(script) = main_script(&tokens, tag) else { return };
        let words: Vec<&str> = words_in(&tokens, script).take(MAX_WORDS).collect();
        if tag == "sr" && script == Script::Latin {
            let cyrillic: Vec<_> = words.iter().map(|word| self.id(&in_cyrillic(word))).collect();
            self.put(("sr", Script::Cyrillic), kind, cyrillic);
        }
        let words: Vec<u32> = words.into_iter().map(|word| self.id(word)).collect();
        let english = words.iter().filter(|word| self.english.contains(word)).count();
        if !(is_romanised(tag) && english * 5 >= words.len() * 3) {
            self.put((tag, script), kind, words);
        }
    }

    fn class(&mut self, tag: &str, script: Script) -> &mut Class {
        self.classes.entry((tag.to_owned(), script)).or_default()
    }

    fn put(&mut self, (tag, script): (&str, Script), kind: Kind, words: Vec<u32>) {
        if words.is_empty() {
            return;
        }
        let class = self.class(tag, script);
        match kind {
            Kind::Social => class.social.push(words.into()),
            Kind::Sentences | Kind::Words | Kind::Parts => class.sentences.push(words.into()),
        }
    }

    /// Adds words with how many of a million they are, each to the class of its script.
    pub fn add_words(&mut self, tag: &str, words: &[(String, f64)]) {
        for (word, weight) in words {
            let tokens = Tokens::of(word);
            if tokens.len() != 1 || tokens.get(0).kind != TokenKind::Word {
                continue;
            }
            let folded = tokens.folded(0);
            let Some(script) =
                Script::of_word(folded).filter(|script| writes(tag).contains(script))
            else {
                continue;
            };
            let id = self.id(folded);
            if tag == "en" && self.english.len() < FREQUENT_ENGLISH {
                self.english.insert(id);
            }
            raise(&mut self.class(tag, script).words, id, *weight);
            if tag == "sr" && script == Script::Latin {
                let id = self.id(&in_cyrillic(folded));
                raise(&mut self.class(tag, Script::Cyrillic).words, id, *weight);
            }
        }
    }

    /// Adds runs of letters out of words with how many of a million they are.
    pub fn add_parts(&mut self, tag: &str, parts: &[(String, f64)]) {
        for (part, weight) in parts {
            let Some(script) = Script::of_word(part).filter(|script| writes(tag).contains(script))
            else {
                continue;
            };
            let id = self.keys.len() as u32;
            let mut keys = Vec::new();
            inner_grams(part, |key| keys.push(key));
            self.keys.push(keys.into());
            self.plain.push(id);
            raise(&mut self.class(tag, script).parts, id, *weight);
        }
    }

    /// How often each key stands in the texts and lists.
    pub fn key_counts(&self) -> Vec<u32> {
        let mut counts = vec![0_u32; 1 << KEY_BITS];
        for class in self.classes.values() {
            let of_texts = class.sentences.iter().chain(&class.social).flatten().copied();
            let of_lists = class.words.iter().chain(&class.parts).map(|(id, _)| *id);
            for id in of_texts.chain(of_lists) {
                for &key in &self.keys[id as usize] {
                    counts[key as usize] += 1;
                }
            }
        }
        counts
    }

    fn id(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = self.keys.len() as u32;
        let mut keys = Vec::new();
        grams(word, |key| keys.push(key));
        self.keys.push(keys.into());
        self.plain.push(id);
        self.ids.insert(word.to_owned(), id);
        let plain = fold_accents(word);
        if plain != word {
            self.plain[id as usize] = self.id(&plain);
        }
        id
    }
}

/// Words that are rare in a list are drawn a little more often than they are used: the root of this
/// order flattens their weights.
const FLATTENED: f64 = 0.85;

fn raise(list: &mut Weighted, id: u32, weight: f64) {
    let before = list.last().map_or(0.0, |last| last.1);
    list.push((id, before + libm::pow(weight, FLATTENED)));
}

/// Whether a language is written in Latin letters against its custom; it is mixed with English word
/// by word.
pub fn is_romanised(tag: &str) -> bool {
    tag.ends_with(ROMANISED)
}

/// The script of most words, of those that the language is learned in.
fn main_script(tokens: &Tokens<'_>, tag: &str) -> Option<Script> {
    let count = |script: Script| words_in(tokens, script).count();
    let counted = writes(tag).iter().map(|&script| (count(script), script));
    let (most, script) = counted.max_by_key(|(count, _)| *count)?;
    (most > 0).then_some(script)
}

/// The scripts in which a language is learned.
fn writes(tag: &str) -> &'static [Script] {
    match tag {
        "sr" => &[Script::Latin, Script::Cyrillic],
        "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "mn" | "tt" => &[Script::Cyrillic],
        "ar" | "fa" | "ur" | "ckb" | "ug" | "ps" => &[Script::Arabic],
        "hi" | "mr" | "ne" => &[Script::Devanagari],
        "bn" | "as" => &[Script::Bengali],
        "am" | "ti" => &[Script::Ethiopic],
        "he" | "yi" => &[Script::Hebrew],
        // A script of one language tells it; what is Latin in their lists is of others.
        "bo" | "el" | "gu" | "hy" | "ja" | "ka" | "km" | "kn" | "ko" | "lo" | "ml" | "my"
        | "or" | "pa" | "si" | "ta" | "te" | "th" | "zh" => &[],
        _ => &[Script::Latin],
    }
}

/// A Serbian word in Cyrillic: one letter for each, and for each of the three pairs.
fn in_cyrillic(word: &str) -> String {
    const LATIN: &str = "abvgdđežzijklmnoprstćufhcčš";
    const CYRILLIC: &str = "абвгдђежзијклмнопрстћуфхцчш";
    let paired = word.replace("lj", "љ").replace("nj", "њ").replace("dž", "џ");
    let letter =
        |letter: char| LATIN.chars().zip(CYRILLIC.chars()).find(|(latin, _)| *latin == letter);
    paired.chars().map(|latin| letter(latin).map_or(latin, |(_, cyrillic)| cyrillic)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serbian_is_learned_in_both_scripts() {
        assert_eq!(in_cyrillic("ljubičasti džep"), "љубичасти џеп");
        let mut corpus = Corpus::default();
        corpus.add("sr", Kind::Sentences, "Dobar dan");
        let scripts: Vec<_> = corpus.classes.keys().map(|(_, script)| *script).collect();
        assert_eq!(scripts, [Script::Latin, Script::Cyrillic]);
    }

    #[test]
    fn english_is_not_learned_as_a_romanised_language() {
        let mut corpus = Corpus::default();
        corpus.add_words("en", &[("the".to_owned(), 3.0), ("best".to_owned(), 1.0)]);
        corpus.add("hi-Latn", Kind::Social, "the best");
        assert!(!corpus.classes.contains_key(&("hi-Latn".to_owned(), Script::Latin)));
        corpus.add("hi-Latn", Kind::Social, "yeh bahut accha the");
        assert!(corpus.classes.contains_key(&("hi-Latn".to_owned(), Script::Latin)));
    }

    #[test]
    fn words_of_other_scripts_are_left_out() {
        let mut corpus = Corpus::default();
        corpus.add("ru", Kind::Social, "привет hello мир 😀 @друг https://a.example");
        assert_eq!(corpus.classes.values().next().map(|class| class.social[0].len()), Some(2));
    }
}
