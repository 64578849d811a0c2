//! From a file to decompressed bytes. Compression is told by the first bytes, not by the name: no
//! text in UTF-8 begins like a gzip or zstd stream, and so piped input needs no name either.
//!
//! Guarantees: members and frames that follow one another are read as one stream, and all that was
//! decompressed before an error is delivered before it.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

/// The compressed input read at once: a read system call per 64 KiB costs less than 1% of
/// inflating.
const COMPRESSED_BUFFER_BYTES: usize = 64 << 10;

/// How many first bytes tell the compression: the length of the zstd magic number.
const MAGIC_BYTES: usize = 4;

/// How the bytes of a file are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame of data, or a frame that may be skipped, as parallel compressors begin with.
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The decompressed bytes of an input.
pub(super) struct Decoded {
    reader: Box<dyn Read + Send>,
    compression: Compression,
    consumed: Arc<AtomicU64>,
}

impl Decoded {
    /// Looks at the first bytes and sets the decompressor up.
    pub(super) fn new(mut inner: impl Read + Send + 'static) -> io::Result<Self> {
        let mut magic = Vec::with_capacity(MAGIC_BYTES);
        inner.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut magic)?;
        let compression = Compression::of(&magic);
        let consumed = Arc::new(AtomicU64::new(0));
        let whole = Cursor::new(magic).chain(inner);
        let counted = Counted { inner: whole, bytes: Arc::clone(&consumed) };
        let reader: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(counted),
            Compression::Gzip => Box::new(MultiGzDecoder::new(counted)),
            Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(
                BufReader::with_capacity(COMPRESSED_BUFFER_BYTES, counted),
            )?),
        };
        Ok(Self { reader, compression, consumed })
    }

    /// Says in words how far the compressed file was read; empty where nothing is compressed.
    pub(super) fn describe_compressed(&self) -> String {
        let name = match self.compression {
            Compression::None => return String::new(),
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        };
        format!(" (after {} bytes of {name} data)", self.consumed.load(Ordering::Relaxed))
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}
