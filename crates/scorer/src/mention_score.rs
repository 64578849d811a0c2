//! The score of one mention, from 0 to 100, with its terms.
//!
//! What is not known makes no term: a mention whose author's followers are unknown has no followers
//! term, which is not the same as a term of 0.

use vigie_schema::TaggedMention;
use vigie_types::{Counts, Intent, IntentKind, Score, Term};

use crate::action::share_of_full;
use crate::settings::{ScoreSettings, WeightName};

/// The names of the terms, in the order of the formula.
pub mod terms {
    /// How many follow the author; absent where unknown.
    pub const FOLLOWERS: &str = "reach:followers";
    /// How often it was viewed; absent where unknown.
    pub const VIEWS: &str = "reach:views";
    /// How often it was liked, answered and passed on; absent where none of it is known.
    pub const ENGAGEMENT: &str = "reach:engagement";
    /// How much others act upon the author.
    pub const INFLUENCE: &str = "influence";
    /// What is wanted: the one intent that gives most.
    pub const INTENTS: [&str; 7] = [
        "intent:question",
        "intent:criticism",
        "intent:suggestion",
        "intent:compliment",
        "intent:purchase",
        "intent:switch",
        "intent:other",
    ];
    /// How strong the sentiment is; absent where unknown.
    pub const SENTIMENT: &str = "sentiment";
    /// How much of it is noise.
    pub const NOISE: &str = "noise";
    /// What brings the sum back between 0 and 100; absent where it is there.
    pub const CLAMP: &str = "clamp";
}

/// The highest score.
const MAXIMUM: f64 = 100.0;

/// Scores a tagged mention whose author has this influence at its time.
pub fn score_mention(tagged: &TaggedMention, influence: f64, settings: &ScoreSettings) -> Score {
    let mut parts = Vec::with_capacity(8);
    let mut part = |name: &str, value: f64| parts.push(Term { name: name.into(), value });
    let share = |number: f64, weight: WeightName, full: WeightName| {
        settings[weight] * share_of_full(number, settings[full])
    };
    let counts = &tagged.mention.counts;
    if let Some(followers) = tagged.mention.author.followers {
        let full = WeightName::FollowersFull;
        part(terms::FOLLOWERS, share(followers as f64, WeightName::MentionFollowers, full));
    }
    if let Some(views) = counts.views {
        part(terms::VIEWS, share(views as f64, WeightName::MentionViews, WeightName::ViewsFull));
    }
    if let Some(engagement) = engagement_of(counts) {
        let full = WeightName::EngagementFull;
        part(terms::ENGAGEMENT, share(engagement as f64, WeightName::MentionEngagement, full));
    }
    let influence = influence.max(0.0);
    part(
        terms::INFLUENCE,
        share(influence, WeightName::MentionInfluence, WeightName::InfluenceFull),
    );
    if let Some((kind, points)) = strongest_intent(&tagged.intents, settings) {
        part(terms::INTENTS[kind as usize], points);
    }
    if let Some(sentiment) = &tagged.sentiment {
        let valence = f64::from(sentiment.score.get());
        let weight =
            if valence < 0.0 { WeightName::MentionNegative } else { WeightName::MentionPositive };
        part(terms::SENTIMENT, settings[weight] * valence.abs());
    }
    let noise = f64::from(tagged.noise.level.min(100)) / 100.0;
    part(terms::NOISE, settings[WeightName::MentionNoise] * noise + 0.0);
    clamped(parts)
}

/// The sum of the parts, and between 0 and 100 by one more part where they leave it.
fn clamped(mut parts: Vec<Term>) -> Score {
    let sum: f64 = parts.iter().map(|term| term.value).sum();
    let value = sum.clamp(0.0, MAXIMUM);
    if value.total_cmp(&sum).is_ne() {
        parts.push(Term { name: terms::CLAMP.into(), value: value - sum });
    }
    Score { value, terms: parts }
}

/// Likes, replies, reposts and quotes, as far as they are known; none where none is.
pub(crate) fn engagement_of(counts: &Counts) -> Option<u64> {
    let known = [counts.likes, counts.replies, counts.reposts, counts.quotes];
    known.into_iter().flatten().reduce(u64::saturating_add)
}

/// The intent that gives most points by its weight and how sure it is; the first in reply order of
/// equals.
fn strongest_intent(intents: &[Intent], settings: &ScoreSettings) -> Option<(IntentKind, f64)> {
    intents
        .iter()
        .map(|intent| {
            let weight = settings[weight_of_intent(intent.kind)];
            (intent.kind, weight * f64::from(intent.confidence.get()))
        })
        .max_by(|(kind, points), (other, most)| points.total_cmp(most).then(other.cmp(kind)))
}

const fn weight_of_intent(kind: IntentKind) -> WeightName {
    match kind {
        IntentKind::Question => WeightName::MentionQuestion,
        IntentKind::Criticism => WeightName::MentionCriticism,
        IntentKind::Suggestion => WeightName::MentionSuggestion,
        IntentKind::Compliment => WeightName::MentionCompliment,
        IntentKind::Purchase => WeightName::MentionPurchase,
        IntentKind::Switch => WeightName::MentionSwitch,
        IntentKind::Other => WeightName::MentionOther,
    }
}

#[cfg(test)]
mod tests {
    use vigie_types::{Confidence, Noise, Sentiment, SentimentLabel, Tier, Valence};

    use super::*;

    fn names(score: &Score) -> Vec<&str> {
        score.terms.iter().map(|term| term.name.as_str()).collect()
    }

    fn intent(kind: IntentKind, confidence: f32) -> Intent {
        Intent { kind, confidence: Confidence::clamped(confidence), cue: "".into() }
    }

    fn sentiment(score: f32, label: SentimentLabel) -> Sentiment {
        let score = Valence::clamped(score);
        Sentiment { score, label, model: "m@1".into(), tier: Tier::A, tokens: Vec::new() }
    }

    #[test]
    fn what_is_not_known_makes_no_term() {
        let settings = ScoreSettings::default();
        let mut tagged = TaggedMention::default();
        assert_eq!(names(&score_mention(&tagged, 0.0, &settings)), ["influence", "noise"]);
        tagged.mention.author.followers = Some(0);
        tagged.mention.counts.likes = Some(3);
        let score = score_mention(&tagged, 0.0, &settings);
        assert_eq!(names(&score), ["reach:followers", "reach:engagement", "influence", "noise"]);
        assert!(score.terms[0].value.abs() < 1e-12);
    }

    #[test]
    fn a_sum_below_zero_is_clamped_by_a_term() {
        let noise = Noise { level: 100, reasons: Vec::new() };
        let tagged = TaggedMention { noise, ..TaggedMention::default() };
        let score = score_mention(&tagged, 0.0, &ScoreSettings::default());
        assert_eq!(names(&score), ["influence", "noise", "clamp"]);
        assert!(score.value.abs() < 1e-12 && score.is_explained(), "{score:?}");
    }

    #[test]
    fn a_full_mention_has_100_points_and_more_are_clamped() {
        let mut tagged = TaggedMention {
            intents: vec![intent(IntentKind::Question, 1.0)],
            sentiment: Some(sentiment(-1.0, SentimentLabel::Negative)),
            ..TaggedMention::default()
        };
        tagged.mention.author.followers = Some(2_000_000);
        tagged.mention.counts.views = Some(2_000_000);
        tagged.mention.counts.likes = Some(20_000);
        let settings = ScoreSettings::default();
        let score = score_mention(&tagged, 1e6, &settings);
        assert!((score.value - 100.0).abs() < 1e-9, "{score:?}");
        let weights = [vigie_schema::Weight { name: "mention.question".into(), value: 50.0 }];
        let eager = ScoreSettings::from_weights(&weights).expect("known");
        let score = score_mention(&tagged, 1e6, &eager);
        assert_eq!(score.terms.last().map(|term| term.name.as_str()), Some(terms::CLAMP));
        assert!((score.value - 100.0).abs() < 1e-9 && score.is_explained(), "{score:?}");
    }

    #[test]
    fn intents_give_points_in_reply_order() {
        let settings = ScoreSettings::default();
        let points = |kind| strongest_intent(&[intent(kind, 1.0)], &settings).expect("one").1;
        let order = [
            IntentKind::Question,
            IntentKind::Criticism,
            IntentKind::Suggestion,
            IntentKind::Compliment,
            IntentKind::Other,
        ];
        assert!(order.windows(2).all(|pair| points(pair[0]) > points(pair[1])));
        let two = [intent(IntentKind::Criticism, 0.9), intent(IntentKind::Question, 0.2)];
        assert_eq!(strongest_intent(&two, &settings).expect("one").0, IntentKind::Criticism);
    }

    #[test]
    fn every_intent_has_its_term() {
        for kind in IntentKind::ALL {
            assert_eq!(terms::INTENTS[kind as usize], format!("intent:{}", kind.as_str()));
        }
    }
}
