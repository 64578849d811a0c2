//! A person's word against vigie's: what is so in place of a judgement, who says it and when.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{EventTime, IntentKind, Place, SentimentLabel, StreamId};

/// What a person says of a mention. What is not corrected is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Who says so.
    pub by: String,
    /// When.
    pub at: EventTime,
    /// The language of the text.
    pub language: Option<CompactString>,
    /// How the text speaks, of the whole or of streams.
    pub sentiments: Vec<CorrectedSentiment>,
    /// What the author wants.
    pub intents: Option<Vec<IntentKind>>,
    /// Where it was said from.
    pub place: Option<Place>,
    /// Why, in the person's words.
    pub note: Option<String>,
}

/// How a text speaks, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedSentiment {
    /// Of which stream; of the whole, and of every stream that has none of its own, if none.
    pub stream: Option<StreamId>,
    /// How.
    pub label: SentimentLabel,
}

impl Correction {
    /// Whether nothing is corrected.
    pub fn is_empty(&self) -> bool {
        let Self { by: _, at: _, language, sentiments, intents, place, note: _ } = self;
        language.is_none() && sentiments.is_empty() && intents.is_none() && place.is_none()
    }

    /// This one over an earlier one: what it does not touch stays corrected.
    #[must_use]
    pub fn over(mut self, earlier: &Self) -> Self {
        self.language = self.language.or_else(|| earlier.language.clone());
        self.intents = self.intents.or_else(|| earlier.intents.clone());
        self.place = self.place.or_else(|| earlier.place.clone());
        for sentiment in &earlier.sentiments {
            if self.sentiments.iter().all(|own| own.stream != sentiment.stream) {
                self.sentiments.push(sentiment.clone());
            }
        }
        self.sentiments.sort_by(|one, other| one.stream.cmp(&other.stream));
        self
    }

    /// How the whole speaks.
    pub fn sentiment(&self) -> Option<SentimentLabel> {
        let whole = self.sentiments.iter().find(|sentiment| sentiment.stream.is_none());
        whole.map(|sentiment| sentiment.label)
    }

    /// How it speaks of a stream.
    pub fn sentiment_of(&self, stream: &StreamId) -> Option<SentimentLabel> {
        let own = self.sentiments.iter().find(|own| own.stream.as_ref() == Some(stream));
        own.map(|own| own.label).or_else(|| self.sentiment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentiment(stream: Option<&str>, label: SentimentLabel) -> CorrectedSentiment {
        CorrectedSentiment { stream: stream.map(|id| StreamId::new(id).expect("valid")), label }
    }

    #[test]
    fn a_later_correction_leaves_what_it_does_not_touch() {
        let earlier = Correction {
            by: "ann".into(),
            language: Some("es".into()),
            sentiments: vec![
                sentiment(None, SentimentLabel::Negative),
                sentiment(Some("a"), SentimentLabel::Positive),
            ],
            ..Correction::default()
        };
        let later = Correction {
            by: "bo".into(),
            sentiments: vec![sentiment(None, SentimentLabel::Neutral)],
            ..Correction::default()
        };
        let both = later.over(&earlier);
        assert_eq!((both.by.as_str(), both.language.as_deref()), ("bo", Some("es")));
        assert_eq!(both.sentiment(), Some(SentimentLabel::Neutral));
        let of = |id: &str| both.sentiment_of(&StreamId::new(id).expect("valid"));
        assert_eq!(of("a"), Some(SentimentLabel::Positive));
        assert_eq!(of("b"), Some(SentimentLabel::Neutral));
        assert!(Correction { by: "ann".into(), ..Correction::default() }.is_empty());
    }
}
