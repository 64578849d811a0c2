//! The linear model: a table of hashed features, a few dense ones, and three classes.
//!
//! A row holds two weights of 8 bits: what the feature adds to negative and to positive, over
//! neutral, whose logit is zero. Sums are whole numbers; the rest is a handful of products in a
//! fixed order and exponentials of `libm`, so that every machine gives the same bits.
//!
//! Format: magic `VGS2`, then little endian: bits of a row's number (u32), count of dense features
//! (u32), scale (f32), bias (2 f32), dense weights (2 f32 each), rows (2 i8 each).

use std::borrow::Cow;

/// Ones of a factor: 64 leaves a feature as it is.
pub const WHOLE: i32 = 64;

const MAGIC: &[u8; 4] = b"VGS2";

/// Negative and positive, over neutral.
pub type Pair = [f32; 2];

/// The weights.
#[derive(Clone, Debug)]
pub struct LinearModel {
    bits: u32,
    scale: f32,
    start: Pair,
    dense: Vec<Pair>,
    rows: Cow<'static, [u8]>,
}

/// What a file of weights is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoModel;

impl std::fmt::Display for NoModel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "these are not the weights of a model")
    }
}

impl std::error::Error for NoModel {}

impl LinearModel {
    /// Makes a model of weights; they are rounded to 8 bits of one scale.
    ///
    /// # Panics
    /// If there are not `2^bits` rows.
    pub fn of(bits: u32, rows: &[Pair], start: Pair, dense: Vec<Pair>) -> Self {
        assert_eq!(rows.len(), 1 << bits, "a table has a row for each hash");
        let scale = Self::scale_of(rows);
        let weights = rows.iter().flatten();
        let rounded =
            weights.map(|weight| (weight / scale).round().clamp(-127.0, 127.0) as i8 as u8);
        Self { bits, scale, start, dense, rows: Cow::Owned(rounded.collect()) }
    }

    /// The size of one step: all but one in ten thousand of the weights that are not zero fit.
    fn scale_of(rows: &[Pair]) -> f32 {
        let mut sizes: Vec<f32> =
            rows.iter().flatten().map(|weight| weight.abs()).filter(|size| *size > 0.0).collect();
        sizes.sort_by(f32::total_cmp);
        let largest = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 10_000));
        largest.copied().unwrap_or(1.0) / 127.0
    }

    /// Reads a model.
    ///
    /// # Errors
    /// When these are not the bytes of one.
    pub fn read(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, NoModel> {
        let bytes = bytes.into();
        let mut reader = Reader { rest: bytes.as_ref() };
        if reader.take::<4>()? != *MAGIC {
            return Err(NoModel);
        }
        let bits = u32::from_le_bytes(reader.take()?);
        let count = u32::from_le_bytes(reader.take()?) as usize;
        let scale = reader.float()?;
        let start = reader.pair()?;
        let dense = (0..count).map(|_| reader.pair()).collect::<Result<Vec<_>, _>>()?;
        let header = bytes.len() - reader.rest.len();
        if !(8..=24).contains(&bits) || reader.rest.len() != 2 << bits {
            return Err(NoModel);
        }
        let rows = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[header..]),
            Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(header)),
        };
        Ok(Self { bits, scale, start, dense, rows })
    }

    /// Writes the model.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.bits.to_le_bytes());
        bytes.extend((self.dense.len() as u32).to_le_bytes());
        bytes.extend(self.scale.to_le_bytes());
        for weight in self.start.iter().chain(self.dense.iter().flatten()) {
            bytes.extend(weight.to_le_bytes());
        }
        bytes.extend_from_slice(&self.rows);
        bytes
    }

    /// The weights of the row that a feature's hash names, in steps of the scale.
    pub fn row(&self, hash: u64) -> [i32; 2] {
        let (table, _) = self.rows.as_chunks::<2>();
        let [negative, positive] = table[(hash >> (64 - self.bits)) as usize];
        [i32::from(negative as i8), i32::from(positive as i8)]
    }

    /// What one whole step of one feature adds to a logit, in a text of so many features.
    pub fn step(&self, features: u32) -> f32 {
        self.scale / (WHOLE as f32 * (features.max(1) as f32).sqrt())
    }

    /// What a dense feature adds.
    pub fn dense(&self, index: usize) -> Pair {
        self.dense.get(index).copied().unwrap_or_default()
    }

    /// What every text starts with.
    pub fn bias(&self) -> Pair {
        self.start
    }
}

/// The probabilities of negative, neutral and positive.
pub fn softmax([negative, positive]: Pair) -> [f32; 3] {
    let most = negative.max(positive).max(0.0);
    let [negative, neutral, positive] = [negative - most, -most, positive - most].map(libm::expf);
    let sum = negative + neutral + positive;
    [negative / sum, neutral / sum, positive / sum]
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], NoModel> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(NoModel)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn float(&mut self) -> Result<f32, NoModel> {
        Some(f32::from_le_bytes(self.take()?)).filter(|value| value.is_finite()).ok_or(NoModel)
    }

    fn pair(&mut self) -> Result<Pair, NoModel> {
        Ok([self.float()?, self.float()?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_read_as_it_was_written() {
        let mut rows = vec![[0.0, 0.0]; 256];
        rows[3] = [1.27, -0.5];
        let model = LinearModel::of(8, &rows, [0.1, 0.2], vec![[1.0, -1.0]]);
        let read = LinearModel::read(model.write()).expect("a model");
        let found = [3, 4].map(|row: u64| read.row(row << (64 - 8)));
        assert_eq!(found, [[127, -50], [0, 0]]);
        assert_eq!(
            (read.bias(), read.dense(0), read.dense(1)),
            ([0.1, 0.2], [1.0, -1.0], [0.0, 0.0])
        );
        assert!((read.step(4) * 127.0 * WHOLE as f32 - 1.27 / 2.0).abs() < 1e-5);
    }

    #[test]
    fn other_bytes_are_no_model() {
        let written = LinearModel::of(8, &[[0.5, 0.5]; 256], [0.0; 2], vec![]).write();
        for bytes in [&written[1..], &written[..written.len() - 1], b"", b"VGS2"] {
            assert_eq!(LinearModel::read(bytes.to_vec()).err(), Some(NoModel));
        }
    }

    #[test]
    fn equal_logits_are_equally_likely() {
        for share in softmax([0.0, 0.0]) {
            assert!((share - 1.0 / 3.0).abs() < 1e-6);
        }
        assert!(softmax([90.0, -90.0])[0] > 0.999);
    }
}
