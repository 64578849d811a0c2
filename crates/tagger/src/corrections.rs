//! A person's corrections laid over what the models say.
//!
//! Guarantees: what a person said holds with certainty and shows no tokens or cues; what was not
//! corrected stays as the models judge it, in the corrected language.

use vigie_text::Judged;
use vigie_types::{
    Confidence, Correction, Intent, IntentKind, Language, Sentiment, SentimentLabel, Tier, Valence,
};

/// What stands as the model of a corrected sentiment.
const PERSON: &str = "person";

/// The language that a person named.
pub(crate) fn language(correction: &Correction) -> Option<Language> {
    let code = correction.language.as_deref()?;
    Some(Language::new(code, Confidence::clamped(1.0)))
}

/// Lays what a person said of the whole over the judgement.
pub(crate) fn lay_over(judged: &mut Judged<'_>, correction: &Correction) {
    if let Some(label) = correction.sentiment() {
        judged.sentiment = Some(sentiment(label));
    }
    if let Some(kinds) = &correction.intents {
        judged.intents = intents(kinds);
    }
}

/// The sentiment that a person named.
pub(crate) fn sentiment(label: SentimentLabel) -> Sentiment {
    let score = match label {
        SentimentLabel::Negative => -1.0,
        SentimentLabel::Neutral => 0.0,
        SentimentLabel::Positive => 1.0,
    };
    Sentiment {
        score: Valence::clamped(score),
        label,
        model: PERSON.into(),
        tier: Tier::A,
        tokens: Vec::new(),
    }
}

/// The intents that a person named, each once and in reply order; `other` if there is none.
fn intents(kinds: &[IntentKind]) -> Vec<Intent> {
    let mut kinds = kinds.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() {
        kinds.push(IntentKind::Other);
    }
    let intent = |kind| Intent { kind, confidence: Confidence::clamped(1.0), cue: "".into() };
    kinds.into_iter().map(intent).collect()
}
