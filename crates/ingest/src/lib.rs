//! How a mention enters: sources, the input envelope, mapped input, event time and floors.
//!
//! A [`source::Source`] cuts input into items; an item's text becomes a [`Parsed`] mention or
//! deletion, through [`parse_envelope`] for our own shape, and through a [`Mapping`] (NDJSON) or a
//! [`RowMapping`] (CSV) for any other; [`Stamped`] gives it its event time and [`FileFloor`] the
//! source's floor.
//!
//! Guarantees: every piece of input becomes a mention, a deletion, or a dead letter with its bytes,
//! its place and the reason; a source goes on exactly where its checkpoint stands, or is refused.
//! All but the reading of files is pure.
//!
//! Refuses: to guess what a source does not say (unknown is none), and to read clocks.

mod canonical;
mod clock;
mod correction;
mod draft;
mod envelope;
mod floor;
pub mod group;
mod mapping;
mod rejection;
mod rules;
pub mod source;

pub use canonical::canonicalise_url;
pub use clock::{MAXIMUM_AHEAD, Stamped};
pub use draft::Parsed;
pub use envelope::parse_envelope;
pub use floor::{DEFAULT_DISORDER, FileFloor, live_floor};
pub use mapping::{Mapping, MappingError, MappingReport, RowMapping};
pub use rejection::{MAXIMUM_QUOTED_CHARACTERS, Rejection};
