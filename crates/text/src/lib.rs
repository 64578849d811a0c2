//! Text judgement: tokens, language, sentiment, intent, noise, fingerprints and places; pure.
//!
//! Guarantees: the same text gives the same judgement on every run and machine; cost is linear in
//! the text's length and no text panics; what cannot be known is `None`, never "neutral" or zero.
//!
//! Refuses: I/O, clocks, state between texts (copies and cadence are judged elsewhere) and guessing
//! who an author is.

mod english;
pub mod features;
mod fingerprint;
mod fold;
mod intent;
mod judge;
mod language;
mod memo;
mod mix;
mod noise;
mod phrase;
mod place;
mod sentiment;
mod token;
mod word_map;

pub use fingerprint::fingerprint;
pub use fold::{fold, fold_accents};
pub use intent::IntentModel;
pub use judge::{Judge, Judged};
pub use language::{
    DIMENSIONS, FLOOR, GROUPS, HIGHEST_WEIGHT, KEY_BITS, LanguageModel, LanguageSum,
    LanguageWeights, MAGIC, ROMANISED, Script as LanguageScript, VERSION, WAYS, grams, inner_grams,
    place, words_in,
};
pub use noise::{NoiseModel, SPAM_BUCKETS, SPAM_MAGIC, SPAM_VERSION, SpamModel, spam_features};
pub use place::{
    PLACE_BLOCK, PLACE_CITY, PLACE_KEY_BYTES, PLACE_MAGIC, PLACE_MEANINGS, PLACE_SPELLED,
    PLACE_VERSION, PLACE_WEIGHT_SHIFT, PLACE_WHOLE, PLACE_WORDS, PlaceModel, PlaceStrength,
    WEIGHT_STEPS, capitalised, place_key,
};
pub use sentiment::{
    Brands, DENSE, Evidence, LinearModel, NoModel, NoOffset, Pair, SENTIMENT_MODEL,
    SentimentLabels, SentimentModel, SentimentSettings, SupportedLanguage, WHOLE, calibrate,
    label_of, softmax, supported_languages,
};
pub use token::{Token, TokenKind, Tokens};
