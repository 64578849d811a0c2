//! Lists that queries name: `@list(name)`.

use serde::{Deserialize, Serialize};

/// What the entries of a list are.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// Authors, as in `author:`.
    #[default]
    Authors,
    /// Sites, as in `site:`.
    Sites,
    /// Words and phrases.
    Words,
}

impl ListKind {
    /// The kind's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authors => "authors",
            Self::Sites => "sites",
            Self::Words => "words",
        }
    }
}
