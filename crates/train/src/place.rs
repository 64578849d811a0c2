//! Places: making the gazetteer of `GeoNames`, and measuring how well places are found.

mod eval;
mod gazetteer;
mod pack;
mod read;
mod script;
mod words;

use anyhow::Result;

use crate::TrainArguments;
use crate::sources::Sources;
pub use eval::measure;

/// Where the gazetteer ships.
const MODEL: &str = "crates/text/models/place.bin";

/// The inputs.
const SOURCES: &str = include_str!("../sources/place.toml");

/// Makes the gazetteer and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one, and when the table cannot be written.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    let inputs = read::Inputs::read(&arguments.sources, &Sources::parse(SOURCES)?)?;
    let names = gazetteer::names(&inputs);
    let packed = pack::pack(&names, &inputs.regions)?;
    eprintln!("{} names, {} bytes", names.len(), packed.len());
    arguments.write(MODEL, &packed)
}
