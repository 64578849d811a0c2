//! A file of entries: one a line. Empty lines, and lines that begin with `#` and a space, are
//! comments.

use std::path::Path;

use super::ConfigurationError;
use crate::rules::WantedList;

/// The most problems of one file that are told: a screen.
const MAXIMUM_PROBLEMS: usize = 20;

/// Adds the entries of a file; returns what is wrong with them, each with its line.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read_entries(
    file: &Path,
    list: &mut WantedList,
) -> Result<Vec<String>, ConfigurationError> {
    let text = super::read(file)?;
    let mut problems = Vec::new();
    let mut count = 0_usize;
    for (line, written) in (1..).zip(text.lines()) {
        let is_comment = written.starts_with("# ") || written.trim().is_empty();
        if is_comment {
            continue;
        }
        if let Err(error) = list.add(written) {
            count += 1;
            if count <= MAXIMUM_PROBLEMS {
                problems.push(format!(
                    "{}:{line}: list \"{}\": {error}",
                    file.display(),
                    list.name
                ));
            }
        }
    }
    if count > MAXIMUM_PROBLEMS {
        problems.push(format!("{}: and {} more", file.display(), count - MAXIMUM_PROBLEMS));
    }
    Ok(problems)
}
