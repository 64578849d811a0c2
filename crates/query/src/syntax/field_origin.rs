//! Where the value of a field term comes from.
//!
//! Guarantees: paths are those of the input envelope, which are also the fields that a mapping
//! fills. What a person corrects of a mention takes the place of all that stands here.

use std::fmt;

use super::field::{Account, Field, Possession, Property};

/// Where the value of a field term comes from, and what holds where nothing tells it.
///
/// ```
/// use vigie_query::Query;
/// use vigie_query::syntax::{Expression, Otherwise};
///
/// let query = Query::parse("followers:>=1000")?;
/// let Expression::Field(field) = &query.root().expression else { panic!() };
/// assert_eq!(field.origin().told_by, ["author.followers"]);
/// assert_eq!(field.origin().otherwise, Otherwise::Unknown);
/// # Ok::<(), vigie_query::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Paths of the envelope, each of them enough.
    pub told_by: &'static [&'static str],
    /// Paths of the envelope that tell it of some mentions.
    pub helped_by: &'static [&'static str],
    /// What is found out from these, where the source does not say.
    pub judged: Option<Judged>,
    /// What holds where nothing tells it.
    pub otherwise: Otherwise,
}

/// What is found out of a mention whose source does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// What sort of utterance it is.
    Kind,
    /// The language.
    Language,
    /// The place.
    Place,
    /// The sentiment.
    Sentiment,
    /// The intents.
    Intent,
}

impl fmt::Display for Judged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Kind => "told by what it repeats, quotes or answers, or by a title and an outlet",
            Self::Language => "found in the text; what the source declares is a hint",
            Self::Place => {
                "found in the author's profile, where the source gives no location at all"
            }
            Self::Sentiment => "judged from the text, in the languages that have it",
            Self::Intent => "judged from the text; `other` where nothing else is found",
        })
    }
}

/// What holds of a field term where nothing tells its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// It is not known, which is counted.
    Unknown,
    /// It is not so.
    No,
    /// The mention is taken for a post.
    Post,
    /// There is no mention without it.
    Never,
}

impl Otherwise {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::No => "no",
            Self::Post => "post",
            Self::Never => "never",
        }
    }
}

impl fmt::Display for Otherwise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unknown => "not known: no match, and `NOT` of it is met",
            Self::No => "no match, and `NOT` of it is met",
            Self::Post => "taken for a post",
            Self::Never => "every mention has it",
        })
    }
}

impl Origin {
    /// What one of these paths tells, and what is not known without.
    const fn told(told_by: &'static [&'static str]) -> Self {
        Self { told_by, helped_by: &[], judged: None, otherwise: Otherwise::Unknown }
    }

    const fn helped(self, helped_by: &'static [&'static str]) -> Self {
        Self { helped_by, ..self }
    }

    const fn judged(self, judged: Judged) -> Self {
        Self { judged: Some(judged), ..self }
    }

    const fn otherwise(self, otherwise: Otherwise) -> Self {
        Self { otherwise, ..self }
    }
}

const AUTHOR_ID: Origin = Origin::told(&["author.id", "outlet"]).otherwise(Otherwise::Never);
const AUTHOR_NAME: Origin = Origin::told(&["author.handle"]).helped(&["author.id", "outlet"]);
const TO: Origin = Origin::told(&["reply_to.author"]);
const LANGUAGE: Origin = Origin::told(&[]).helped(&["text", "language"]).judged(Judged::Language);
const COUNTRY: Origin =
    Origin::told(&["location.country"]).helped(&["author.location"]).judged(Judged::Place);
const REGION: Origin =
    Origin::told(&["location.region"]).helped(&["author.location"]).judged(Judged::Place);
const CITY: Origin =
    Origin::told(&["location.city"]).helped(&["author.location"]).judged(Judged::Place);
const SITE: Origin = Origin::told(&["url", "outlet"]);
const URL: Origin = Origin::told(&["url"]).helped(&["text", "title"]);
const NETWORK: Origin = Origin::told(&["network"]).otherwise(Otherwise::Never);
const KIND: Origin = Origin::told(&["kind"])
    .helped(&["repost_of.id", "quote_of.id", "reply_to.id", "outlet"])
    .judged(Judged::Kind)
    .otherwise(Otherwise::Post);
const VERIFIED: Origin = Origin::told(&["author.verified"]);
const BOT: Origin = Origin::told(&["author.bot"]).helped(&["outlet"]);
const FOLLOWERS: Origin = Origin::told(&["author.followers"]);
const ENGAGEMENT: Origin =
    Origin::told(&["counts.likes", "counts.replies", "counts.reposts", "counts.quotes"]);
const SENTIMENT: Origin = Origin::told(&[]).helped(&["text", "language"]).judged(Judged::Sentiment);
const INTENT: Origin = Origin::told(&["text"]).judged(Judged::Intent).otherwise(Otherwise::Never);
const SAMPLE: Origin = Origin::told(&["id"]).otherwise(Otherwise::Never);
const WORDS: Origin = Origin::told(&["text", "title"]).otherwise(Otherwise::No);
const TITLE: Origin = Origin::told(&["title"]).otherwise(Otherwise::No);

impl Field {
    /// Where the term's value comes from.
    pub const fn origin(&self) -> Origin {
        match self {
            Self::Author(Account::Id(_)) => AUTHOR_ID,
            Self::Author(Account::Name(_)) => AUTHOR_NAME,
            Self::To(_) => TO,
            Self::Language(_) => LANGUAGE,
            Self::Country(_) => COUNTRY,
            Self::Region(_) => REGION,
            Self::City(_) => CITY,
            Self::Site(_) => SITE,
            Self::Url(_) => URL,
            Self::Network(_) => NETWORK,
            Self::Kind(_) | Self::Is(Property::Kind(_)) => KIND,
            Self::Is(Property::Verified) => VERIFIED,
            Self::Is(Property::Bot) => BOT,
            Self::Has(possession) => of_possession(*possession),
            Self::Followers(_) => FOLLOWERS,
            Self::Engagement(_) => ENGAGEMENT,
            Self::Sentiment(_) | Self::SentimentClass(_) => SENTIMENT,
            Self::Intent(_) => INTENT,
            Self::Sample(_) => SAMPLE,
        }
    }
}

/// What `has:` asks comes from where the thing itself does; that it is missing is known.
const fn of_possession(possession: Possession) -> Origin {
    let origin = match possession {
        Possession::Link
        | Possession::Hashtag
        | Possession::Handle
        | Possession::Cashtag
        | Possession::Emoji => WORDS,
        Possession::Title => TITLE,
        Possession::Language => LANGUAGE,
        Possession::Country => COUNTRY,
        Possession::Region => REGION,
        Possession::City => CITY,
        Possession::Url => Origin::told(&["url"]),
        Possession::Author => Origin::told(&["author.handle"]),
        Possession::Followers => FOLLOWERS,
        Possession::Engagement => ENGAGEMENT,
        Possession::Sentiment => SENTIMENT,
        Possession::Intent => INTENT,
    };
    origin.otherwise(Otherwise::No)
}
