//! Where a source stands: what is committed together with the records it covers.
//!
//! Guarantees: a checkpoint names one place in one content, since it carries the digest of every
//! byte before that place. Refuses: to be applied to input with another beginning.

use std::fmt;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// How many bytes of the decompressed input lie before a place.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ByteOffset(u64);

impl ByteOffset {
    /// The offset after so many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Add<usize> for ByteOffset {
    type Output = Self;
    fn add(self, bytes: usize) -> Self {
        Self(self.0 + bytes as u64)
    }
}

impl fmt::Display for ByteOffset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The number of a line of text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineNumber(u64);

impl LineNumber {
    /// The first line.
    pub const FIRST: Self = Self(1);

    /// The line with this number, counted from 1.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, counted from 1.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The line so many lines further down.
    #[must_use]
    pub const fn after(self, lines: u64) -> Self {
        Self(self.0 + lines)
    }
}

impl Default for LineNumber {
    fn default() -> Self {
        Self::FIRST
    }
}

impl fmt::Display for LineNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The SHA-256 of a prefix; 64 hex digits when printed or serialised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &"64 hex digits")
        })
    }
}

/// Where to go on reading a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// How much of the decompressed input has been read.
    pub offset: ByteOffset,
    /// The digest of all of it up to there.
    pub sha256: Digest,
    /// The line that comes next.
    pub line: LineNumber,
    /// How many items have been delivered, broken ones included.
    pub records: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_survives_being_written_down() {
        let checkpoint = Checkpoint {
            offset: ByteOffset::new(7),
            sha256: Digest::from_bytes([0xab; 32]),
            line: LineNumber::new(2),
            records: 1,
        };
        let text = serde_json::to_string(&checkpoint).expect("serialises");
        assert!(text.contains(&"ab".repeat(32)), "{text}");
        assert_eq!(serde_json::from_str::<Checkpoint>(&text).expect("reads"), checkpoint);
        let short = text.replace("abab", "ab");
        assert!(serde_json::from_str::<Checkpoint>(&short).is_err());
    }
}
