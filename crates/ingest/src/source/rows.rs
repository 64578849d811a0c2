//! Cuts CSV (RFC 4180, commas) into rows and rows into fields; pure functions of the bytes at hand.
//!
//! Guarantees: a quote that is never closed costs the line it was opened in, not the rest of the
//! file, and what is wrong names the column. Refuses: text after a closing quote, and rows with
//! fewer or more fields than the header. (The `csv` crate reads both without a word and holds a
//! runaway quote whole; a test holds this reading equal to it on well-formed rows.)

use std::borrow::Cow;

use super::MAXIMUM_LINE_BYTES;
use super::lines::{Framed, describe_too_long, trim_carriage_return};
use crate::rejection::quote;

/// The names of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    /// Reads the header row.
    ///
    /// # Errors
    /// When two columns have one name; the text says which.
    pub fn parse(row: &str) -> Result<Self, String> {
        let names: Vec<String> = Fields::of(row).map(|name| name.trim().to_owned()).collect();
        for (index, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..index].contains(name) {
                return Err(format!("names two columns {}", quote(name)));
            }
        }
        Ok(Self { names })
    }

    /// The names, in the order of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column with this name, counted from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

/// Where a row ends, if it ends.
enum Scan {
    /// The bytes end inside a field.
    Open { quoted_column: Option<usize> },
    /// A row.
    Row { end: usize, fields: usize },
    /// Something else than a comma or a line end follows a closing quote.
    Stray { at: usize, column: usize },
}

/// Frames the first row.
pub(super) fn frame_row(available: &[u8], header: Option<&Header>, at_end: bool) -> Framed {
    match scan_row(available, at_end) {
        Scan::Row { end, fields } => {
            let (content, length, lines) = measure(available, end);
            let reason = match header {
                _ if content > MAXIMUM_LINE_BYTES => describe_too_long(content as u64),
                Some(header) if content > 0 && fields != header.names.len() => {
                    describe_ragged(fields, header)
                }
                _ => return Framed::Whole { content, length, lines },
            };
            Framed::Broken { content, length, lines, reason }
        }
        Scan::Stray { at, column } => match end_of_line(available, at, at_end) {
            Some(end) => {
                let (content, length, lines) = measure(available, end);
                let name = describe_column(column, header);
                let reason = format!("{name} has text after its closing quote, at byte {at}");
                Framed::Broken { content, length, lines, reason }
            }
            None if available.len() > MAXIMUM_LINE_BYTES => Framed::TooLong,
            None => Framed::Incomplete,
        },
        Scan::Open { .. } if available.is_empty() => Framed::Incomplete,
        Scan::Open { quoted_column: Some(column) }
            if at_end || available.len() > MAXIMUM_LINE_BYTES =>
        {
            frame_runaway_quote(available, &describe_column(column, header), at_end)
        }
        Scan::Open { .. } if available.len() > MAXIMUM_LINE_BYTES => Framed::TooLong,
        Scan::Open { .. } => Framed::Incomplete,
    }
}

/// Gives up the line that a quote was opened in, so that the lines after it are read.
fn frame_runaway_quote(available: &[u8], column: &str, at_end: bool) -> Framed {
    let Some(end) = end_of_line(available, 0, at_end) else { return Framed::TooLong };
    let (content, length, lines) = measure(available, end);
    let limit = if available.len() > MAXIMUM_LINE_BYTES {
        format!("within {MAXIMUM_LINE_BYTES} bytes")
    } else {
        "before the end of the file".to_owned()
    };
    let reason = format!("{column} opens a quote that is not closed {limit}");
    Framed::Broken { content, length, lines, reason }
}

fn scan_row(bytes: &[u8], at_end: bool) -> Scan {
    let mut at = 0;
    let mut column = 1;
    loop {
        if bytes.get(at) == Some(&b'"') {
            at = match closing_quote(bytes, at + 1, at_end) {
                Some(after) => after,
                None => return Scan::Open { quoted_column: Some(column) },
            };
            match &bytes[at..] {
                [b',', ..] => {}
                [b'\n', ..] | [b'\r', b'\n', ..] => break,
                [] | [b'\r'] if at_end => break,
                [] | [b'\r'] => return Scan::Open { quoted_column: None },
                _ => return Scan::Stray { at, column },
            }
        } else {
            match memchr::memchr2(b',', b'\n', &bytes[at..]) {
                Some(index) => at += index,
                None if at_end && !bytes.is_empty() => {
                    return Scan::Row { end: bytes.len(), fields: column };
                }
                None => return Scan::Open { quoted_column: None },
            }
            if bytes[at] == b'\n' {
                return Scan::Row { end: at, fields: column };
            }
        }
        at += 1;
        column += 1;
    }
    let end = if bytes.get(at) == Some(&b'\r') && at + 1 < bytes.len() { at + 1 } else { at };
    let end = if at_end && bytes.get(end) == Some(&b'\r') { bytes.len() } else { end };
    Scan::Row { end, fields: column }
}

/// The index after the quote that closes the field whose content begins at `at`.
fn closing_quote(bytes: &[u8], mut at: usize, at_end: bool) -> Option<usize> {
    loop {
        at += memchr::memchr(b'"', &bytes[at..])? + 1;
        match bytes.get(at) {
            Some(b'"') => at += 1,
            None if !at_end => return None,
            Some(_) | None => return Some(at),
        }
    }
}

/// The index of the first line end from `at` on, or the end of the input.
fn end_of_line(bytes: &[u8], at: usize, at_end: bool) -> Option<usize> {
    let found = memchr::memchr(b'\n', &bytes[at..]).map(|index| at + index);
    found.or(at_end.then_some(bytes.len()))
}

/// Content, length and number of line ends of what ends at `end`.
fn measure(bytes: &[u8], end: usize) -> (usize, usize, u64) {
    let length = bytes.len().min(end + 1);
    let lines = memchr::memchr_iter(b'\n', &bytes[..length]).count() as u64;
    (trim_carriage_return(bytes, end), length, lines)
}

fn describe_column(column: usize, header: Option<&Header>) -> String {
    match header.and_then(|header| header.names.get(column - 1)) {
        Some(name) => format!("column {column} ({})", quote(name)),
        None => format!("column {column}"),
    }
}

fn describe_ragged(fields: usize, header: &Header) -> String {
    let columns = header.names.len();
    if fields < columns {
        let first = describe_column(fields + 1, Some(header));
        format!("has {fields} fields, expected {columns}: {first} is missing")
    } else {
        let first = columns + 1;
        format!("has {fields} fields, expected {columns}: column {first} has no name in the header")
    }
}

/// The fields of one row, unquoted; borrowed unless a quote was doubled in them.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// The fields of a row without its line end.
    pub fn of(row: &'a str) -> Self {
        Self { rest: Some(row) }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest?;
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = memchr::memchr(b',', rest.as_bytes());
            self.rest = end.map(|end| &rest[end + 1..]);
            return Some(Cow::Borrowed(&rest[..end.unwrap_or(rest.len())]));
        };
        let after = closing_quote(quoted.as_bytes(), 0, true).unwrap_or(quoted.len() + 1);
        let content = &quoted[..after - 1];
        let following = quoted.get(after..).unwrap_or_default();
        self.rest = memchr::memchr(b',', following.as_bytes()).map(|end| &following[end + 1..]);
        if memchr::memchr(b'"', content.as_bytes()).is_some() {
            Some(Cow::Owned(content.replace("\"\"", "\"")))
        } else {
            Some(Cow::Borrowed(content))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(mut bytes: &[u8], header: Option<&Header>) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        while !bytes.is_empty() {
            let Framed::Whole { content, length, .. } = frame_row(bytes, header, true) else {
                panic!("a well-formed row is whole");
            };
            let row = std::str::from_utf8(&bytes[..content]).expect("text");
            rows.push(Fields::of(row).map(Cow::into_owned).collect());
            bytes = &bytes[length..];
        }
        rows
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            rows in prop::collection::vec(
                prop::collection::vec("[a\"\n\r,é ]{1,6}", 1..4), 1..5,
            ),
            crlf: bool,
        ) {
            let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
            let mut writer = csv::WriterBuilder::new()
                .flexible(true).terminator(terminator).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("writes");
            }
            let bytes = writer.into_inner().expect("flushes");
            prop_assert_eq!(read(&bytes, None), rows);
        }

        #[test]
        fn arbitrary_bytes_are_framed_without_a_panic_and_with_progress(
            bytes in prop::collection::vec(prop::sample::select(b"a\"\n\r,".to_vec()), 0..40),
            at_end: bool,
        ) {
            match frame_row(&bytes, None, at_end) {
                Framed::Whole { content, length, .. } | Framed::Broken { content, length, .. } => {
                    prop_assert!(content <= length && length <= bytes.len() && length > 0);
                }
                Framed::Incomplete => prop_assert!(!at_end || bytes.is_empty()),
                Framed::TooLong => prop_assert!(false),
            }
        }

        #[test]
        fn arbitrary_text_is_split_without_a_panic(row in "[a\",é]{0,12}") {
            let _ = Fields::of(&row).count();
        }
    }
}
