//! What is watched: the streams and lists of `rules.v1`, how they are checked and how they change.
//!
//! Guarantees: what is applied is what is watched afterwards, or nothing is written; a change
//! counts as a whole, from one revision on; who applied it, when and why stays readable.

mod apply;
mod change;
mod check;
mod table;
mod wanted;

pub use apply::{Applied, ApplyError, Applying, apply, apply_at_start};
pub use change::{ListDifference, StreamDifference};
pub use check::{MAXIMUM_UNANCHORED, Part, RuleProblem};
pub use table::{KnownList, RuleChange, RuleTable};
pub use wanted::{WantedList, WantedRules, WantedSpikes};
