//! The language by its definition: slow, and short enough to be believed.
//!
//! It walks the syntax tree for one query and one document and looks at every token for every word.
//! The matcher must agree with it.

use std::collections::BTreeSet;

use vigie_query::syntax::{
    Comparison, Expression, Field, Form, Near, Node, Raw, Relation, Sort, Text, Word,
};
use vigie_query::{Document, Query};
use vigie_text::{TokenKind, Tokens, fold_accents};
use vigie_types::Span;

/// The spans in the text and in the title, if the document meets the query.
pub fn meets(query: &Query, document: &Document<'_>) -> Option<(Vec<Span>, Vec<Span>)> {
    let found = judge(query.root(), document)?;
    let of = |is_title: bool| {
        let side = found.iter().filter(|(title, _)| *title == is_title);
        side.map(|&(_, span)| span).collect()
    };
    Some((of(false), of(true)))
}

/// What is met, by whether it is in the title; `None` if it is not met or not known to be.
type Found = BTreeSet<(bool, Span)>;

fn judge(node: &Node, document: &Document<'_>) -> Option<Found> {
    match &node.expression {
        Expression::And(parts) => parts.iter().try_fold(Found::new(), |mut all, part| {
            all.extend(judge(part, document)?);
            Some(all)
        }),
        Expression::Or(parts) => {
            parts.iter().filter_map(|part| judge(part, document)).reduce(|mut all, one| {
                all.extend(one);
                all
            })
        }
        Expression::Not(inner) => judge(inner, document).is_none().then(Found::new),
        Expression::Field(field) => judge_field(field, document).then(Found::new),
        Expression::Near(_) | Expression::Text(_) | Expression::Raw(_) => {
            let mut found = Found::new();
            for (is_title, tokens) in [(false, Some(document.body)), (true, document.title)] {
                let Some(tokens) = tokens else { continue };
                for place in places(node, tokens, document) {
                    found.extend(place.into_iter().map(|piece| (is_title, piece.span)));
                }
            }
            (!found.is_empty()).then_some(found)
        }
        Expression::List(_) => panic!("lists are refused"),
    }
}

#[derive(Clone, Copy)]
struct Piece {
    first: usize,
    end: usize,
    span: Span,
}

/// Every way in which an operand stands in a text, as the pieces it is made of.
fn places(node: &Node, tokens: &Tokens<'_>, document: &Document<'_>) -> Vec<Vec<Piece>> {
    match &node.expression {
        Expression::Text(text) => in_a_row(&text.words, tokens, |word, index| {
            meets_word(word, text, tokens, index, document)
        }),
        Expression::Raw(raw) => raw_places(raw, tokens),
        Expression::Or(parts) => {
            parts.iter().flat_map(|part| places(part, tokens, document)).collect()
        }
        Expression::Near(near) => {
            let mut found = Vec::new();
            for left in places(&near.left, tokens, document) {
                for right in places(&near.right, tokens, document) {
                    if are_near(&left, &right, near) {
                        found.push([left.clone(), right].concat());
                    }
                }
            }
            found
        }
        Expression::And(_) | Expression::Not(_) | Expression::Field(_) | Expression::List(_) => {
            panic!("{node:?} stands nowhere")
        }
    }
}

fn are_near(left: &[Piece], right: &[Piece], near: &Near) -> bool {
    let shares_a_token = left.iter().any(|one| {
        right
            .iter()
            .any(|other| (one.first..one.end).any(|at| (other.first..other.end).contains(&at)))
    });
    let first =
        |pieces: &[Piece]| pieces.iter().map(|piece| piece.first).min().expect("a piece") as i64;
    let end =
        |pieces: &[Piece]| pieces.iter().map(|piece| piece.end).max().expect("a piece") as i64;
    let right_after = first(right) - end(left);
    let left_after = first(left) - end(right);
    let is_in_order = right_after >= 0;
    let between = right_after.max(left_after);
    !shares_a_token
        && between <= i64::from(near.proximity.between)
        && (is_in_order || !near.proximity.ordered)
}

fn in_a_row(
    words: &[Word],
    tokens: &Tokens<'_>,
    meets: impl Fn(&Word, usize) -> bool,
) -> Vec<Vec<Piece>> {
    let last_start = (tokens.len() + 1).saturating_sub(words.len());
    (0..last_start)
        .filter(|&start| words.iter().enumerate().all(|(offset, word)| meets(word, start + offset)))
        .map(|first| {
            let end = first + words.len();
            let span =
                Span { start: tokens.get(first).span.start, end: tokens.get(end - 1).span.end };
            vec![Piece { first, end, span }]
        })
        .collect()
}

fn raw_places(raw: &Raw, tokens: &Tokens<'_>) -> Vec<Vec<Piece>> {
    let wanted = Tokens::of(&raw.written);
    let before = wanted.get(0).span.start as usize;
    let mut found = Vec::new();
    for first in 0..(tokens.len() + 1).saturating_sub(wanted.len()) {
        let all_as_written = (0..wanted.len())
            .all(|offset| tokens.written(first + offset) == wanted.written(offset));
        let Some(start) = (tokens.get(first).span.start as usize).checked_sub(before) else {
            continue;
        };
        let is_as_written =
            tokens.source().get(start..).is_some_and(|rest| rest.starts_with(&*raw.written));
        if all_as_written && is_as_written {
            let end = first + wanted.len();
            let span = Span { start: start as u32, end: (start + raw.written.len()) as u32 };
            found.push(vec![Piece { first, end, span }]);
        }
    }
    found
}

fn meets_word(
    word: &Word,
    text: &Text,
    tokens: &Tokens<'_>,
    index: usize,
    document: &Document<'_>,
) -> bool {
    let is_of_sort = matches!(
        (word.sort, tokens.get(index).kind),
        (Sort::Plain, TokenKind::Word | TokenKind::Number | TokenKind::Hashtag)
            | (Sort::Hashtag, TokenKind::Hashtag)
            | (Sort::Handle, TokenKind::Handle)
            | (Sort::Cashtag, TokenKind::Cashtag)
            | (Sort::Symbol, TokenKind::Url | TokenKind::Emoji | TokenKind::Emoticon)
    );
    let folded = tokens.folded(index);
    is_of_sort
        && match &word.form {
            Form::Exact(wanted) => match text.comparison {
                Comparison::Folded => folded == &**wanted,
                Comparison::Unaccented => fold_accents(folded) == **wanted,
                Comparison::Stemmed => stem(folded, document) == stem(wanted, document),
            },
            Form::Prefix(prefix) => folded.starts_with(&**prefix),
            Form::Pattern(pattern) => {
                pattern.chars().count() == folded.chars().count()
                    && pattern.chars().zip(folded.chars()).all(|(p, l)| p == '?' || p == l)
            }
        }
}

fn stem(word: &str, document: &Document<'_>) -> String {
    use rust_stemmers::{Algorithm, Stemmer};
    match document.fields.language.map(|language| language.code.as_str()) {
        Some("en") => Stemmer::create(Algorithm::English).stem(word).into_owned(),
        Some("fr") => Stemmer::create(Algorithm::French).stem(word).into_owned(),
        _ => word.to_owned(),
    }
}

/// The fields that random queries use.
#[allow(clippy::wildcard_enum_match_arm, reason = "the reference knows a few fields on purpose")]
fn judge_field(field: &Field, document: &Document<'_>) -> bool {
    let fields = &document.fields;
    match field {
        Field::Language(code) => {
            fields.language.is_some_and(|language| language.code == **code && **code != *"und")
        }
        Field::Country(code) => {
            fields.place.and_then(|place| place.country.as_deref()) == Some(&**code)
        }
        Field::Kind(kind) => fields.mention.is_some_and(|mention| mention.kind == *kind),
        Field::Followers(bound) => {
            let followers = fields.mention.and_then(|mention| mention.author.followers);
            followers.is_some_and(|count| match bound.relation {
                Relation::Less => count < bound.value,
                Relation::AtMost => count <= bound.value,
                Relation::Equal => count == bound.value,
                Relation::AtLeast => count >= bound.value,
                Relation::More => count > bound.value,
            })
        }
        other => panic!("{other:?} is not in the reference"),
    }
}
