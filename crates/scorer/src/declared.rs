//! What an author, or the author's network, says of the author: the explicit part of the state.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use vigie_types::{Author, AuthorKind, EventTime};

/// The longest handle or name kept, in bytes: networks allow some 50 characters of 4 bytes, and a
/// state must stay small.
const MAXIMUM_NAME_BYTES: usize = 256;

/// The explicit part: the last that was said, by event time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Declared {
    pub(crate) handle: Option<CompactString>,
    pub(crate) display_name: Option<CompactString>,
    pub(crate) followers: Option<u64>,
    pub(crate) followers_as_of: Option<EventTime>,
    pub(crate) verified: Option<bool>,
    pub(crate) kind: AuthorKind,
    as_of: Option<EventTime>,
}

impl Declared {
    /// Takes what a mention of `at` says of its author; what it does not say stays, and what is
    /// older than the last said changes nothing.
    pub(crate) fn take(&mut self, author: &Author, at: EventTime) {
        if author.followers.is_some() && self.followers_as_of.is_none_or(|as_of| at >= as_of) {
            self.followers = author.followers;
            self.followers_as_of = Some(at);
        }
        if self.as_of.is_some_and(|as_of| at < as_of) {
            return;
        }
        self.as_of = Some(at);
        take_name(&mut self.handle, author.handle.as_deref());
        take_name(&mut self.display_name, author.display_name.as_deref());
        self.verified = author.verified.or(self.verified);
        match author.kind {
            AuthorKind::Unknown => {}
            AuthorKind::Human | AuthorKind::Bot | AuthorKind::Site => self.kind = author.kind,
        }
    }
}

fn take_name(known: &mut Option<CompactString>, said: Option<&str>) {
    if let Some(name) = said {
        let name = &name[..name.floor_char_boundary(MAXIMUM_NAME_BYTES)];
        if known.as_deref() != Some(name) {
            *known = Some(CompactString::new(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_known_stands_and_silence_takes_nothing_away() {
        let said = |handle: &str, followers| Author {
            handle: Some(handle.into()),
            followers,
            ..Author::default()
        };
        let time = EventTime::from_millis;
        let mut declared = Declared::default();
        declared.take(&said("new", None), time(20));
        declared.take(&said("old", Some(7)), time(10));
        assert_eq!(declared.handle.as_deref(), Some("new"));
        assert_eq!((declared.followers, declared.followers_as_of), (Some(7), Some(time(10))));
        declared.take(&Author::default(), time(30));
        assert_eq!(declared.handle.as_deref(), Some("new"));
        assert_eq!(declared.followers, Some(7));
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let author = Author { handle: Some("é".repeat(1_000)), ..Author::default() };
        let mut declared = Declared::default();
        declared.take(&author, EventTime::from_millis(0));
        assert_eq!(declared.handle.expect("said").len(), MAXIMUM_NAME_BYTES);
    }
}
