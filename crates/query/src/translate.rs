//! Queries of other suites in the language of vigie, as far as they map.
//!
//! A foreign query is read into a tree of its operators; each operand is put into our words, and is
//! left out, with the reason, where we have none. What is left has one canonical text.
//!
//! Guarantees: whatever is given back is a query of ours; every operand of the source is in it, or
//! in a remark that says where it stood; work is linear in the source.
//!
//! Refuses: to guess. An operator that looks like one of ours and means something else is left out.

mod dialect;
mod operand;
mod piece;
mod rendering;
mod tree;

use std::fmt;
use std::ops::Range;

pub use dialect::Dialect;
use rendering::Rendering;

use crate::diagnostic::{Diagnostic, Diagnostics, Problems};
use crate::limits::MAXIMUM_BYTES;
use crate::query::Query;

/// A translated query and what was lost on the way.
#[derive(Clone, Debug)]
pub struct Translation {
    /// The query in our language.
    pub query: Query,
    /// What was left out or means something slightly different, in the order of the source.
    pub remarks: Vec<Remark>,
}

/// Something that does not map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where it stands, in bytes of the source.
    pub range: Range<usize>,
    /// It, as written.
    pub written: String,
    /// Whether it is missing from the query; otherwise it is there, changed.
    pub is_left_out: bool,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_left_out { "left out" } else { "changed" };
        write!(formatter, "{what} `{}`: {}", self.written, self.reason)
    }
}

/// Translates a query.
///
/// ```
/// use vigie_query::{Dialect, translate};
///
/// let done = translate("(cola OR \"coca cola\") -is:retweet lang:en", Dialect::X)?;
/// assert_eq!(done.query.canonical(), "(cola OR \"coca cola\") AND NOT is:repost AND lang:en");
/// assert!(done.remarks.is_empty());
/// # Ok::<(), vigie_query::Diagnostics>(())
/// ```
///
/// # Errors
/// Where the source is not well formed, where nothing of it maps, or where what is left is no query
/// of ours, as one of exclusions alone.
pub fn translate(source: &str, dialect: Dialect) -> Result<Translation, Diagnostics> {
    let mut problems = Problems::default();
    if source.len() > MAXIMUM_BYTES {
        let message =
            format!("the query has {} bytes, at most {MAXIMUM_BYTES} are allowed", source.len());
        problems.add(Diagnostic::new(0..0, message).help("split it into several streams"));
        return Err(problems.of(source));
    }
    let pieces = piece::cut(source, &mut problems);
    let tree = tree::read(&pieces, source, &mut problems);
    let Some(tree) = tree.filter(|_| problems.is_empty()) else {
        return Err(problems.of(source));
    };
    let mut rendering = Rendering::new(source, dialect);
    let text = rendering.text(&tree);
    let remarks = rendering.remarks();
    let Some(text) = text else {
        problems.add(nothing_left(source, &remarks));
        return Err(problems.of(source));
    };
    Ok(Translation { query: Query::parse(&text)?, remarks })
}

fn nothing_left(source: &str, remarks: &[Remark]) -> Diagnostic {
    let first = remarks.first();
    let range = first.map_or(0..source.len(), |remark| remark.range.clone());
    let problem = Diagnostic::new(range, "nothing of this query maps");
    match first {
        Some(remark) => problem.help(remark.reason.clone()),
        None => problem,
    }
}
