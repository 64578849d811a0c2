//! Sentiment: training its model, measuring it, and its quality table.

mod brand;
mod labels;
mod learner;
mod quality;
mod rows;
mod sets;
mod table;
mod train;

use std::path::Path;

use anyhow::Result;
use vigie_text::{LinearModel, SentimentModel};

use crate::EvalArguments;
pub use sets::airline;
pub use train::train;

/// Measures the model on labelled sets; writes the list of tiers where the quality table is asked
/// for.
///
/// # Errors
/// When a set or the model cannot be read.
pub fn measure(arguments: &EvalArguments) -> Result<String> {
    let model = match arguments.model()? {
        None => SentimentModel::new(),
        Some(bytes) => SentimentModel::with(LinearModel::read(bytes)?),
    };
    let quality = quality::quality(&model, &arguments.eval)?;
    let tiers = table::tiers(&quality, &arguments.eval)?;
    if let Some(folder) = &arguments.table {
        table::write_tiers(folder, &tiers)?;
    }
    Ok(table::markdown(&quality, &tiers))
}

/// Measures what is said of brands.
///
/// # Errors
/// When a set cannot be read.
pub fn measure_brand(folder: &Path) -> Result<String> {
    brand::measure(folder)
}
