//! Sentiment: how a text speaks, and how it speaks of one brand.
//!
//! One linear model for all languages over hashed words and letters (`linear@2`), with scope rules
//! on top: negation, boosters and dampers, contrast, exclamation marks. For English a lexicon with
//! rules of its own has a say as well: questions, wishes, capitals, held-down letters, idioms.
//!
//! Guarantees: score in -1..=1, the probability of positive less that of negative; neutral is a
//! class of its own; the same on every machine: sums of whole numbers, then products in a fixed
//! order. The tokens' weights are what each adds to the logit of positive over negative.
//!
//! Refuses: languages without support: their sentiment is unknown, which is `None` and not neutral.
//! A text whose language cannot be named is judged, as the model needs no language, at tier C.

mod brands;
mod calibration;
mod clause;
mod evidence;
mod lexicon;
mod linear;
mod modifiers;
mod rules;
mod scope;
mod settings;
mod shown;
mod sight;
mod sum;
mod tier;
mod word;

use rustc_hash::FxHashMap;
use vigie_types::{Language, Sentiment, SentimentLabel, SentimentToken, Span, Tier, Valence};

use crate::features::{self, Class};
use crate::memo::Memo;
use crate::token::Tokens;
pub use brands::Brands;
pub use calibration::calibrate;
use evidence::Findings;
pub use evidence::{DENSE, Evidence};
use lexicon::Lexicon;
pub use linear::{LinearModel, NoModel, Pair, WHOLE, softmax};
use modifiers::{Modifiers, Role};
pub use settings::{NoOffset, SentimentLabels, SentimentSettings};
use shown::Shown;
use sight::Sight;
use sum::Sum;
pub use tier::{SupportedLanguage, supported_languages};
use word::Word;

/// The model's name in every result; the number goes up when a judgement can change.
pub const SENTIMENT_MODEL: &str = "linear@2";

/// The weights that come with the crate.
static MODEL: &[u8] = include_bytes!("../models/sentiment.bin");

/// Tokens that add less than this to the logit are not told.
const TOLD_FROM: f32 = 0.05;

/// Judges sentiment; built once.
#[derive(Debug)]
pub struct SentimentModel {
    english: Lexicon,
    modifiers: Modifiers,
    tiers: FxHashMap<&'static str, Tier>,
    linear: LinearModel,
    words: Memo<Word>,
    settings: SentimentSettings,
}

/// A text in a supported language, with all that its judgement looks up.
#[derive(Clone, Debug)]
pub(crate) struct Weighed {
    tier: Tier,
    roles: Vec<Role>,
    shown: Vec<Shown>,
    findings: Findings,
    whole: Sum,
}

impl SentimentModel {
    /// Reads the model and the lexicons that come with the crate.
    ///
    /// # Panics
    /// If the file of the crate is no model; a test holds that it is.
    pub fn new() -> Self {
        let linear = LinearModel::read(MODEL);
        Self::with(linear.expect("the weights that come with the crate are a model"))
    }

    /// Takes other weights, and reads the lexicons that come with the crate.
    pub fn with(linear: LinearModel) -> Self {
        Self {
            english: Lexicon::english(),
            modifiers: Modifiers::new(),
            tiers: tier::tiers(),
            linear,
            words: Memo::new(),
            settings: SentimentSettings::default(),
        }
    }

    /// The same model with what a user sets.
    #[must_use]
    pub fn set(self, settings: SentimentSettings) -> Self {
        Self { settings, ..self }
    }

    /// How the text speaks; `None` in a language that is not supported.
    pub fn sentiment(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Sentiment> {
        self.weigh(tokens, language).map(|weighed| self.of_whole(tokens, language, &weighed))
    }

    /// How the text speaks of the brand at these spans; of the whole where there are none.
    pub fn sentiment_towards(
        &self,
        tokens: &Tokens<'_>,
        language: &Language,
        brand: &[Span],
    ) -> Option<Sentiment> {
        let weighed = self.weigh(tokens, language);
        Brands::of(self, tokens, &language.code, weighed.as_ref()).sentiment(brand)
    }

    /// The logits of negative and positive over neutral, before what a user sets.
    pub fn logits(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Pair> {
        self.weigh(tokens, language).map(|weighed| weighed.whole.logits)
    }

    /// Looks up all that the text shows; `None` in a language that is not supported.
    pub(crate) fn weigh(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Weighed> {
        let tier = *self.tiers.get(&*language.code)?;
        let evidence = self.evidence(tokens, language);
        let shown = Shown::all(&self.linear, tokens, &evidence);
        let Evidence { roles, findings, .. } = evidence;
        let whole = Sum::of(&self.linear, shown.iter().map(|shown| (shown, WHOLE)), &findings);
        Some(Weighed { tier, roles, shown, findings, whole })
    }

    /// How the text speaks, once it was weighed.
    pub(crate) fn of_whole(
        &self,
        tokens: &Tokens<'_>,
        language: &Language,
        weighed: &Weighed,
    ) -> Sentiment {
        self.told(tokens, &weighed.whole, &language.code, weighed.tier)
    }

    /// What the text shows to the linear model.
    pub fn evidence(&self, tokens: &Tokens<'_>, language: &Language) -> Evidence {
        let is_english = language.code == "en";
        let words = self.words(tokens, is_english);
        let roles = if is_english {
            words.iter().map(|word| word.role).collect()
        } else {
            scope::roles(tokens, self.modifiers.get(&language.code))
        };
        let findings = if is_english {
            Findings::of(rules::hits(tokens, &self.english, &words))
        } else {
            Findings::default()
        };
        Evidence { factors: scope::factors(tokens, &roles), roles, words, findings }
    }

    /// What each token shows by itself, remembered or worked out.
    fn words(&self, tokens: &Tokens<'_>, is_english: bool) -> Vec<Word> {
        let mut words = self.words.words();
        let mut look_up = |word: &str, class| {
            // English words are other words: they have a role and a place in the lexicon.
            words.get(word, class as u8 * 2 + u8::from(is_english), || {
                let shown = Word::of(&self.linear, word, class);
                if is_english { self.seen(shown, word, class) } else { shown }
            })
        };
        let with_parts = |index| {
            let (word, class) = features::reduced(tokens, index);
            let mut whole = look_up(word, class);
            if class == Class::Hashtag {
                for part in tokens.parts(index) {
                    whole.add(&look_up(&part, Class::Word));
                }
            }
            whole
        };
        (0..tokens.len()).map(with_parts).collect()
    }

    /// The word with its role in English and what the lexicon sees.
    fn seen(&self, shown: Word, word: &str, class: Class) -> Word {
        let role = if class == Class::Word { self.modifiers.of_english(word) } else { Role::Plain };
        Word { role, sight: Sight::of(&self.english, word, class), ..shown }
    }

    /// Tells a sum under the settings.
    fn told(&self, tokens: &Tokens<'_>, sum: &Sum, language: &str, tier: Tier) -> Sentiment {
        let mut logits = sum.logits;
        if let Some([negative, positive]) = self.settings.offsets(language) {
            logits[0] += negative;
            logits[1] += positive;
        }
        let [mut negative, mut neutral, mut positive] = softmax(logits);
        if self.settings.labels() == SentimentLabels::Binary {
            // Of the two alone: neutral's probability goes to neither.
            positive = 1.0 / (1.0 + libm::expf(logits[0] - logits[1]));
            negative = 1.0 - positive;
            neutral = 0.0;
        }
        let label = likeliest([negative, neutral, positive]);
        let moved = sum.tokens.iter().enumerate().filter(|(_, weight)| weight.abs() >= TOLD_FROM);
        let told = moved.map(|(index, &weight)| {
            let Span { start, end } = tokens.get(index).span;
            SentimentToken { text: tokens.written(index).into(), start, end, weight }
        });
        Sentiment {
            score: Valence::clamped(positive - negative),
            label,
            model: self.settings.model(language),
            tier,
            tokens: told.collect(),
        }
    }
}

/// The likeliest label of a text with these logits.
pub fn label_of(logits: Pair) -> SentimentLabel {
    likeliest(softmax(logits))
}

/// The likeliest label; of equal ones neutral, then negative.
fn likeliest([negative, neutral, positive]: [f32; 3]) -> SentimentLabel {
    if positive > neutral && positive > negative {
        SentimentLabel::Positive
    } else if negative > neutral {
        SentimentLabel::Negative
    } else {
        SentimentLabel::Neutral
    }
}

impl Default for SentimentModel {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod english_pairs;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod tests;
