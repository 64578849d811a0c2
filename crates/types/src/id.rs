//! Identifiers: short, checked texts that cannot be mistaken for one another.

use std::borrow::Borrow;
use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The longest identifier, in bytes: four times the longest network id seen in the field (AT URIs).
pub const MAXIMUM_BYTES: usize = 512;

/// A text that cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("{what} is empty")]
    Empty {
        /// What the text should have named.
        what: &'static str,
    },
    /// More than 512 bytes.
    #[error("{what} has {bytes} bytes, at most {MAXIMUM_BYTES} are allowed")]
    TooLong {
        /// What the text should have named.
        what: &'static str,
        /// How long it is.
        bytes: usize,
    },
    /// A character that the identifier may not hold.
    #[error("{what} \"{text}\" has {character:?}: {rule}")]
    Character {
        /// What the text should have named.
        what: &'static str,
        /// The text.
        text: String,
        /// The offending character.
        character: char,
        /// What is allowed.
        rule: &'static str,
    },
    /// The part before the first colon is missing.
    #[error("{what} \"{text}\" names no network: expected network:native-id")]
    NoNetwork {
        /// What the text should have named.
        what: &'static str,
        /// The text.
        text: String,
    },
}

fn check(what: &'static str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty { what });
    }
    if text.len() > MAXIMUM_BYTES {
        return Err(IdError::TooLong { what, bytes: text.len() });
    }
    match text.chars().find(|character| character.is_control()) {
        Some(character) => Err(IdError::Character {
            what,
            text: text.escape_debug().to_string(),
            character,
            rule: "control characters are not allowed",
        }),
        None => Ok(()),
    }
}

fn check_slug(what: &'static str, text: &str) -> Result<(), IdError> {
    check(what, text)?;
    let allowed = |character: &char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || "-_.".contains(*character)
    };
    match text.chars().find(|character| !allowed(character)) {
        Some(character) => Err(IdError::Character {
            what,
            text: text.into(),
            character,
            rule: "only a-z, 0-9, '-', '_' and '.' are allowed",
        }),
        None => Ok(()),
    }
}

fn check_network_qualified(what: &'static str, text: &str) -> Result<(), IdError> {
    check(what, text)?;
    match text.split_once(':') {
        Some((network, native)) if !network.is_empty() && !native.is_empty() => {
            check_slug("network", network)
        }
        _ => Err(IdError::NoNetwork { what, text: text.into() }),
    }
}

/// Defines an identifier: a checked text with its own type.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(CompactString);

        impl $name {
            /// Checks and takes the text.
            ///
            /// # Errors
            /// When the text breaks the identifier's rule; the error names it.
            pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
                let text = text.as_ref();
                $check($what, text)?;
                Ok(Self(CompactString::new(text)))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

identifier! {
    /// A mention, for all time: `network:native-id`.
    MentionId, "mention id", check_network_qualified
}
identifier! {
    /// An author: `network:native-id`, or `network:site` where there is no person.
    AuthorId, "author id", check_network_qualified
}
identifier! {
    /// A network or kind of outlet: `twitter`, `bluesky`, `web`.
    Network, "network", check_slug
}
identifier! {
    /// A stream: one saved query, named in `streams.toml`.
    StreamId, "stream id", check_slug
}
identifier! {
    /// The hash of a stream's canonical query and of the lists that it names.
    StreamVersion, "stream version", check_slug
}
identifier! {
    /// A list, as in `@list(name)`.
    ListName, "list name", check_slug
}
identifier! {
    /// The hash of a list's kind and entries.
    ListVersion, "list version", check_slug
}
identifier! {
    /// Where records come from: a file, a push endpoint, a network.
    SourceId, "source id", check
}
identifier! {
    /// The hash of the configuration that a score was made with.
    ConfigurationHash, "configuration hash", check_slug
}

impl MentionId {
    /// The id of a network's own `native` id.
    ///
    /// # Errors
    /// When the two make no valid id.
    pub fn of(network: &Network, native: &str) -> Result<Self, IdError> {
        Self::new(format!("{network}:{native}"))
    }

    /// The network's name.
    pub fn network(&self) -> &str {
        self.0.split_once(':').map_or("", |(network, _)| network)
    }

    /// The network's own id.
    pub fn native(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, native)| native)
    }
}

impl AuthorId {
    /// The network's own id.
    pub fn native(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, native)| native)
    }

    /// The id of a network's own `native` author id.
    ///
    /// # Errors
    /// When the two make no valid id.
    pub fn of(network: &Network, native: &str) -> Result<Self, IdError> {
        Self::new(format!("{network}:{native}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_refused_with_its_reason() {
        let error = |text: &str| MentionId::new(text).expect_err("refused").to_string();
        assert_eq!(error(""), "mention id is empty");
        assert_eq!(error("12"), "mention id \"12\" names no network: expected network:native-id");
        assert!(error("x:\u{0}1").contains("control characters are not allowed"));
        assert!(error(&format!("x:{}", "1".repeat(600))).contains("at most 512"));
        assert!(StreamId::new("Delta").is_err());
    }

    #[test]
    fn a_native_id_may_hold_colons() {
        let id = MentionId::new("bluesky:at://did:plc:a/app.bsky.feed.post/1").expect("valid");
        assert_eq!(id.network(), "bluesky");
        assert_eq!(id.native(), "at://did:plc:a/app.bsky.feed.post/1");
    }
}
