//! The scorer: scores mentions and authors, each score with its terms.
//!
//! `author-events.v1` -> [`Scorer`] (store: the state of each author) -> `mentions.scored.v1`,
//! `authors.v1`; the wiring is in [`topology`], the numbers of the formulas in [`settings`].
//!
//! Guarantees: a score sums to its terms within 1e-9 and carries the hash of the numbers it was
//! made with; what is not known makes no term, it is never taken for zero; a deletion takes back
//! what its mention had added, counts exactly and decayed sums to rounding; an author's state
//! depends on the author's own events, in the log's order, and on nothing else.
//!
//! Refuses: I/O, clocks, and scores that cannot say why.

mod action;
mod activity;
mod author_record;
mod author_state;
mod declared;
mod interests;
mod mention_score;
mod remembered;
pub mod reply_queue;
mod scorer;
pub mod settings;
pub mod topology;

pub use action::Action;
pub use author_state::AuthorState;
pub use interests::MAXIMUM_STREAMS;
pub use mention_score::{score_mention, terms};
pub use remembered::MAXIMUM_REMEMBERED;
pub use reply_queue::Waiting;
pub use scorer::{Scorer, ScorerOutput};
pub use settings::{ScoreSettings, SettingsError, WeightName};
