//! The numbers of the formulas: each with its name, its default and why it is what it is.
//!
//! Guarantees: a configuration is whole, because a number that is not given takes the default;
//! equal numbers have equal hashes, whatever the order they were given in.
//!
//! Refuses: unknown names, names given twice, and numbers a formula cannot stand.

use std::fmt::Write;
use std::ops::Index;

use sha2::{Digest, Sha256};
use vigie_runtime::ControlState;
use vigie_schema::{ScoreRecord, Weight};
use vigie_types::ConfigurationHash;

/// How many hexadecimal digits of SHA-256 name a configuration: 64 bits, less than one chance in
/// four thousand million of a clash among 65,536 configurations.
const HASH_DIGITS: usize = 16;

/// The largest weight, either way: a hundred times the whole scale of a mention, and small enough
/// that the sum of a score's terms is exact to 1e-9 in 53 bits.
const MAXIMUM_WEIGHT: f64 = 10_000.0;

/// The largest number that is divided by: more than all people, views or days there have been.
const MAXIMUM_DIVISOR: f64 = 1e12;

/// Which numbers a formula can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    /// Points or a factor, up to [`MAXIMUM_WEIGHT`] either way.
    Signed,
    /// The formula divides by it, or by its logarithm: above zero, up to [`MAXIMUM_DIVISOR`].
    Positive,
}

impl Range {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Signed => value.abs() <= MAXIMUM_WEIGHT,
            Self::Positive => value > 0.0 && value <= MAXIMUM_DIVISOR,
        }
    }

    fn rule(self) -> String {
        match self {
            Self::Signed => format!("a number from -{MAXIMUM_WEIGHT} to {MAXIMUM_WEIGHT}"),
            Self::Positive => format!("a number above 0, at most {MAXIMUM_DIVISOR}"),
        }
    }
}

macro_rules! weights {
    ($($(#[$doc:meta])* $variant:ident: $name:literal = $default:literal, $range:ident;)*) => {
        /// Every number of the formulas.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum WeightName { $($(#[$doc])* $variant,)* }

        impl WeightName {
            /// Every number, in the order of the formulas.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];
            const NAMES: [&'static str; Self::ALL.len()] = [$($name),*];
            const DEFAULTS: [f64; Self::ALL.len()] = [$($default),*];
            const RANGES: [Range; Self::ALL.len()] = [$(Range::$range),*];
        }
    };
}

weights! {
    /// Points of a mention whose author has a full following. The points of a mention (reach 30,
    /// influence 15, intent 25, sentiment 30) sum to 100, so that clamping is the exception.
    MentionFollowers: "mention.followers" = 15.0, Signed;
    /// Points of a fully viewed mention. Few networks tell views, and they grow after delivery.
    MentionViews: "mention.views" = 5.0, Signed;
    /// Points of a mention with full engagement at its delivery.
    MentionEngagement: "mention.engagement" = 10.0, Signed;
    /// Points of an author whom others act upon as much as `mention.influence_full`.
    MentionInfluence: "mention.influence" = 15.0, Signed;
    /// A question waits for an answer: the most of all intents.
    MentionQuestion: "mention.question" = 25.0, Signed;
    /// Criticism unanswered grows; just below a question.
    MentionCriticism: "mention.criticism" = 22.0, Signed;
    /// A suggestion deserves thanks, not haste.
    MentionSuggestion: "mention.suggestion" = 15.0, Signed;
    /// A compliment is good to know.
    MentionCompliment: "mention.compliment" = 8.0, Signed;
    /// Who means to buy is worth more attention than who suggests.
    MentionPurchase: "mention.purchase" = 18.0, Signed;
    /// Who means to leave is worth more than who means to buy: keeping is cheaper than winning.
    MentionSwitch: "mention.switch" = 20.0, Signed;
    /// Nothing is wanted.
    MentionOther: "mention.other" = 0.0, Signed;
    /// Points of sentiment -1.
    MentionNegative: "mention.negative" = 30.0, Signed;
    /// Points of sentiment 1: a third of the negative, which asks for something to be done.
    MentionPositive: "mention.positive" = 10.0, Signed;
    /// Points of noise 100: enough to put a loud campaign below a quiet question.
    MentionNoise: "mention.noise" = -60.0, Signed;
    /// Followers from which on a following is full: the largest outlets and companies.
    FollowersFull: "mention.followers_full" = 1_000_000.0, Positive;
    /// Views from which on a mention is fully viewed.
    ViewsFull: "mention.views_full" = 1_000_000.0, Positive;
    /// Likes, replies, reposts and quotes together from which on engagement is full: a hundredth of
    /// full views, the usual rate.
    EngagementFull: "mention.engagement_full" = 10_000.0, Positive;
    /// The received part of the author's score from which on influence is full: some seven acts
    /// a day, day by day.
    InfluenceFull: "mention.influence_full" = 500.0, Positive;

    /// An own post: the unit of the author's score.
    OwnPost: "author.own.post" = 1.0, Signed;
    /// An own reply: shorter than a post, part of another's conversation.
    OwnReply: "author.own.reply" = 0.75, Signed;
    /// An own repost: another's words, one touch.
    OwnRepost: "author.own.repost" = 0.25, Signed;
    /// An own quote: another's words with own ones.
    OwnQuote: "author.own.quote" = 0.75, Signed;
    /// An own comment, as a reply.
    OwnComment: "author.own.comment" = 0.75, Signed;
    /// An own article: more work and more readers than a post.
    OwnArticle: "author.own.article" = 1.5, Signed;
    /// A reply by another. What others do weighs more than what one does oneself: it cannot be had
    /// by talking more.
    ReceivedReply: "author.received.reply" = 1.5, Signed;
    /// A comment by another, as a reply.
    ReceivedComment: "author.received.comment" = 1.5, Signed;
    /// A repost by another: it brings the words to new readers.
    ReceivedRepost: "author.received.repost" = 2.0, Signed;
    /// A quote by another, as a repost.
    ReceivedQuote: "author.received.quote" = 2.0, Signed;
    /// Being named by another: often in passing.
    ReceivedMention: "author.received.mention" = 1.0, Signed;
    /// Factor of an act of sentiment 1; what lies between 0 and 1 counts in proportion.
    ActionPositive: "author.action.positive" = 1.25, Signed;
    /// Factor of an act of sentiment 0; one of unknown sentiment has factor 1.
    ActionNeutral: "author.action.neutral" = 1.0, Signed;
    /// Factor of an act of sentiment -1: attention still, but not esteem.
    ActionNegative: "author.action.negative" = 0.75, Signed;
    /// Factor of an own question.
    ActionQuestion: "author.action.question" = 1.0, Signed;
    /// Factor of own criticism.
    ActionCriticism: "author.action.criticism" = 1.0, Signed;
    /// Factor of an own suggestion: who suggests contributes.
    ActionSuggestion: "author.action.suggestion" = 1.25, Signed;
    /// Factor of an own compliment.
    ActionCompliment: "author.action.compliment" = 1.25, Signed;
    /// Factor of an own intent to buy.
    ActionPurchase: "author.action.purchase" = 1.25, Signed;
    /// Factor of an own intent to leave.
    ActionSwitch: "author.action.switch" = 1.0, Signed;
    /// Factor of an act that wants nothing.
    ActionOther: "author.action.other" = 1.0, Signed;
    /// The share of an act that noise 100 takes away: noise alone earns nothing.
    ActionNoise: "author.action.noise" = 1.0, Signed;
    /// How much a full reach adds to an act of reach 1: a full one counts twice.
    ActionReach: "author.action.reach" = 1.0, Signed;
    /// Days after which an act counts half: a month's silence is noticed, a holiday is not.
    HalfLifeDays: "author.half_life_days" = 30.0, Positive;
    /// Added for an account that its network vouches for.
    ExplicitVerified: "author.explicit.verified" = 1.0, Signed;
    /// Added for an account that its network says is automated: five posts' worth taken away.
    ExplicitBot: "author.explicit.bot" = -5.0, Signed;
}

impl WeightName {
    /// The name in configuration and in `scores.v1`.
    pub const fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The number where none is given.
    pub const fn default_value(self) -> f64 {
        Self::DEFAULTS[self as usize]
    }

    fn named(name: &str) -> Result<Self, SettingsError> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == name);
        found.ok_or_else(|| {
            let likeness = |known: &&str| strsim::jaro_winkler(known, name);
            let nearest = Self::NAMES
                .into_iter()
                .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
                .unwrap_or_default();
            SettingsError::Unknown { name: name.into(), nearest }
        })
    }

    fn check(self, value: f64) -> Result<f64, SettingsError> {
        let range = Self::RANGES[self as usize];
        if !range.holds(value) {
            return Err(SettingsError::Range { name: self, value, rule: range.rule() });
        }
        // Adding zero makes one zero of the two, which would hash differently.
        Ok(value + 0.0)
    }
}

/// A configuration that cannot be scored with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// No formula has this number.
    #[error("weight \"{name}\" is not known; the nearest known is \"{nearest}\"")]
    Unknown {
        /// As given.
        name: String,
        /// What may have been meant.
        nearest: &'static str,
    },
    /// The number is given more than once.
    #[error("weight \"{}\" is given twice", .name.as_str())]
    Twice {
        /// Which.
        name: WeightName,
    },
    /// The formula cannot stand the number.
    #[error("weight \"{}\" is {value}, expected {rule}", .name.as_str())]
    Range {
        /// Which.
        name: WeightName,
        /// As given.
        value: f64,
        /// What it may be.
        rule: String,
    },
}

/// One whole scoring configuration; the default is the one of this version of the code.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreSettings {
    values: [f64; WeightName::ALL.len()],
    hash: ConfigurationHash,
    refused: Option<SettingsError>,
}

impl Default for ScoreSettings {
    fn default() -> Self {
        Self::of(&WeightName::DEFAULTS)
    }
}

impl Index<WeightName> for ScoreSettings {
    type Output = f64;

    fn index(&self, name: WeightName) -> &f64 {
        &self.values[name as usize]
    }
}

impl ScoreSettings {
    fn of(values: &[f64; WeightName::ALL.len()]) -> Self {
        Self { values: *values, hash: hash_of(values), refused: None }
    }

    /// The configuration with these numbers, and the default where none is given.
    ///
    /// # Errors
    /// When a name is unknown or given twice, or a formula cannot stand a number.
    pub fn from_weights(weights: &[Weight]) -> Result<Self, SettingsError> {
        let mut values = WeightName::DEFAULTS;
        let mut given = [false; WeightName::ALL.len()];
        for weight in weights {
            let name = WeightName::named(&weight.name)?;
            if std::mem::replace(&mut given[name as usize], true) {
                return Err(SettingsError::Twice { name });
            }
            values[name as usize] = name.check(weight.value)?;
        }
        Ok(Self::of(&values))
    }

    /// Every number, as `scores.v1` carries them.
    pub fn weights(&self) -> Vec<Weight> {
        WeightName::ALL
            .into_iter()
            .map(|name| Weight { name: name.as_str().into(), value: self[name] })
            .collect()
    }

    /// The first 16 hexadecimal digits of the SHA-256 over the lines `name=value`, sorted by name.
    pub const fn hash(&self) -> &ConfigurationHash {
        &self.hash
    }

    /// Why the last revision could not be taken, if so: the one before it stands.
    pub const fn refused(&self) -> Option<&SettingsError> {
        self.refused.as_ref()
    }
}

impl ControlState for ScoreSettings {
    type Delta = ScoreRecord;

    fn apply(&self, delta: &ScoreRecord) -> Self {
        match Self::from_weights(&delta.weights) {
            Ok(settings) => settings,
            Err(error) => Self { refused: Some(error), ..self.clone() },
        }
    }
}

fn hash_of(values: &[f64; WeightName::ALL.len()]) -> ConfigurationHash {
    let mut lines: Vec<String> = WeightName::ALL
        .into_iter()
        .map(|name| format!("{}={}\n", name.as_str(), values[name as usize]))
        .collect();
    lines.sort_unstable();
    let digest = Sha256::digest(lines.concat());
    let mut digits = String::with_capacity(HASH_DIGITS);
    for byte in digest.iter().take(HASH_DIGITS / 2) {
        write!(digits, "{byte:02x}").expect("a string takes everything");
    }
    ConfigurationHash::new(digits).expect("hexadecimal digits are a hash")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(name: &str, value: f64) -> Weight {
        Weight { name: name.into(), value }
    }

    fn refusal(weights: &[Weight]) -> String {
        ScoreSettings::from_weights(weights).expect_err("refused").to_string()
    }

    #[test]
    fn what_cannot_be_scored_with_is_refused_by_name() {
        assert_eq!(
            refusal(&[weight("mention.quesiton", 1.0)]),
            "weight \"mention.quesiton\" is not known; the nearest known is \"mention.question\""
        );
        assert_eq!(
            refusal(&[weight("mention.views_full", 0.0)]),
            "weight \"mention.views_full\" is 0, expected a number above 0, at most 1000000000000"
        );
        assert_eq!(
            refusal(&[weight("mention.noise", f64::NAN)]),
            "weight \"mention.noise\" is NaN, expected a number from -10000 to 10000"
        );
        assert_eq!(
            refusal(&[weight("mention.noise", 1.0), weight("mention.noise", 1.0)]),
            "weight \"mention.noise\" is given twice"
        );
    }

    #[test]
    fn the_hash_follows_the_numbers_and_not_their_order() {
        let default = ScoreSettings::default();
        let mut weights = default.weights();
        weights.reverse();
        let same = ScoreSettings::from_weights(&weights).expect("known");
        assert_eq!(same, default);
        assert_eq!(default.hash().as_str().len(), HASH_DIGITS);
        let other = ScoreSettings::from_weights(&[weight("mention.noise", -59.0)]).expect("known");
        assert_ne!(other.hash(), default.hash());
        let zero = |value| ScoreSettings::from_weights(&[weight("mention.noise", value)]);
        assert_eq!(zero(0.0), zero(-0.0));
    }

    #[test]
    fn names_are_distinct() {
        let mut names = WeightName::NAMES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), WeightName::ALL.len());
    }

    #[test]
    fn a_broken_revision_leaves_the_one_before_it_and_says_so() {
        let record = |weights| ScoreRecord { weights, ..ScoreRecord::default() };
        let first = ScoreSettings::default().apply(&record(vec![weight("mention.noise", -10.0)]));
        let second = first.apply(&record(vec![weight("mention.nois", -20.0)]));
        assert_eq!(second.hash(), first.hash());
        assert!(second.refused().is_some());
        let third = second.apply(&record(Vec::new()));
        assert_eq!(third, ScoreSettings::default());
    }
}
