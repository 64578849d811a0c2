//! Cuts NDJSON into lines; a pure function of the bytes at hand.

use super::MAXIMUM_LINE_BYTES;

/// What the bytes at hand begin with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Framed {
    /// No whole record yet: more must be read.
    Incomplete,
    /// A whole record.
    Whole {
        /// How long its content is, without the line end.
        content: usize,
        /// How long it is with the line end.
        length: usize,
        /// How many line ends it holds.
        lines: u64,
    },
    /// Bytes that make no record, up to where reading can go on.
    Broken {
        /// How long the content is, without the line end.
        content: usize,
        /// How long it is with the line end.
        length: usize,
        /// How many line ends it holds.
        lines: u64,
        /// What is wrong.
        reason: String,
    },
    /// More than [`MAXIMUM_LINE_BYTES`] without an end: drop all up to the next line end.
    TooLong,
}

/// Frames the first line. `searched` bytes are known to hold no line end.
pub(super) fn frame_line(available: &[u8], searched: usize, at_end: bool) -> Framed {
    let line_end = memchr::memchr(b'\n', &available[searched..]).map(|index| searched + index);
    let (content, length, lines) = match line_end {
        Some(index) => (trim_carriage_return(available, index), index + 1, 1),
        None if available.len() > MAXIMUM_LINE_BYTES => return Framed::TooLong,
        None if !at_end || available.is_empty() => return Framed::Incomplete,
        None => (trim_carriage_return(available, available.len()), available.len(), 0),
    };
    if content > MAXIMUM_LINE_BYTES {
        return Framed::Broken {
            content,
            length,
            lines,
            reason: describe_too_long(content as u64),
        };
    }
    Framed::Whole { content, length, lines }
}

/// Says that a line breaks the limit.
pub(super) fn describe_too_long(bytes: u64) -> String {
    format!("has {bytes} bytes, at most {MAXIMUM_LINE_BYTES} are allowed")
}

/// Where the content of a line ends whose line end is at `end`.
pub(super) fn trim_carriage_return(available: &[u8], end: usize) -> usize {
    if end > 0 && available[end - 1] == b'\r' { end - 1 } else { end }
}

/// Why a line's bytes are no text, or the text.
pub(super) fn check_text(bytes: &[u8]) -> Result<&str, String> {
    if let Some(index) = memchr::memchr(0, bytes) {
        return Err(format!("holds a NUL at byte {index} of the line: expected UTF-8 text"));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let index = error.valid_up_to();
        format!("is not UTF-8 at byte {index} of the line: found 0x{:02x}", bytes[index])
    })
}
