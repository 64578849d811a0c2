//! Golden records: bytes that a version once wrote, which must stay readable for ever.
//!
//! Whether our records understand them is tested beside the records. Here each file is held to the
//! schema that wrote it: it is one value of it, and not a byte more.

use anyhow::{Context, Result, bail, ensure};

use super::avro::{Avro, Kind, Primitive, Schema};

/// The registry's wire format: a zero, then the schema's id in four bytes, then the value.
const HEADER_BYTES: usize = 5;

/// Checks that the bytes are a header and exactly one value of the schema.
pub fn check(avro: &Avro, bytes: &[u8]) -> Result<()> {
    let has_header = bytes.len() >= HEADER_BYTES && bytes[0] == 0;
    ensure!(has_header, "it does not begin with a zero and the four bytes of a schema's id");
    check_value(avro, &bytes[HEADER_BYTES..])
}

/// Checks that the bytes are exactly one value of the schema.
fn check_value(avro: &Avro, bytes: &[u8]) -> Result<()> {
    let mut datum = Datum { avro, bytes, at: 0 };
    datum.skip(&avro.root, 0)?;
    ensure!(datum.at == bytes.len(), "{} bytes are left at its end", bytes.len() - datum.at);
    Ok(())
}

/// The deepest nesting that is followed: our records nest four deep, threads of replies none.
const DEPTH: usize = 32;

/// A place in the binary encoding of a value.
struct Datum<'a> {
    avro: &'a Avro,
    bytes: &'a [u8],
    at: usize,
}

impl Datum<'_> {
    /// Steps over one value.
    fn skip(&mut self, schema: &Schema, depth: usize) -> Result<()> {
        ensure!(depth < DEPTH, "byte {}: nests deeper than {DEPTH}", self.at);
        match schema {
            Schema::Primitive(primitive, _) => self.skip_primitive(*primitive),
            Schema::Array(items) => self.skip_blocks(items, false, depth),
            Schema::Map(values) => self.skip_blocks(values, true, depth),
            Schema::Union(branches) => {
                let branch = self.index(branches.len())?;
                self.skip(&branches[branch], depth + 1)
            }
            Schema::Named(name) => match &self.avro.named(name).kind {
                Kind::Record(fields) => fields.iter().try_for_each(|field| {
                    self.skip(&field.schema, depth + 1).with_context(|| field.name.clone())
                }),
                Kind::Enum { symbols, .. } => self.index(symbols.len()).map(drop),
                Kind::Fixed { size, .. } => self.take(*size),
            },
        }
    }

    fn skip_primitive(&mut self, primitive: Primitive) -> Result<()> {
        match primitive {
            Primitive::Null => Ok(()),
            Primitive::Boolean => {
                self.take(1)?;
                let is_valid = self.bytes[self.at - 1] <= 1;
                ensure!(is_valid, "byte {}: neither true nor false", self.at - 1);
                Ok(())
            }
            Primitive::Int | Primitive::Long => self.long().map(drop),
            Primitive::Float => self.take(4),
            Primitive::Double => self.take(8),
            Primitive::Bytes => self.skip_counted().map(drop),
            Primitive::String => {
                let text = self.skip_counted()?;
                std::str::from_utf8(text).map(drop).context("a string is not UTF-8")
            }
        }
    }

    /// The blocks of an array or a map: a count (negative with a size behind it), then the items.
    fn skip_blocks(&mut self, items: &Schema, has_keys: bool, depth: usize) -> Result<()> {
        loop {
            let count = self.long()?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 {
                self.long()?;
            }
            for _ in 0..count.unsigned_abs() {
                if has_keys {
                    self.skip_counted()?;
                }
                self.skip(items, depth + 1)?;
            }
        }
    }

    /// Bytes behind their count.
    fn skip_counted(&mut self) -> Result<&[u8]> {
        let count = self.long()?;
        let start = self.at;
        self.take(u64::try_from(count).context("a length is negative")?)?;
        Ok(&self.bytes[start..self.at])
    }

    /// A number that chooses one of so many.
    fn index(&mut self, length: usize) -> Result<usize> {
        let index = self.long()?;
        usize::try_from(index)
            .ok()
            .filter(|index| *index < length)
            .with_context(|| format!("byte {}: {index} is none of {length} choices", self.at))
    }

    fn take(&mut self, count: u64) -> Result<()> {
        let left = (self.bytes.len() - self.at) as u64;
        ensure!(count <= left, "byte {}: {count} bytes are wanted and {left} left", self.at);
        self.at += count as usize;
        Ok(())
    }

    /// A zigzag number of up to ten bytes.
    fn long(&mut self) -> Result<i64> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = *self
                .bytes
                .get(self.at)
                .with_context(|| format!("byte {}: it ends inside a number", self.at))?;
            self.at += 1;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok((number >> 1) as i64 ^ -((number & 1) as i64));
            }
        }
        bail!("byte {}: a number has more than ten bytes", self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type": "record", "name": "A", "fields": [
        {"name": "a", "type": ["null", "string"]},
        {"name": "b", "type": {"type": "array", "items": "long"}},
        {"name": "c", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"]}},
        {"name": "d", "type": "boolean"}]}"#;

    #[test]
    fn a_value_of_the_schema_is_stepped_over_to_its_last_byte() {
        let avro = Avro::parse(SCHEMA).unwrap();
        // a = "hi", b = [1, -300], c = Y, d = true
        let bytes = [2, 4, b'h', b'i', 4, 2, 0xd7, 4, 0, 2, 1];
        check_value(&avro, &bytes).unwrap();
        assert!(check_value(&avro, &bytes[..10]).is_err());
    }

    #[test]
    fn a_file_begins_with_the_registrys_header() {
        let avro = Avro::parse("\"boolean\"").unwrap();
        check(&avro, &[0, 9, 9, 9, 9, 1]).unwrap();
        for bytes in [&[1, 9, 9, 9, 9, 1][..], &[0, 9, 9, 9], &[1], &[]] {
            assert!(check(&avro, bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_value_of_the_schema_is_refused() {
        let avro = Avro::parse(SCHEMA).unwrap();
        for (bytes, expected) in [
            (&[4][..], "a: byte 1: 2 is none of 2 choices"),
            (&[2, 4, b'h'], "a: byte 2: 2 bytes are wanted and 1 left"),
            (&[0, 2, 0x80], "b: byte 3: it ends inside a number"),
            (&[0, 0, 0, 0, 0], "1 bytes are left at its end"),
            (&[2, 2, 0xff, 0, 0, 0], "a: a string is not UTF-8"),
            (&[0, 0, 0, 2], "d: byte 3: neither true nor false"),
        ] {
            let error = format!("{:#}", check_value(&avro, bytes).unwrap_err());
            assert!(error.contains(expected), "{bytes:?}: {error}");
        }
    }
}
