//! Words of a query: one word or words in a row, tokenised as the text of a mention is.
//!
//! Guarantees: a text holds at least one word; its written form is canonical, and reading that form
//! again gives the same text.
//!
//! Refuses: text without a word, and wildcards that could not be looked up in an index.

use std::fmt;

use vigie_text::{TokenKind, Tokens, fold, fold_accents};

use crate::limits::MINIMUM_PREFIX_LETTERS;

/// A word, or words that stand in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// How the words are compared.
    pub comparison: Comparison,
    /// The words, one per token.
    pub words: Vec<Word>,
    /// The canonical text of the words.
    pub written: Box<str>,
}

/// How a word of a query is compared with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// NFKC and simple case folding; accents count.
    Folded,
    /// The same without accents: `fold:`.
    Unaccented,
    /// By Snowball stem in the mention's language: `stem:`.
    Stemmed,
}

impl Comparison {
    /// What stands before a text that is compared so.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Folded => "",
            Self::Unaccented => "fold:",
            Self::Stemmed => "stem:",
        }
    }
}

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// Which tokens it can meet.
    pub sort: Sort,
    /// What the token's folded text must be.
    pub form: Form,
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (body, star) = match &self.form {
            Form::Exact(body) | Form::Pattern(body) => (body, ""),
            Form::Prefix(body) => (body, "*"),
        };
        write!(formatter, "{}{body}{star}", self.sort.sigil())
    }
}

/// Which tokens a word can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Words and numbers, and hashtags that say the same: `cola` meets `#cola`.
    Plain,
    /// Hashtags only.
    Hashtag,
    /// Handles only.
    Handle,
    /// Cashtags only.
    Cashtag,
    /// Links, emoji and emoticons.
    Symbol,
}

impl Sort {
    /// The sort of word that a token of this kind is in a query.
    pub(crate) const fn of(kind: TokenKind) -> Self {
        match kind {
            TokenKind::Word | TokenKind::Number => Self::Plain,
            TokenKind::Hashtag => Self::Hashtag,
            TokenKind::Handle => Self::Handle,
            TokenKind::Cashtag => Self::Cashtag,
            TokenKind::Url | TokenKind::Emoji | TokenKind::Emoticon => Self::Symbol,
        }
    }

    /// The sign before the word.
    pub(crate) const fn sigil(self) -> &'static str {
        match self {
            Self::Hashtag => "#",
            Self::Handle => "@",
            Self::Cashtag => "$",
            Self::Plain | Self::Symbol => "",
        }
    }
}

/// What a token's folded text must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// This.
    Exact(Box<str>),
    /// Anything that begins with this.
    Prefix(Box<str>),
    /// This, where each `?` stands for one character.
    Pattern(Box<str>),
}

/// Why a text cannot be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextProblem {
    /// There is no word in it.
    NoWord,
    /// A `*` that is not at the end of a word.
    StarInside(String),
    /// A `*` after too few letters.
    ShortPrefix(String),
    /// A `?` that is not inside a word.
    LooseQuestionMark,
    /// A wildcard in a word that the tokeniser splits.
    SplitPattern(String),
    /// An emoji with a skin tone among other words.
    TonedInPhrase(String),
    /// A wildcard together with `stem:` or `fold:`.
    WildcardCompared(String),
}

impl Text {
    /// Reads the inside of a phrase, or a bare word.
    pub(crate) fn read(written: &str, comparison: Comparison) -> Result<Self, TextProblem> {
        let mut text = Self { comparison, words: Vec::new(), written: Box::default() };
        let mut canonical: Vec<String> = Vec::new();
        let mut plain = String::new();
        for piece in written.split_whitespace() {
            if !has_wildcard(piece) {
                plain.push_str(if plain.is_empty() { "" } else { " " });
                plain.push_str(piece);
                continue;
            }
            if comparison != Comparison::Folded {
                return Err(TextProblem::WildcardCompared(piece.to_owned()));
            }
            text.take_plain(&mut plain, &mut canonical);
            let word = pattern(piece)?;
            canonical.push(word.written());
            text.words.push(word);
        }
        text.take_plain(&mut plain, &mut canonical);
        text.written = canonical.join(" ").into_boxed_str();
        if text.words.is_empty() { Err(TextProblem::NoWord) } else { Ok(text) }
    }

    /// Tokenises the pieces without wildcards as the text of a mention is, and empties `plain`.
    fn take_plain(&mut self, plain: &mut String, canonical: &mut Vec<String>) {
        let prepared = match self.comparison {
            Comparison::Folded | Comparison::Stemmed => std::mem::take(plain),
            Comparison::Unaccented => fold_accents(&std::mem::take(plain)),
        };
        let tokens = Tokens::of(&prepared);
        if tokens.is_empty() {
            return;
        }
        let joined = join(&tokens);
        // Some folded text splits otherwise than it was written (a ligature of several words, a
        // fraction): it stays as written, so that reading it again gives the same words.
        let is_stable = !joined.split_whitespace().any(has_wildcard)
            && same_words(&Tokens::of(&joined), &tokens);
        for index in 0..tokens.len() {
            let sort = Sort::of(tokens.get(index).kind);
            self.words.push(Word { sort, form: Form::Exact(tokens.folded(index).into()) });
        }
        canonical.push(if is_stable { joined } else { prepared.clone() });
    }
}

impl Word {
    fn written(&self) -> String {
        let sigil = self.sort.sigil();
        match &self.form {
            Form::Exact(text) | Form::Pattern(text) => format!("{sigil}{text}"),
            Form::Prefix(text) => format!("{sigil}{text}*"),
        }
    }
}

/// The folded tokens with their sigils, apart where they are apart in the source.
fn join(tokens: &Tokens<'_>) -> String {
    let mut joined = String::new();
    for index in 0..tokens.len() {
        if index > 0 && !tokens.gap_before(index).is_empty() {
            joined.push(' ');
        }
        joined.push_str(Sort::of(tokens.get(index).kind).sigil());
        joined.push_str(tokens.folded(index));
    }
    joined
}

fn same_words(left: &Tokens<'_>, right: &Tokens<'_>) -> bool {
    left.len() == right.len()
        && (0..left.len()).all(|index| {
            left.get(index).kind == right.get(index).kind
                && left.folded(index) == right.folded(index)
        })
}

/// Whether a `*` touches a letter, or a `?` stands between two, outside of a link.
fn has_wildcard(piece: &str) -> bool {
    if piece.contains("://") {
        return false;
    }
    let letters: Vec<char> = piece.chars().collect();
    let is_letter = |index: Option<usize>| {
        index.and_then(|index| letters.get(index)).is_some_and(|letter| letter.is_alphanumeric())
    };
    letters.iter().enumerate().any(|(index, &letter)| {
        let (before, after) = (is_letter(index.checked_sub(1)), is_letter(Some(index + 1)));
        (letter == '*' && (before || after)) || (letter == '?' && before && after)
    })
}

/// Reads one piece with a wildcard.
fn pattern(piece: &str) -> Result<Word, TextProblem> {
    let body = piece.strip_suffix('*').unwrap_or(piece);
    if body.contains('*') {
        return Err(TextProblem::StarInside(piece.to_owned()));
    }
    let is_prefix = body.len() < piece.len();
    if body.starts_with('?') || body.ends_with('?') {
        return Err(TextProblem::LooseQuestionMark);
    }
    // A letter stands in for each question mark while the tokeniser looks at the word.
    let stand_in = body.replace('?', "x");
    let tokens = Tokens::of(&stand_in);
    let is_whole = |tokens: &Tokens<'_>| tokens.len() == 1 && tokens.written(0) == tokens.source();
    if !is_whole(&tokens) || !is_whole(&Tokens::of(&fold(&stand_in))) {
        return Err(TextProblem::SplitPattern(piece.to_owned()));
    }
    let sort = Sort::of(tokens.get(0).kind);
    let sigil_bytes = match sort {
        Sort::Hashtag | Sort::Handle | Sort::Cashtag => {
            body.chars().next().map_or(0, char::len_utf8)
        }
        Sort::Plain | Sort::Symbol => 0,
    };
    let text = fold(&body[sigil_bytes..]);
    let has_question_mark = text.contains('?');
    if is_prefix && has_question_mark {
        return Err(TextProblem::StarInside(piece.to_owned()));
    }
    if is_prefix && text.chars().filter(|c| c.is_alphanumeric()).count() < MINIMUM_PREFIX_LETTERS {
        return Err(TextProblem::ShortPrefix(piece.to_owned()));
    }
    let form = if is_prefix { Form::Prefix(text.into()) } else { Form::Pattern(text.into()) };
    Ok(Word { sort, form })
}
