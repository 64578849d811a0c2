//! Sentiment: how a text speaks, and how it speaks of one brand.
//!
//! English by rules over a lexicon (`rules-en`): negation and its scope, boosters and dampers,
//! contrast, questions, wishes, capitals, held-down letters, exclamation marks, emoji, emoticons,
//! slang, idioms.
//!
//! Guarantees: score in -1..=1; the tokens' weights, summed in order, squash to the score; the same
//! on every machine (only additions, products and one square root, in the text's order).
//!
//! Refuses: other languages: their sentiment is unknown, which is `None` and not neutral.

mod clause;
mod lexicon;
mod rules;

use vigie_types::{Language, Sentiment, SentimentLabel, SentimentToken, Span, Tier, Valence};

use crate::token::Tokens;
use lexicon::Lexicon;
use rules::Hit;

/// The model's name in every result; the number goes up when a judgement can change.
pub const ENGLISH_MODEL: &str = "rules-en@1";

/// How much raw weight makes a strong score: one clear word of weight 0.5 gives about 0.45.
const SQUASH: f32 = 1.0;

/// Scores from here up are positive, and down to the other are negative. Measured, not symmetric:
/// people praise in passing ("thanks") more often than they blame in passing.
const POSITIVE_FROM: f32 = 0.25;
const NEGATIVE_FROM: f32 = -0.15;

/// Judges sentiment; built once.
#[derive(Debug)]
pub struct SentimentModel {
    english: Lexicon,
}

impl SentimentModel {
    /// Reads the lexicons that come with the crate.
    pub fn new() -> Self {
        Self { english: Lexicon::english() }
    }

    /// How the text speaks; `None` in a language that is not supported.
    pub fn sentiment(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Sentiment> {
        let hits = self.hits(tokens, language)?;
        Some(judge(tokens, &hits))
    }

    /// How the text speaks of the brand at these spans; of the whole where there are none.
    pub fn sentiment_towards(
        &self,
        tokens: &Tokens<'_>,
        language: &Language,
        brand: &[Span],
    ) -> Option<Sentiment> {
        let hits = self.hits(tokens, language)?;
        if brand.is_empty() {
            return Some(judge(tokens, &hits));
        }
        Some(judge(tokens, &clause::towards(tokens, &hits, brand)))
    }

    fn hits(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Vec<Hit>> {
        (language.code == "en").then(|| rules::hits(tokens, &self.english))
    }
}

impl Default for SentimentModel {
    fn default() -> Self {
        Self::new()
    }
}

fn judge(tokens: &Tokens<'_>, hits: &[Hit]) -> Sentiment {
    let raw = hits.iter().fold(0.0, |sum, hit| sum + hit.weight);
    let score = raw / (raw * raw + SQUASH).sqrt();
    let label = if score >= POSITIVE_FROM {
        SentimentLabel::Positive
    } else if score <= NEGATIVE_FROM {
        SentimentLabel::Negative
    } else {
        SentimentLabel::Neutral
    };
    Sentiment {
        score: Valence::clamped(score),
        label,
        model: ENGLISH_MODEL.to_owned(),
        tier: Tier::A,
        tokens: hits.iter().map(|hit| told(tokens, hit)).collect(),
    }
}

fn told(tokens: &Tokens<'_>, hit: &Hit) -> SentimentToken {
    let (start, end) = (tokens.get(hit.first).span.start, tokens.get(hit.last).span.end);
    let text = tokens.source()[start as usize..end as usize].to_owned();
    SentimentToken { text, start, end, weight: hit.weight }
}

#[cfg(test)]
mod tests;
