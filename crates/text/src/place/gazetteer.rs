//! The table of places that `cargo xtask train place` makes, searched where it lies.
//!
//! Layout, numbers little-endian: magic, version (u16), number of regions (u16), of bytes of
//! spellings (u32), of blocks (u32). Regions: country (2 bytes), length (u8), name; an empty name
//! is the country itself. Spellings: length (u8), text. Blocks: the end of each in bytes (u32),
//! then the blocks. A block is `BLOCK` names in the order of their keys, each sharing the start of
//! the one before: shared bytes (u8), further bytes (u8) and these, strength and number of
//! meanings (u8: 2 and 6 bits), meanings. A meaning: what it is (u8: bits of `CITY` and `SPELLED`,
//! weight above), region (u16); a city is spelled like its key with capitals, but for what
//! follows. Where `SPELLED`: number of patches (u8) and these, each a character's number (u8) and
//! what stands in its place (one character in UTF-8); or `WHOLE` and the offset of its spelling (3
//! bytes).
//!
//! Guarantees: a look-up is a binary search and a walk over one block, and allocates what it finds
//! only. Refuses a table of another version at the start.

use compact_str::CompactString;

use super::meaning::Meaning;

/// The first bytes of the file.
pub const PLACE_MAGIC: [u8; 4] = *b"VGPL";

/// The version of the layout.
pub const PLACE_VERSION: u16 = 1;

/// Names of one block: few enough to walk over, enough to share most of their letters.
pub const PLACE_BLOCK: usize = 16;

/// Bytes of a key at most: shared bytes are counted in one.
pub const PLACE_KEY_BYTES: usize = 64;

/// Meanings of a name at most: six bits count them.
pub const PLACE_MEANINGS: usize = 63;

/// The meaning is a city.
pub const PLACE_CITY: u8 = 1;

/// The city is spelled otherwise than its key with capitals.
pub const PLACE_SPELLED: u8 = 2;

/// The whole spelling is in the list of spellings: stands for the number of patches.
pub const PLACE_WHOLE: u8 = u8::MAX;

/// Where the weight starts in the first byte of a meaning.
pub const PLACE_WEIGHT_SHIFT: u8 = 2;

const HEADER_BYTES: usize = 16;

/// How far a name can be trusted to mean a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceStrength {
    /// It is an ordinary word as well: only beside the region or country that it lies in.
    Ordinary,
    /// It is small: only beside these, or where a text says nothing else.
    Small,
    /// It is a place wherever it stands.
    Large,
}

impl PlaceStrength {
    fn of(bits: u8) -> Self {
        match bits {
            0 => Self::Ordinary,
            1 => Self::Small,
            _ => Self::Large,
        }
    }
}

/// What a look-up finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) strength: Option<PlaceStrength>,
    pub(super) meanings: Vec<Meaning>,
    /// Whether longer names start with this one and a space.
    pub(super) extends: bool,
}

/// The table.
#[derive(Debug)]
pub(super) struct Gazetteer {
    regions: Vec<(&'static str, &'static str)>,
    spellings: &'static [u8],
    ends: &'static [u8],
    blocks: &'static [u8],
}

impl Gazetteer {
    /// Takes over the bytes of the file.
    ///
    /// # Panics
    /// When they are not such a table: it is built in, so the build is wrong.
    pub(super) fn new(bytes: &'static [u8]) -> Self {
        assert!(bytes.starts_with(&PLACE_MAGIC), "the table of places starts with its magic");
        assert_eq!(short(bytes, 4), PLACE_VERSION, "the table of places has the version we read");
        let (regions, spellings, blocks) =
            (short(bytes, 6), long(bytes, 8) as usize, long(bytes, 12) as usize);
        let mut rest = &bytes[HEADER_BYTES..];
        let mut list = Vec::with_capacity(usize::from(regions));
        for _ in 0..regions {
            let (region, behind) = rest[3..].split_at(usize::from(rest[2]));
            list.push((text(&rest[..2]), text(region)));
            rest = behind;
        }
        let (spellings, rest) = rest.split_at(spellings);
        let (ends, blocks) = rest.split_at(4 * blocks);
        Self { regions: list, spellings, ends, blocks }
    }

    /// What a key stands for.
    pub(super) fn find(&self, key: &str) -> Found {
        let mut found = Found::default();
        let key = key.as_bytes();
        if key.len() > PLACE_KEY_BYTES {
            return found;
        }
        let mut name = Name { bytes: [0; PLACE_KEY_BYTES], len: 0 };
        let (mut low, mut high) = (0, self.ends.len() / 4);
        while low < high {
            let middle = usize::midpoint(low, high);
            let block = self.block(middle);
            if &block[2..2 + usize::from(block[1])] <= key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // The block may end with the key; a name that goes on with it then opens the next.
        for index in low.saturating_sub(1)..(low + 1).min(self.ends.len() / 4) {
            let mut rest = self.block(index);
            while !rest.is_empty() {
                rest = name.read(rest);
                let (marks, behind) = (rest[0], &rest[1..]);
                let is_found = name.get() == key;
                if name.get() > key {
                    let further = name.get().strip_prefix(key);
                    found.extends = further.is_some_and(|further| further.starts_with(b" "));
                    return found;
                }
                if is_found {
                    found.strength = Some(PlaceStrength::of(marks >> 6));
                }
                rest = behind;
                for _ in 0..marks & 0x3f {
                    if is_found {
                        found.meanings.push(self.meaning(rest, name.get()));
                    }
                    rest = &rest[meaning_bytes(rest)..];
                }
            }
        }
        found
    }

    /// The country of this code.
    pub(super) fn country(&self, code: &str) -> Option<&'static str> {
        let at = self.regions.binary_search_by(|region| region.cmp(&(code, ""))).ok()?;
        Some(self.regions[at].0)
    }

    fn block(&self, index: usize) -> &'static [u8] {
        let start = index.checked_sub(1).map_or(0, |before| long(self.ends, 4 * before) as usize);
        &self.blocks[start..long(self.ends, 4 * index) as usize]
    }

    fn meaning(&self, bytes: &'static [u8], key: &[u8]) -> Meaning {
        let what = bytes[0];
        let (country, region) = self.regions[usize::from(short(bytes, 1))];
        let city = if what & PLACE_CITY == 0 {
            None
        } else {
            let key = std::str::from_utf8(key).unwrap_or_default();
            Some(if what & PLACE_SPELLED == 0 {
                capitalised(key)
            } else if bytes[3] == PLACE_WHOLE {
                let offset = usize::from(short(bytes, 4)) | usize::from(bytes[6]) << 16;
                let length = usize::from(self.spellings[offset]);
                CompactString::from(text(&self.spellings[offset + 1..][..length]))
            } else {
                patched(&capitalised(key), &bytes[4..meaning_bytes(bytes)])
            })
        };
        Meaning {
            city,
            region: Some(region).filter(|region| !region.is_empty()),
            country,
            weight: what >> PLACE_WEIGHT_SHIFT,
        }
    }

    /// The regions by country and name, for tests of what must be among them.
    #[cfg(test)]
    pub(super) fn regions(&self) -> &[(&'static str, &'static str)] {
        &self.regions
    }
}

/// A key with a capital at the start of each word: how most cities are spelled.
pub fn capitalised(key: &str) -> CompactString {
    let mut opens = true;
    key.chars()
        .map(|letter| {
            let written = if opens { letter.to_ascii_uppercase() } else { letter };
            opens = letter == ' ';
            written
        })
        .collect()
}

/// The bytes of the meaning at the start of these.
fn meaning_bytes(bytes: &[u8]) -> usize {
    if bytes[0] & PLACE_SPELLED == 0 {
        return 3;
    }
    if bytes[3] == PLACE_WHOLE {
        return 7;
    }
    let mut end = 4;
    for _ in 0..bytes[3] {
        end += 1 + letter_bytes(bytes[end + 1]);
    }
    end
}

/// The bytes of a character by its first one.
fn letter_bytes(first: u8) -> usize {
    match first {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
    }
}

/// A spelling with some of its characters replaced.
fn patched(spelling: &str, mut patches: &'static [u8]) -> CompactString {
    spelling
        .chars()
        .enumerate()
        .map(|(index, letter)| match patches {
            [at, rest @ ..] if usize::from(*at) == index => {
                let (written, behind) = rest.split_at(letter_bytes(rest[0]));
                patches = behind;
                text(written).chars().next().unwrap_or(letter)
            }
            _ => letter,
        })
        .collect()
}

/// The key of the name that is walked over.
struct Name {
    bytes: [u8; PLACE_KEY_BYTES],
    len: usize,
}

impl Name {
    /// Takes over the key at the start of these bytes; what is behind it.
    fn read<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (shared, further) = (usize::from(bytes[0]), usize::from(bytes[1]));
        self.len = shared + further;
        self.bytes[shared..self.len].copy_from_slice(&bytes[2..2 + further]);
        &bytes[2 + further..]
    }

    fn get(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn text(bytes: &'static [u8]) -> &'static str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
