//! Records that no reader can make a mention of.
//!
//! Guarantees: what is broken here is broken for every reader of the envelope: no valid JSON, no
//! valid UTF-8, an id or kind of the wrong type, or an id or network that is missing.

use vigie_types::Mention;

use crate::dice::Roll;
use crate::line;

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    /// The JSON ends before it is complete.
    Truncated,
    /// A byte that is no UTF-8.
    InvalidUtf8,
    /// The id is a list, or the kind a number.
    WrongType,
    /// No id, or no network.
    MissingField,
}

impl Defect {
    const ALL: [Self; 4] =
        [Self::Truncated, Self::InvalidUtf8, Self::WrongType, Self::MissingField];
}

/// A broken record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    defect: Defect,
    bytes: Vec<u8>,
}

impl Broken {
    /// Breaks what would have been the line of a mention.
    pub(crate) fn of(mention: &Mention, dice: &mut impl Roll) -> Self {
        let defect = *dice.pick(&Defect::ALL);
        let mut line = Vec::new();
        line::write_mention(&mut line, mention);
        let bytes = match defect {
            Defect::Truncated => {
                // At least the first brace stays and the last one goes.
                let kept = 1 + dice.below(line.len() as u32 - 1) as usize;
                line.truncate(kept);
                line
            }
            Defect::InvalidUtf8 => {
                let text = find(&line, b"\"text\":\"") + b"\"text\":\"".len();
                line.splice(text..text, [0xC3, 0x28, 0xFF]);
                line
            }
            Defect::WrongType if dice.chance(0.5) => {
                let kind = find(&line, b",\"kind\":");
                let after = find(&line, b",\"author\":");
                line.splice(kind..after, *b",\"kind\":42");
                line
            }
            Defect::WrongType => replace_id(line, b"\"id\":[1,2],"),
            Defect::MissingField if dice.chance(0.5) => {
                let id = find(&line, b"\"id\":");
                line.drain(1..id);
                line
            }
            Defect::MissingField => replace_id(line, b""),
        };
        Self { defect, bytes }
    }

    /// What is wrong.
    pub const fn defect(&self) -> Defect {
        self.defect
    }

    /// The bytes, without a line feed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn replace_id(mut line: Vec<u8>, by: &[u8]) -> Vec<u8> {
    let (id, kind) = (find(&line, b"\"id\":"), find(&line, b"\"kind\":"));
    line.splice(id..kind, by.iter().copied());
    line
}

/// Where the first of it is; the writer's order of keys makes the first one the mention's own.
fn find(line: &[u8], wanted: &[u8]) -> usize {
    let place = line.windows(wanted.len()).position(|window| window == wanted);
    assert!(place.is_some(), "every line of a mention has id, kind, author and text");
    place.unwrap_or(0)
}
