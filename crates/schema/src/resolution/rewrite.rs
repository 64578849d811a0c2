//! One datum on its way through a plan.

use serde_avro_fast::schema::{SchemaKey, SchemaMut};

use super::Reason;
use super::datum::{Datum, MAXIMUM_DEPTH, put_number};
use super::plan::{FieldStep, Promotion, Step, StepId, Width};

/// The largest datum that is made: eight times the largest record, because each item of a list can
/// gain defaults.
const MAXIMUM_BYTES: usize = 8 << 20;

/// A datum of the writer's that becomes one of ours.
pub(super) struct Rewrite<'a> {
    writer: &'a SchemaMut,
    steps: &'a [Step],
    from: Datum<'a>,
    into: Vec<u8>,
    depth: usize,
}

impl<'a> Rewrite<'a> {
    pub(super) fn new(writer: &'a SchemaMut, steps: &'a [Step], datum: &'a [u8]) -> Self {
        let into = Vec::with_capacity(datum.len() + datum.len() / 4);
        Self { writer, steps, from: Datum::new(datum), into, depth: 0 }
    }

    /// Makes the whole of it.
    pub(super) fn whole(mut self) -> Result<Vec<u8>, Reason> {
        self.run(0)?;
        if !self.from.is_at_end() {
            return Err("the value goes on behind its end".into());
        }
        Ok(self.into)
    }

    fn run(&mut self, step: StepId) -> Result<(), Reason> {
        if self.depth > MAXIMUM_DEPTH {
            return Err("the value is nested deeper than 64 levels".into());
        }
        self.depth += 1;
        match &self.steps[step] {
            Step::Copy(width) => self.into.extend_from_slice(match width {
                Width::Fixed(length) => self.from.take(*length)?,
                Width::Number => self.from.take_number()?,
                Width::Prefixed => self.from.take_prefixed()?,
            }),
            Step::Promote(promotion) => self.promote(*promotion)?,
            Step::Array(item) => self.run_items(false, *item)?,
            Step::Map(value) => self.run_items(true, *value)?,
            Step::Record(written, fields) => self.run_fields(written, fields)?,
            Step::Enum(ours) => {
                let symbol = ours.get(self.from.index()?).ok_or("an enum has no such symbol")?;
                let symbol = symbol.ok_or("a symbol is unknown, and the enum has no default")?;
                put_number(symbol as i64, &mut self.into);
            }
            Step::FromUnion(branches) => {
                let branch = branches.get(self.from.index()?);
                self.run(*branch.ok_or("a union has no such branch")?)?;
            }
            Step::IntoUnion(branch, step) => {
                put_number(*branch as i64, &mut self.into);
                self.run(*step)?;
            }
            Step::Conflict(reason) => return Err(reason.clone().into()),
        }
        self.depth -= 1;
        Ok(())
    }

    /// Makes a list or a map, block by block.
    fn run_items(&mut self, have_names: bool, item: StepId) -> Result<(), Reason> {
        loop {
            let count = self.from.block()?;
            put_number(count as i64, &mut self.into);
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                if have_names {
                    self.into.extend_from_slice(self.from.take_prefixed()?);
                }
                self.run(item)?;
            }
        }
    }

    /// Makes a record. A field of the writer is found by passing over those before it, once: where
    /// the order is the same, each is read where it is met.
    fn run_fields(&mut self, written: &[SchemaKey], fields: &[FieldStep]) -> Result<(), Reason> {
        // Where each field of the writer begins, as far as that is known.
        let mut starts = Vec::with_capacity(written.len() + 1);
        starts.push(self.from.position);
        for field in fields {
            match field {
                FieldStep::Default(bytes) => self.into.extend_from_slice(bytes),
                FieldStep::Written(at, step) => {
                    self.go_to(*at, written, &mut starts)?;
                    self.run(*step)?;
                    if starts.len() == at + 1 {
                        starts.push(self.from.position);
                    }
                }
            }
        }
        self.go_to(written.len(), written, &mut starts)?;
        if self.into.len() > MAXIMUM_BYTES {
            return Err("the value takes more than 8 MiB with our defaults".into());
        }
        Ok(())
    }

    /// Reads on where the writer's field `at` begins.
    fn go_to(
        &mut self,
        at: usize,
        written: &[SchemaKey],
        starts: &mut Vec<usize>,
    ) -> Result<(), Reason> {
        while starts.len() <= at {
            let last = starts.len() - 1;
            self.from.position = starts[last];
            self.from.skip(self.writer, written[last], self.depth)?;
            starts.push(self.from.position);
        }
        self.from.position = starts[at];
        Ok(())
    }

    fn promote(&mut self, promotion: Promotion) -> Result<(), Reason> {
        match promotion {
            Promotion::IntegerToFloat => {
                self.into.extend((self.from.number()? as f32).to_le_bytes());
            }
            Promotion::IntegerToDouble => {
                self.into.extend((self.from.number()? as f64).to_le_bytes());
            }
            Promotion::FloatToDouble => {
                let bytes = self.from.take(4)?.first_chunk().ok_or("the value is cut short")?;
                self.into.extend(f64::from(f32::from_le_bytes(*bytes)).to_le_bytes());
            }
        }
        Ok(())
    }
}
