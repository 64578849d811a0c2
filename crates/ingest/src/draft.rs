//! A mention as its source wrote it, before it is held to our rules: the one meeting point of our
//! own envelope and of mapped input, so that both are checked alike.
//!
//! Guarantees: absent and null are the same (unknown); what leaves is a valid mention or a rejection
//! that names the field. Refuses: arrays where an object belongs, fields and duplicates it does not
//! know.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use vigie_types::{
    Author, AuthorId, AuthorKind, Counts, EventTime, IdError, Mention, MentionId, MentionKind,
    Network, Origin, Place, Precision, Provenance, Reference, References, Revision, Status,
};

use crate::canonical::canonicalise_url;
use crate::rejection::{Rejection, quote};

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
}

/// Text without NUL, borrowed from the line where it holds no escapes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Text<'_> {
    fn own(this: Option<Self>) -> Option<String> {
        this.map(|text| text.0.into_owned())
    }
}

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

/// A whole number from 0 on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountVisitor;
        impl Visitor<'_> for CountVisitor {
            type Value = Count;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number from 0 on")
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Count, E> {
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

/// Defines a word out of a closed set as it is read from input.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident($value:ty), $expected:literal, $($word:literal => $is:expr),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name(pub(crate) $value);

        impl $name {
            pub(crate) const EXPECTED: &'static str = $expected;

            pub(crate) fn of(word: &str) -> Option<Self> {
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
}

impl Draft<'_> {
    /// Holds the draft to the rules.
    pub(crate) fn finish(self, origin: Origin) -> Result<Parsed, Rejection> {
        let network = self.network.as_ref();
        let network = network.ok_or_else(|| Rejection::missing("network", "a network's name"))?;
        let network = Network::new(&network.0).map_err(|error| refuse_id("network", &error))?;
        let id = self.id.as_ref();
        let id = id.ok_or_else(|| Rejection::missing("id", "the network's id of the mention"))?;
        let mention_id = MentionId::of(&network, &id.0).map_err(|error| refuse_id("id", &error))?;
        match self.status {
            Some(Standing(Status::Deleted)) => self.finish_deletion(&network, mention_id),
            None | Some(Standing(Status::Active)) => {
                self.finish_mention(network, mention_id, origin)
            }
        }
    }

    /// Nothing is read but what a deletion needs: content that a source sends along stays out.
    fn finish_deletion(
        self,
        network: &Network,
        mention_id: MentionId,
    ) -> Result<Parsed, Rejection> {
        let author = self.author.and_then(|author| author.0.id);
        let author = author.map(|id| author_id(network, "author.id", &id)).transpose()?;
        let at = self.published_at.or(self.created_at).map(|moment| moment.0);
        Ok(Parsed::Deletion { mention_id, author, at })
    }

    fn finish_mention(
        self,
        network: Network,
        mention_id: MentionId,
        origin: Origin,
    ) -> Result<Parsed, Rejection> {
        let text = self.text.ok_or_else(|| Rejection::missing("text", "what was said"))?;
        if self.created_at.is_none() && self.published_at.is_none() {
            let expected = "a time in RFC 3339, here or in published_at";
            return Err(Rejection::missing("created_at", expected));
        }
        let references = References {
            reply_to: reference(&network, "reply_to", self.reply_to)?,
            root: reference(&network, "root", self.root)?,
            repost_of: reference(&network, "repost_of", self.repost_of)?,
            quote_of: reference(&network, "quote_of", self.quote_of)?,
            mentioned: mentioned(&network, self.mentioned.unwrap_or_default())?,
        };
        let url = Text::own(self.url);
        let mention = Mention {
            author: author(&network, self.author, self.outlet.as_ref())?,
            mention_id,
            revision: self.revision.map(|count| Revision::new(count.0)),
            canonical_url: url.as_deref().and_then(canonicalise_url),
            url,
            kind: self.kind.map_or_else(
                || infer_kind(&references, self.title.is_some(), self.outlet.is_some()),
                |kind| kind.0,
            ),
            text: text.0.into_owned(),
            title: Text::own(self.title),
            declared_language: Text::own(self.language),
            created_at: self.created_at.map(|moment| moment.0),
            published_at: self.published_at.map(|moment| moment.0),
            references,
            counts: counts(self.counts),
            location: location(self.location)?,
            outlet: Text::own(self.outlet),
            network,
            origin,
        };
        Ok(Parsed::Mention(Box::new(mention)))
    }
}

fn refuse_id(field: &str, error: &IdError) -> Rejection {
    Rejection::field(field, error.to_string())
}

fn author_id(network: &Network, field: &str, native: &Text<'_>) -> Result<AuthorId, Rejection> {
    AuthorId::of(network, &native.0).map_err(|error| refuse_id(field, &error))
}

/// The person, or where there is none the outlet.
fn author(
    network: &Network,
    draft: Option<Object<AuthorDraft<'_>>>,
    outlet: Option<&Text<'_>>,
) -> Result<Author, Rejection> {
    match (draft, outlet) {
        (Some(Object(draft)), _) => person(network, draft),
        (None, Some(outlet)) => Ok(Author {
            id: author_id(network, "outlet", outlet)?,
            kind: AuthorKind::Site,
            ..Author::default()
        }),
        (None, None) => {
            let expected = "an object with the author's id, or an outlet where there is no person";
            Err(Rejection::missing("author", expected))
        }
    }
}

fn person(network: &Network, draft: AuthorDraft<'_>) -> Result<Author, Rejection> {
    let id = draft.id.ok_or_else(|| {
        Rejection::missing("author.id", "the network's id of the author, or no author at all")
    })?;
    Ok(Author {
        id: author_id(network, "author.id", &id)?,
        handle: Text::own(draft.handle),
        display_name: Text::own(draft.display_name),
        followers: draft.followers.map(|count| count.0),
        created_at: draft.created_at.map(|moment| moment.0),
        kind: match draft.bot {
            None => AuthorKind::Unknown,
            Some(true) => AuthorKind::Bot,
            Some(false) => AuthorKind::Human,
        },
        verified: draft.verified,
        bio: Text::own(draft.bio),
        location: Text::own(draft.location),
    })
}

fn reference(
    network: &Network,
    field: &str,
    draft: Option<Object<ReferenceDraft<'_>>>,
) -> Result<Option<Reference>, Rejection> {
    let Some(Object(draft)) = draft else { return Ok(None) };
    let id =
        draft.id.ok_or_else(|| Rejection::missing(&format!("{field}.id"), "the network's id"))?;
    let mention =
        MentionId::of(network, &id.0).map_err(|error| refuse_id(&format!("{field}.id"), &error))?;
    let author = match draft.author {
        None => None,
        Some(native) => Some(
            AuthorId::of(network, &native.0)
                .map_err(|error| refuse_id(&format!("{field}.author"), &error))?,
        ),
    };
    Ok(Some(Reference { mention, author }))
}

fn mentioned(network: &Network, drafts: Vec<Text<'_>>) -> Result<Vec<AuthorId>, Rejection> {
    let read = |(index, native): (usize, Text<'_>)| {
        AuthorId::of(network, &native.0)
            .map_err(|error| refuse_id(&format!("mentioned[{index}]"), &error))
    };
    drafts.into_iter().enumerate().map(read).collect()
}

/// What a mention is whose source does not say: its references tell.
fn infer_kind(references: &References, has_title: bool, has_outlet: bool) -> MentionKind {
    if references.repost_of.is_some() {
        MentionKind::Repost
    } else if references.quote_of.is_some() {
        MentionKind::Quote
    } else if references.reply_to.is_some() {
        MentionKind::Reply
    } else if has_title && has_outlet {
        MentionKind::Article
    } else {
        MentionKind::Post
    }
}

fn counts(draft: Option<Object<CountsDraft>>) -> Counts {
    let Object(draft) = draft.unwrap_or_default();
    let number = |count: Option<Count>| count.map(|count| count.0);
    Counts {
        likes: number(draft.likes),
        replies: number(draft.replies),
        reposts: number(draft.reposts),
        quotes: number(draft.quotes),
        views: number(draft.views),
        as_of: draft.as_of.map(|moment| moment.0),
    }
}

fn location(draft: Option<Object<LocationDraft<'_>>>) -> Result<Option<Place>, Rejection> {
    let Some(Object(draft)) = draft else { return Ok(None) };
    if let Some(country) = &draft.country
        && (country.0.len() != 2 || !country.0.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        let found = quote(&country.0);
        let reason = format!("found {found}, expected two letters (ISO 3166-1), such as FR");
        return Err(Rejection::field("location.country", reason));
    }
    let precision = match (&draft.city, &draft.region, &draft.country) {
        (Some(_), _, _) => Precision::City,
        (None, Some(_), _) => Precision::Region,
        (None, None, Some(_)) => Precision::Country,
        (None, None, None) => return Ok(None),
    };
    Ok(Some(Place {
        city: Text::own(draft.city),
        region: Text::own(draft.region),
        country: draft.country.map(|country| country.0.to_ascii_uppercase()),
        precision,
        provenance: Provenance::Platform,
    }))
}
