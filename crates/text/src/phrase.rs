//! Cue phrases: short sequences of folded words, found in one pass.
//!
//! Guarantees: one look-up per token; cues may overlap, and longer ones come first. Refuses cues of
//! more than `MAX_WORDS` words, so that the cost per token is bounded.

use rustc_hash::FxHashMap;

use crate::token::Tokens;

/// Words of one cue at most; the longest of ours has five.
const MAX_WORDS: usize = 6;

/// One cue and what it stands for.
#[derive(Clone, Debug)]
struct Cue<M> {
    rest: Vec<&'static str>,
    opening: bool,
    meaning: M,
}

/// Cues by their first word.
#[derive(Clone, Debug)]
pub(crate) struct Cues<M> {
    by_first: FxHashMap<&'static str, Vec<Cue<M>>>,
}

/// A cue found in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<M> {
    /// Its first token.
    pub(crate) first: usize,
    /// Its last token.
    pub(crate) last: usize,
    /// What it stands for.
    pub(crate) meaning: M,
}

impl<M: Copy> Cues<M> {
    pub(crate) fn new() -> Self {
        Self { by_first: FxHashMap::default() }
    }

    /// Adds a cue as written in the files; `^` first ties it to the start of a sentence.
    pub(crate) fn add(&mut self, written: &'static str, meaning: M) {
        let (opening, written) = match written.trim().strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, written.trim()),
        };
        let mut words = written.split_whitespace();
        let Some(first) = words.next() else { return };
        let rest: Vec<_> = words.collect();
        assert!(rest.len() < MAX_WORDS, "a cue has at most {MAX_WORDS} words: {written}");
        let cues = self.by_first.entry(first).or_default();
        cues.push(Cue { rest, opening, meaning });
        cues.sort_by_key(|cue| std::cmp::Reverse(cue.rest.len()));
    }

    /// Calls back for each cue at each token, longest first; `opens` tells where a sentence starts.
    pub(crate) fn find(
        &self,
        tokens: &Tokens<'_>,
        opens: impl Fn(usize) -> bool,
        mut found: impl FnMut(Found<M>),
    ) {
        for first in 0..tokens.len() {
            let Some(cues) = self.by_first.get(tokens.folded(first)) else { continue };
            let meets = |cue: &&Cue<M>| {
                first + cue.rest.len() < tokens.len()
                    && cue
                        .rest
                        .iter()
                        .enumerate()
                        .all(|(step, word)| tokens.folded(first + 1 + step) == *word)
                    && (!cue.opening || opens(first))
            };
            for cue in cues.iter().filter(meets) {
                found(Found { first, last: first + cue.rest.len(), meaning: cue.meaning });
            }
        }
    }
}
