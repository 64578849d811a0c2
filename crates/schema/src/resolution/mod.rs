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
mod rewrite;

use std::borrow::Cow;

use serde_avro_fast::schema::SchemaMut;

pub(crate) use self::reader::Reader;

use self::plan::{Planner, Step};
use self::rewrite::Rewrite;

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
        Rewrite::new(&self.writer, &self.steps, datum).whole()
    }
}

#[cfg(test)]
mod tests;
