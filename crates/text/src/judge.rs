//! The one entry point: everything that a text alone tells.
//!
//! Guarantees: `judge` never panics and its cost is linear in the text; the same input gives the
//! same judgement on every run and machine; a `Judge` is shared between threads without locks.
//!
//! Refuses: state between texts; what needs it (copies, cadence) is judged where the state is.

use vigie_types::{Fingerprint, Intent, Language, Noise, Place, Sentiment};

use crate::fingerprint::fingerprint;
use crate::intent::IntentModel;
use crate::language::LanguageModel;
use crate::noise::NoiseModel;
use crate::place::PlaceModel;
use crate::sentiment::{Brands, SentimentModel, SentimentSettings, Weighed};
use crate::token::Tokens;

/// Judges texts; built once and shared.
#[derive(Debug, Default)]
pub struct Judge {
    language: LanguageModel,
    sentiment: SentimentModel,
    intent: IntentModel,
    noise: NoiseModel,
    place: PlaceModel,
}

/// What a text alone tells.
#[derive(Clone, Debug)]
pub struct Judged<'t> {
    /// What it is made of.
    pub tokens: Tokens<'t>,
    /// Its language.
    pub language: Language,
    /// How it speaks; unknown where the language has no support.
    pub sentiment: Option<Sentiment>,
    /// What its author wants, in reply order; never empty.
    pub intents: Vec<Intent>,
    /// How much of it is noise.
    pub noise: Noise,
    /// For finding near-duplicates.
    pub fingerprint: Fingerprint,
    /// Where its author says to be.
    pub place: Option<Place>,
    /// What its sentiment was told from.
    weighed: Option<Weighed>,
}

impl Judge {
    /// Reads the models that come with the crate.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same judge with what a user sets of sentiment.
    #[must_use]
    pub fn set(mut self, settings: SentimentSettings) -> Self {
        self.sentiment = self.sentiment.set(settings);
        self
    }

    /// Judges one text; the declared language and the author's location are what the source says.
    ///
    /// ```
    /// let judge = vigie_text::Judge::new();
    /// let judged = judge.judge("Where is my bag? Not happy @delta :(", None, Some("Boston, MA"));
    /// assert_eq!(judged.language.code, "en");
    /// assert!(judged.sentiment.is_some_and(|sentiment| sentiment.score.get() < 0.0));
    /// assert_eq!(judged.intents[0].kind, vigie_types::IntentKind::Question);
    /// assert_eq!(judged.place.and_then(|place| place.city).as_deref(), Some("Boston"));
    /// ```
    pub fn judge<'t>(
        &self,
        text: &'t str,
        declared_language: Option<&str>,
        author_location: Option<&str>,
    ) -> Judged<'t> {
        let tokens = Tokens::of(text);
        let language = self.language.judge(&tokens, declared_language);
        self.judge_tokens(tokens, language, author_location)
    }

    /// Judges one text whose language is known; how it is spelled tell its letters.
    pub fn judge_in<'t>(
        &self,
        text: &'t str,
        language: Language,
        author_location: Option<&str>,
    ) -> Judged<'t> {
        let tokens = Tokens::of(text);
        let romanised = self.language.is_romanised(&tokens, &language.code);
        self.judge_tokens(tokens, Language { romanised, ..language }, author_location)
    }

    fn judge_tokens<'t>(
        &self,
        tokens: Tokens<'t>,
        language: Language,
        author_location: Option<&str>,
    ) -> Judged<'t> {
        let weighed = self.sentiment.weigh(&tokens, &language);
        let sentiment =
            weighed.as_ref().map(|weighed| self.sentiment.of_whole(&tokens, &language, weighed));
        let intents = self.intent.intents(&tokens, &language, sentiment.as_ref());
        let noise = self.noise.noise(&tokens, &language);
        let fingerprint = fingerprint(&tokens);
        let place = author_location.and_then(|location| self.place.place(location));
        Judged { tokens, language, sentiment, intents, noise, fingerprint, place, weighed }
    }

    /// What the text says of many brands, one after another. A correction laid over the sentiment
    /// of the whole has no part in it.
    ///
    /// ```
    /// use vigie_types::Span;
    ///
    /// let judge = vigie_text::Judge::new();
    /// let judged = judge.judge("love @delta, hate @united", Some("en"), None);
    /// let mut brands = judge.brands(&judged);
    /// let mut towards = |start, end| brands.sentiment(&[Span { start, end }]);
    /// assert!(towards(5, 11).is_some_and(|delta| delta.score.get() > 0.0));
    /// assert!(towards(18, 25).is_some_and(|united| united.score.get() < 0.0));
    /// ```
    pub fn brands<'j>(&'j self, judged: &'j Judged<'_>) -> Brands<'j> {
        let Judged { tokens, language, weighed, .. } = judged;
        Brands::of(&self.sentiment, tokens, &language.code, weighed.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vigie_types::Span;

    use super::*;

    fn shared() -> &'static Judge {
        static JUDGE: std::sync::LazyLock<Judge> = std::sync::LazyLock::new(Judge::new);
        &JUDGE
    }

    /// Judges a text in every way there is; for fuzzing as well.
    fn check(text: &str) {
        let judge = shared();
        let judged = judge.judge(text, Some("en"), Some(text));
        assert!(!judged.intents.is_empty());
        assert!(judged.noise.level <= 100);
        let half = Span { start: 0, end: (text.len() / 2) as u32 };
        for sentiment in [judge.brands(&judged).sentiment(&[half]), judged.sentiment.clone()] {
            let Some(sentiment) = sentiment else { continue };
            assert!((-1.0..=1.0).contains(&sentiment.score.get()));
            for token in sentiment.tokens {
                assert_eq!(&text[token.start as usize..token.end as usize], token.text);
            }
        }
    }

    #[test]
    fn one_judge_serves_many_threads() {
        fn is_shared<T: Send + Sync>(_: &T) {}
        is_shared(shared());
    }

    #[test]
    fn hostile_texts_keep_every_bound() {
        for text in [
            "a".repeat(100_000),
            "😀".repeat(10_000),
            format!("bad{}", "\u{301}".repeat(50_000)),
            "\u{202e}\u{2067}\u{200f}".repeat(20_000),
            "not very good but ".repeat(6_000),
            "good".repeat(30_000),
            "?! ".repeat(30_000),
            "love @a, hate @b ".repeat(5_000),
            "new york ".repeat(10_000),
            "goooood ".repeat(10_000),
            "漢字かな".repeat(10_000),
        ] {
            check(&text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn any_words_are_judged_without_panic(words in proptest::collection::vec(
            prop_oneof![
                Just("good"), Just("bad"), Just("not"), Just("but"), Just("than"), Just("and"),
                Just("@a"), Just("#nothappy"), Just(":)"), Just("😡"), Just("?"), Just("!!!"),
                Just(","), Just("\u{200d}"), Just("SOOO"), Just("thank you"), Just("rt"),
                Just("https://a.example/?utm_source=b&c=d#e"), Just("how do i"), Just("почему"),
                Just("飛行機"), Just("(:"), Just("win a"), Just("Boston, MA"),
            ], 0..25), gap in prop_oneof![Just(""), Just(" "), Just("\n")]) {
            check(&words.join(gap));
        }
    }
}
