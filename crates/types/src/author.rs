//! The author as a mention carries it.

use serde::{Deserialize, Serialize};

use crate::{AuthorId, EventTime};

/// Whether the source says that an account is automated.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum AuthorKind {
    /// The source does not say.
    #[default]
    Unknown,
    /// Said to be a person or an organisation.
    Human,
    /// Said to be automated.
    Bot,
    /// An outlet: there is no person.
    Site,
}

/// Who said it, as far as the source tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// `network:native-id`.
    pub id: AuthorId,
    /// The name in links and `@` mentions, without the `@`.
    pub handle: Option<String>,
    /// The name shown.
    pub display_name: Option<String>,
    /// How many follow the account.
    pub followers: Option<u64>,
    /// When the account was made.
    pub created_at: Option<EventTime>,
    /// Automated or not.
    pub kind: AuthorKind,
    /// Whether the network vouches for the account.
    pub verified: Option<bool>,
    /// The profile's own words.
    pub bio: Option<String>,
    /// The profile's location in the author's own words.
    pub location: Option<String>,
}
