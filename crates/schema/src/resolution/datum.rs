//! A datum as its bytes stand: reading, copying and skipping values of the writer's schema.
//!
//! Guarantees: no more than the bytes that are there is read, and no loop runs longer than a record
//! of the largest size can make it; bytes that are no datum give a reason, never a panic.

use serde_avro_fast::schema::{RegularType, SchemaKey, SchemaMut};

/// How deep a value may be nested, as deep as `serde_avro_fast` reads.
pub(super) const MAXIMUM_DEPTH: usize = 64;

/// The most items of lists and maps in one record: one a byte of the largest record, 1 MiB. Items
/// that take no byte would otherwise let ten bytes claim any number of them.
const MAXIMUM_ITEMS: usize = 1 << 20;

/// Why bytes are no datum.
pub(super) type Reason = &'static str;

const CUT_SHORT: Reason = "the value is cut short";

/// The datum that is read, and how far.
pub(super) struct Datum<'a> {
    bytes: &'a [u8],
    pub(super) position: usize,
    items: usize,
}

impl<'a> Datum<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0, items: 0 }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.position == self.bytes.len()
    }

    /// The next bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Reason> {
        let rest = &self.bytes[self.position..];
        let taken = rest.get(..length).ok_or(CUT_SHORT)?;
        self.position += length;
        Ok(taken)
    }

    /// The bytes of the next variable-length number.
    pub(super) fn take_number(&mut self) -> Result<&'a [u8], Reason> {
        let rest = &self.bytes[self.position..];
        let last = rest.iter().position(|byte| byte & 0x80 == 0).ok_or(CUT_SHORT)?;
        // 64 bits in groups of seven.
        if last >= 10 {
            return Err("a number is longer than 64 bits");
        }
        self.take(last + 1)
    }

    /// The next variable-length number.
    pub(super) fn number(&mut self) -> Result<i64, Reason> {
        let groups = self.take_number()?.iter().enumerate();
        let folded = groups.fold(0_u64, |folded, (group, byte)| {
            folded | u64::from(byte & 0x7f).wrapping_shl(7 * group as u32)
        });
        Ok((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    /// The next number as an index.
    pub(super) fn index(&mut self) -> Result<usize, Reason> {
        usize::try_from(self.number()?).map_err(|_| "an index is negative")
    }

    /// The next bytes with their length before them, both.
    pub(super) fn take_prefixed(&mut self) -> Result<&'a [u8], Reason> {
        let start = self.position;
        let length = usize::try_from(self.number()?).map_err(|_| "a length is negative")?;
        self.take(length)?;
        Ok(&self.bytes[start..self.position])
    }

    /// How many items the next block has; none after the last one.
    pub(super) fn block(&mut self) -> Result<usize, Reason> {
        let count = self.number()?;
        if count < 0 {
            self.number()?; // The block's size in bytes, for those who skip it whole.
        }
        let count = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        self.items = self.items.saturating_add(count);
        if self.items > MAXIMUM_ITEMS {
            return Err("the value has more than 1,048,576 items");
        }
        Ok(count)
    }

    /// Passes over one value of the schema.
    pub(super) fn skip(
        &mut self,
        schema: &SchemaMut,
        key: SchemaKey,
        depth: usize,
    ) -> Result<(), Reason> {
        if depth > MAXIMUM_DEPTH {
            return Err("the value is nested deeper than 64 levels");
        }
        match &schema[key].type_ {
            RegularType::Null => Ok(()),
            RegularType::Boolean => self.take(1).map(drop),
            RegularType::Int | RegularType::Long | RegularType::Enum(_) => {
                self.take_number().map(drop)
            }
            RegularType::Float => self.take(4).map(drop),
            RegularType::Double => self.take(8).map(drop),
            RegularType::Bytes | RegularType::String => self.take_prefixed().map(drop),
            RegularType::Fixed(fixed) => self.take(fixed.size).map(drop),
            RegularType::Array(array) => self.skip_items(false, schema, array.items, depth),
            RegularType::Map(map) => self.skip_items(true, schema, map.values, depth),
            RegularType::Union(union) => {
                let branch =
                    *union.variants.get(self.index()?).ok_or("a union has no such branch")?;
                self.skip(schema, branch, depth + 1)
            }
            RegularType::Record(record) => {
                record.fields.iter().try_for_each(|field| self.skip(schema, field.type_, depth + 1))
            }
        }
    }

    fn skip_items(
        &mut self,
        have_names: bool,
        schema: &SchemaMut,
        item: SchemaKey,
        depth: usize,
    ) -> Result<(), Reason> {
        loop {
            let count = self.block()?;
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                if have_names {
                    self.take_prefixed()?;
                }
                self.skip(schema, item, depth + 1)?;
            }
        }
    }
}

/// Appends a variable-length number.
pub(super) fn put_number(number: i64, into: &mut Vec<u8>) {
    let mut rest = ((number << 1) ^ (number >> 63)) as u64;
    while rest >= 0x80 {
        into.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    into.push(rest as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, -1, 1, 63, -64, 64, i64::MAX, i64::MIN, 1_424_158_565_621] {
            let mut bytes = Vec::new();
            put_number(number, &mut bytes);
            let mut datum = Datum::new(&bytes);
            assert_eq!(datum.number(), Ok(number));
            assert!(datum.is_at_end());
        }
    }

    #[test]
    fn a_length_beyond_the_bytes_and_a_number_without_end_are_refused() {
        assert_eq!(Datum::new(&[8, b'a']).take_prefixed(), Err(CUT_SHORT));
        assert_eq!(Datum::new(&[1]).take_prefixed(), Err("a length is negative"));
        assert_eq!(Datum::new(&[0x80; 3]).number(), Err(CUT_SHORT));
        assert_eq!(Datum::new(&[0x80; 11]).number(), Err(CUT_SHORT));
        let mut long = [0x80; 12];
        long[11] = 0;
        assert_eq!(Datum::new(&long).number(), Err("a number is longer than 64 bits"));
    }

    #[test]
    fn items_without_bytes_do_not_run_for_ever() {
        let nulls: SchemaMut = r#"{"type": "array", "items": "null"}"#.parse().expect("a schema");
        let mut bytes = Vec::new();
        put_number(i64::MAX, &mut bytes);
        let skipped = Datum::new(&bytes).skip(&nulls, SchemaKey::root(), 0);
        assert_eq!(skipped, Err("the value has more than 1,048,576 items"));
    }
}
