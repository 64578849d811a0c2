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

use super::grams::KEY_BITS;
use super::script::Script;

/// Numbers in a row.
pub const DIMENSIONS: usize = 24;

/// Slots of a group.
pub const WAYS: usize = 8;

/// The first bytes of the file and its version.
pub const MAGIC: [u8; 4] = *b"VGLM";
/// Version of the file's form.
pub const VERSION: u16 = 1;

/// The model, read over the bytes of its file.
#[derive(Debug)]
pub struct LanguageWeights {
    /// The languages, in the order of the file.
    pub languages: Vec<Column>,
    groups: u32,
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
    weights: [i32; DIMENSIONS],
}

/// The sum of the rows of a text's features.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    total: [i32; DIMENSIONS],
    /// Features that the model knows.
    pub known: u32,
    /// Features looked up.
    pub asked: u32,
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
        let groups = u32::from_le_bytes(at.take()?);
        if groups == 0 || (1 << KEY_BITS) / groups >= 255 {
            return Err("a language model with marks of more than a byte");
        }
        let scale = f32::from_le_bytes(at.take()?);
        let languages = (0..languages).map(|_| at.column()).collect::<Result<_, _>>()?;
        let slots = groups as usize * WAYS;
        let marks = at.slice(slots)?;
        let rows = at.slice(slots * DIMENSIONS)?;
        if at.bytes.is_empty() {
            Ok(Self { languages, groups, scale, marks, rows })
        } else {
            Err("a language model with bytes left over")
        }
    }

    /// Adds the row of this key, if the model has kept it.
    pub fn add(&self, key: u32, sum: &mut Sum) {
        sum.asked += 1;
        let (group, mark) = place(key, self.groups);
        let first = group as usize * WAYS;
        let marks = &self.marks[first..first + WAYS];
        let Some(way) = marks.iter().position(|&there| there == mark) else { return };
        let row = (first + way) * DIMENSIONS;
        for (total, &number) in sum.total.iter_mut().zip(&self.rows[row..row + DIMENSIONS]) {
            *total += i32::from(number as i8);
        }
        sum.known += 1;
    }

    /// The score of a language for this sum, in nats.
    pub fn score(&self, language: &Column, sum: &Sum) -> f32 {
        let product: i64 = language
            .weights
            .iter()
            .zip(&sum.total)
            .map(|(&weight, &total)| i64::from(weight) * i64::from(total))
            .sum();
        let features = sum.known.max(1) as f32;
        language.bias + self.scale * product as f32 / features.sqrt()
    }
}

/// The group and the mark of a key; a mark of zero is an empty slot.
pub fn place(key: u32, groups: u32) -> (u32, u8) {
    (key % groups, (key / groups + 1) as u8)
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
            *weight = i32::from(i16::from_le_bytes(self.take()?));
        }
        Ok(Column { tag, script, bias, weights })
    }
}
