//! Files, FIFOs and standard input as sources of lines and rows.
//!
//! Guarantees: a regular file goes on exactly after its checkpoint or is refused; its identity is
//! its configured id, or else its absolute path.
//!
//! Refuses: directories; anything that cannot be read twice, unless it is declared a stream.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use vigie_types::SourceId;

use super::decode::Decoded;
use super::lines::{self, Framed};
use super::rows::{self, Header};
use super::window::Window;
use super::{
    ByteOffset, Checkpoint, Format, InputPlace, Item, LineNumber, MAXIMUM_BROKEN_BYTES, Source,
    SourceError,
};

/// What some editors put before the first line of a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A regular file, plain or compressed; goes on from a checkpoint.
    File(PathBuf),
    /// A FIFO or device: read once from where it stands, never from a checkpoint.
    Stream(PathBuf),
    /// Standard input, read as a stream.
    Stdin,
}

/// One input as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The configured identity.
    pub id: Option<SourceId>,
    /// Where it comes from.
    pub location: Location,
    /// How it is cut into items.
    pub format: Format,
}

impl Input {
    /// The identity under which checkpoints are kept: the configured one, else the absolute path.
    ///
    /// # Errors
    /// When the path makes no id: it is longer than an id may be, or holds control characters.
    pub fn identity(&self) -> Result<SourceId, SourceError> {
        let (Location::File(path) | Location::Stream(path)) = &self.location else {
            return Ok(self.id.clone().unwrap_or_else(stdin_id));
        };
        if let Some(id) = &self.id {
            return Ok(id.clone());
        }
        let absolute = std::path::absolute(path)
            .map_err(|cause| SourceError::Open { file: path.display().to_string(), cause })?;
        SourceId::new(absolute.to_string_lossy())
            .map_err(|cause| SourceError::Identity { file: path.display().to_string(), cause })
    }

    /// The name in places and errors: the path as it was given, or `stdin`.
    fn name(&self) -> String {
        match &self.location {
            Location::File(path) | Location::Stream(path) => path.display().to_string(),
            Location::Stdin => "stdin".to_owned(),
        }
    }
}

fn stdin_id() -> SourceId {
    SourceId::new("stdin").expect("a short plain word is an id")
}

/// An open file, FIFO or standard input.
pub struct FileSource {
    name: String,
    format: Format,
    header: Option<Header>,
    window: Window,
    line: LineNumber,
    records: u64,
    /// The first bytes of a line that was too long to be held.
    kept: Vec<u8>,
    /// Where such a line began, while its end is looked for: an error there must not skip it.
    held: Option<Checkpoint>,
    is_ended: bool,
}

impl FileSource {
    /// Opens the input at its beginning, or where the checkpoint says.
    ///
    /// # Errors
    /// When it cannot be opened or is not what it was declared to be, when a CSV header cannot be
    /// used, and when the content before the checkpoint is not what it was.
    pub fn open(input: &Input, checkpoint: Option<&Checkpoint>) -> Result<Self, SourceError> {
        let name = input.name();
        let refuse = |cause| SourceError::Open { file: name.clone(), cause };
        let decoded = match &input.location {
            Location::File(path) => {
                check_regular(&path.metadata().map_err(refuse)?, &name)?;
                open_path(path)
            }
            Location::Stream(_) | Location::Stdin if checkpoint.is_some() => {
                return Err(SourceError::NotResumable { file: name });
            }
            Location::Stream(path) if path.is_dir() => {
                return Err(SourceError::Directory { file: name });
            }
            Location::Stream(path) => open_path(path),
            Location::Stdin => Decoded::new(io::stdin()),
        };
        let mut source = Self {
            window: Window::new(decoded.map_err(refuse)?),
            format: input.format,
            header: None,
            line: LineNumber::FIRST,
            records: 0,
            kept: Vec::new(),
            held: None,
            is_ended: false,
            name,
        };
        source.skip_byte_order_mark()?;
        if source.format == Format::Csv {
            source.read_header()?;
        }
        if let Some(checkpoint) = checkpoint {
            source.resume(checkpoint)?;
        }
        Ok(source)
    }

    /// The header of a CSV file; none for other formats, and for an empty file.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    fn skip_byte_order_mark(&mut self) -> Result<(), SourceError> {
        while self.window.available().len() < BYTE_ORDER_MARK.len() && self.fill()? > 0 {}
        if self.window.available().starts_with(BYTE_ORDER_MARK) {
            self.window.take(BYTE_ORDER_MARK.len());
        }
        Ok(())
    }

    fn read_header(&mut self) -> Result<(), SourceError> {
        let framed = self.frame()?;
        let refuse = |reason| SourceError::Header { file: self.name.clone(), reason };
        match framed {
            Framed::Incomplete => Ok(()),
            Framed::Broken { reason, .. } => Err(refuse(reason)),
            Framed::TooLong => {
                Err(refuse(lines::describe_too_long(self.window.available().len() as u64)))
            }
            Framed::Whole { content, length, lines } => {
                let row = lines::check_text(&self.window.available()[..content]).map_err(refuse)?;
                let header = Header::parse(row).map_err(refuse)?;
                self.header = Some(header);
                self.window.take(length);
                self.line = self.line.after(lines);
                Ok(())
            }
        }
    }

    /// Reads and hashes what the checkpoint covers, and compares.
    fn resume(&mut self, checkpoint: &Checkpoint) -> Result<(), SourceError> {
        if checkpoint.offset == ByteOffset::default() {
            return Ok(());
        }
        let other = SourceError::OtherPrefix { file: self.name.clone(), offset: checkpoint.offset };
        while self.window.offset() < checkpoint.offset {
            if self.window.available().is_empty() && self.fill()? == 0 {
                return Err(other);
            }
            let missing = checkpoint.offset.get() - self.window.offset().get();
            let available = self.window.available().len();
            self.window.take(usize::try_from(missing).map_or(available, |m| m.min(available)));
        }
        if self.window.offset() != checkpoint.offset || self.window.digest() != checkpoint.sha256 {
            return Err(other);
        }
        self.line = checkpoint.line;
        self.records = checkpoint.records;
        Ok(())
    }

    /// Finds the end of what comes next, reading on as far as needed.
    fn frame(&mut self) -> Result<Framed, SourceError> {
        let mut searched = 0;
        let mut at_end = false;
        loop {
            let available = self.window.available();
            let framed = match self.format {
                Format::Ndjson => lines::frame_line(available, searched, at_end),
                Format::Csv => rows::frame_row(available, self.header.as_ref(), at_end),
            };
            if at_end || !matches!(framed, Framed::Incomplete) {
                return Ok(framed);
            }
            searched = available.len();
            at_end = self.fill()? == 0;
        }
    }

    fn fill(&mut self) -> Result<usize, SourceError> {
        self.window.fill().map_err(|cause| {
            self.is_ended = true;
            SourceError::Damaged {
                file: self.name.clone(),
                offset: self.window.offset() + self.window.available().len(),
                compressed: self.window.describe_compressed(),
                cause,
            }
        })
    }

    /// Drops a line that is too long to be held, up to its end; says how long it was.
    fn drop_line(&mut self) -> Result<u64, SourceError> {
        self.held = Some(self.checkpoint());
        self.kept.clear();
        self.kept.extend_from_slice(&self.window.available()[..MAXIMUM_BROKEN_BYTES]);
        let mut bytes = 0;
        loop {
            let available = self.window.available();
            let end = memchr::memchr(b'\n', available);
            let length = end.map_or(available.len(), |end| end + 1);
            bytes += end.unwrap_or(length) as u64;
            self.window.take(length);
            if end.is_some() {
                self.line = self.line.after(1);
                break;
            }
            if self.fill()? == 0 {
                break;
            }
        }
        self.held = None;
        self.records += 1;
        Ok(bytes)
    }

    /// Takes what was framed and gives its content.
    fn take(&mut self, content: usize, length: usize, lines: u64) -> &[u8] {
        self.window.take(length);
        self.line = self.line.after(lines);
        &self.window.taken(length)[..content]
    }
}

impl Source for FileSource {
    fn next_item(&mut self) -> Result<Option<Item<'_>>, SourceError> {
        while !self.is_ended {
            let (line, offset) = (self.line, self.window.offset());
            match self.frame()? {
                Framed::Incomplete => self.is_ended = true,
                Framed::TooLong => {
                    let bytes = self.drop_line()?;
                    let place = InputPlace { file: &self.name, line, offset };
                    let reason = lines::describe_too_long(bytes);
                    return Ok(Some(Item::Broken { bytes: &self.kept, place, reason }));
                }
                Framed::Broken { content, length, lines, reason } => {
                    self.records += 1;
                    self.take(content, length, lines);
                    let bytes = &self.window.taken(length)[..content.min(MAXIMUM_BROKEN_BYTES)];
                    let place = InputPlace { file: &self.name, line, offset };
                    return Ok(Some(Item::Broken { bytes, place, reason }));
                }
                Framed::Whole { content, length, lines } => {
                    if self.take(content, length, lines).iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    self.records += 1;
                    let bytes = &self.window.taken(length)[..content];
                    let place = InputPlace { file: &self.name, line, offset };
                    return Ok(Some(match lines::check_text(bytes) {
                        Ok(text) => Item::Line { text, place },
                        Err(reason) => {
                            let bytes = &bytes[..content.min(MAXIMUM_BROKEN_BYTES)];
                            Item::Broken { bytes, place, reason }
                        }
                    }));
                }
            }
        }
        Ok(None)
    }

    fn checkpoint(&self) -> Checkpoint {
        self.held.unwrap_or_else(|| Checkpoint {
            offset: self.window.offset(),
            sha256: self.window.digest(),
            line: self.line,
            records: self.records,
        })
    }
}

fn open_path(path: &Path) -> io::Result<Decoded> {
    Decoded::new(File::open(path)?)
}

fn check_regular(metadata: &Metadata, name: &str) -> Result<(), SourceError> {
    let file_type = metadata.file_type();
    let what = match file_type {
        _ if file_type.is_file() => return Ok(()),
        _ if file_type.is_dir() => return Err(SourceError::Directory { file: name.to_owned() }),
        _ if file_type.is_fifo() => "a FIFO",
        _ if file_type.is_socket() => "a socket",
        _ => "a device",
    };
    Err(SourceError::NotRegular { file: name.to_owned(), what })
}
