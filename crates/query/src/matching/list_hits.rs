//! Which lists a mention meets, and where; each list is looked up once, when it is first asked for.

use std::cell::OnceCell;
use std::sync::Arc;

use vigie_text::{TokenKind, Tokens};
use vigie_types::{ListKind, Span};

use super::evaluation::Truth;
use super::field_truth::{hosts_of, names_of};
use crate::document::Document;
use crate::list::{List, ListKey, Phrase, account_key, site_keys, token_hash};
use crate::syntax::Sort;

/// What a mention has of one list.
#[derive(Debug)]
pub(crate) struct ListHit {
    pub(crate) truth: Truth,
    pub(crate) spans: Vec<Span>,
    pub(crate) title_spans: Vec<Span>,
}

/// What a mention has of each list.
pub(crate) struct ListHits<'s, 'd> {
    /// By their numbers; none where queries name a list that there is not.
    lists: &'s [Option<Arc<List>>],
    document: &'d Document<'d>,
    found: Vec<OnceCell<ListHit>>,
    body: OnceCell<Vec<u64>>,
    title: OnceCell<Vec<u64>>,
}

impl<'s, 'd> ListHits<'s, 'd> {
    pub(crate) fn new(lists: &'s [Option<Arc<List>>], document: &'d Document<'d>) -> Self {
        let found = lists.iter().map(|_| OnceCell::new()).collect();
        Self { lists, document, found, body: OnceCell::new(), title: OnceCell::new() }
    }

    /// The mention.
    pub(crate) const fn document(&self) -> &'d Document<'d> {
        self.document
    }

    /// What the mention has of the list with this number.
    pub(crate) fn of(&self, number: u32) -> &ListHit {
        let number = number as usize;
        self.found[number].get_or_init(|| self.look_up(self.lists[number].as_deref()))
    }

    fn look_up(&self, list: Option<&List>) -> ListHit {
        let without_spans = |truth| ListHit { truth, spans: Vec::new(), title_spans: Vec::new() };
        let Some(list) = list else { return without_spans(Truth::Unknown) };
        match list.kind() {
            ListKind::Authors => {
                let names = self.document.fields.mention.map(names_of);
                without_spans(any(names, |name| list.holds(account_key(&name))))
            }
            ListKind::Sites => {
                let hosts = self.document.fields.mention.map(hosts_of);
                let is_on = |host: String| site_keys(&host).any(|key| list.holds(key));
                without_spans(any(hosts, is_on))
            }
            ListKind::Words => {
                let spans = spans(list, self.document.body, &self.body);
                let title = self.document.title;
                let title_spans =
                    title.map(|title| self::spans(list, title, &self.title)).unwrap_or_default();
                let truth = Truth::from(!spans.is_empty() || !title_spans.is_empty());
                ListHit { truth, spans, title_spans }
            }
        }
    }
}

/// Unknown where there is nothing to look up.
fn any(texts: Option<Vec<String>>, holds: impl FnMut(String) -> bool) -> Truth {
    match texts {
        Some(texts) if !texts.is_empty() => Truth::from(texts.into_iter().any(holds)),
        Some(_) | None => Truth::Unknown,
    }
}

/// Where entries of a list of words stand.
fn spans(list: &List, tokens: &Tokens<'_>, hashes: &OnceCell<Vec<u64>>) -> Vec<Span> {
    let hashes = hashes.get_or_init(|| (0..tokens.len()).map(|at| word_hash(tokens, at)).collect());
    let mut spans = Vec::new();
    for first in 0..hashes.len() {
        let start = tokens.get(first).span.start;
        let mut phrase = Phrase::default();
        for (at, &hash) in hashes.iter().enumerate().skip(first).take(list.longest()) {
            phrase = phrase.with(hash);
            if list.holds(phrase.key()) {
                spans.push(Span { start, end: tokens.get(at).span.end });
            }
        }
        if tokens.get(first).kind == TokenKind::Hashtag && list.holds(tag(tokens, first)) {
            spans.push(tokens.get(first).span);
        }
    }
    spans
}

/// A token as a word of an entry: a hashtag is the word that it says.
fn word_hash(tokens: &Tokens<'_>, at: usize) -> u64 {
    let sort = match tokens.get(at).kind {
        TokenKind::Hashtag => Sort::Plain,
        kind @ (TokenKind::Word
        | TokenKind::Number
        | TokenKind::Handle
        | TokenKind::Cashtag
        | TokenKind::Url
        | TokenKind::Emoji
        | TokenKind::Emoticon) => Sort::of(kind),
    };
    token_hash(sort, tokens.folded(at))
}

fn tag(tokens: &Tokens<'_>, at: usize) -> ListKey {
    Phrase::default().with(token_hash(Sort::Hashtag, tokens.folded(at))).key()
}
