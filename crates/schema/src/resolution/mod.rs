//! Reading what another version of a schema wrote: a datum of the writer's schema is rewritten as
//! one of ours, which the fast path then reads.
//!
//! Guarantees: the whole of Avro's schema resolution, strictly: fields by name in any order, fields
//! that we do not know skipped, fields that the writer does not know filled with our defaults, our
//! default symbol for symbols that we do not know, aliases of ours, and numbers that grow. Records
//! of another name are refused, whatever they hold: with defaults everywhere, they would be read as
//! records in which everything is missing. Bytes that are no datum give a reason, never a panic.
//!
//! Why it is ours: serde alone knows no default of a schema, and the general resolution of
//! apache-avro 0.22 compares neither names nor aliases.

mod datum;
mod plan;
mod reader;

use std::borrow::Cow;

use serde_avro_fast::schema::{SchemaKey, SchemaMut};

pub(crate) use self::reader::Reader;

use self::datum::{Datum, MAXIMUM_DEPTH, put_number};
use self::plan::{FieldStep, Planner, Promotion, Step, StepId, Width};

/// The largest datum that is made: eight times the largest record, because each item of a list can
/// gain defaults.
const MAXIMUM_BYTES: usize = 8 << 20;

/// Why a datum cannot be read.
type Reason = Cow<'static, str>;

/// How data of one writer's schema become data of ours.
pub(crate) struct Resolution {
    writer: SchemaMut,
    steps: Vec<Step>,
    changes_nothing: bool,
}

impl Resolution {
    /// Works out how to read what was written with the schema in `writer`.
    ///
    /// # Errors
    /// When the text is no schema.
    pub(crate) fn new(writer: &str, reader: &Reader) -> Result<Self, String> {
        let writer: SchemaMut = writer.parse().map_err(|error| format!("{error}"))?;
        // Refuses types that contain themselves without an end.
        writer.clone().freeze().map_err(|error| format!("{error}"))?;
        let steps = Planner::plan(&writer, reader);
        let changes_nothing = plan::changes_nothing(&steps);
        Ok(Self { writer, steps, changes_nothing })
    }

    /// Whether the data are ours already, as after a change of documentation.
    pub(crate) const fn changes_nothing(&self) -> bool {
        self.changes_nothing
    }

    /// Rewrites a datum.
    ///
    /// # Errors
    /// When it is none of the writer's schema, or holds what cannot be read with ours.
    pub(crate) fn rewrite(&self, datum: &[u8]) -> Result<Vec<u8>, Reason> {
        let mut from = Datum::new(datum);
        let mut into = Vec::with_capacity(datum.len() + datum.len() / 4);
        self.run(0, &mut from, &mut into, 0)?;
        if !from.is_at_end() {
            return Err("the value goes on behind its end".into());
        }
        Ok(into)
    }

    fn run(
        &self,
        step: StepId,
        from: &mut Datum<'_>,
        into: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Reason> {
        if depth > MAXIMUM_DEPTH {
            return Err("the value is nested deeper than 64 levels".into());
        }
        match &self.steps[step] {
            Step::Copy(width) => into.extend_from_slice(match width {
                Width::Fixed(length) => from.take(*length)?,
                Width::Number => from.take_number()?,
                Width::Prefixed => from.take_prefixed()?,
            }),
            Step::Promote(promotion) => promote(*promotion, from, into)?,
            Step::Array(item) => self.run_items(false, *item, from, into, depth)?,
            Step::Map(value) => self.run_items(true, *value, from, into, depth)?,
            Step::Record(written, fields) => self.run_fields(written, fields, from, into, depth)?,
            Step::Enum(ours) => {
                let symbol = ours.get(from.index()?).ok_or("an enum has no such symbol")?;
                let symbol = symbol.ok_or("a symbol is unknown, and the enum has no default")?;
                put_number(symbol as i64, into);
            }
            Step::FromUnion(branches) => {
                let branch = branches.get(from.index()?).ok_or("a union has no such branch")?;
                self.run(*branch, from, into, depth + 1)?;
            }
            Step::IntoUnion(branch, step) => {
                put_number(*branch as i64, into);
                self.run(*step, from, into, depth + 1)?;
            }
            Step::Conflict(reason) => return Err(reason.clone().into()),
        }
        Ok(())
    }

    /// Makes a list or a map, block by block.
    fn run_items(
        &self,
        have_names: bool,
        item: StepId,
        from: &mut Datum<'_>,
        into: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Reason> {
        loop {
            let count = from.block()?;
            put_number(count as i64, into);
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                if have_names {
                    into.extend_from_slice(from.take_prefixed()?);
                }
                self.run(item, from, into, depth + 1)?;
            }
        }
    }

    /// Makes a record. A field of the writer is found by passing over those before it, once: where
    /// the order is the same, each is read where it is met.
    fn run_fields(
        &self,
        written: &[SchemaKey],
        fields: &[FieldStep],
        from: &mut Datum<'_>,
        into: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Reason> {
        // Where each field of the writer begins, as far as that is known.
        let mut starts = Vec::with_capacity(written.len() + 1);
        starts.push(from.position);
        for field in fields {
            match field {
                FieldStep::Default(bytes) => into.extend_from_slice(bytes),
                FieldStep::Written(at, step) => {
                    self.reach(*at, written, &mut starts, from, depth)?;
                    from.position = starts[*at];
                    self.run(*step, from, into, depth + 1)?;
                    if starts.len() == at + 1 {
                        starts.push(from.position);
                    }
                }
            }
        }
        self.reach(written.len(), written, &mut starts, from, depth)?;
        from.position = starts[written.len()];
        if into.len() > MAXIMUM_BYTES {
            return Err("the value takes more than 8 MiB with our defaults".into());
        }
        Ok(())
    }

    /// Finds where the field `at` begins.
    fn reach(
        &self,
        at: usize,
        written: &[SchemaKey],
        starts: &mut Vec<usize>,
        from: &mut Datum<'_>,
        depth: usize,
    ) -> Result<(), Reason> {
        while starts.len() <= at {
            let last = starts.len() - 1;
            from.position = starts[last];
            from.skip(&self.writer, written[last], depth + 1)?;
            starts.push(from.position);
        }
        Ok(())
    }
}

fn promote(promotion: Promotion, from: &mut Datum<'_>, into: &mut Vec<u8>) -> Result<(), Reason> {
    match promotion {
        Promotion::IntegerToFloat => into.extend((from.number()? as f32).to_le_bytes()),
        Promotion::IntegerToDouble => into.extend((from.number()? as f64).to_le_bytes()),
        Promotion::FloatToDouble => {
            let bytes = from.take(4)?.first_chunk().ok_or("the value is cut short")?;
            into.extend(f64::from(f32::from_le_bytes(*bytes)).to_le_bytes());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
