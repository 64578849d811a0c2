//! One stream's counts over time: what is usual, what is not, and when it is a spike. Pure.
//!
//! [`Series`] folds closed buckets in order into verdicts; [`Rows`] does the same for rows of any
//! interval. [`Settings`] says when to fire, [`Zone`] where the stream's day begins.
//!
//! Guarantees: a verdict is a function of the buckets up to it, the same on every machine; state
//! and work per bucket are bounded. Refuses: I/O, clocks, and streams looking at each other.

mod fold;
mod rows;
mod season;
mod settings;
mod spike;
mod tail;
mod window;
mod zone;

pub use fold::{Observation, Series, Verdict};
pub use rows::{Row, RowError, RowState, Rows};
pub use settings::{Settings, SettingsError};
pub use spike::Change;
pub use tail::Tail;
pub use zone::{Zone, ZoneError};
