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

mod calibration;
mod clause;
mod evidence;
mod lexicon;
mod linear;
mod modifiers;
mod rules;
mod scope;
mod settings;
mod sight;
mod tier;
mod word;

use rustc_hash::FxHashMap;
use vigie_types::{Language, Sentiment, SentimentLabel, SentimentToken, Span, Tier, Valence};

use crate::features::{self, Between, Class};
use crate::memo::Memo;
use crate::token::Tokens;
pub use calibration::calibrate;
pub use evidence::{DENSE, Evidence};
use lexicon::Lexicon;
pub use linear::{LinearModel, NoModel, Pair, WHOLE, softmax};
use modifiers::{Modifiers, Role};
pub use settings::{NoOffset, SentimentLabels, SentimentSettings};
use sight::Sight;
pub use tier::{SupportedLanguage, supported_languages};
use word::Word;

/// The model's name in every result; the number goes up when a judgement can change.
pub const SENTIMENT_MODEL: &str = "linear@2";

/// The weights that come with the crate.
static MODEL: &[u8] = include_bytes!("../models/sentiment.bin");

/// Tokens that add less than this to the logit are not told.
const TOLD_FROM: f32 = 0.05;

/// What the rules of English add to the logits on top of what the model learned from them, so that
/// a booster or a negation moves every text the way it should.
const RULES: f32 = 0.6;

/// Room for what a token shows beside others: a pair, and some have a mark or a run.
const FEATURES_PER_TOKEN: usize = 2;

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

/// What a text adds up to.
struct Sum {
    logits: Pair,
    /// What each token adds to positive over negative.
    tokens: Vec<f32>,
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
        let tier = *self.tiers.get(&*language.code)?;
        let evidence = self.evidence(tokens, language);
        Some(self.told(tokens, &self.sum(tokens, &evidence), &language.code, tier))
    }

    /// How the text speaks of the brand at these spans; of the whole where there are none.
    pub fn sentiment_towards(
        &self,
        tokens: &Tokens<'_>,
        language: &Language,
        brand: &[Span],
    ) -> Option<Sentiment> {
        let tier = *self.tiers.get(&*language.code)?;
        let mut evidence = self.evidence(tokens, language);
        let mut sum = self.sum(tokens, &evidence);
        if !brand.is_empty() {
            clause::keep(tokens, &mut evidence, &sum.tokens, brand);
            sum = self.sum(tokens, &evidence);
        }
        Some(self.told(tokens, &sum, &language.code, tier))
    }

    /// The logits of negative and positive over neutral, before what a user sets.
    pub fn logits(&self, tokens: &Tokens<'_>, language: &Language) -> Option<Pair> {
        self.tiers.get(&*language.code)?;
        Some(self.sum(tokens, &self.evidence(tokens, language)).logits)
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
        let mut evidence = Evidence {
            factors: scope::factors(tokens, &roles),
            roles,
            words,
            ..Evidence::default()
        };
        if is_english {
            evidence.hits = rules::hits(tokens, &self.english, &evidence.words);
            evidence.weigh_hits();
        }
        evidence
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

    fn sum(&self, tokens: &Tokens<'_>, evidence: &Evidence) -> Sum {
        let (sums, count) = self.sum_rows(tokens, evidence);
        let step = self.linear.step(count);
        let [negative, positive] = sums
            .iter()
            .fold([0_i64; 2], |all, sum| [all[0] + i64::from(sum[0]), all[1] + i64::from(sum[1])]);
        let mut logits = self.linear.bias();
        logits[0] += negative as f32 * step;
        logits[1] += positive as f32 * step;
        for (index, value) in evidence.dense.iter().enumerate() {
            let weights = self.linear.dense(index);
            logits[0] += value * weights[0];
            logits[1] += value * weights[1];
        }
        let mut added: Vec<f32> = sums.iter().map(|sum| (sum[1] - sum[0]) as f32 * step).collect();
        self.add_hits(evidence, &mut logits, &mut added);
        Sum { logits, tokens: added }
    }

    /// What the features of each token add to negative and positive, in steps, and how many there
    /// are.
    fn sum_rows(&self, tokens: &Tokens<'_>, evidence: &Evidence) -> (Vec<[i32; 2]>, u32) {
        let mut count = 0;
        let mut sums = Vec::with_capacity(tokens.len());
        // First all hashes and then all rows: the look-ups wait for memory, and wait together.
        let mut found = Vec::with_capacity(FEATURES_PER_TOKEN * tokens.len());
        let mut between = Between::default();
        for (index, word) in evidence.words.iter().enumerate() {
            let [whole, scoped] = evidence.factors_of(index);
            sums.push(word.sum.map(|sum| sum * scoped));
            if scoped != 0 {
                count += u32::from(word.features);
            }
            between.next(tokens, index, word.form, |hash, kind| {
                let factor = if kind.is_scoped() { scoped } else { whole };
                if factor != 0 {
                    count += 1;
                    found.push((hash, index, factor));
                }
            });
        }
        for (hash, index, factor) in found {
            let row = self.linear.row(hash);
            sums[index][0] += row[0] * factor;
            sums[index][1] += row[1] * factor;
        }
        (sums, count)
    }

    /// Adds the rules' own say, and gives each hit of the lexicon its share of all that hits add.
    fn add_hits(&self, evidence: &Evidence, logits: &mut Pair, added: &mut [f32]) {
        let (praise, blame) = evidence.sums();
        let raw = praise - blame;
        logits[0] -= RULES * evidence::squash(raw);
        logits[1] += RULES * evidence::squash(raw);
        let by_rules = 2.0 * RULES / (raw * raw + 1.0).sqrt();
        let learned = |index: usize| self.linear.dense(index)[1] - self.linear.dense(index)[0];
        for hit in &evidence.hits {
            let (side, all) = if hit.weight > 0.0 { (0, praise) } else { (1, blame) };
            let share = if all > 0.0 { hit.weight.abs() / all } else { 0.0 };
            let whole = evidence.dense[side] * learned(side) * share + by_rules * hit.weight;
            let each = whole / (hit.last - hit.first + 1) as f32;
            for token in &mut added[hit.first..=hit.last] {
                *token += each;
            }
        }
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
