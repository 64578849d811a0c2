//! Spam: training its model, and measuring it.

mod folds;
mod learner;
mod rows;

use anyhow::Result;

use crate::TrainArguments;
pub use folds::measure;

/// Where the model ships.
const MODEL: &str = "crates/text/models/spam.bin";

/// Trains the model and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one, and when the model cannot be written.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    let keep_out = arguments.kept_out(|folder| {
        let mut measured = Vec::new();
        for (_, path) in folds::SETS {
            measured.extend(crate::labels::rows(folder, path)?.into_iter().map(|(_, text)| text));
        }
        Ok(measured)
    })?;
    let rows = rows::rows(&arguments.sources, &keep_out)?;
    eprintln!("{} texts, {} spam", rows.len(), rows.iter().filter(|row| row.spam).count());
    arguments.write(MODEL, &learner::model(&rows.iter().collect::<Vec<_>>()))
}
