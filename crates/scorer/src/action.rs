//! The acts that an author's score is made of: own mentions by kind, and what others did by act.

use vigie_schema::{Act, Interaction, TaggedMention};
use vigie_types::{IntentKind, Mention, MentionKind, Valence};

use crate::settings::{ScoreSettings, WeightName};

/// One kind of act, and one term of an author's score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The author said something.
    Own(MentionKind),
    /// Another acted upon the author.
    Received(Act),
}

impl Action {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::ALL.len();

    /// Every act, by its index. States are written in this order: a change of it is a new version
    /// of the state.
    pub const ALL: [Self; 11] = [
        Self::Own(MentionKind::Post),
        Self::Own(MentionKind::Reply),
        Self::Own(MentionKind::Repost),
        Self::Own(MentionKind::Quote),
        Self::Own(MentionKind::Comment),
        Self::Own(MentionKind::Article),
        Self::Received(Act::Reply),
        Self::Received(Act::Comment),
        Self::Received(Act::Repost),
        Self::Received(Act::Quote),
        Self::Received(Act::Mention),
    ];

    /// Its place in [`Action::ALL`].
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Own(kind) => kind as usize,
            Self::Received(act) => MentionKind::ALL.len() + act as usize,
        }
    }

    /// The name of its term.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own(MentionKind::Post) => "own:post",
            Self::Own(MentionKind::Reply) => "own:reply",
            Self::Own(MentionKind::Repost) => "own:repost",
            Self::Own(MentionKind::Quote) => "own:quote",
            Self::Own(MentionKind::Comment) => "own:comment",
            Self::Own(MentionKind::Article) => "own:article",
            Self::Received(Act::Reply) => "received:reply",
            Self::Received(Act::Comment) => "received:comment",
            Self::Received(Act::Repost) => "received:repost",
            Self::Received(Act::Quote) => "received:quote",
            Self::Received(Act::Mention) => "received:mention",
        }
    }

    /// What the act weighs.
    pub(crate) const fn weight(self) -> WeightName {
        match self {
            Self::Own(MentionKind::Post) => WeightName::OwnPost,
            Self::Own(MentionKind::Reply) => WeightName::OwnReply,
            Self::Own(MentionKind::Repost) => WeightName::OwnRepost,
            Self::Own(MentionKind::Quote) => WeightName::OwnQuote,
            Self::Own(MentionKind::Comment) => WeightName::OwnComment,
            Self::Own(MentionKind::Article) => WeightName::OwnArticle,
            Self::Received(Act::Reply) => WeightName::ReceivedReply,
            Self::Received(Act::Comment) => WeightName::ReceivedComment,
            Self::Received(Act::Repost) => WeightName::ReceivedRepost,
            Self::Received(Act::Quote) => WeightName::ReceivedQuote,
            Self::Received(Act::Mention) => WeightName::ReceivedMention,
        }
    }
}

/// `p * r` of an own mention: what it is worth at the moment it happens, before its weight.
pub(crate) fn amount_of_own(tagged: &TaggedMention, settings: &ScoreSettings) -> f64 {
    let valence = tagged.sentiment.as_ref().map(|sentiment| sentiment.score);
    factor_of_sentiment(valence, settings)
        * settings[factor_of_intent(leading_intent(tagged))]
        * factor_of_noise(tagged.noise.level, settings)
        * factor_of_reach(known_reach(&tagged.mention), settings)
}

/// `p * r` of another's act; the reach of the one who acted is not known here and moves nothing.
pub(crate) fn amount_of_received(interaction: &Interaction, settings: &ScoreSettings) -> f64 {
    factor_of_sentiment(interaction.sentiment, settings)
        * factor_of_noise(interaction.noise, settings)
}

/// What is wanted first, in reply order; `Other` where nothing was found.
pub(crate) fn leading_intent(tagged: &TaggedMention) -> IntentKind {
    tagged.intents.iter().map(|intent| intent.kind).min().unwrap_or(IntentKind::Other)
}

/// How many may have seen the mention: followers or views, the larger; none where neither is known.
pub(crate) fn known_reach(mention: &Mention) -> Option<u64> {
    mention.author.followers.max(mention.counts.views)
}

/// From 0 for none to 1 for `full` and more, by the logarithm: the step from 10 to 100 counts as
/// much as the one from 1,000 to 10,000.
pub(crate) fn share_of_full(number: f64, full: f64) -> f64 {
    (libm::log1p(number) / libm::log1p(full)).min(1.0)
}

/// In proportion between the factors of sentiment -1, 0 and 1; what is not known moves nothing.
fn factor_of_sentiment(valence: Option<Valence>, settings: &ScoreSettings) -> f64 {
    let Some(valence) = valence else { return 1.0 };
    let valence = f64::from(valence.get());
    let neutral = settings[WeightName::ActionNeutral];
    let extreme =
        if valence < 0.0 { WeightName::ActionNegative } else { WeightName::ActionPositive };
    neutral + (settings[extreme] - neutral) * valence.abs()
}

const fn factor_of_intent(intent: IntentKind) -> WeightName {
    match intent {
        IntentKind::Question => WeightName::ActionQuestion,
        IntentKind::Criticism => WeightName::ActionCriticism,
        IntentKind::Suggestion => WeightName::ActionSuggestion,
        IntentKind::Compliment => WeightName::ActionCompliment,
        IntentKind::Purchase => WeightName::ActionPurchase,
        IntentKind::Switch => WeightName::ActionSwitch,
        IntentKind::Other => WeightName::ActionOther,
    }
}

fn factor_of_noise(level: u8, settings: &ScoreSettings) -> f64 {
    1.0 - settings[WeightName::ActionNoise] * f64::from(level.min(100)) / 100.0
}

fn factor_of_reach(reach: Option<u64>, settings: &ScoreSettings) -> f64 {
    reach.map_or(1.0, |reach| {
        let share = share_of_full(reach as f64, settings[WeightName::FollowersFull]);
        1.0 + settings[WeightName::ActionReach] * share
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_stands_at_its_index() {
        for (index, action) in Action::ALL.into_iter().enumerate() {
            assert_eq!(action.index(), index, "{action:?}");
            assert!(action.weight().as_str().ends_with(&action.as_str().replace(':', ".")));
        }
    }

    #[test]
    fn sentiment_counts_in_proportion_and_unknown_sentiment_not_at_all() {
        let settings = ScoreSettings::default();
        let factor = |valence: f32| factor_of_sentiment(Some(Valence::clamped(valence)), &settings);
        for (valence, expected) in
            [(-1.0, 0.75), (-0.5, 0.875), (0.0, 1.0), (0.5, 1.125), (1.0, 1.25)]
        {
            assert!((factor(valence) - expected).abs() < 1e-12, "{valence}");
        }
        assert!((factor_of_sentiment(None, &settings) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn reach_grows_by_its_logarithm_up_to_full() {
        assert!(share_of_full(0.0, 1_000.0).abs() < 1e-12);
        assert!((share_of_full(1e9, 1_000.0) - 1.0).abs() < 1e-12);
        let (low, middle, high) =
            (share_of_full(9.0, 999.0), share_of_full(99.0, 999.0), share_of_full(999.0, 999.0));
        assert!((middle - low - (high - middle)).abs() < 1e-12);
    }
}
