//! Sentiment: training its model, measuring it, and its quality table.

mod brand;
mod labels;
mod learner;
mod quality;
mod rows;
mod sets;
mod table;
mod train;

use anyhow::{Context, Result};
use vigie_text::{LinearModel, SentimentModel};

use crate::EvalArguments;
pub use train::train;

/// Measures the model on labelled sets, and writes the quality table where one is asked for.
///
/// # Errors
/// When a set cannot be read.
pub fn measure(arguments: &EvalArguments) -> Result<()> {
    let model = match &arguments.model {
        None => SentimentModel::new(),
        Some(path) => {
            let bytes = std::fs::read(path)
                .with_context(|| format!("cannot read the model {}", path.display()))?;
            let linear = LinearModel::read(bytes).ok();
            SentimentModel::with(linear.with_context(|| format!("{} is no model", path.display()))?)
        }
    };
    let quality = quality::quality(&model, &arguments.eval)?;
    let tiers = table::tiers(&quality, &arguments.eval)?;
    println!("{}\n{}", table::markdown(&quality, &tiers), quality.summary());
    if let Some(folder) = &arguments.table {
        table::write(folder, &quality, &tiers)?;
    }
    Ok(())
}

/// Measures what is said of brands.
///
/// # Errors
/// When a set cannot be read.
pub fn measure_brand(arguments: &EvalArguments) -> Result<()> {
    brand::measure(&arguments.eval)
}
