//! The queue between the HTTP edge and the group: pushes in, answers out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use vigie_schema::BackfilledMention;
use vigie_types::{EventTime, SourceId};

/// How many pushes wait at most; beyond it the sender is asked to come back.
pub const MAXIMUM_WAITING_PUSHES: usize = 64;

/// How many bytes the bodies of waiting pushes take at most: eight of the largest ones. It bounds
/// what a process holds while it cannot commit.
pub const MAXIMUM_WAITING_BYTES: usize = 64 << 20;

/// What a mention takes besides its text, about.
const RECORD_BYTES: usize = 1 << 10;

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
    #[error(
        "{MAXIMUM_WAITING_PUSHES} pushes or {} MiB wait already: come back later",
        MAXIMUM_WAITING_BYTES >> 20
    )]
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

/// What is pushed.
pub enum PushBody {
    /// One record a line.
    Lines(Vec<u8>),
    /// One record that replays a dead letter.
    DeadLetter {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Where it stands, as `topic/partition/offset`.
        place: String,
    },
    /// Mentions of the raw log that are held to a stream once more. Such a source takes no part in
    /// time.
    Backfill(Vec<Backfilled>),
}

/// A mention of the raw log that is held to a stream once more.
#[derive(Clone, Debug, PartialEq)]
pub struct Backfilled {
    /// Where it stands in the raw log.
    pub place: String,
    /// When it happened.
    pub event_time: EventTime,
    /// The mention and the stream.
    pub body: Box<BackfilledMention>,
}

impl PushBody {
    /// About how many bytes it holds.
    fn bytes(&self) -> usize {
        match self {
            Self::Lines(bytes) | Self::DeadLetter { bytes, .. } => bytes.len(),
            Self::Backfill(mentions) => {
                let texts = mentions.iter().map(|backfilled| backfilled.body.mention.text.len());
                texts.map(|bytes| bytes + RECORD_BYTES).sum()
            }
        }
    }
}

/// A batch of records that somebody pushes.
pub struct PushRequest {
    /// As which source.
    pub source: SourceId,
    /// The records.
    pub body: PushBody,
    /// Makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Where the answer goes.
    pub reply: Reply,
}

/// The edge's end of the queue.
#[derive(Clone)]
pub struct PushQueue {
    sender: Sender<Waiting>,
    bytes: Arc<AtomicUsize>,
}

/// The group's end of the queue.
pub struct PushReceiver(Receiver<Waiting>);

/// A push that waits, with its share of the bytes that may.
struct Waiting {
    request: PushRequest,
    _share: Share,
}

/// Bytes that are taken until it is dropped.
struct Share {
    taken: Arc<AtomicUsize>,
    bytes: usize,
}

impl Share {
    /// Takes so many bytes; none when there are too many then.
    fn take(taken: &Arc<AtomicUsize>, bytes: usize) -> Option<Self> {
        let before = taken.fetch_add(bytes, Ordering::AcqRel);
        let share = Self { taken: Arc::clone(taken), bytes };
        // The first one always finds room, however large it may be.
        (before == 0 || before + bytes <= MAXIMUM_WAITING_BYTES).then_some(share)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

impl PushQueue {
    /// A queue and the group's end of it.
    pub fn new() -> (Self, PushReceiver) {
        let (sender, receiver) = crossbeam_channel::bounded(MAXIMUM_WAITING_PUSHES);
        (Self { sender, bytes: Arc::default() }, PushReceiver(receiver))
    }

    /// Offers a push without waiting.
    pub fn offer(&self, request: PushRequest) {
        let bytes = request.idempotency_key.as_ref().map_or(0, String::len);
        if bytes > MAXIMUM_KEY_BYTES {
            (request.reply)(Err(PushError::KeyTooLong(bytes)));
            return;
        }
        let Some(share) = Share::take(&self.bytes, request.body.bytes()) else {
            (request.reply)(Err(PushError::Full));
            return;
        };
        match self.sender.try_send(Waiting { request, _share: share }) {
            Ok(()) => {}
            Err(TrySendError::Full(waiting)) => (waiting.request.reply)(Err(PushError::Full)),
            Err(TrySendError::Disconnected(waiting)) => {
                let reason = "ingest is stopping".into();
                (waiting.request.reply)(Err(PushError::Unavailable(reason)));
            }
        }
    }
}

impl PushReceiver {
    /// The next push, waiting so long at most.
    pub(super) fn receive(&self, wait: Duration) -> Option<PushRequest> {
        self.0.recv_timeout(wait).ok().map(|waiting| waiting.request)
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn what_waits_is_bounded_in_bytes_and_taken_pushes_make_room() {
        let (queue, receiver) = PushQueue::new();
        let answers: Arc<Mutex<Vec<PushError>>> = Arc::default();
        let offer = |bytes: usize| {
            let answers = Arc::clone(&answers);
            queue.offer(PushRequest {
                source: SourceId::default(),
                body: PushBody::Lines(vec![0; bytes]),
                idempotency_key: None,
                reply: Box::new(move |answer| {
                    answers.lock().expect("answers").extend(answer.err());
                }),
            });
        };
        offer(MAXIMUM_WAITING_BYTES - 1);
        offer(2);
        assert_eq!(*answers.lock().expect("answers"), [PushError::Full]);
        drop(receiver.receive(Duration::ZERO));
        offer(2);
        assert_eq!(answers.lock().expect("answers").len(), 1);
        assert!(!receiver.is_empty());
    }
}
