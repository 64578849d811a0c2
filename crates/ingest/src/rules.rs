//! The rules that a draft is held to, whichever shape it came in.
//!
//! Guarantees: what leaves is a valid mention, deletion or correction, or a rejection that names
//! the field. Refuses: what lacks a network, an id, an author or outlet, a text or a time.

use vigie_types::{
    Author, AuthorId, AuthorKind, Counts, IdError, Mention, MentionId, MentionKind, Network,
    Origin, Place, Precision, Provenance, Reference, References, Revision, Status,
};

use crate::canonical::canonicalise_url;
use crate::draft::{
    AuthorDraft, Count, CountsDraft, Draft, LocationDraft, Object, Parsed, ReferenceDraft,
    Standing, Text,
};
use crate::rejection::{Rejection, quote};

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
            Some(Standing(Status::Deleted)) if self.correction.is_some() => {
                let reason = "stands in a mention that is taken back, expected one that stands";
                Err(Rejection::field("correction", reason))
            }
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
        mut self,
        network: Network,
        mention_id: MentionId,
        origin: Origin,
    ) -> Result<Parsed, Rejection> {
        let correction = self.correction.take();
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
        let url = own(self.url);
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
            title: own(self.title),
            declared_language: own(self.language),
            created_at: self.created_at.map(|moment| moment.0),
            published_at: self.published_at.map(|moment| moment.0),
            references,
            counts: counts(self.counts),
            location: location("location", self.location)?,
            outlet: own(self.outlet),
            network,
            origin,
        };
        Ok(match correction {
            None => Parsed::Mention(Box::new(mention)),
            Some(Object(correction)) => Parsed::Correction(Box::new(correction.finish(mention)?)),
        })
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
        handle: own(draft.handle),
        display_name: own(draft.display_name),
        followers: draft.followers.map(|count| count.0),
        created_at: draft.created_at.map(|moment| moment.0),
        kind: match draft.bot {
            None => AuthorKind::Unknown,
            Some(true) => AuthorKind::Bot,
            Some(false) => AuthorKind::Human,
        },
        verified: draft.verified,
        bio: own(draft.bio),
        location: own(draft.location),
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

pub(crate) fn location(
    field: &str,
    draft: Option<Object<LocationDraft<'_>>>,
) -> Result<Option<Place>, Rejection> {
    let Some(Object(draft)) = draft else { return Ok(None) };
    if let Some(country) = &draft.country
        && (country.0.len() != 2 || !country.0.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        let found = quote(&country.0);
        let reason = format!("found {found}, expected two letters (ISO 3166-1), such as FR");
        return Err(Rejection::field(format!("{field}.country"), reason));
    }
    let precision = match (&draft.city, &draft.region, &draft.country) {
        (Some(_), _, _) => Precision::City,
        (None, Some(_), _) => Precision::Region,
        (None, None, Some(_)) => Precision::Country,
        (None, None, None) => return Ok(None),
    };
    Ok(Some(Place {
        city: own(draft.city),
        region: own(draft.region),
        country: draft.country.map(|country| country.0.to_ascii_uppercase()),
        precision,
        provenance: Provenance::Platform,
    }))
}

pub(crate) fn own(text: Option<Text<'_>>) -> Option<String> {
    text.map(|text| text.0.into_owned())
}
