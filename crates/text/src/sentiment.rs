//! Sentiment: how a text speaks, and how it speaks of one brand.
//!
//! One linear model for all languages over hashed words and letters (`linear@1`), with scope rules
//! on top: negation, boosters and dampers, contrast, questions, wishes, capitals, held-down
//! letters, exclamation marks. For English a lexicon has a say as well.
//!
//! Guarantees: score in -1..=1, the probability of positive less that of negative; neutral is a
//! class of its own; the same on every machine: sums of whole numbers, then products in a fixed
//! order.
//!
//! Refuses: languages without support: their sentiment is unknown, which is `None` and not neutral.

mod clause;
mod evidence;
mod lexicon;
mod linear;
mod modifiers;
mod rules;
mod scope;

use vigie_types::{Language, Sentiment, SentimentLabel, SentimentToken, Span, Tier, Valence};

use crate::token::Tokens;
pub use evidence::{DENSE, Evidence};
use lexicon::Lexicon;
pub use linear::{LinearModel, NoModel, Pair, WHOLE, softmax};
use modifiers::Modifiers;
use rules::Hit;

/// The model's name in every result; the number goes up when a judgement can change.
pub const SENTIMENT_MODEL: &str = "linear@1";

/// Judges sentiment; built once.
#[derive(Debug)]
pub struct SentimentModel {
    english: Lexicon,
    modifiers: Modifiers,
    linear: LinearModel,
}

/// What a text adds up to.
struct Sum {
    logits: Pair,
    /// What each token adds to positive over negative.
    tokens: Vec<f32>,
}

impl SentimentModel {
    /// Takes the weights and reads the lexicons that come with the crate.
    pub fn with(linear: LinearModel) -> Self {
        Self { english: Lexicon::english(), modifiers: Modifiers::new(), linear }
    }

    /// What the text shows to the linear model.
    pub fn evidence(&self, tokens: &Tokens<'_>, language: &Language) -> Evidence {
        Evidence::of(tokens, language, &self.english, &self.modifiers)
    }

    /// How the text speaks; `None` in a language that is not supported.
    pub fn sentiment(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Sentiment> {
        let evidence = self.evidence(tokens, language);
        Some(told(tokens, &self.sum(tokens, &evidence)))
    }

    fn sum(&self, tokens: &Tokens<'_>, evidence: &Evidence) -> Sum {
        let bits = self.linear.bits();
        let mut sums = vec![[0_i32; 2]; tokens.len()];
        let mut count = 0;
        evidence.each(tokens, |feature, factor| {
            let [negative, positive] = self.linear.row(feature.row(bits));
            let sum = &mut sums[feature.token as usize];
            sum[0] += negative * factor;
            sum[1] += positive * factor;
            count += 1;
        });
        let step = self.linear.step(count);
        let mut logits = self.linear.bias();
        let (mut negative, mut positive) = (0_i64, 0_i64);
        for sum in &sums {
            negative += i64::from(sum[0]);
            positive += i64::from(sum[1]);
        }
        logits[0] += negative as f32 * step;
        logits[1] += positive as f32 * step;
        for (index, value) in evidence.dense.iter().enumerate() {
            let weights = self.linear.dense(index);
            logits[0] += value * weights[0];
            logits[1] += value * weights[1];
        }
        let mut added: Vec<f32> =
            sums.iter().map(|sum| (sum[1] - sum[0]) as f32 * step).collect();
        self.share_dense(evidence, &mut added);
        Sum { logits, tokens: added }
    }

    /// Gives each hit of the lexicon its share of what the lexicon added.
    fn share_dense(&self, evidence: &Evidence, added: &mut [f32]) {
        let (praise, blame) = evidence::sums(&evidence.hits);
        let over = |index: usize| self.linear.dense(index)[1] - self.linear.dense(index)[0];
        for hit in &evidence.hits {
            let (side, all) = if hit.weight > 0.0 { (0, praise) } else { (1, blame) };
            if all > 0.0 {
                added[hit.first] += evidence.dense[side] * over(side) * hit.weight.abs() / all;
            }
        }
    }
}

fn told(tokens: &Tokens<'_>, sum: &Sum) -> Sentiment {
    let [negative, neutral, positive] = softmax(sum.logits);
    let label = if positive > neutral && positive > negative {
        SentimentLabel::Positive
    } else if negative > neutral {
        SentimentLabel::Negative
    } else {
        SentimentLabel::Neutral
    };
    Sentiment {
        score: Valence::clamped(positive - negative),
        label,
        model: SENTIMENT_MODEL.to_owned(),
        tier: Tier::A,
        tokens: Vec::new(),
    }
}

impl SentimentModel {
    /// Reads the model that comes with the crate.
    pub fn new() -> Self {
        Self::with(LinearModel::of(8, &[[0.0; 2]; 256], [0.0; 2], vec![]))
    }

    /// How the text speaks of the brand at these spans; of the whole where there are none.
    pub fn sentiment_towards(&self, tokens: &Tokens<'_>, language: &Language, _brand: &[Span]) -> Option<Sentiment> {
        self.sentiment(tokens, language)
    }
}

impl Default for SentimentModel {
    fn default() -> Self {
        Self::new()
    }
}
