//! The invented networks and what each can tell of a mention.
//!
//! Guarantees: what a network cannot tell is absent in its mentions, never zero.
//! Refuses: names of real networks.

use std::fmt::Write as _;

use vigie_types::{MentionId, MentionKind, Network};

use crate::dice::{Derived, Roll};

/// An invented network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// Short posts with replies, reposts and quotes; tells the most.
    Murmur,
    /// A forum: threads with titles; tells neither followers nor automation.
    Agora,
    /// Articles of outlets, and comments below them; tells the least.
    Web,
}

impl Place {
    pub(crate) const ALL: [Self; 3] = [Self::Murmur, Self::Agora, Self::Web];

    /// How the arrivals divide among the networks, in the order of [`Place::ALL`].
    pub(crate) const SHARES: [f64; 3] = [0.70, 0.22, 0.08];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Murmur => "murmur",
            Self::Agora => "agora",
            Self::Web => "web",
        }
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Murmur => 0,
            Self::Agora => 1,
            Self::Web => 2,
        }
    }

    pub(crate) fn network(self) -> Network {
        valid(Network::new(self.name()))
    }

    /// The kinds by which people react here, with their weights.
    pub(crate) const fn reactions(self) -> &'static [(MentionKind, f64)] {
        match self {
            Self::Murmur => &[
                (MentionKind::Repost, 0.50),
                (MentionKind::Reply, 0.36),
                (MentionKind::Quote, 0.14),
            ],
            Self::Agora => &[(MentionKind::Reply, 1.0)],
            Self::Web => &[(MentionKind::Comment, 1.0)],
        }
    }

    /// The id of the mention with this running number. Numbers are spread so that ids look as
    /// native ids do, and stay unique because the low six bits are beside the number.
    pub(crate) fn mention_id(self, seed: u64, sequence: u64) -> MentionId {
        let low = Derived::new(seed, sequence).bits() & 63;
        let number = 1_000_000_000_000 + (sequence << 6) + low;
        let mut text = String::with_capacity(24);
        let written = match self {
            Self::Murmur => write!(text, "murmur:{number}"),
            Self::Agora => write!(text, "agora:t{number:x}"),
            Self::Web => write!(text, "web:{number}"),
        };
        assert!(written.is_ok(), "writing to a text cannot fail");
        valid(MentionId::new(text))
    }
}

/// Takes what is valid by construction.
pub(crate) fn valid<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("the simulator makes valid identifiers only: {error}"),
    }
}
