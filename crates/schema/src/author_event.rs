//! `author-events.v1`: what concerns one author, in the one order that the scorer folds.

use serde::{Deserialize, Serialize};
use vigie_runtime::{Input, Lateness, Progress};
use vigie_types::{AuthorId, EventTime, Judgement, MentionId, Stamps, Status, Valence};

use crate::one_of::one_of;
use crate::tagged::TaggedMention;

/// What somebody did upon an author.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// Answered.
    Reply,
    /// Commented.
    Comment,
    /// Passed on unchanged.
    Repost,
    /// Passed on with words added.
    Quote,
    /// Named.
    #[default]
    Mention,
}

impl Act {
    /// The name on topics and in scores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Comment => "comment",
            Self::Repost => "repost",
            Self::Quote => "quote",
            Self::Mention => "mention",
        }
    }
}

/// What another author did upon the author concerned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Who acted.
    pub by: AuthorId,
    /// What was done.
    pub act: Act,
    /// The mention by which it was done.
    pub mention_id: MentionId,
    /// The mention of the author concerned upon which it was done.
    pub on: Option<MentionId>,
    /// Whether the act stands.
    pub status: Status,
    /// The judgement of the mention by which it was done.
    pub judgement: Judgement,
    /// When it happened.
    pub event_time: EventTime,
    /// Whether it came late.
    pub late: bool,
    /// The control revisions it is judged with.
    pub stamps: Stamps,
    /// The sentiment of the act.
    pub sentiment: Option<Valence>,
    /// How much of the act is noise, from 0 to 100.
    pub noise: u8,
}

/// An own mention, or what others did.
#[derive(Clone, Debug, PartialEq)]
pub enum WhatHappened {
    /// Another author acted upon this one.
    Interaction(Interaction),
    /// The author said something.
    TaggedMention(Box<TaggedMention>),
}

one_of!(WhatHappened {
    interaction: Interaction(Interaction),
    mention: TaggedMention(Box<TaggedMention>)
});

/// One event of one author.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthorEvent {
    /// The author concerned.
    pub author: AuthorId,
    /// What happened.
    pub event: WhatHappened,
}

impl Input for AuthorEvent {
    fn event_time(&self) -> Option<EventTime> {
        Some(match &self.event {
            WhatHappened::Interaction(interaction) => interaction.event_time,
            WhatHappened::TaggedMention(tagged) => tagged.event_time,
        })
    }

    fn progress(&self) -> Progress<'_> {
        Progress::None
    }

    fn lateness(&self) -> Lateness {
        Lateness::Stamped {
            late: match &self.event {
                WhatHappened::Interaction(interaction) => interaction.late,
                WhatHappened::TaggedMention(tagged) => tagged.late,
            },
        }
    }

    fn stamps(&self) -> Stamps {
        match &self.event {
            WhatHappened::Interaction(interaction) => interaction.stamps,
            WhatHappened::TaggedMention(tagged) => tagged.stamps,
        }
    }

    fn is_signal(&self) -> bool {
        false
    }
}
