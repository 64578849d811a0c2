//! The mention envelope: one post, reply, repost, quote, comment or article.

use serde::{Deserialize, Serialize};

use crate::{Author, AuthorId, EventTime, MentionId, Network, Place, Revision};

/// What sort of utterance a mention is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum MentionKind {
    /// An original post.
    #[default]
    Post,
    /// An answer to another mention.
    Reply,
    /// Another's mention passed on unchanged.
    Repost,
    /// Another's mention passed on with words added.
    Quote,
    /// A remark below an article, a video or a review.
    Comment,
    /// A piece with a title, from an outlet.
    Article,
}

impl MentionKind {
    /// The name on topics and in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Reply => "reply",
            Self::Repost => "repost",
            Self::Quote => "quote",
            Self::Comment => "comment",
            Self::Article => "article",
        }
    }

    /// Every kind, in declaration order.
    pub const ALL: [Self; 6] =
        [Self::Post, Self::Reply, Self::Repost, Self::Quote, Self::Comment, Self::Article];
}

/// How a mention came to us.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// From a network or a push, as it happened.
    #[default]
    Live,
    /// From a file.
    File,
    /// From the past; takes no part in spikes.
    Backfill,
}

/// Another mention that this one answers or passes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The other mention.
    pub mention: MentionId,
    /// Its author, where the source tells.
    pub author: Option<AuthorId>,
}

/// The mentions that this one refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct References {
    /// The direct parent of a reply or comment.
    pub reply_to: Option<Reference>,
    /// The start of the thread.
    pub root: Option<Reference>,
    /// What a repost passes on.
    pub repost_of: Option<Reference>,
    /// What a quote passes on.
    pub quote_of: Option<Reference>,
    /// Authors named in the text, where the source resolves them.
    pub mentioned: Vec<AuthorId>,
}

/// Engagement as the source reported it; each may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counts {
    /// Likes or favourites.
    pub likes: Option<u64>,
    /// Replies or comments.
    pub replies: Option<u64>,
    /// Reposts.
    pub reposts: Option<u64>,
    /// Quotes.
    pub quotes: Option<u64>,
    /// Views or impressions.
    pub views: Option<u64>,
    /// When the source took these counts.
    pub as_of: Option<EventTime>,
}

/// One mention as a source delivered it, in vigie's own shape.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Stable for all time: network and native id.
    pub mention_id: MentionId,
    /// The source's own revision, where it counts them.
    pub revision: Option<Revision>,
    /// Where it was said.
    pub network: Network,
    /// Where it can be read.
    pub url: Option<String>,
    /// The same without tracking parameters.
    pub canonical_url: Option<String>,
    /// What sort of utterance it is.
    pub kind: MentionKind,
    /// Who said it.
    pub author: Author,
    /// What was said.
    pub text: String,
    /// The title of an article.
    pub title: Option<String>,
    /// The language the source declares; a prior, not a fact.
    pub declared_language: Option<String>,
    /// When the author claims to have said it.
    pub created_at: Option<EventTime>,
    /// When the source published it.
    pub published_at: Option<EventTime>,
    /// What it refers to.
    pub references: References,
    /// Engagement at the time of delivery.
    pub counts: Counts,
    /// Where it was said from, where the source tells.
    pub location: Option<Place>,
    /// The publication or site of an article.
    pub outlet: Option<String>,
    /// How it came to us.
    pub origin: Origin,
}

impl Mention {
    /// When it happened: `published_at`, else `created_at`; none if the source gives neither.
    pub fn claimed_time(&self) -> Option<EventTime> {
        self.published_at.or(self.created_at)
    }
}
