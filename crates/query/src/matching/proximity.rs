//! Places of words in one side of a mention, and which of them are near one another.
//!
//! Guarantees: distances are counted in tokens and never from title to text; one token never serves
//! two operands of a `NEAR`.

use vigie_text::Tokens;
use vigie_types::Span;

use super::dictionary::Term;
use super::plan::{NearPlan, Plan, RawPlan};
use crate::limits::MAXIMUM_PLACES;
use crate::syntax::Proximity;

/// The title or the text, with the terms that occur in it.
pub(crate) struct Side<'d> {
    pub(crate) tokens: &'d Tokens<'d>,
    /// By term, then position.
    pub(crate) occurrences: Vec<(Term, u32)>,
}

/// Tokens in a row that meet a word, a phrase or raw text, and their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) first: u32,
    pub(crate) end: u32,
    pub(crate) span: Span,
}

/// Where an operand is met: one piece, or the pieces of a `NEAR` from the first to the last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    first: u32,
    end: u32,
    pieces: Pieces,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pieces {
    One(Piece),
    Many(Box<[Piece]>),
}

impl Place {
    pub(crate) fn pieces(&self) -> &[Piece] {
        match &self.pieces {
            Pieces::One(piece) => std::slice::from_ref(piece),
            Pieces::Many(pieces) => pieces,
        }
    }
}

impl Side<'_> {
    fn occurrences_of(&self, term: Term) -> &[(Term, u32)] {
        let start = self.occurrences.partition_point(|&(other, _)| other < term);
        let rest = &self.occurrences[start..];
        &rest[..rest.iter().take_while(|&&(other, _)| other == term).count()]
    }

    fn holds(&self, term: Term, position: u32) -> bool {
        self.occurrences.binary_search(&(term, position)).is_ok()
    }

    fn piece(&self, first: u32, count: usize) -> Piece {
        let end = first + count as u32;
        let start = self.tokens.get(first as usize).span.start;
        let span = Span { start, end: self.tokens.get(end as usize - 1).span.end };
        Piece { first, end, span }
    }

    /// Calls `visit` with each place of a word.
    pub(crate) fn each_word(&self, term: Term, visit: &mut impl FnMut(Piece)) {
        for &(_, position) in self.occurrences_of(term) {
            visit(self.piece(position, 1));
        }
    }

    /// Calls `visit` with each place of one of the words, which ascend.
    pub(crate) fn each_of_words(&self, terms: &[Term], visit: &mut impl FnMut(Piece)) {
        for &(term, position) in &self.occurrences {
            if terms.binary_search(&term).is_ok() {
                visit(self.piece(position, 1));
            }
        }
    }

    /// Calls `visit` with each place where the terms stand in a row.
    pub(crate) fn each_phrase(&self, terms: &[Term], visit: &mut impl FnMut(Piece)) {
        let Some((&head, tail)) = terms.split_first() else { return };
        for &(_, position) in self.occurrences_of(head) {
            let is_whole = tail.iter().zip(position + 1..).all(|(&term, at)| self.holds(term, at));
            if is_whole {
                visit(self.piece(position, terms.len()));
            }
        }
    }

    /// Calls `visit` with each place of raw text.
    pub(crate) fn each_raw(&self, raw: &RawPlan, visit: &mut impl FnMut(Piece)) {
        let source = self.tokens.source();
        self.each_phrase(&raw.terms, &mut |piece| {
            let Some(start) = piece.span.start.checked_sub(raw.offset) else { return };
            let end = start as usize + raw.written.len();
            if source.get(start as usize..end) == Some(&*raw.written) {
                visit(Piece { span: Span { start, end: end as u32 }, ..piece });
            }
        });
    }

    /// The places of an operand of `NEAR`, in the text's order, each once.
    fn places(&self, plan: &Plan) -> Vec<Place> {
        let mut found = Vec::new();
        let mut add = |piece: Piece| {
            found.push(Place { first: piece.first, end: piece.end, pieces: Pieces::One(piece) });
        };
        match plan {
            Plan::Word(term) => self.each_word(*term, &mut add),
            Plan::AnyWord(terms) => self.each_of_words(terms, &mut add),
            Plan::Phrase(terms) => self.each_phrase(terms, &mut add),
            Plan::Raw(raw) => self.each_raw(raw, &mut add),
            Plan::Near(near) => return self.near(near),
            Plan::Or(parts) => found = parts.iter().flat_map(|part| self.places(part)).collect(),
            Plan::And(_) | Plan::Not(_) | Plan::Field(_) | Plan::List(_) => {
                unreachable!("{plan:?} inside NEAR was refused by the check")
            }
        }
        in_order(found)
    }

    /// Every pair of places of the two operands that are near one another.
    pub(crate) fn near(&self, near: &NearPlan) -> Vec<Place> {
        let lefts = self.places(&near.left);
        if lefts.is_empty() {
            return lefts;
        }
        let rights = self.places(&near.right);
        let widest = rights.iter().map(|place| place.end - place.first).max().unwrap_or(0);
        let between = u32::from(near.proximity.between);
        let mut found = Vec::new();
        for left in &lefts {
            // Places further left, however wide, end too early; those further right begin too late.
            let from = left.first.saturating_sub(between + widest);
            let start = rights.partition_point(|right| right.first < from);
            let reachable =
                rights[start..].iter().take_while(|right| right.first <= left.end + between);
            for right in reachable {
                if are_near(left, right, near.proximity) {
                    found.push(pair(left, right));
                }
            }
            if found.len() >= MAXIMUM_PLACES {
                break;
            }
        }
        in_order(found)
    }
}

fn in_order(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_unstable();
    places.dedup();
    places.truncate(MAXIMUM_PLACES);
    places
}

fn are_near(left: &Place, right: &Place, proximity: Proximity) -> bool {
    let between = u32::from(proximity.between);
    if left.end <= right.first {
        return right.first - left.end <= between;
    }
    if proximity.ordered {
        return false;
    }
    if right.end <= left.first {
        return left.first - right.end <= between;
    }
    // One place reaches into the other: near, if the other is a NEAR with room between its pieces.
    left.pieces().iter().all(|one| {
        right.pieces().iter().all(|other| one.end <= other.first || other.end <= one.first)
    })
}

fn pair(left: &Place, right: &Place) -> Place {
    let mut pieces = [left.pieces(), right.pieces()].concat();
    pieces.sort_unstable();
    Place {
        first: left.first.min(right.first),
        end: left.end.max(right.end),
        pieces: Pieces::Many(pieces.into()),
    }
}
