//! Sentiment: training its model, measuring it, and its quality table.

use anyhow::{Result, bail};

use crate::{EvalArguments, TrainArguments};

/// Trains the model and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    bail!("sentiment is not trained yet from {}", arguments.sources.display())
}

/// Measures the model on labelled sets.
///
/// # Errors
/// When a set cannot be read.
pub fn measure(arguments: &EvalArguments) -> Result<()> {
    bail!("sentiment is not measured yet on {}", arguments.eval.display())
}

/// Measures what is said of brands.
///
/// # Errors
/// When a set cannot be read.
pub fn measure_brand(arguments: &EvalArguments) -> Result<()> {
    bail!("what is said of brands is not measured yet on {}", arguments.eval.display())
}
