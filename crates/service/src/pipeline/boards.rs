//! The committed state of every service of this process, for readers.

use std::sync::Arc;

use vigie_detector::StreamState;
use vigie_ingest::group::IngestBoard;
use vigie_runtime::Board;
use vigie_scorer::AuthorState;
use vigie_tagger::Ledger;
use vigie_types::{AuthorId, StreamId};

/// The committed state of every service; of one that does not run here, nothing.
#[derive(Clone, Default)]
pub struct Boards {
    /// Of ingest.
    pub ingest: Arc<IngestBoard>,
    /// Of the tagger.
    pub tagger: Arc<Board<AuthorId, Ledger>>,
    /// Of the detector.
    pub detector: Arc<Board<StreamId, StreamState>>,
    /// Of the scorer.
    pub scorer: Arc<Board<AuthorId, AuthorState>>,
}
