//! Cue phrases: short sequences of folded words, found in one pass.
//!
//! A cue is cut into words as texts are, so cues in scripts without spaces are met character by
//! character. `^` before it ties it to the start of a sentence, `$` behind it to a gap or the end,
//! `*` before it makes it the end of a word.
//!
//! Guarantees: one look-up per token, a second where there are word ends; cues may overlap, and
//! longer ones come first. Refuses cues of more than `MAX_WORDS` words, so that the cost per token
//! is bounded.

use rustc_hash::FxHashMap;

use crate::token::{TokenKind, Tokens};
use crate::word_map::WordMap;

/// Words of one cue at most; the longest of ours is Thai and has twelve characters.
const MAX_WORDS: usize = 16;

/// One cue and what it stands for.
#[derive(Clone, Debug)]
struct Cue<M> {
    /// The words after the first, and the hash of the first of them, which most texts fail at.
    rest: Box<[Box<str>]>,
    next: u32,
    opening: bool,
    closing: bool,
    meaning: M,
}

/// Cues by their first word, and ends of words by their last two characters.
#[derive(Clone, Debug)]
pub(crate) struct Cues<M> {
    by_first: WordMap<Vec<Cue<M>>>,
    by_end: FxHashMap<Box<str>, Vec<(Box<str>, M)>>,
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
        Self { by_first: WordMap::default(), by_end: FxHashMap::default() }
    }

    /// Adds a cue as written in the files.
    pub(crate) fn add(&mut self, written: &str, meaning: M) {
        let written = written.trim();
        if let Some(end) = written.strip_prefix('*') {
            let key = last_two(end).unwrap_or(end);
            self.by_end.entry(key.into()).or_default().push((end.into(), meaning));
            return;
        }
        let (opening, written) = written.strip_prefix('^').map_or((false, written), |w| (true, w));
        let (closing, written) = written.strip_suffix('$').map_or((false, written), |w| (true, w));
        let tokens = Tokens::of(written);
        assert!(tokens.len() <= MAX_WORDS, "a cue has at most {MAX_WORDS} words: {written}");
        if tokens.is_empty() {
            return;
        }
        let rest = (1..tokens.len()).map(|index| Box::from(tokens.folded(index))).collect();
        let next = if tokens.len() > 1 { tokens.hash(1) } else { 0 };
        let cues = self.by_first.entry(tokens.folded(0)).or_default();
        cues.push(Cue { rest, next, opening, closing, meaning });
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
            if !self.by_end.is_empty() {
                for meaning in self.ends(tokens.folded(first)) {
                    found(Found { first, last: first, meaning });
                }
            }
            let Some(cues) = self.by_first.get(tokens, first) else { continue };
            let next = if first + 1 < tokens.len() { tokens.hash(first + 1) } else { 0 };
            let meets = |cue: &&Cue<M>| {
                if !cue.rest.is_empty() && cue.next != next {
                    return false;
                }
                let last = first + cue.rest.len();
                let mut rest = cue.rest.iter().zip(first + 1..);
                last < tokens.len()
                    && rest.all(|(word, index)| tokens.folded(index) == &**word)
                    && (!cue.opening || opens(first))
                    && (!cue.closing || closes(tokens, last))
            };
            for cue in cues.iter().filter(meets) {
                found(Found { first, last: first + cue.rest.len(), meaning: cue.meaning });
            }
        }
    }

    /// What the ends of this word stand for.
    fn ends<'a>(&'a self, word: &'a str) -> impl Iterator<Item = M> + 'a {
        let ends = last_two(word).and_then(|key| self.by_end.get(key)).into_iter().flatten();
        ends.filter(|(end, _)| word.ends_with(&**end)).map(|(_, meaning)| *meaning)
    }
}

/// The last two characters, if there are two.
fn last_two(word: &str) -> Option<&str> {
    word.char_indices().nth_back(1).map(|(start, _)| &word[start..])
}

/// Whether a gap, the end, or what is no word follows this token.
fn closes(tokens: &Tokens<'_>, index: usize) -> bool {
    index + 1 == tokens.len()
        || !tokens.gap_before(index + 1).is_empty()
        || tokens.get(index + 1).kind != TokenKind::Word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cue: &str, text: &str) -> bool {
        let mut cues = Cues::new();
        cues.add(cue, ());
        let mut found = false;
        cues.find(&Tokens::of(text), |index| index == 0, |_| found = true);
        found
    }

    #[test]
    fn a_cue_is_tied_to_where_its_signs_say() {
        for (cue, text, expected) in [
            ("^how do", "how do i", true),
            ("^how do", "see how do", false),
            ("ไหม$", "มีของไหม", true),
            ("ไหม$", "ไหมพรม", false),
            ("*까요", "가능할까요", true),
            ("*까요", "까", false),
            ("吗", "有货吗？", true),
        ] {
            assert_eq!(found(cue, text), expected, "{cue} in {text}");
        }
    }
}
