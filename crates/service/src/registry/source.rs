//! What other writers write with, asked for in the background while the services run.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use vigie_schema::{SchemaLookup, SchemaSource};
use vigie_types::{Millis, WallTime};

use super::backoff::Backoff;
use super::client::RegistryClient;
use super::error::RegistryError;
use crate::pipeline::now;

/// How long it is believed that there is no such id. Records of an id that does not exist are
/// rejected without a question each; who registers late is heard after half a minute.
const UNKNOWN_FOR: Millis = Millis::seconds(30);

/// How long after its first no the registry is asked again: a node of several may lag behind the
/// one that gave the id.
const SECOND_QUESTION: Duration = Duration::from_secs(1);

/// The most ids that wait for an answer: no topic has as many versions; what does not fit is
/// asked for when its record is offered again.
const MAXIMUM_ASKED: usize = 256;

/// The most ids that are remembered; one more and all are forgotten, and asked for again. Codecs
/// keep what they have read with.
const MAXIMUM_KNOWN: usize = 4_096;

/// What is known of an id.
#[derive(Clone, Debug)]
enum Known {
    Text(Arc<str>),
    Unknown { since: WallTime },
    Asked,
}

type Answers = RwLock<BTreeMap<u32, Known>>;

/// Schemas by id, as a registry has them. Its thread ends when it is dropped.
pub struct RegistrySource {
    /// What was registered at the start.
    registered: BTreeMap<u32, Arc<str>>,
    answers: Arc<Answers>,
    ask: SyncSender<u32>,
}

impl RegistrySource {
    /// Starts to answer, from what is registered already and what the registry says later.
    ///
    /// # Errors
    /// When the system has no thread.
    pub fn start(
        client: RegistryClient,
        registered: BTreeMap<u32, Arc<str>>,
    ) -> Result<Self, RegistryError> {
        let (ask, asked) = sync_channel(MAXIMUM_ASKED);
        let answers = Arc::new(Answers::default());
        let mut questions =
            Questions { client, answers: Arc::clone(&answers), asked, open: VecDeque::new() };
        thread::Builder::new()
            .name("registry".into())
            .spawn(move || questions.run())
            .map_err(RegistryError::Thread)?;
        Ok(Self { registered, answers, ask })
    }
}

impl SchemaSource for RegistrySource {
    fn schema(&self, id: u32) -> SchemaLookup {
        if let Some(text) = self.registered.get(&id) {
            return SchemaLookup::Known(Arc::clone(text));
        }
        let known = {
            let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
            answers.get(&id).cloned()
        };
        match known {
            Some(Known::Text(text)) => return SchemaLookup::Known(text),
            Some(Known::Unknown { since }) if now() - since < UNKNOWN_FOR => {
                return SchemaLookup::Unknown;
            }
            Some(Known::Asked) => return SchemaLookup::Pending,
            Some(Known::Unknown { .. }) | None => {}
        }
        // Whoever does not get in asks again when the record is offered again.
        if self.ask.try_send(id).is_ok() {
            remember(&self.answers, id, Known::Asked);
        }
        SchemaLookup::Pending
    }
}

fn remember(answers: &Answers, id: u32, known: Known) {
    let mut answers = answers.write().unwrap_or_else(PoisonError::into_inner);
    if answers.len() >= MAXIMUM_KNOWN && !answers.contains_key(&id) {
        answers.clear();
    }
    answers.insert(id, known);
}

/// An id that is asked for.
struct Question {
    id: u32,
    /// Whether the registry has said once that there is no such id.
    is_denied: bool,
}

/// The thread that asks.
struct Questions {
    client: RegistryClient,
    answers: Arc<Answers>,
    asked: Receiver<u32>,
    open: VecDeque<Question>,
}

impl Questions {
    /// Goes on until nobody can ask any more.
    fn run(&mut self) {
        let mut backoff = Backoff::new();
        let mut wait = None;
        while self.gather(wait.take()) {
            let Some(question) = self.open.pop_front() else { continue };
            let id = question.id;
            match self.client.schema(id) {
                Ok(Some(text)) => {
                    tracing::info!(id, "read the schema of another writer");
                    remember(&self.answers, id, Known::Text(text.into()));
                    backoff = Backoff::new();
                }
                Ok(None) if question.is_denied => {
                    tracing::warn!(id, "there is no schema with this id: its records are rejected");
                    remember(&self.answers, id, Known::Unknown { since: now() });
                    backoff = Backoff::new();
                }
                Ok(None) => {
                    self.open.push_back(Question { id, is_denied: true });
                    wait = Some(SECOND_QUESTION);
                }
                Err(error) => {
                    let next = backoff.next();
                    tracing::warn!(%error, id, again_after = ?next, "records wait for a schema");
                    self.open.push_back(question);
                    wait = Some(next);
                }
            }
        }
    }

    /// Takes what was asked, waiting at most so long, or for the first question where there is
    /// none; false when nobody can ask any more.
    fn gather(&mut self, wait: Option<Duration>) -> bool {
        let first = match wait {
            Some(wait) => match self.asked.recv_timeout(wait) {
                Ok(id) => Some(id),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return false,
            },
            None if self.open.is_empty() => match self.asked.recv() {
                Ok(id) => Some(id),
                Err(_) => return false,
            },
            None => match self.asked.try_recv() {
                Ok(id) => Some(id),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return false,
            },
        };
        if let Some(id) = first {
            self.open.push_front(Question { id, is_denied: false });
        }
        true
    }
}
