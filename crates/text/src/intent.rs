//! What the author wants: question, criticism, suggestion, compliment, purchase, switch, or other.
//!
//! Cue phrases of ours in some thirty languages, question marks in any, signs of complaints in
//! English, and sentiment where it is clear. Several may hold; each names its cue as written.
//!
//! Guarantees: in reply order, each kind once, at its surest cue; never empty: `other` when nothing
//! was found. Refuses: rhetoric (a question mark counts).

mod complaint;
mod cues;

use vigie_types::{Confidence, Intent, IntentKind, Language, Sentiment, SentimentLabel, Span};

use crate::english::is_mixed_with_english;
use crate::phrase::Cues;
use crate::token::{TokenKind, Tokens};
use complaint::{Complaints, Known};
use cues::CueLists;

/// Confidence of a question mark alone; lower than most cues, since many are rhetoric.
const QUESTION_MARK: f32 = 0.7;

/// Score from which sentiment alone speaks for criticism or a compliment, and how surely at most.
const CLEAR_SENTIMENT: f32 = 0.55;
const BY_SENTIMENT: f32 = 0.8;

/// Confidence that there is no intent that we know.
const OTHER: f32 = 0.5;

/// The question marks of the scripts that have their own.
const QUESTION_MARKS: [char; 5] = ['?', '？', '؟', '՞', '⁇'];

/// Finds intents; built once.
#[derive(Debug)]
pub struct IntentModel {
    cues: CueLists,
    complaints: Complaints,
}

/// The surest cue of each kind so far: confidence and the bytes of the source.
type Surest = [Option<(f32, usize, usize)>; IntentKind::ALL.len()];

impl IntentModel {
    /// Reads the cues that come with the crate.
    pub fn new() -> Self {
        Self { cues: CueLists::new(), complaints: Complaints::new() }
    }

    /// What the author wants, in reply order; `other` alone when nothing else was found.
    pub fn intents(
        &self,
        tokens: &Tokens<'_>,
        language: &Language,
        sentiment: Option<&Sentiment>,
    ) -> Vec<Intent> {
        let mut surest = Surest::default();
        if let Some(at) = question_mark(tokens) {
            raise(&mut surest, IntentKind::Question, (QUESTION_MARK, at.0, at.1));
        }
        let score = sentiment.map_or(0.0, |sentiment| sentiment.score.get());
        for cues in self.cues.heard_in(language) {
            by_cues(cues, tokens, score, &mut surest);
        }
        let is_english = is_mixed_with_english(language);
        if is_english {
            let known = Known {
                score,
                asks: surest[IntentKind::Question as usize].is_some(),
                has_phrase: surest[IntentKind::Criticism as usize].is_some(),
            };
            if let Some(found) = self.complaints.find(tokens, known) {
                let span = tokens.get(found.cue).span;
                let found = (found.confidence, span.start as usize, span.end as usize);
                raise(&mut surest, IntentKind::Criticism, found);
            }
        }
        if let Some(sentiment) = sentiment {
            by_sentiment(sentiment, is_english, &mut surest);
        }
        let told = |kind: IntentKind| {
            let (confidence, start, end) = surest[kind as usize]?;
            let cue = tokens.source()[start..end].into();
            Some(Intent { kind, confidence: Confidence::clamped(confidence), cue })
        };
        let found: Vec<_> = IntentKind::ALL.into_iter().filter_map(told).collect();
        if found.is_empty() { vec![other()] } else { found }
    }
}

impl Default for IntentModel {
    fn default() -> Self {
        Self::new()
    }
}

/// Hears the cues of one list in a text whose sentiment is this score.
fn by_cues(cues: &Cues<(IntentKind, f32)>, tokens: &Tokens<'_>, score: f32, surest: &mut Surest) {
    cues.find(
        tokens,
        |index| opens_sentence(tokens, index),
        |found| {
            let (kind, confidence) = found.meaning;
            // "Thanks for losing my bag" is no compliment, "not a joke, love it" no criticism.
            let belied = (kind == IntentKind::Compliment && score < 0.0)
                || (kind == IntentKind::Criticism && score > CLEAR_SENTIMENT);
            if !belied {
                let start = tokens.get(found.first).span.start as usize;
                let end = tokens.get(found.last).span.end as usize;
                raise(surest, kind, (confidence, start, end));
            }
        },
    );
}

fn raise(surest: &mut Surest, kind: IntentKind, found: (f32, usize, usize)) {
    let best = &mut surest[kind as usize];
    if best.is_none_or(|(confidence, ..)| found.0 > confidence) {
        *best = Some(found);
    }
}

/// Clear sentiment speaks for itself, with the token that moved it most as the cue; not of
/// criticism in English, where complaints are known by their signs and bad mood is none.
fn by_sentiment(sentiment: &Sentiment, is_english: bool, surest: &mut Surest) {
    let score = sentiment.score.get();
    let kind = match sentiment.label {
        SentimentLabel::Negative => IntentKind::Criticism,
        SentimentLabel::Positive => IntentKind::Compliment,
        SentimentLabel::Neutral => return,
    };
    if score.abs() < CLEAR_SENTIMENT || (score < 0.0 && is_english) {
        return;
    }
    let moved = |weight: f32| if score < 0.0 { -weight } else { weight };
    let mut strongest: Option<&vigie_types::SentimentToken> = None;
    for token in &sentiment.tokens {
        if strongest.is_none_or(|best| moved(token.weight) > moved(best.weight)) {
            strongest = Some(token);
        }
    }
    if let Some(token) = strongest {
        let confidence = (score.abs() * BY_SENTIMENT).min(BY_SENTIMENT);
        raise(surest, kind, (confidence, token.start as usize, token.end as usize));
    }
}

/// Where the first question mark outside of links stands.
fn question_mark(tokens: &Tokens<'_>) -> Option<(usize, usize)> {
    (0..=tokens.len()).find_map(|index| {
        let gap = tokens.marks_before(index)?;
        let at = gap.find(QUESTION_MARKS)?;
        let width = gap[at..].chars().next().map_or(1, char::len_utf8);
        let Span { start, end } = tokens.in_gap(index, at..at + width);
        Some((start as usize, end as usize))
    })
}

/// Marks after or at which a sentence or clause starts.
const SENTENCE_STARTS: [char; 18] = [
    '.', '!', '?', '\n', ':', ',', '-', '—', '…', '"', '¿', '¡', '。', '！', '？', '、', '，', '؟',
];

/// Whether a sentence starts at this token, leading handles and "RT" passed over.
fn opens_sentence(tokens: &Tokens<'_>, index: usize) -> bool {
    let starts = |gap: &str| gap.contains(SENTENCE_STARTS);
    if index == 0 || tokens.marks_before(index).is_some_and(starts) {
        return true;
    }
    let before = tokens.get(index - 1).kind;
    matches!(
        before,
        TokenKind::Handle
            | TokenKind::Hashtag
            | TokenKind::Emoji
            | TokenKind::Emoticon
            | TokenKind::Url
    ) || OPENERS.contains(&tokens.folded(index - 1))
}

/// Words that come before a question without changing it.
const OPENERS: [&str; 12] =
    ["hi", "hello", "hey", "please", "pls", "so", "and", "but", "ok", "also", "just", "well"];

fn other() -> Intent {
    Intent { kind: IntentKind::Other, confidence: Confidence::clamped(OTHER), cue: "".into() }
}

#[cfg(test)]
mod tests;
