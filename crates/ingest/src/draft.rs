//! A mention as its source wrote it, before it is held to our rules: the one meeting point of our
//! own envelope and of mapped input.
//!
//! Guarantees: absent and null are the same (unknown). Refuses: arrays where an object belongs, NUL
//! in texts, and fields and duplicates it does not know.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use vigie_schema::CorrectedMention;
use vigie_types::{
    AuthorId, EventTime, IntentKind, Mention, MentionId, MentionKind, SentimentLabel, Status,
};

/// What a line of input says.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// Someone said something, or changed what they said.
    Mention(Box<Mention>),
    /// The source took a mention back.
    Deletion {
        /// Which one.
        mention_id: MentionId,
        /// Whose, where the source tells.
        author: Option<AuthorId>,
        /// When it was taken back, where the source tells.
        at: Option<EventTime>,
    },
    /// A person corrected what vigie says of a mention.
    Correction(Box<CorrectedMention>),
}

/// Text without NUL, borrowed from the line where it holds no escapes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                check_no_nul(text)?;
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                check_no_nul(text)?;
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

fn check_no_nul<E: de::Error>(text: &str) -> Result<(), E> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(index) => Err(E::custom(format_args!("holds a NUL at byte {index} of the text"))),
        None => Ok(()),
    }
}

/// A JSON object; serde's derive alone would take an array in the order of the fields, too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// The greatest count that is taken: what a signed number of eight bytes holds, as Avro's are.
pub(crate) const MAXIMUM_COUNT: u64 = i64::MAX as u64;

/// A whole number from 0 to [`MAXIMUM_COUNT`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) u64);

impl Count {
    /// What is expected where a count belongs.
    pub(crate) const EXPECTED: &str = "a whole number from 0 on, below 2^63";
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountVisitor;
        impl Visitor<'_> for CountVisitor {
            type Value = Count;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(Count::EXPECTED)
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Count, E> {
                if number > MAXIMUM_COUNT {
                    return Err(E::invalid_value(Unexpected::Unsigned(number), &self));
                }
                Ok(Count(number))
            }
        }
        deserializer.deserialize_u64(CountVisitor)
    }
}

/// A point in time, written as RFC 3339.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) EventTime);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MomentVisitor;
        impl Visitor<'_> for MomentVisitor {
            type Value = Moment;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a time in RFC 3339, such as 2015-02-17T07:36:05Z")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
                EventTime::parse(text)
                    .map(Moment)
                    .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(MomentVisitor)
    }
}

/// A word out of a closed set.
pub(crate) trait Word: Sized {
    /// What is expected where the word belongs.
    const EXPECTED: &'static str;

    /// The word, if it is one.
    fn of(word: &str) -> Option<Self>;
}

/// Defines a word out of a closed set as it is read from input.
macro_rules! word {
    (
        $(#[$doc:meta])* $name:ident($value:ty), $expected:literal, $($word:literal => $is:expr),+
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name(pub(crate) $value);

        impl Word for $name {
            const EXPECTED: &'static str = $expected;

            fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self($is)),)+
                    _ => None,
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = Text::deserialize(deserializer)?;
                Self::of(&word.0).ok_or_else(|| {
                    de::Error::invalid_value(Unexpected::Str(&word.0), &$expected)
                })
            }
        }
    };
}

word! {
    /// The kind of a mention.
    Kind(MentionKind), "one of post, reply, repost, quote, comment, article",
    "post" => MentionKind::Post, "reply" => MentionKind::Reply, "repost" => MentionKind::Repost,
    "quote" => MentionKind::Quote, "comment" => MentionKind::Comment,
    "article" => MentionKind::Article
}
word! {
    /// Whether the mention stands.
    Standing(Status), "one of active, deleted",
    "active" => Status::Active, "deleted" => Status::Deleted
}

word! {
    /// What an author wants.
    Intent(IntentKind),
    "one of question, criticism, suggestion, compliment, purchase, switch, other",
    "question" => IntentKind::Question, "criticism" => IntentKind::Criticism,
    "suggestion" => IntentKind::Suggestion, "compliment" => IntentKind::Compliment,
    "purchase" => IntentKind::Purchase, "switch" => IntentKind::Switch,
    "other" => IntentKind::Other
}
word! {
    /// How a text speaks.
    Speaks(SentimentLabel), "one of negative, neutral, positive",
    "negative" => SentimentLabel::Negative, "neutral" => SentimentLabel::Neutral,
    "positive" => SentimentLabel::Positive
}

/// What a person says of the mention in place of vigie's judgement.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionDraft<'a> {
    #[serde(borrow)]
    pub(crate) by: Option<Text<'a>>,
    pub(crate) at: Option<Moment>,
    pub(crate) judgement: Option<Count>,
    #[serde(borrow)]
    pub(crate) language: Option<Text<'a>>,
    pub(crate) sentiment: Option<Speaks>,
    #[serde(borrow)]
    pub(crate) streams: Option<BTreeMap<Cow<'a, str>, Speaks>>,
    pub(crate) intents: Option<Vec<Intent>>,
    #[serde(borrow)]
    pub(crate) place: Option<Object<LocationDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) note: Option<Text<'a>>,
}

/// The author's part of a draft.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorDraft<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) handle: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) display_name: Option<Text<'a>>,
    pub(crate) followers: Option<Count>,
    pub(crate) created_at: Option<Moment>,
    pub(crate) bot: Option<bool>,
    pub(crate) verified: Option<bool>,
    #[serde(borrow)]
    pub(crate) bio: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) location: Option<Text<'a>>,
}

/// Another mention, by native ids.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferenceDraft<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) author: Option<Text<'a>>,
}

/// Engagement.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountsDraft {
    pub(crate) likes: Option<Count>,
    pub(crate) replies: Option<Count>,
    pub(crate) reposts: Option<Count>,
    pub(crate) quotes: Option<Count>,
    pub(crate) views: Option<Count>,
    pub(crate) as_of: Option<Moment>,
}

/// Where it was said from.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationDraft<'a> {
    #[serde(borrow)]
    pub(crate) city: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) region: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) country: Option<Text<'a>>,
}

/// A mention as its source wrote it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Draft<'a> {
    #[serde(borrow)]
    pub(crate) network: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) kind: Option<Kind>,
    #[serde(borrow)]
    pub(crate) author: Option<Object<AuthorDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) language: Option<Text<'a>>,
    pub(crate) created_at: Option<Moment>,
    pub(crate) published_at: Option<Moment>,
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) reply_to: Option<Object<ReferenceDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) root: Option<Object<ReferenceDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) repost_of: Option<Object<ReferenceDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) quote_of: Option<Object<ReferenceDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) mentioned: Option<Vec<Text<'a>>>,
    pub(crate) counts: Option<Object<CountsDraft>>,
    #[serde(borrow)]
    pub(crate) location: Option<Object<LocationDraft<'a>>>,
    #[serde(borrow)]
    pub(crate) outlet: Option<Text<'a>>,
    pub(crate) revision: Option<Count>,
    pub(crate) status: Option<Standing>,
    #[serde(borrow)]
    pub(crate) correction: Option<Object<CorrectionDraft<'a>>>,
}
