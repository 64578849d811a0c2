//! Field terms: what a query can ask besides words.
//!
//! Guarantees: a field that exists holds a checked value in its canonical form.

use vigie_text::fold;
use vigie_types::{IntentKind, MentionKind, SentimentLabel};

/// Every field operator with an example of its use, in the order of the reference page.
pub const FIELDS: [(&str, &str); 17] = [
    ("author", "author:delta"),
    ("to", "to:delta"),
    ("lang", "lang:fr"),
    ("country", "country:FR"),
    ("region", "region:\"New York\""),
    ("city", "city:boston"),
    ("site", "site:bbc.co.uk"),
    ("url", "url:\"/press/\""),
    ("network", "network:bluesky"),
    ("kind", "kind:reply"),
    ("is", "is:reply"),
    ("has", "has:link"),
    ("followers", "followers:>=1000"),
    ("engagement", "engagement:>=10"),
    ("sentiment", "sentiment:<-0.3"),
    ("intent", "intent:question"),
    ("sample", "sample:15"),
];

/// Operators that look like fields and compare words.
pub const WORD_OPERATORS: [(&str, &str); 3] =
    [("raw", "raw:\"Google+\""), ("stem", "stem:running"), ("fold", "fold:cafe")];

/// What other query languages call our fields.
pub const FOREIGN_NAMES: [(&str, &str); 12] = [
    ("from", "author"),
    ("language", "lang"),
    ("domain", "site"),
    ("host", "site"),
    ("link", "url"),
    ("type", "kind"),
    ("source", "network"),
    ("exact", "raw"),
    ("place", "city"),
    ("state", "region"),
    ("likes", "engagement"),
    ("reach", "followers"),
];

/// A place's name as it is compared: folded, with single spaces.
pub(crate) fn folded_name(name: &str) -> String {
    let text = fold(name);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// One field term.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Who said it.
    Author(Account),
    /// Whom it answers.
    To(Account),
    /// The language of the text, an ISO 639 code in lower case.
    Language(Box<str>),
    /// The country it was said from, ISO 3166-1 alpha-2 in upper case.
    Country(Box<str>),
    /// The state, province or region, folded.
    Region(Box<str>),
    /// The city, folded.
    City(Box<str>),
    /// The site or one of its subdomains, in lower case.
    Site(Box<str>),
    /// A part of the mention's own address or of a link in it, in lower case.
    Url(Box<str>),
    /// The network.
    Network(Box<str>),
    /// What sort of utterance it is.
    Kind(MentionKind),
    /// A property of the mention or of its author.
    Is(Property),
    /// Something that the mention holds, or that is known of it.
    Has(Possession),
    /// How many follow the author.
    Followers(Bound<u64>),
    /// The sum of the likes, replies, reposts and quotes that are known.
    Engagement(Bound<u64>),
    /// How negative or positive it is, from -1 to 1.
    Sentiment(Bound<f32>),
    /// The class of its sentiment.
    SentimentClass(SentimentLabel),
    /// What the author wants.
    Intent(IntentKind),
    /// A share of all mentions in per cent, 1 to 99, chosen by the hash of the mention's id.
    Sample(u8),
}

impl Field {
    /// The name before the colon.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Author(_) => "author",
            Self::To(_) => "to",
            Self::Language(_) => "lang",
            Self::Country(_) => "country",
            Self::Region(_) => "region",
            Self::City(_) => "city",
            Self::Site(_) => "site",
            Self::Url(_) => "url",
            Self::Network(_) => "network",
            Self::Kind(_) => "kind",
            Self::Is(_) => "is",
            Self::Has(_) => "has",
            Self::Followers(_) => "followers",
            Self::Engagement(_) => "engagement",
            Self::Sentiment(_) | Self::SentimentClass(_) => "sentiment",
            Self::Intent(_) => "intent",
            Self::Sample(_) => "sample",
        }
    }
}

/// An author as a query names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// `network:native-id`.
    Id(Box<str>),
    /// The handle, or the network's own id; letter case aside.
    Name(Box<str>),
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

impl Relation {
    /// The sign.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }

    /// Every relation, a sign before the signs that it begins.
    pub(crate) const ALL: [Self; 5] =
        [Self::AtMost, Self::AtLeast, Self::Less, Self::More, Self::Equal];
}

/// A relation and what to compare with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound<T> {
    /// How.
    pub relation: Relation,
    /// With what.
    pub value: T,
}

impl<T: PartialOrd + Copy> Bound<T> {
    /// Whether the value is within the bound.
    pub fn holds(&self, value: T) -> bool {
        match self.relation {
            Relation::Less => value < self.value,
            Relation::AtMost => value <= self.value,
            Relation::Equal => value == self.value,
            Relation::AtLeast => value >= self.value,
            Relation::More => value > self.value,
        }
    }
}

/// What `is:` asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// The mention is of this kind; a reply also where it names a parent.
    Kind(MentionKind),
    /// The network vouches for the author.
    Verified,
    /// The source says that the author is automated.
    Bot,
}

impl Property {
    /// Every property.
    pub const ALL: [Self; 8] = [
        Self::Kind(MentionKind::Post),
        Self::Kind(MentionKind::Reply),
        Self::Kind(MentionKind::Repost),
        Self::Kind(MentionKind::Quote),
        Self::Kind(MentionKind::Comment),
        Self::Kind(MentionKind::Article),
        Self::Verified,
        Self::Bot,
    ];

    /// The name in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.as_str(),
            Self::Verified => "verified",
            Self::Bot => "bot",
        }
    }
}

/// Defines what `has:` asks, with the name of each.
macro_rules! possessions {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What `has:` asks. It asks for knowledge, so that its answer is never unknown.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Possession {
            $($(#[$doc])* $name),*
        }

        impl Possession {
            /// Everything that can be asked for.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in queries.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text),*
                }
            }
        }
    };
}

possessions! {
    /// A link in the title or text.
    Link = "link",
    /// A hashtag in the title or text.
    Hashtag = "hashtag",
    /// A handle in the title or text.
    Handle = "handle",
    /// A cashtag in the title or text.
    Cashtag = "cashtag",
    /// An emoji in the title or text.
    Emoji = "emoji",
    /// A title.
    Title = "title",
    /// The language is known.
    Language = "lang",
    /// The country is known.
    Country = "country",
    /// The region is known.
    Region = "region",
    /// The city is known.
    City = "city",
    /// The address is known.
    Url = "url",
    /// The author's handle is known.
    Author = "author",
    /// The number of followers is known.
    Followers = "followers",
    /// At least one count of engagement is known.
    Engagement = "engagement",
    /// The sentiment is known.
    Sentiment = "sentiment",
    /// The intent is known.
    Intent = "intent",
}
