//! Places of words in one side of a mention, and which of them are near one another.
//!
//! Guarantees: distances are counted in tokens and never from title to text; one token never serves
//! two operands of a `NEAR`.

use vigie_text::Tokens;
use vigie_types::Span;

use super::dictionary::Term;
use super::steps::{RawText, Step, Steps, parts};
use crate::limits::MAXIMUM_PLACES;
use crate::syntax::Proximity;

/// The title or the text, with the terms that occur in it.
pub(crate) struct Side<'d> {
    pub(crate) tokens: &'d Tokens<'d>,
    /// By term, then position.
    occurrences: Vec<(Term, u32)>,
    present: Present,
}

/// Which terms can be there: most that are asked for are not, and are told apart by one bit.
#[derive(Default)]
struct Present([u64; 4]);

impl Present {
    const fn bit(term: Term) -> (usize, u64) {
        let bit = term.position() % 256;
        (bit / 64, 1 << (bit % 64))
    }

    fn add(&mut self, term: Term) {
        let (word, bit) = Self::bit(term);
        self.0[word] |= bit;
    }

    const fn may_hold(&self, term: Term) -> bool {
        let (word, bit) = Self::bit(term);
        self.0[word] & bit != 0
    }
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

impl From<Piece> for Place {
    fn from(piece: Piece) -> Self {
        Self { first: piece.first, end: piece.end, pieces: Pieces::One(piece) }
    }
}

impl Place {
    pub(crate) fn pieces(&self) -> &[Piece] {
        match &self.pieces {
            Pieces::One(piece) => std::slice::from_ref(piece),
            Pieces::Many(pieces) => pieces,
        }
    }
}

impl<'d> Side<'d> {
    /// These tokens, and what occurs in them by term and then position.
    pub(crate) fn new(tokens: &'d Tokens<'d>, occurrences: Vec<(Term, u32)>) -> Self {
        let mut present = Present::default();
        for &(term, _) in &occurrences {
            present.add(term);
        }
        Self { tokens, occurrences, present }
    }

    /// What occurs, by term and then position.
    pub(crate) fn occurrences(&self) -> &[(Term, u32)] {
        &self.occurrences
    }

    fn occurrences_of(&self, term: Term) -> &[(Term, u32)] {
        if !self.present.may_hold(term) {
            return &[];
        }
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

    /// Calls `visit` with the pieces of each place of an operand.
    pub(crate) fn each_piece(
        &self,
        steps: &Steps,
        (step, below): (Step, &[Step]),
        visit: &mut impl FnMut(Piece),
    ) {
        match step {
            Step::Word(term) => self.each_word(term, visit),
            Step::AnyWord { .. } => self.each_of_words(below, visit),
            Step::Phrase { .. } => self.each_phrase(below, visit),
            Step::Raw { number } => self.each_raw(steps.raw(number), &below[1..], visit),
            Step::Near { proximity, .. } => {
                for place in self.near(steps, below, proximity) {
                    place.pieces().iter().for_each(|&piece| visit(piece));
                }
            }
            Step::Or { .. } => parts(below).for_each(|part| self.each_piece(steps, part, visit)),
            Step::And { .. } | Step::Not { .. } | Step::Field { .. } | Step::List { .. } => {
                unreachable!("{step:?} as an operand was refused by the check")
            }
        }
    }

    fn each_word(&self, term: Term, visit: &mut impl FnMut(Piece)) {
        for &(_, position) in self.occurrences_of(term) {
            visit(self.piece(position, 1));
        }
    }

    /// Each place of one of the words, which ascend.
    fn each_of_words(&self, words: &[Step], visit: &mut impl FnMut(Piece)) {
        for &(term, position) in &self.occurrences {
            if words.binary_search_by(|word| word.term().cmp(&term)).is_ok() {
                visit(self.piece(position, 1));
            }
        }
    }

    /// Each place where the words stand in a row.
    fn each_phrase(&self, words: &[Step], visit: &mut impl FnMut(Piece)) {
        let Some((head, tail)) = words.split_first() else { return };
        for &(_, position) in self.occurrences_of(head.term()) {
            let mut followers = tail.iter().zip(position + 1..);
            if followers.all(|(word, at)| self.holds(word.term(), at)) {
                visit(self.piece(position, words.len()));
            }
        }
    }

    /// Each place of raw text, which has these words.
    fn each_raw(&self, raw: &RawText, words: &[Step], visit: &mut impl FnMut(Piece)) {
        self.each_phrase(words, &mut |piece| {
            let tokens = piece.first as usize..piece.end as usize;
            if let Some(span) = self.tokens.reads(tokens, raw.offset, &raw.written) {
                visit(Piece { span, ..piece });
            }
        });
    }

    /// Whether the operand can have a place: what it takes at least is there.
    fn may_hold(&self, (step, below): (Step, &[Step])) -> bool {
        let is_there = |term| !self.occurrences_of(term).is_empty();
        match step {
            Step::Word(term) => is_there(term),
            Step::AnyWord { .. } => below.iter().any(|word| is_there(word.term())),
            Step::Phrase { .. } => below.iter().all(|word| is_there(word.term())),
            Step::Raw { .. } => parts(below).all(|phrase| self.may_hold(phrase)),
            Step::Near { .. } => parts(below).all(|part| self.may_hold(part)),
            Step::Or { .. } => parts(below).any(|part| self.may_hold(part)),
            Step::And { .. } | Step::Not { .. } | Step::Field { .. } | Step::List { .. } => true,
        }
    }

    /// The places of an operand of `NEAR`, in the text's order, each once.
    fn places(&self, steps: &Steps, operand: (Step, &[Step])) -> Vec<Place> {
        let (step, below) = operand;
        match step {
            Step::Near { proximity, .. } => self.near(steps, below, proximity),
            Step::Or { .. } => {
                in_order(parts(below).flat_map(|part| self.places(steps, part)).collect())
            }
            Step::Word(_)
            | Step::AnyWord { .. }
            | Step::Phrase { .. }
            | Step::Raw { .. }
            | Step::And { .. }
            | Step::Not { .. }
            | Step::Field { .. }
            | Step::List { .. } => {
                let mut found = Vec::new();
                self.each_piece(steps, operand, &mut |piece: Piece| found.push(piece.into()));
                in_order(found)
            }
        }
    }

    /// Every pair of places of the two operands that are near one another.
    fn near(&self, steps: &Steps, operands: &[Step], proximity: Proximity) -> Vec<Place> {
        if !parts(operands).all(|operand| self.may_hold(operand)) {
            return Vec::new();
        }
        let mut places = parts(operands).map(|operand| self.places(steps, operand));
        let lefts = places.next().unwrap_or_default();
        let rights = places.next().unwrap_or_default();
        let widest = rights.iter().map(|place| place.end - place.first).max().unwrap_or(0);
        let between = u32::from(proximity.between);
        let mut found = Vec::new();
        for left in &lefts {
            // Places further left, however wide, end too early; those further right begin too late.
            let from = left.first.saturating_sub(between + widest);
            let start = rights.partition_point(|right| right.first < from);
            let reachable =
                rights[start..].iter().take_while(|right| right.first <= left.end + between);
            for right in reachable {
                if are_near(left, right, proximity) {
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
