//! The rules: what each token adds, given what stands around it.
//!
//! Guarantees: one pass with a bounded look back; the sum of the hits, in the text's order, is the
//! raw score, so that every judgement can be told by its tokens.
//!
//! Refuses: to read over the end of a clause: a negation before a comma turns nothing after it.

use super::lexicon::{Entry, Lexicon};
use super::modifiers::Role;
use super::word::Word;
use crate::token::{TokenKind, Tokens};

/// Tokens before a word whose negation, boost or damping reaches it.
const REACH: usize = 3;

/// What a negated word keeps, with its sign turned: "not good" is less bad than "bad" is.
const NEGATED: f32 = -0.7;

/// What a booster right before a word adds to it, and a damper takes away; less from farther off.
const BOOST: f32 = 0.25;
const BOOST_BY_DISTANCE: [f32; REACH] = [1.0, 0.9, 0.8];

/// What capitals in a text of small letters, and letters held down, add to a word.
const CAPITALS: f32 = 0.25;
const ELONGATION: f32 = 0.2;

/// What stands before and after "but".
const BEFORE_CONTRAST: f32 = 0.5;
const AFTER_CONTRAST: f32 = 1.4;

/// What a positive word keeps in a question, and beside a wish: both speak of what is not there.
const QUESTIONED: f32 = 0.6;
const WISHED: f32 = 0.5;

/// What each `!` after a hit adds to it, up to four of them.
const EXCLAMATION: f32 = 0.08;
const MAX_EXCLAMATIONS: usize = 4;

/// One token, or phrase, that moved the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hit {
    /// Its first token.
    pub(super) first: usize,
    /// Its last token.
    pub(super) last: usize,
    /// What it adds to the raw score.
    pub(super) weight: f32,
}

/// What each token is, seen alone.
#[derive(Clone, Copy)]
struct Seen<'l> {
    lexicon: &'l Lexicon,
    words: &'l [Word],
}

impl Seen<'_> {
    fn entry(&self, index: usize) -> Option<Entry> {
        self.words[index].sight.known
    }

    fn role(&self, index: usize) -> Role {
        self.entry(index).map_or(Role::Plain, |entry| entry.role)
    }
}

/// The hits of a text, in its order.
pub(super) fn hits(tokens: &Tokens<'_>, lexicon: &Lexicon, words: &[Word]) -> Vec<Hit> {
    let seen = Seen { lexicon, words };
    let shouts = is_mixed_case(tokens);
    let mut hits = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let (last, weight) = valence(tokens, seen, index);
        if weight != 0.0 && !only_boosts(tokens, seen, (index, last)) {
            let weight = in_context(tokens, seen, (index, last), weight, shouts);
            hits.push(Hit { first: index, last, weight });
        }
        index = last + 1;
    }
    apply_contrast(tokens, seen, &mut hits);
    hits
}

/// The last token and the weight of the phrase or word that starts here.
fn valence(tokens: &Tokens<'_>, seen: Seen<'_>, index: usize) -> (usize, f32) {
    let Some(entry) = seen.entry(index) else { return (index, 0.0) };
    let phrases = if entry.opens { seen.lexicon.phrases(tokens.folded(index)) } else { &[] };
    for phrase in phrases {
        let last = index + phrase.rest.len();
        let meets = last < tokens.len()
            && phrase.rest.iter().enumerate().all(|(step, word)| {
                tokens.folded(index + 1 + step) == *word && !ends_clause(tokens, index + 1 + step)
            });
        if meets {
            return (last, phrase.weight);
        }
    }
    let weight = if seen.words[index].sight.turned { entry.weight * NEGATED } else { entry.weight };
    (index, weight)
}

/// What the hit weighs among its neighbours.
fn in_context(
    tokens: &Tokens<'_>,
    seen: Seen<'_>,
    (first, last): (usize, usize),
    mut weight: f32,
    shouts: bool,
) -> f32 {
    let sign = weight.signum();
    let mut scale = 1.0;
    if shouts && tokens.is_shouted(first) {
        scale += CAPITALS;
    }
    if seen.words[first].sight.elongated {
        scale += ELONGATION;
    }
    let mut negated = false;
    let mut wished = false;
    for (distance, reach) in BOOST_BY_DISTANCE.iter().enumerate() {
        let Some(index) = first.checked_sub(distance + 1) else { break };
        if ends_clause(tokens, index + 1) {
            break;
        }
        match seen.role(index) {
            Role::Negate => negated = !negated,
            Role::Boost => scale += BOOST * reach,
            Role::Damp => scale -= BOOST * reach,
            Role::Wish => wished = true,
            Role::Contrast => break,
            Role::Plain | Role::NegateBefore | Role::Than | Role::And => {}
        }
    }
    let (exclamations, questioned) = clause_end(tokens, last);
    weight *= scale;
    if negated {
        weight *= NEGATED;
    }
    if sign > 0.0 && !negated {
        if questioned {
            weight *= QUESTIONED;
        }
        if wished {
            weight *= WISHED;
        }
    }
    weight * (1.0 + EXCLAMATION * exclamations as f32)
}

/// Whether a booster with a weight of its own lends it to the next word, as in "damn good".
fn only_boosts(tokens: &Tokens<'_>, seen: Seen<'_>, (first, last): (usize, usize)) -> bool {
    let next = last + 1;
    first == last
        && seen.role(first) == Role::Boost
        && next < tokens.len()
        && !ends_clause(tokens, next)
        && seen.entry(next).is_some_and(|entry| entry.weight != 0.0)
}

/// Tokens looked at for the end of a clause: longer sentences have their mark too far off to
/// matter.
const MAX_CLAUSE: usize = 12;

/// How many `!` end the clause of this token, and whether a `?` does.
fn clause_end(tokens: &Tokens<'_>, index: usize) -> (usize, bool) {
    for next in index + 1..(index + 1 + MAX_CLAUSE).min(tokens.len() + 1) {
        let Some(gap) = tokens.marks_before(next) else { continue };
        let marks = gap.bytes().filter(|&byte| byte == b'!').count().min(MAX_EXCLAMATIONS);
        let questioned = gap.contains('?');
        if marks > 0 || questioned || gap.contains(['.', '\n']) {
            return (marks, questioned);
        }
    }
    (0, false)
}

/// Whether a clause ends right before this token.
pub(super) fn ends_clause(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.marks_before(index).is_some_and(|gap| {
        gap.bytes().any(|byte| {
            matches!(byte, b'.' | b'!' | b'?' | b',' | b';' | b':' | b'\n' | b'(' | b')')
        })
    })
}

/// Makes what stood before the last "but" of each sentence count less, and what follows more.
fn apply_contrast(tokens: &Tokens<'_>, seen: Seen<'_>, hits: &mut [Hit]) {
    let Some(contrast) = (1..tokens.len()).rev().find(|&index| seen.role(index) == Role::Contrast)
    else {
        return;
    };
    for hit in hits {
        hit.weight *= if hit.last < contrast { BEFORE_CONTRAST } else { AFTER_CONTRAST };
    }
}

/// Whether capitals mean something: some words have them all, most do not.
fn is_mixed_case(tokens: &Tokens<'_>) -> bool {
    let words = || tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Word);
    let shouted = words().filter(|(index, _)| tokens.is_shouted(*index)).count();
    shouted > 0 && shouted * 2 < words().count() + 1
}
