//! Many queries against one mention: an index of terms, then exact evaluation of the candidates.

mod anchor;
mod dictionary;
mod evaluation;
mod field_truth;
mod list_hits;
mod plan;
mod proximity;
mod stem;
mod steps;
mod stream_set;

pub use anchor::Anchoring;
pub use stream_set::StreamSet;
