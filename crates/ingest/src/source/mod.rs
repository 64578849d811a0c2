//! The one contract of every source: opened at a checkpoint, it gives raw input item by item.
//!
//! Guarantees: each byte of the input is in exactly one item, or between items (blank lines, the
//! header of a CSV file); an item names its place; a checkpoint taken after an item covers it and
//! everything before it, and nothing else. Memory is bounded whatever the input holds.
//!
//! Refuses: to understand what it reads. An item's text is UTF-8 without NUL, no more is promised.

mod checkpoint;
mod decode;
mod error;
mod file;
mod lines;
mod rows;
mod window;

use std::fmt;
use std::path::Path;

pub use checkpoint::{ByteOffset, Checkpoint, Digest, LineNumber};
pub use error::SourceError;
pub use file::{FileSource, Input, Location};
pub use rows::{Fields, Header};

/// The longest line or CSV row that is taken: forty times the longest post with its metadata seen
/// on any network (about 25 kB), and what a Kafka broker accepts in one record by default.
pub const MAXIMUM_LINE_BYTES: usize = 1 << 20;

/// How much of a broken line is kept for its dead letter: enough to find and repair it, and 16 of
/// them fit into one record batch of the default size.
pub const MAXIMUM_BROKEN_BYTES: usize = 64 << 10;

/// How the input is cut into items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    Ndjson,
    /// A header row, then one row per mention; fields may be quoted and then hold newlines.
    Csv,
}

impl Format {
    /// The format that a file's name tells, whatever it is compressed with; none if it tells none.
    pub fn of_path(path: &Path) -> Option<Self> {
        let mut name = path.to_path_buf();
        if name.extension().is_some_and(|extension| extension == "gz" || extension == "zst") {
            name.set_extension("");
        }
        match name.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "ndjson" | "jsonl" | "json" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Where an item begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputPlace<'a> {
    /// The file's path as it was given, or `stdin`.
    pub file: &'a str,
    /// The line it begins in.
    pub line: LineNumber,
    /// The offset of its first byte in the decompressed input.
    pub offset: ByteOffset,
}

impl fmt::Display for InputPlace<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{} (byte {})", self.file, self.line, self.offset)
    }
}

/// One piece of input, borrowed from its source until the next one is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A line, or a CSV row with as many fields as the header, without its line end.
    Line {
        /// The text: valid UTF-8 without NUL, at most [`MAXIMUM_LINE_BYTES`].
        text: &'a str,
        /// Where it begins.
        place: InputPlace<'a>,
    },
    /// A line that cannot be a record; reading goes on after it.
    Broken {
        /// Its first bytes, at most [`MAXIMUM_BROKEN_BYTES`].
        bytes: &'a [u8],
        /// Where it begins.
        place: InputPlace<'a>,
        /// What is wrong, and at which byte or column.
        reason: String,
    },
}

/// What every source can do; a file, standard input, later a network.
pub trait Source {
    /// The next item, or none at the end of the input.
    ///
    /// # Errors
    /// When the environment fails: the file cannot be read on, or its compression is damaged. What
    /// lay before the damage has been delivered; after an error the source is at its end.
    fn next_item(&mut self) -> Result<Option<Item<'_>>, SourceError>;

    /// Where to go on after the last item delivered.
    fn checkpoint(&self) -> Checkpoint;
}
