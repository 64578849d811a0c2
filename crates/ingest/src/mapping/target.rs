//! The fields of the envelope that a mapping can fill.

use super::time::TimeFormat;
use super::value::Value;
use crate::draft::{
    AuthorDraft, Count, CountsDraft, Draft, Kind, LocationDraft, Moment, ReferenceDraft, Standing,
    Word,
};

/// Defines the targets with their dotted names.
macro_rules! targets {
    ($($variant:ident = $name:literal,)+) => {
        /// One field of the envelope.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Target { $($variant,)+ }

        impl Target {
            /// Every target.
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The dotted name.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

targets! {
    Network = "network", Id = "id", Kind = "kind", Text = "text", Title = "title",
    Language = "language", CreatedAt = "created_at", PublishedAt = "published_at", Url = "url",
    Outlet = "outlet", Revision = "revision", Status = "status", Mentioned = "mentioned",
    AuthorId = "author.id", AuthorHandle = "author.handle",
    AuthorDisplayName = "author.display_name", AuthorFollowers = "author.followers",
    AuthorCreatedAt = "author.created_at", AuthorBot = "author.bot",
    AuthorVerified = "author.verified", AuthorBio = "author.bio",
    AuthorLocation = "author.location", ReplyToId = "reply_to.id",
    ReplyToAuthor = "reply_to.author", RootId = "root.id", RootAuthor = "root.author",
    RepostOfId = "repost_of.id", RepostOfAuthor = "repost_of.author", QuoteOfId = "quote_of.id",
    QuoteOfAuthor = "quote_of.author", CountsLikes = "counts.likes",
    CountsReplies = "counts.replies", CountsReposts = "counts.reposts",
    CountsQuotes = "counts.quotes", CountsViews = "counts.views", CountsAsOf = "counts.as_of",
    LocationCity = "location.city", LocationRegion = "location.region",
    LocationCountry = "location.country",
}

impl Target {
    /// The target with this dotted name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|target| target.name() == name)
    }

    /// Whether the name stands before the dot of some target.
    pub(super) fn is_group(name: &str) -> bool {
        Self::ALL.iter().any(|target| target.name().split_once('.').is_some_and(|(g, _)| g == name))
    }

    /// Whether the target holds a time.
    pub(super) const fn is_time(self) -> bool {
        matches!(
            self,
            Self::CreatedAt | Self::PublishedAt | Self::AuthorCreatedAt | Self::CountsAsOf
        )
    }

    /// Writes a value into the draft.
    pub(super) fn fill<'a>(
        self,
        draft: &mut Draft<'a>,
        value: &Value<'a>,
        format: &TimeFormat,
    ) -> Result<(), String> {
        match self {
            Self::Network => draft.network = Some(value.to_text()?),
            Self::Id => draft.id = Some(value.to_text()?),
            Self::Kind => draft.kind = Some(word(value, Kind::of, Kind::EXPECTED)?),
            Self::Text => draft.text = Some(value.to_text()?),
            Self::Title => draft.title = Some(value.to_text()?),
            Self::Language => draft.language = Some(value.to_text()?),
            Self::CreatedAt => draft.created_at = Some(moment(value, format)?),
            Self::PublishedAt => draft.published_at = Some(moment(value, format)?),
            Self::Url => draft.url = Some(value.to_text()?),
            Self::Outlet => draft.outlet = Some(value.to_text()?),
            Self::Revision => draft.revision = Some(count(value)?),
            Self::Status => draft.status = Some(word(value, Standing::of, Standing::EXPECTED)?),
            Self::Mentioned => draft.mentioned = Some(value.to_texts()?),
            Self::AuthorId => author(draft).id = Some(value.to_text()?),
            Self::AuthorHandle => author(draft).handle = Some(value.to_text()?),
            Self::AuthorDisplayName => author(draft).display_name = Some(value.to_text()?),
            Self::AuthorFollowers => author(draft).followers = Some(count(value)?),
            Self::AuthorCreatedAt => author(draft).created_at = Some(moment(value, format)?),
            Self::AuthorBot => author(draft).bot = Some(value.to_truth()?),
            Self::AuthorVerified => author(draft).verified = Some(value.to_truth()?),
            Self::AuthorBio => author(draft).bio = Some(value.to_text()?),
            Self::AuthorLocation => author(draft).location = Some(value.to_text()?),
            Self::ReplyToId => reference(&mut draft.reply_to).id = Some(value.to_text()?),
            Self::ReplyToAuthor => reference(&mut draft.reply_to).author = Some(value.to_text()?),
            Self::RootId => reference(&mut draft.root).id = Some(value.to_text()?),
            Self::RootAuthor => reference(&mut draft.root).author = Some(value.to_text()?),
            Self::RepostOfId => reference(&mut draft.repost_of).id = Some(value.to_text()?),
            Self::RepostOfAuthor => {
                reference(&mut draft.repost_of).author = Some(value.to_text()?);
            }
            Self::QuoteOfId => reference(&mut draft.quote_of).id = Some(value.to_text()?),
            Self::QuoteOfAuthor => reference(&mut draft.quote_of).author = Some(value.to_text()?),
            Self::CountsLikes => counts(draft).likes = Some(count(value)?),
            Self::CountsReplies => counts(draft).replies = Some(count(value)?),
            Self::CountsReposts => counts(draft).reposts = Some(count(value)?),
            Self::CountsQuotes => counts(draft).quotes = Some(count(value)?),
            Self::CountsViews => counts(draft).views = Some(count(value)?),
            Self::CountsAsOf => counts(draft).as_of = Some(moment(value, format)?),
            Self::LocationCity => location(draft).city = Some(value.to_text()?),
            Self::LocationRegion => location(draft).region = Some(value.to_text()?),
            Self::LocationCountry => location(draft).country = Some(value.to_text()?),
        }
        Ok(())
    }
}

fn word<T>(value: &Value<'_>, of: fn(&str) -> Option<T>, expected: &str) -> Result<T, String> {
    let text = value.to_text()?;
    let found = || format!("found {}, expected {expected}", crate::rejection::quote(&text.0));
    of(&text.0).ok_or_else(found)
}

fn count(value: &Value<'_>) -> Result<Count, String> {
    value.to_count().map(Count)
}

fn moment(value: &Value<'_>, format: &TimeFormat) -> Result<Moment, String> {
    value.to_time(format).map(Moment)
}

fn author<'d, 'a>(draft: &'d mut Draft<'a>) -> &'d mut AuthorDraft<'a> {
    &mut draft.author.get_or_insert_default().0
}

fn reference<'d, 'a>(
    draft: &'d mut Option<crate::draft::Object<ReferenceDraft<'a>>>,
) -> &'d mut ReferenceDraft<'a> {
    &mut draft.get_or_insert_default().0
}

fn counts<'d>(draft: &'d mut Draft<'_>) -> &'d mut CountsDraft {
    &mut draft.counts.get_or_insert_default().0
}

fn location<'d, 'a>(draft: &'d mut Draft<'a>) -> &'d mut LocationDraft<'a> {
    &mut draft.location.get_or_insert_default().0
}
