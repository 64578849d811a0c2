//! A window over the decompressed input: what has been read and not yet taken, the digest of what
//! has been taken, and where the line between the two lies.
//!
//! Guarantees: every byte taken is hashed once, in large runs and not per line; taking never
//! copies. Refuses: to hold more than it is asked to.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::checkpoint::{ByteOffset, Digest};
use super::decode::Decoded;

/// How much is read at once: large enough that moving the rest of a line to the front is rare,
/// small enough to stay in a second level cache.
const READ_BYTES: usize = 256 << 10;

/// Bytes read and not yet taken. In `buffer`, `..hashed` is in the digest, `hashed..start` is taken
/// and not yet in it, `start..end` is not yet taken.
pub(super) struct Window {
    input: Decoded,
    buffer: Vec<u8>,
    hashed: usize,
    start: usize,
    end: usize,
    offset: ByteOffset,
    hasher: Sha256,
}

impl Window {
    pub(super) fn new(input: Decoded) -> Self {
        Self {
            input,
            buffer: vec![0; READ_BYTES],
            hashed: 0,
            start: 0,
            end: 0,
            offset: ByteOffset::default(),
            hasher: Sha256::new(),
        }
    }

    /// The bytes not yet taken.
    pub(super) fn available(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// The offset of the first byte not yet taken.
    pub(super) fn offset(&self) -> ByteOffset {
        self.offset
    }

    /// The bytes that [`Self::take`] took last.
    pub(super) fn taken(&self, length: usize) -> &[u8] {
        &self.buffer[self.start - length..self.start]
    }

    /// Takes the next bytes; they stay readable through [`Self::taken`] until more is read.
    pub(super) fn take(&mut self, length: usize) {
        assert!(self.start + length <= self.end, "no more is taken than was read");
        self.start += length;
        self.offset = self.offset + length;
    }

    /// Reads on; says how many bytes came, 0 at the end of the input.
    pub(super) fn fill(&mut self) -> io::Result<usize> {
        self.hash_taken();
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            self.hashed = 0;
        }
        if self.buffer.len() - self.end < READ_BYTES / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.input.read(&mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read)
    }

    /// The digest of everything taken.
    pub(super) fn digest(&self) -> Digest {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.buffer[self.hashed..self.start]);
        Digest::from_bytes(hasher.finalize().into())
    }

    /// Says in words how far the compressed file was read.
    pub(super) fn describe_compressed(&self) -> String {
        self.input.describe_compressed()
    }

    fn hash_taken(&mut self) {
        self.hasher.update(&self.buffer[self.hashed..self.start]);
        self.hashed = self.start;
    }
}
