//! Tokens: what a text is made of, with the bytes they stand at and their folded form.
//!
//! Words follow UAX 29; hashtags, handles, cashtags, URLs, emoji sequences (joined, flags, keycaps,
//! skin tones) and emoticons are single tokens. Punctuation is no token: read the gaps of the
//! source.
//!
//! Tailored from UAX 29: a colon never joins (`delay:bad` is two words), so that emoticons and
//! "RT @x:" stay apart from words. Per language: Thai, Khmer, Lao and Burmese (one token per
//! character with its marks), Chinese and Japanese ideographs and hiragana (one token each) are met
//! unit by unit until they are segmented; katakana runs and Hangul words are one token. A
//! zero-width space ends a word of a script that is written without spaces, and no other.
//!
//! Guarantees: tokens are in order, do not overlap and lie on character borders; work and memory
//! are linear in the text; nothing panics on any text.
//!
//! Refuses: texts of 4 GiB and more (spans are 32 bit), stemming and knowing the language.

mod emoji;
mod emoticon;
mod hashtag;
mod joint;
mod look;
mod markup;
mod plain;
mod scan;
mod url;

use std::ops::Range;

use look::{Letters, Look};
use markup::Cleaned;
use vigie_types::Span;

use crate::mix;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// A word of UAX 29 with at least one letter.
    Word,
    /// Digits, with the separators that UAX 29 joins (`1,000.5`).
    Number,
    /// `#` and what follows, with at least one letter.
    Hashtag,
    /// `@name`, `@name@server.example` or `@name.example.com`.
    Handle,
    /// `$` and 1 to 6 letters.
    Cashtag,
    /// A link with a scheme, with `www.`, or a known domain with a path.
    Url,
    /// One emoji sequence.
    Emoji,
    /// A face of punctuation, as `:-)`.
    Emoticon,
}

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands: UTF-8 bytes of the source, sigil included.
    pub span: Span,
    folded: Span,
    hash: u32,
    look: Look,
}

/// The tokens of one text.
#[derive(Clone, Debug)]
pub struct Tokens<'t> {
    source: &'t str,
    /// The text without its markup, where it has some, and where its tokens stand in that.
    cleaned: Option<(Cleaned, Vec<Span>)>,
    arena: String,
    list: Vec<Token>,
}

impl<'t> Tokens<'t> {
    /// Tokenises a text.
    ///
    /// ```
    /// let tokens = vigie_text::Tokens::of("Thanks @Delta, I LOVE #flying :-)");
    /// let folded: Vec<_> = (0..tokens.len()).map(|index| tokens.folded(index)).collect();
    /// assert_eq!(folded, ["thanks", "delta", "i", "love", "flying", ":-)"]);
    /// ```
    pub fn of(source: &'t str) -> Self {
        assert!(u32::try_from(source.len()).is_ok(), "a text of 4 GiB or more cannot be tokenised");
        // Six bytes a token is short for English: the list rarely grows and never holds much air.
        let mut tokens = Self {
            source,
            cleaned: None,
            arena: String::with_capacity(source.len()),
            list: Vec::with_capacity(source.len() / 6 + 4),
        };
        match markup::clean(source) {
            None => scan::scan(&mut tokens, source),
            Some(cleaned) => {
                scan::scan(&mut tokens, &cleaned.text);
                let spans = tokens.list.iter().map(|token| token.span).collect();
                for token in &mut tokens.list {
                    token.span = cleaned.in_source(token.span);
                }
                tokens.cleaned = Some((cleaned, spans));
            }
        }
        tokens
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The token with this index.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, index: usize) -> &Token {
        &self.list[index]
    }

    /// The text that was tokenised.
    pub fn source(&self) -> &'t str {
        self.source
    }

    /// The token as it stands in the source, sigil included.
    pub fn written(&self, index: usize) -> &'t str {
        let span = self.list[index].span;
        &self.source[span.start as usize..span.end as usize]
    }

    /// The token in NFKC and simple case folding, without its `#`, `@` or `$`; an emoji without
    /// variation selectors and skin tones.
    pub fn folded(&self, index: usize) -> &str {
        let folded = self.list[index].folded;
        &self.arena[folded.start as usize..folded.end as usize]
    }

    /// The hash of the folded token, the same on every machine; its upper bits are the better ones.
    pub(crate) fn hash(&self, index: usize) -> u32 {
        self.list[index].hash
    }

    /// The words that a hashtag is visibly made of, two at least, folded; none of other tokens.
    ///
    /// ```
    /// let tokens = vigie_text::Tokens::of("#WorstAirlineEver");
    /// assert_eq!(tokens.parts(0), ["worst", "airline", "ever"]);
    /// ```
    pub fn parts(&self, index: usize) -> Vec<String> {
        if self.list[index].kind != TokenKind::Hashtag {
            return Vec::new();
        }
        let mut name = self.written(index).chars();
        name.next();
        hashtag::parts(name.as_str()).into_iter().map(crate::fold).collect()
    }

    /// The tokens in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Token> {
        self.list.iter()
    }

    /// What stands between the token before this one (or the start) and this one (or the end),
    /// without markup.
    pub fn gap_before(&self, index: usize) -> &str {
        match &self.cleaned {
            None => gap(self.source, index, |at| Some(self.list.get(at)?.span)),
            Some((cleaned, spans)) => gap(&cleaned.text, index, |at| spans.get(at).copied()),
        }
    }

    /// The text without markup.
    pub fn text(&self) -> &str {
        self.cleaned.as_ref().map_or(self.source, |(cleaned, _)| &cleaned.text)
    }

    /// The bytes of the source where these tokens read as written, if they do: letter for letter
    /// from `before` bytes ahead of the first one on, markup aside, and to the end of the last one.
    ///
    /// ```
    /// let tokens = vigie_text::Tokens::of("AT&amp;T");
    /// let span = tokens.reads(0..2, 0, "AT&T").expect("they do");
    /// assert_eq!((span.start, span.end), (0, 8));
    /// assert!(tokens.reads(0..2, 0, "at&t").is_none());
    /// ```
    pub fn reads(&self, tokens: Range<usize>, before: usize, written: &str) -> Option<Span> {
        let spans = self.cleaned.as_ref().map(|(_, spans)| spans);
        let span = |at: usize| spans.map_or(self.list[at].span, |spans| spans[at]);
        let last = span(tokens.end.checked_sub(1)?);
        let start = (span(tokens.start).start as usize).checked_sub(before)?;
        let end = start + written.len();
        if end < last.end as usize || self.text().get(start..end)? != written {
            return None;
        }
        let span = Span { start: start as u32, end: end as u32 };
        Some(self.cleaned.as_ref().map_or(span, |(cleaned, _)| cleaned.in_source(span)))
    }

    /// The index of the first token that ends after this byte of the source; the number of tokens
    /// where none does.
    pub(crate) fn first_ending_after(&self, byte: u32) -> usize {
        self.list.partition_point(|token| token.span.end <= byte)
    }

    /// What stands before a token if it is more than one space: marks, mostly.
    pub fn marks_before(&self, index: usize) -> Option<&str> {
        if self.list.get(index).is_some_and(|token| token.look.flows()) {
            return None;
        }
        Some(self.gap_before(index)).filter(|gap| !matches!(*gap, "" | " "))
    }

    /// Whether the token is written in capitals: three bytes or more, and no small letter of ASCII.
    pub fn is_shouted(&self, index: usize) -> bool {
        self.list[index].look.is_shouted()
    }

    /// Whether the token is an emoji with a skin tone, which its folded form does not have.
    pub fn is_toned(&self, index: usize) -> bool {
        self.list[index].kind == TokenKind::Emoji && emoji::is_toned(self.written(index))
    }

    /// Whether the token has a digit of ASCII.
    pub fn is_numbered(&self, index: usize) -> bool {
        self.list[index].look.is_numbered()
    }

    /// The bytes of the source that a part of the gap before a token stands for.
    pub fn in_gap(&self, index: usize, part: Range<usize>) -> Span {
        let spans = self.cleaned.as_ref().map(|(_, spans)| spans);
        let end = |at: usize| spans.map_or(self.list[at].span.end, |spans| spans[at].end);
        let start = index.checked_sub(1).map_or(0, end);
        let span = Span { start: start + part.start as u32, end: start + part.end as u32 };
        self.cleaned.as_ref().map_or(span, |(cleaned, _)| cleaned.in_source(span))
    }

    /// Adds the token at these bytes of the text; what is folded starts after the sigil.
    fn push(&mut self, kind: TokenKind, text: &str, start: usize, end: usize) {
        let written = &text[start..end];
        match kind {
            TokenKind::Hashtag | TokenKind::Handle | TokenKind::Cashtag => {
                let sigil = written.chars().next().map_or(0, char::len_utf8);
                crate::fold::fold_onto(&written[sigil..], &mut self.arena);
            }
            TokenKind::Emoji => emoji::fold_onto(written, &mut self.arena),
            TokenKind::Word | TokenKind::Number | TokenKind::Url | TokenKind::Emoticon => {
                crate::fold::fold_onto(written, &mut self.arena);
            }
        }
        self.list_folded(kind, text, start..end, Letters::of(written.as_bytes()));
    }

    /// Adds a word or number of ASCII, whose letters are known.
    fn push_ascii(
        &mut self,
        kind: TokenKind,
        text: &str,
        (start, end): (usize, usize),
        letters: Letters,
    ) {
        let from = self.arena.len();
        self.arena.push_str(&text[start..end]);
        if letters.has_capitals() {
            self.arena[from..].make_ascii_lowercase();
        }
        self.list_folded(kind, text, start..end, letters);
    }

    /// Lists the token whose folded form is the end of the arena.
    fn list_folded(
        &mut self,
        kind: TokenKind,
        text: &str,
        written: Range<usize>,
        letters: Letters,
    ) {
        let from = self.list.last().map_or(0, |before| before.folded.end as usize);
        let hash = mix::word(&self.arena.as_bytes()[from..]);
        let folded = Span { start: from as u32, end: self.arena.len() as u32 };
        let span = Span { start: written.start as u32, end: written.end as u32 };
        let gap = self.list.last().map_or(0, |before| before.span.end as usize);
        let look = Look::of(&text.as_bytes()[gap..written.start], written.len(), letters);
        self.list.push(Token { kind, span, folded, hash, look });
    }
}

/// What stands before a token, whose place and that of the one before it are told.
fn gap(text: &str, index: usize, span: impl Fn(usize) -> Option<Span>) -> &str {
    let before = index.checked_sub(1).and_then(&span);
    let start = before.map_or(0, |span| span.end as usize);
    let end = span(index).map_or(text.len(), |span| span.start as usize);
    &text[start..end]
}

impl<'a> IntoIterator for &'a Tokens<'_> {
    type Item = &'a Token;
    type IntoIter = std::slice::Iter<'a, Token>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
