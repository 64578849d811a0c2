//! A source group: the sources of one ingest, read in turn and written in transactions.
//!
//! Guarantees: a checkpoint is committed only with the records it covers; what a push was answered
//! is committed with what it brought; a file that ended is never read again unless it grew.
//!
//! Refuses: buffering without limit: what does not fit is refused to whoever pushes it.

mod account;
mod answer;
mod board;
mod commit;
mod files;
mod intake;
mod pace;
mod push;
mod stamper;
mod thread;

pub use answer::{
    Backfilled, MAXIMUM_KEY_BYTES, PushAnswer, PushBody, PushError, PushQueue, PushReceiver,
    PushRequest, Reply,
};
pub use board::IngestBoard;
pub use intake::Reading;
pub use stamper::SuppressionSet;
pub use thread::{Group, GroupError, GroupSettings, SourceSettings};
