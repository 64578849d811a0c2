//! What can go wrong with a source's environment; each error says what to do about it.

use std::io;

use vigie_types::IdError;

use super::ByteOffset;

/// A source that cannot be opened or read on.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The operating system refuses.
    #[error("cannot open {file}: {cause}")]
    Open {
        /// Which file.
        file: String,
        /// The system's reason.
        #[source]
        cause: io::Error,
    },
    /// A directory was named.
    #[error("{file} is a directory: name the files in it")]
    Directory {
        /// Which file.
        file: String,
    },
    /// A FIFO, socket or device was named as a file.
    #[error(
        "{file} is {what}, which cannot be read again after a restart: \
         declare it as a stream, or feed it through standard input as \"-\""
    )]
    NotRegular {
        /// Which file.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// A checkpoint was given for input that cannot be read again.
    #[error("{file} is a stream and cannot go on from a checkpoint: open it without one")]
    NotResumable {
        /// Which stream.
        file: String,
    },
    /// The file's path makes no source id.
    #[error("{file} cannot name a source: {cause}; give the source an id")]
    Identity {
        /// Which file.
        file: String,
        /// Why not.
        #[source]
        cause: IdError,
    },
    /// The content before the checkpoint is not what it was.
    #[error(
        "{file} no longer begins with the {offset} bytes that were read from it before: it was \
         replaced, edited or cut. Put the old content back, give the new content a source id of \
         its own, or restart the source from its beginning"
    )]
    OtherPrefix {
        /// Which file.
        file: String,
        /// How much had been read.
        offset: ByteOffset,
    },
    /// The header of a CSV file cannot be used.
    #[error("{file}:1: the header row {reason}")]
    Header {
        /// Which file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading failed, or the compressed data ends early or is corrupt.
    #[error(
        "cannot read {file} beyond byte {offset}{compressed}: {cause}. Everything before it was \
         read; once the file is whole again, reading goes on from there"
    )]
    Damaged {
        /// Which file.
        file: String,
        /// The offset in the decompressed input of the first byte that could not be read.
        offset: ByteOffset,
        /// The offset in the compressed file, in words, where there is one.
        compressed: String,
        /// The system's or the decompressor's reason.
        #[source]
        cause: io::Error,
    },
}
