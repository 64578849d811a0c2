//! The boolean query language over mentions: parse, compile, match.
//!
//! A query is read by [`Query::parse`]; many of them are compiled into a [`StreamSet`], which finds
//! all that a [`Document`] meets in one pass over its tokens.
//!
//! | written | asks for |
//! |---|---|
//! | `a b`, `a AND b` | both; `AND`, `OR`, `NOT` and `NEAR` are upper case, `and` is a word |
//! | `a OR b` | at least one |
//! | `-a`, `NOT a` | not; a query of only NOTs is refused |
//! | `"a b"` | words in a row; punctuation between them is ignored |
//! | `a NEAR/3 b`, `a NEAR/3f b` | at most 3 tokens between, `f`: in this order |
//! | `luxemb*`, `wom?n` | words that begin so (3 letters or more), one character |
//! | `👍`, `👍🏽` | with any skin tone or none, only with this one |
//! | `#tag`, `@handle`, `$cash` | only these; `tag` meets the word and the hashtag |
//! | `raw:"Google+"`, `{BP}` | as written, markup aside, from word border to word border |
//! | `stem:word`, `fold:word` | by Snowball stem in the mention's language, without accents |
//! | `author: to: lang: country: region: city: site: url: network: kind: is: has:` | fields |
//! | `followers:>=n engagement:>=n sentiment:<-0.3 intent:question` | judgements and counts |
//! | `@list(staff)` | an entry of a list: the author, the site, or words of the text |
//! | `sample:15` | 15 per cent of all mentions, by the hash of the mention's id |
//!
//! `NEAR` binds before `NOT`, `NOT` before `AND`, `AND` before `OR`. Words are compared in NFKC and
//! simple case folding; accents count. A bare word with punctuation inside is tokenised as text is
//! and met as adjacent tokens: `at&t` meets AT&T.
//!
//! Guarantees: the same query and mention give the same answer on every machine; a field that is
//! missing is *unknown*, which is no match, and the negation of an unknown field is true; spans are
//! UTF-8 byte ranges in the text's order; work is linear in the query and in the text.
//!
//! Refuses: I/O, clocks, randomness; queries beyond [`limits`].

mod diagnostic;
mod document;
pub mod limits;
mod list;
mod matching;
mod query;
pub mod syntax;
mod translate;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use document::{Document, Fields, Hit, StreamIndex, Unknowns};
pub use list::{EntryError, List, ListEntry, ListKey, Lists, list_version};
pub use matching::{Anchoring, StreamSet};
pub use query::Query;
pub use translate::{Dialect, Remark, Translation, translate};
