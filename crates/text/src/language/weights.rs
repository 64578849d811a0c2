//! The language model as it ships: a row of small integers for each feature that is kept, and for
//! each language a column to weigh their sum by.
//!
//! A text's score for a language is `scale * (sum of rows) . column / sqrt(features) + bias`, in
//! nats: a linear classifier of low rank (as fastText: Joulin et al. 2017, "Bag of Tricks for
//! Efficient Text Classification"). Features are looked up in groups of `WAYS` slots, each with a
//! mark of one byte; group and mark together are the whole key, so no other key is taken for it.
//!
//! The file, little endian: `VGLM`, version (u16), dimensions (u8), languages (u8), groups (u32),
//! scale (f32); for each language the length of its tag (u8), the tag, its script (u8), its bias
//! (f32) and its column (i16 each); the marks (u8 each); the rows (i8 each).
//!
//! Guarantees: sums are integers, so their order does not matter and every machine has the same.
//!
//! Refuses: a file of another version or length.

use super::grams::{KEY_BITS, MAX_KEYS};
use super::rivals::{MAX_RIVALS, Rivals};
use super::script::Script;

/// Numbers in a row.
pub const DIMENSIONS: usize = 24;

/// Groups of slots: with rows of 24 bytes just under 4 MB. Fixed, so that no division is needed.
pub const GROUPS: u32 = 19_900;

/// The largest number of a column: with it the product with a full sum keeps within 32 bits.
pub const HIGHEST_WEIGHT: i16 = 1_023;

/// Rows whose sum keeps within 16 bits. The sum of more is scaled down to as many.
const FULL: u32 = 256;

const _: () = assert!(
    FULL as i64 * 127 <= i16::MAX as i64
        && i16::MAX as i64 * HIGHEST_WEIGHT as i64 * DIMENSIONS as i64 <= i32::MAX as i64
);

const _: () = assert!(MAX_KEYS as i64 * 128 <= i16::MAX as i64);

/// Slots of a group.
pub const WAYS: usize = 8;

/// The first bytes of the file and its version.
pub const MAGIC: [u8; 4] = *b"VGLM";
/// Version of the file's form.
pub const VERSION: u16 = 1;

/// The model, read over the bytes of its file.
#[derive(Debug)]
pub struct LanguageWeights {
    /// The languages, sorted by script.
    pub languages: Vec<Column>,
    /// Where the languages of each script stand.
    scripts: [(usize, usize); Script::COUNT],
    /// The same languages side by side.
    rivals: [Rivals; Script::COUNT],
    scale: f32,
    marks: &'static [u8],
    rows: &'static [u8],
}

/// One language of the model.
#[derive(Debug)]
pub struct Column {
    /// ISO 639 code, with `-Latn` where it is a romanised spelling.
    pub tag: &'static str,
    /// The script it is written in here.
    pub script: Script,
    bias: f32,
    weights: [i16; DIMENSIONS],
}

/// The sum of the rows of a text's features.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    total: [i32; DIMENSIONS],
    /// Features that the model knows.
    pub known: u32,
}

/// The sum of the rows of one word's features.
#[derive(Clone, Copy, Debug, Default)]
pub struct WordSum {
    total: [i16; DIMENSIONS],
    /// Features that the model knows.
    pub known: u16,
}

impl Sum {
    /// Adds a word.
    pub fn add(&mut self, word: &WordSum) {
        for (total, &more) in self.total.iter_mut().zip(&word.total) {
            *total += i32::from(more);
        }
        self.known += u32::from(word.known);
    }
}

impl LanguageWeights {
    /// Reads a model; says what is wrong with the bytes if they are none.
    ///
    /// # Errors
    /// Where the bytes are of another form, version or length.
    pub fn read(bytes: &'static [u8]) -> Result<Self, &'static str> {
        let mut at = Reader { bytes };
        if at.take::<4>()? != MAGIC || u16::from_le_bytes(at.take()?) != VERSION {
            return Err("not a language model of this version");
        }
        let [dimensions, languages] = at.take()?;
        if usize::from(dimensions) != DIMENSIONS {
            return Err("a language model of other dimensions");
        }
        if u32::from_le_bytes(at.take()?) != GROUPS {
            return Err("a language model of other groups");
        }
        let scale = f32::from_le_bytes(at.take()?);
        let mut languages = (0..languages).map(|_| at.column()).collect::<Result<Vec<_>, _>>()?;
        languages.sort_by_key(|column| column.script);
        let scripts = Script::ALL.map(|script| {
            let before = languages.partition_point(|column| column.script < script);
            (before, languages.partition_point(|column| column.script <= script))
        });
        if scripts.iter().any(|(from, to)| to - from > MAX_RIVALS) {
            return Err("a language model with too many languages of one script");
        }
        let rivals = scripts.map(|(from, to)| Rivals::of(&languages[from..to]));
        let slots = GROUPS as usize * WAYS;
        let marks = at.slice(slots)?;
        let rows = at.slice(slots * DIMENSIONS)?;
        if at.bytes.is_empty() {
            Ok(Self { languages, scripts, rivals, scale, marks, rows })
        } else {
            Err("a language model with bytes left over")
        }
    }

    /// The score of each language of a script, in nats.
    pub(super) fn scores(&self, script: Script, question: &Question) -> [f32; MAX_RIVALS] {
        self.rivals[script as usize].scores(question)
    }

    /// The languages of a script.
    pub fn of(&self, script: Script) -> &[Column] {
        let (from, to) = self.scripts[script as usize];
        &self.languages[from..to]
    }

    /// The sum of the rows of one word's keys, as far as the model has kept them.
    ///
    /// First all slots and then all rows: the look-ups wait for memory, and wait together.
    ///
    /// # Panics
    /// If there are more than `MAX_KEYS`.
    pub fn word(&self, keys: &[u32]) -> WordSum {
        let mut slots = [0_u32; MAX_KEYS];
        let mut known = 0;
        for &key in keys {
            // Written in any case and kept if found: whether a key is known is a coin's toss,
            // which no branch foresees.
            let slot = self.slot(key);
            slots[known] = slot.0;
            known += usize::from(slot.1);
        }
        let mut total = [0_i16; DIMENSIONS];
        let (rows, _) = self.rows.as_chunks::<DIMENSIONS>();
        for &slot in &slots[..known] {
            for (total, &number) in total.iter_mut().zip(&rows[slot as usize]) {
                *total += i16::from(number as i8);
            }
        }
        WordSum { total, known: known as u16 }
    }

    /// The slot of a key, and whether the model has kept it.
    fn slot(&self, key: u32) -> (u32, bool) {
        let (group, mark) = place(key);
        let (groups, _) = self.marks.as_chunks::<WAYS>();
        // The lowest byte that equals the mark (Warren, Hacker's Delight, 6-1): its high bit is
        // set.
        let differs = u64::from_le_bytes(groups[group as usize]) ^ (u64::from(mark) * ONES);
        let equal = differs.wrapping_sub(ONES) & !differs & (ONES << 7);
        (group * WAYS as u32 + equal.trailing_zeros() / 8, equal != 0)
    }

    /// The sum as the languages are scored on it.
    pub fn question(&self, sum: &Sum) -> Question {
        let rows = sum.known.max(1);
        let full = i32::try_from(rows.max(FULL)).unwrap_or(i32::MAX);
        let root = (rows as f32).sqrt();
        if rows <= FULL {
            return Question {
                total: sum.total.map(|total| total as i16),
                worth: self.scale / root,
            };
        }
        let scaled = |total: i32| (i64::from(total) * i64::from(FULL) / i64::from(full)) as i16;
        let worth = self.scale * full as f32 / FULL as f32 / root;
        Question { total: sum.total.map(scaled), worth }
    }
}

/// A sum in 16 bits, and what a product with it is worth in nats.
#[derive(Clone, Debug)]
pub struct Question {
    total: [i16; DIMENSIONS],
    worth: f32,
}

impl Question {
    pub(super) fn total(&self) -> &[i16; DIMENSIONS] {
        &self.total
    }

    pub(super) fn worth(&self) -> f32 {
        self.worth
    }
}

impl Column {
    pub(super) fn weights(&self) -> &[i16; DIMENSIONS] {
        &self.weights
    }

    /// What is known before any text is read, in nats.
    pub(super) fn bias(&self) -> f32 {
        self.bias
    }

    /// The score without what is known before any text is read, in nats.
    pub(super) fn leaning(&self, question: &Question) -> f32 {
        question.worth * product(&self.weights, &question.total) as f32
    }
}

fn product(left: &[i16; DIMENSIONS], right: &[i16; DIMENSIONS]) -> i32 {
    left.iter().zip(right).map(|(&left, &right)| i32::from(left) * i32::from(right)).sum()
}

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

const _: () = assert!((1 << KEY_BITS) / GROUPS < 255 && WAYS == 8);

/// The group and the mark of a key; a mark of zero is an empty slot.
pub fn place(key: u32) -> (u32, u8) {
    (key % GROUPS, (key / GROUPS + 1) as u8)
}

struct Reader {
    bytes: &'static [u8],
}

impl Reader {
    fn slice(&mut self, length: usize) -> Result<&'static [u8], &'static str> {
        let (taken, left) =
            self.bytes.split_at_checked(length).ok_or("a language model that ends early")?;
        self.bytes = left;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], &'static str> {
        self.slice(N)?.try_into().map_err(|_| "a language model that ends early")
    }

    fn column(&mut self) -> Result<Column, &'static str> {
        let [length] = self.take()?;
        let tag = std::str::from_utf8(self.slice(usize::from(length))?)
            .map_err(|_| "a language tag that is no text")?;
        let [script] = self.take()?;
        let script = Script::from_index(script).ok_or("a script that is not known")?;
        let bias = f32::from_le_bytes(self.take()?);
        let mut weights = [0; DIMENSIONS];
        for weight in &mut weights {
            *weight = i16::from_le_bytes(self.take()?);
            if weight.unsigned_abs() > HIGHEST_WEIGHT.unsigned_abs() {
                return Err("a language model with a number that is too large");
            }
        }
        Ok(Column { tag, script, bias, weights })
    }
}
