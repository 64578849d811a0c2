//! The queue between the HTTP edge and the group: pushes in, answers out.

use crossbeam_channel::{Receiver, Sender, TrySendError};
use vigie_types::SourceId;

/// How many pushes wait at most; beyond it the sender is asked to come back.
pub const MAXIMUM_WAITING_PUSHES: usize = 64;

/// The longest `Idempotency-Key`, in bytes.
pub const MAXIMUM_KEY_BYTES: usize = 200;

/// What became of a push; every number is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PushAnswer {
    /// Records taken.
    pub accepted: u64,
    /// Records rejected, to be found among the dead letters.
    pub dead_lettered: u64,
    /// Records of authors who are not to be measured.
    pub suppressed: u64,
    /// Whether this repeats the answer to an earlier push with the same key.
    pub repeated: bool,
}

/// Why a push was not taken; nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// Too many pushes wait.
    #[error("{MAXIMUM_WAITING_PUSHES} pushes wait already: come back later")]
    Full,
    /// The commit failed, or ingest is stopping.
    #[error("the push could not be committed: {0}")]
    Unavailable(String),
    /// The key cannot be used.
    #[error("the Idempotency-Key has {0} bytes, at most {MAXIMUM_KEY_BYTES} are allowed")]
    KeyTooLong(usize),
}

/// Gives the answer to whoever waits for it.
pub type Reply = Box<dyn FnOnce(Result<PushAnswer, PushError>) + Send>;

/// A batch of lines that somebody pushes.
pub struct PushRequest {
    /// As which source.
    pub source: SourceId,
    /// One record a line; one record in all when it replays a dead letter.
    pub body: Vec<u8>,
    /// The dead letter whose bytes these are, as `topic/partition/offset`.
    pub replay_of: Option<String>,
    /// Makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Where the answer goes.
    pub reply: Reply,
}

/// The edge's end of the queue.
#[derive(Clone)]
pub struct PushQueue {
    sender: Sender<PushRequest>,
}

impl PushQueue {
    /// A queue and the group's end of it.
    pub fn new() -> (Self, Receiver<PushRequest>) {
        let (sender, receiver) = crossbeam_channel::bounded(MAXIMUM_WAITING_PUSHES);
        (Self { sender }, receiver)
    }

    /// Offers a push without waiting.
    pub fn offer(&self, request: PushRequest) {
        let bytes = request.idempotency_key.as_ref().map_or(0, String::len);
        if bytes > MAXIMUM_KEY_BYTES {
            (request.reply)(Err(PushError::KeyTooLong(bytes)));
            return;
        }
        match self.sender.try_send(request) {
            Ok(()) => {}
            Err(TrySendError::Full(request)) => (request.reply)(Err(PushError::Full)),
            Err(TrySendError::Disconnected(request)) => {
                (request.reply)(Err(PushError::Unavailable("ingest is stopping".into())));
            }
        }
    }
}
