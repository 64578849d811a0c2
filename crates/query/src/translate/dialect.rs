//! The suites whose queries are read, and what their fields are called here.
//!
//! From the suites' public documentation of their operators; names are compared in small letters.

use std::fmt;

/// A suite's query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Brandwatch.
    Brandwatch,
    /// Talkwalker.
    Talkwalker,
    /// X, version 2 of its API.
    X,
}

/// What becomes of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Our field of this name, with the same value.
    Field(&'static str),
    /// The same, of a value that the suite may give a code of its own.
    Named(&'static str),
    /// Our field of this name, of an account.
    Account(&'static str),
    /// A token with this sigil.
    Sigil(char),
    /// A language.
    Language,
    /// A country.
    Country,
    /// Our field of this name, of a number or a range of numbers.
    Count(&'static str),
    /// Ours for each value.
    Values(&'static [(&'static str, &'static str)]),
    /// No counterpart, and why.
    None(&'static str),
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 3] = [Self::Brandwatch, Self::Talkwalker, Self::X];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Brandwatch => "brandwatch",
            Self::Talkwalker => "talkwalker",
            Self::X => "x",
        }
    }

    /// The names of all fields that are known, each with what becomes of it, for the reference.
    pub fn fields(self) -> impl Iterator<Item = (&'static str, String)> {
        self.table().iter().map(|(name, rule)| (*name, rule.to_string()))
    }

    /// What becomes of the field of this name; none where it is not known.
    pub(super) fn rule(self, name: &str) -> Option<Rule> {
        let name = name.to_ascii_lowercase();
        self.table().iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule)
    }

    const fn table(self) -> &'static [(&'static str, Rule)] {
        match self {
            Self::Brandwatch => BRANDWATCH,
            Self::Talkwalker => TALKWALKER,
            Self::X => X,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(formatter, "`{name}:`"),
            Self::Named(name) => write!(formatter, "`{name}:`, by name"),
            Self::Account(name) => write!(formatter, "`{name}:`, of an account"),
            Self::Sigil(sigil) => write!(formatter, "`{sigil}...`"),
            Self::Language => write!(formatter, "`lang:`"),
            Self::Country => write!(formatter, "`country:`, by code or name"),
            Self::Count(name) => write!(formatter, "`{name}:`, a number, a bound or a range"),
            Self::Values(values) => {
                for (index, (theirs, ours)) in values.iter().enumerate() {
                    let separator = if index > 0 { ", " } else { "" };
                    write!(formatter, "{separator}`{theirs}`: `{ours}`")?;
                }
                Ok(())
            }
            Self::None(reason) => write!(formatter, "none: {reason}"),
        }
    }
}

const WHO: &str = "what sort of person an author is is not guessed";
const TITLE: &str = "words of the title are not asked for apart from the text";
const THREAD: &str = "mentions are not asked for by their thread";
const SHAPE: &str = "places are asked for by name: city:, region:, country:";
const MEDIA: &str = "pictures and videos are not looked at";
const COUNTS: &str = "of an author only the followers are counted";

const BRANDWATCH: &[(&str, Rule)] = &[
    ("raw", Rule::Field("raw")),
    ("author", Rule::Account("author")),
    ("site", Rule::Field("site")),
    ("url", Rule::Field("url")),
    ("links", Rule::Field("url")),
    ("hashtags", Rule::Sigil('#')),
    ("at_mentions", Rule::Sigil('@')),
    ("engagingwith", Rule::Account("to")),
    (
        "engagementtype",
        Rule::Values(&[("retweet", "is:repost"), ("reply", "is:reply"), ("quote", "is:quote")]),
    ),
    ("authorverified", Rule::Values(&[("true", "is:verified"), ("false", "NOT is:verified")])),
    ("authorfollowers", Rule::Count("followers")),
    ("language", Rule::Language),
    ("country", Rule::Country),
    ("region", Rule::Named("region")),
    ("city", Rule::Named("city")),
    ("continent", Rule::None("continents are not known: list the countries")),
    ("title", Rule::None(TITLE)),
    ("authorgender", Rule::None(WHO)),
    ("entity", Rule::None("entities are not linked: name the words")),
    ("imagetype", Rule::None(MEDIA)),
];

const TALKWALKER: &[(&str, Rule)] = &[
    ("lang", Rule::Language),
    ("sourcecountry", Rule::Country),
    ("region", Rule::Named("region")),
    ("city", Rule::Named("city")),
    ("site", Rule::Field("site")),
    ("domain", Rule::Field("site")),
    ("domainurl", Rule::Field("site")),
    ("url", Rule::Field("url")),
    ("author", Rule::Account("author")),
    ("followers", Rule::Count("followers")),
    ("engagement", Rule::Count("engagement")),
    (
        "sentiment",
        Rule::Values(&[
            ("positive", "sentiment:positive"),
            ("neutral", "sentiment:neutral"),
            ("negative", "sentiment:negative"),
        ]),
    ),
    (
        "sourcetype",
        Rule::Values(&[
            ("socialmedia_twitter", "network:x"),
            ("socialmedia_facebook", "network:facebook"),
            ("socialmedia_instagram", "network:instagram"),
            ("socialmedia_youtube", "network:youtube"),
            ("socialmedia_tiktok", "network:tiktok"),
            ("onlinenews", "kind:article"),
        ]),
    ),
    ("title", Rule::None(TITLE)),
    ("content", Rule::None("title and text are asked together: name the words alone")),
    ("reach", Rule::None("reach is an estimate, and none is made here: ask for followers:")),
    ("gender", Rule::None(WHO)),
    ("age", Rule::None(WHO)),
];

const X: &[(&str, Rule)] = &[
    ("from", Rule::Account("author")),
    ("to", Rule::Account("to")),
    ("url", Rule::Field("url")),
    ("lang", Rule::Language),
    ("place_country", Rule::Country),
    ("place", Rule::Named("city")),
    ("sample", Rule::Field("sample")),
    ("followers_count", Rule::Count("followers")),
    (
        "is",
        Rule::Values(&[
            ("retweet", "is:repost"),
            ("reply", "is:reply"),
            ("quote", "is:quote"),
            ("verified", "is:verified"),
        ]),
    ),
    (
        "has",
        Rule::Values(&[
            ("links", "has:link"),
            ("hashtags", "has:hashtag"),
            ("mentions", "has:handle"),
            ("cashtags", "has:cashtag"),
            ("geo", "has:country"),
        ]),
    ),
    ("retweets_of", Rule::None("whose mention a repost repeats is not asked for")),
    ("conversation_id", Rule::None(THREAD)),
    ("in_reply_to_tweet_id", Rule::None(THREAD)),
    ("retweets_of_tweet_id", Rule::None(THREAD)),
    ("quotes_of_tweet_id", Rule::None(THREAD)),
    ("bounding_box", Rule::None(SHAPE)),
    ("point_radius", Rule::None(SHAPE)),
    ("bio", Rule::None(WHO)),
    ("bio_name", Rule::None(WHO)),
    ("bio_location", Rule::None(SHAPE)),
    ("context", Rule::None("topics of the network are not known: name the words")),
    ("entity", Rule::None("entities are not linked: name the words")),
    ("list", Rule::None("lists of the network are not known: name the authors")),
    ("tweets_count", Rule::None(COUNTS)),
    ("following_count", Rule::None(COUNTS)),
    ("listed_count", Rule::None(COUNTS)),
    ("url_title", Rule::None("what a link leads to is not read")),
    ("url_description", Rule::None("what a link leads to is not read")),
];
