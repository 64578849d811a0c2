//! The dictionary: every word of every query, looked up by the tokens of a mention.
//!
//! Guarantees: equal words are one term; a token is looked up a fixed number of times, however many
//! words there are (once, and for prefixes once and for each distinct length of those that begin
//! like it); `fold:` and `stem:` cost nothing where no query uses them.

use std::num::NonZeroU32;

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use vigie_text::{TokenKind, Tokens, fold_accents};
use vigie_types::ListName;

use super::stem::Stemming;
use crate::limits::MINIMUM_PREFIX_LETTERS;
use crate::syntax::{Comparison, Form, Sort, Word};

/// A word of the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Term(NonZeroU32);

impl Term {
    /// The word at this position of the dictionary.
    pub(crate) const fn at(position: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(position as u32))
    }

    pub(crate) const fn position(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Terms by what the token's text must be, each with the tokens it can meet. The text stands in the
/// table itself: looking up costs waiting for memory, and a box would be waited for once more.
type Lookup = FxHashMap<CompactString, Vec<(Sort, Term)>>;

/// The terms of a text that is compared whole, by sort: in the table itself for the same reason.
type Terms = [Option<Term>; Sort::Symbol as usize + 1];

/// What a prefix begins with: it has three letters or more, and letters have bytes.
type Opening = [u8; MINIMUM_PREFIX_LETTERS];

/// A word with `?`.
#[derive(Debug)]
struct Pattern {
    letters: Box<[char]>,
    sort: Sort,
    term: Term,
}

/// Every word of every query.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    exact: FxHashMap<CompactString, Terms>,
    unaccented: Lookup,
    /// One per way of stemming; empty where no query stems.
    stems: Vec<Lookup>,
    prefixes: Lookup,
    /// The lengths in bytes, ascending, of the prefixes that begin so.
    prefix_bytes: FxHashMap<Opening, Vec<usize>>,
    /// By the first letter, which is never a wildcard.
    patterns: FxHashMap<char, Vec<Pattern>>,
}

/// Builds a dictionary; knows the words it holds already.
#[derive(Debug, Default)]
pub(crate) struct DictionaryBuilder {
    dictionary: Dictionary,
    terms: FxHashMap<(Comparison, Word), Term>,
    words: Vec<(Comparison, Word)>,
    lists: Vec<ListName>,
}

impl DictionaryBuilder {
    /// The term of a word, new or known.
    pub(crate) fn term(&mut self, comparison: Comparison, word: &Word) -> Term {
        let next = Term::at(self.words.len());
        let key = (comparison, word.clone());
        if let Some(&known) = self.terms.get(&key) {
            return known;
        }
        self.dictionary.add(comparison, word, next);
        self.words.push(key.clone());
        self.terms.insert(key, next);
        next
    }

    /// The number of a list, new or known.
    pub(crate) fn list(&mut self, name: &ListName) -> u32 {
        let known = self.lists.iter().position(|known| known == name);
        let number = known.unwrap_or_else(|| {
            self.lists.push(name.clone());
            self.lists.len() - 1
        });
        number as u32
    }

    /// The lists that are named, by their numbers.
    pub(crate) fn lists(&self) -> &[ListName] {
        &self.lists
    }

    /// How many terms there are.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word of a term, and how it is compared.
    pub(crate) fn word(&self, term: Term) -> (Comparison, &Word) {
        let (comparison, word) = &self.words[term.position()];
        (*comparison, word)
    }

    pub(crate) fn finish(self) -> Dictionary {
        self.dictionary
    }
}

impl Dictionary {
    fn add(&mut self, comparison: Comparison, word: &Word, term: Term) {
        let entry = (word.sort, term);
        match (&word.form, comparison) {
            (Form::Exact(text), Comparison::Folded) => {
                self.exact.entry((&**text).into()).or_default()[word.sort as usize] = Some(term);
            }
            (Form::Exact(text), Comparison::Unaccented) => {
                insert(&mut self.unaccented, text, entry);
            }
            (Form::Exact(text), Comparison::Stemmed) => {
                self.stems.resize_with(Stemming::COUNT, Lookup::default);
                for stemming in Stemming::all() {
                    insert(&mut self.stems[stemming.number()], &stemming.stem(text), entry);
                }
            }
            (Form::Prefix(text), _) => {
                insert(&mut self.prefixes, text, entry);
                let opening = text.as_bytes().first_chunk().expect("a prefix has three letters");
                let lengths = self.prefix_bytes.entry(*opening).or_default();
                if let Err(position) = lengths.binary_search(&text.len()) {
                    lengths.insert(position, text.len());
                }
            }
            (Form::Pattern(text), _) => {
                let letters: Box<[char]> = text.chars().collect();
                let first = letters.first().copied().unwrap_or_default();
                let pattern = Pattern { letters, sort: word.sort, term };
                self.patterns.entry(first).or_default().push(pattern);
            }
        }
    }

    /// The terms that the tokens of a text meet with their positions, by term and then position.
    pub(crate) fn occurrences(&self, tokens: &Tokens<'_>, stemming: Stemming) -> Vec<(Term, u32)> {
        let mut found = Vec::with_capacity(tokens.len());
        for index in 0..tokens.len() {
            let token = Token { kind: tokens.get(index).kind, position: index as u32 };
            self.look_up(token, tokens.folded(index), stemming, &mut found);
        }
        // As one number each: most texts have so few that what a comparison costs is all.
        found.sort_unstable_by_key(|&(Term(term), position)| {
            u64::from(term.get()) << u32::BITS | u64::from(position)
        });
        found.dedup();
        found
    }

    fn look_up(
        &self,
        token: Token,
        folded: &str,
        stemming: Stemming,
        found: &mut Vec<(Term, u32)>,
    ) {
        if let Some(terms) = self.exact.get(folded) {
            token.take_exact(terms, found);
        }
        let opening = folded.as_bytes().first_chunk();
        let lengths = opening.and_then(|opening| self.prefix_bytes.get(opening));
        for &bytes in lengths.into_iter().flatten().take_while(|&&bytes| bytes <= folded.len()) {
            if let Some(prefix) = folded.get(..bytes) {
                token.take(self.prefixes.get(prefix), found);
            }
        }
        if !self.unaccented.is_empty() {
            token.take(self.unaccented.get(fold_accents(folded).as_str()), found);
        }
        if let Some(stems) = self.stems.get(stemming.number()) {
            token.take(stems.get(stemming.stem(folded).as_str()), found);
        }
        if !self.patterns.is_empty() {
            self.look_up_patterns(token, folded, found);
        }
    }

    fn look_up_patterns(&self, token: Token, folded: &str, found: &mut Vec<(Term, u32)>) {
        let patterns = folded.chars().next().and_then(|first| self.patterns.get(&first));
        for pattern in patterns.into_iter().flatten() {
            if token.is_met_by(pattern.sort) && fits(&pattern.letters, folded) {
                found.push((pattern.term, token.position));
            }
        }
    }
}

fn insert(lookup: &mut Lookup, text: &str, entry: (Sort, Term)) {
    lookup.entry(text.into()).or_default().push(entry);
}

/// Whether the letters are those of the pattern, where `?` is any one.
fn fits(pattern: &[char], folded: &str) -> bool {
    let mut letters = folded.chars();
    let all_fit =
        pattern.iter().all(|&wanted| letters.next().is_some_and(|l| wanted == '?' || wanted == l));
    all_fit && letters.next().is_none()
}

/// The token that is looked up.
#[derive(Clone, Copy)]
struct Token {
    kind: TokenKind,
    position: u32,
}

impl Token {
    fn is_met_by(self, sort: Sort) -> bool {
        Sort::of(self.kind) == sort || (sort == Sort::Plain && self.kind == TokenKind::Hashtag)
    }

    fn take_exact(self, terms: &Terms, found: &mut Vec<(Term, u32)>) {
        let own = Sort::of(self.kind);
        let plain = if own == Sort::Hashtag { terms[Sort::Plain as usize] } else { None };
        let met = [terms[own as usize], plain];
        found.extend(met.into_iter().flatten().map(|term| (term, self.position)));
    }

    fn take(self, entries: Option<&Vec<(Sort, Term)>>, found: &mut Vec<(Term, u32)>) {
        for &(sort, term) in entries.into_iter().flatten() {
            if self.is_met_by(sort) {
                found.push((term, self.position));
            }
        }
    }
}
