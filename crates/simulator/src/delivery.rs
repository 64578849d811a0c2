//! What a source hands over, and the truth about it.
//!
//! Guarantees: a duplicate writes the very bytes of its original; a line never holds a line feed.

use vigie_types::{AuthorId, EventTime, Mention, MentionId};

use crate::brand::BrandIndex;
use crate::broken::Broken;
use crate::event::EventKind;
use crate::line;
use crate::text::Stance;

/// What sort of delivery it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryKind {
    /// A new mention, on time.
    Mention,
    /// A new mention, delivered long after it was published.
    Late,
    /// A known mention with a higher revision and new words.
    Edit,
    /// A known mention, delivered again.
    Duplicate,
    /// The source took a mention back.
    Delete,
    /// Bytes that no reader can make a mention of.
    Broken,
}

impl DeliveryKind {
    /// Every kind, in declaration order.
    pub const ALL: [Self; 6] =
        [Self::Mention, Self::Late, Self::Edit, Self::Duplicate, Self::Delete, Self::Broken];

    /// The name in summaries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Late => "late",
            Self::Edit => "edit",
            Self::Duplicate => "duplicate",
            Self::Delete => "delete",
            Self::Broken => "broken",
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// A delete as a source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// What is taken back.
    pub mention_id: MentionId,
    /// Whose it was; not every source tells.
    pub author: Option<AuthorId>,
    /// When it was taken back.
    pub at: EventTime,
}

/// What is handed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A new mention, on time.
    Mention(Box<Mention>),
    /// A new mention, delivered long after it was published.
    Late(Box<Mention>),
    /// A known mention with a higher revision and new words.
    Edit(Box<Mention>),
    /// A known mention, delivered again.
    Duplicate(Box<Mention>),
    /// The source took a mention back.
    Delete(Deletion),
    /// Bytes that no reader can make a mention of.
    Broken(Broken),
}

impl Record {
    /// What sort of delivery it is.
    pub const fn kind(&self) -> DeliveryKind {
        match self {
            Self::Mention(_) => DeliveryKind::Mention,
            Self::Late(_) => DeliveryKind::Late,
            Self::Edit(_) => DeliveryKind::Edit,
            Self::Duplicate(_) => DeliveryKind::Duplicate,
            Self::Delete(_) => DeliveryKind::Delete,
            Self::Broken(_) => DeliveryKind::Broken,
        }
    }

    /// The mention, where one is delivered.
    pub fn mention(&self) -> Option<&Mention> {
        match self {
            Self::Mention(mention)
            | Self::Late(mention)
            | Self::Edit(mention)
            | Self::Duplicate(mention) => Some(mention),
            Self::Delete(_) | Self::Broken(_) => None,
        }
    }
}

/// What is true of a mention, whatever a reader makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the author means.
    pub stance: Stance,
    /// The brand that the text names.
    pub brand: Option<BrandIndex>,
    /// The brand that it is compared with, to the rival's disadvantage.
    pub rival: Option<BrandIndex>,
    /// The planned event that it belongs to.
    pub event: Option<EventKind>,
    /// Whether it is advertising rubbish.
    pub is_spam: bool,
}

/// One delivery of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// When the source delivers it, in simulated time; never goes back.
    pub delivered_at: EventTime,
    /// What is delivered.
    pub record: Record,
    /// What is true of it.
    pub label: Label,
    pub(crate) occurrence: Option<u64>,
}

impl Delivery {
    /// Appends it as one line of NDJSON in vigie's input envelope, with the line feed.
    pub fn to_line(&self, out: &mut Vec<u8>) {
        match &self.record {
            Record::Mention(mention)
            | Record::Late(mention)
            | Record::Edit(mention)
            | Record::Duplicate(mention) => line::write_mention(out, mention),
            Record::Delete(deletion) => line::write_deletion(out, deletion),
            Record::Broken(broken) => out.extend_from_slice(broken.bytes()),
        }
        out.push(b'\n');
    }
}
