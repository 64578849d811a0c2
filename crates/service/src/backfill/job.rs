//! One run of a back-fill, and those that run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vigie_ingest::group::{Backfilled, PushAnswer, PushBody, PushError, PushQueue, PushRequest};
use vigie_runtime::{LogReader, ReadError};
use vigie_schema::{BackfilledMention, RawBody, Schemas};
use vigie_tagger::{Tagger, content_hash};
use vigie_types::{EventTime, Mention, SourceId, StreamId, StreamVersion};

use super::past::Past;
use super::scan::{Placed, Scan};
use super::verdict::Verdicts;
use crate::pipeline::raw_lag;

/// The source of what back-fills bring: its records take no part in time.
pub const SOURCE: &str = "backfill";

/// How many mentions are pushed at once: a commit is made of them.
const PUSHED_AT_ONCE: usize = 200;

/// A run waits while more records of the raw log than this are still to be judged.
const MAXIMUM_LAG: u64 = 1_000;

/// How long a run waits before it looks again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// How many runs go on at once: each has a thread, and holds the streams of every change.
pub const MAXIMUM_RUNS: usize = 4;

/// Why a run was not begun.
pub enum Unbegun {
    /// One of the same stream goes on.
    GoesOn,
    /// As many runs as are allowed go on.
    TooMany,
}

/// When mentions happened that are held to the stream: from the first moment, before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first moment.
    pub from: EventTime,
    /// The moment after the last.
    pub to: EventTime,
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum BackfillError {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record of the log cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// What was found cannot be committed.
    #[error(transparent)]
    Push(#[from] PushError),
    /// The stream is not watched, or no longer.
    #[error("stream \"{0}\" is not watched")]
    NotWatched(StreamId),
    /// The stream is another one by now.
    #[error("stream \"{stream}\" was changed to {found} while it was back-filled as {version}")]
    Changed {
        /// Which.
        stream: StreamId,
        /// As what it was back-filled.
        version: StreamVersion,
        /// What it is now.
        found: StreamVersion,
    },
    /// The services are stopping.
    #[error("the services are stopping")]
    Stopping,
}

/// How far a run has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackfillState {
    /// It goes on.
    Running,
    /// Everything was held to the stream.
    Done,
    /// It ended early, for this reason; the same run can be started again.
    Failed(String),
}

/// What a run counts.
#[derive(Debug, Default)]
pub struct Progress {
    /// Records of the raw log that were read, twice each in a whole run.
    pub read: AtomicU64,
    /// Records that are still to be read.
    pub left: AtomicU64,
    /// Mentions in the range that were held to the stream.
    pub held: AtomicU64,
    /// What was committed: matches, and withdrawals of an earlier version's.
    pub told: AtomicU64,
    /// Records of authors who are not to be measured.
    pub suppressed: AtomicU64,
}

/// A run.
pub struct Backfill {
    /// Of which stream.
    pub stream: StreamId,
    /// Of which of its versions; none until the run has begun.
    pub version: Mutex<Option<StreamVersion>>,
    /// Of which mentions.
    pub range: Range,
    /// What it counts.
    pub progress: Progress,
    state: Mutex<BackfillState>,
}

/// What a run works with.
pub(crate) struct Tools {
    pub(crate) log: Arc<dyn LogReader>,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) tagger: Tagger,
    pub(crate) pushes: PushQueue,
    /// How many records of the raw log are read in a second, at most.
    pub(crate) records_per_second: u64,
    /// Set when the services end.
    pub(crate) stop: Arc<AtomicBool>,
}

/// The runs of this process, the last of each stream.
#[derive(Default)]
pub struct Backfills(Mutex<BTreeMap<StreamId, Arc<Backfill>>>);

impl Backfills {
    /// The last run of a stream.
    pub fn of(&self, stream: &StreamId) -> Option<Arc<Backfill>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(stream).cloned()
    }

    /// Starts a run.
    ///
    /// # Errors
    /// When one of the stream goes on, or too many of others do.
    pub(crate) fn start(
        &self,
        stream: StreamId,
        range: Range,
        tools: Tools,
    ) -> Result<Arc<Backfill>, Unbegun> {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = |run: &Arc<Backfill>| run.state() == BackfillState::Running;
        if runs.get(&stream).is_some_and(goes_on) {
            return Err(Unbegun::GoesOn);
        }
        if runs.values().filter(|run| goes_on(run)).count() >= MAXIMUM_RUNS {
            return Err(Unbegun::TooMany);
        }
        let run = Arc::new(Backfill {
            stream: stream.clone(),
            version: Mutex::default(),
            range,
            progress: Progress::default(),
            state: Mutex::new(BackfillState::Running),
        });
        runs.insert(stream, Arc::clone(&run));
        let running = Arc::clone(&run);
        let work = move || running.finish(running.work(&tools));
        if let Err(error) = std::thread::Builder::new().name("backfill".into()).spawn(work) {
            run.set(BackfillState::Failed(format!("no thread can be started: {error}")));
        }
        Ok(run)
    }
}

impl Backfill {
    /// How far it has come.
    pub fn state(&self) -> BackfillState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, state: BackfillState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn finish(&self, result: Result<(), BackfillError>) {
        let stream = &self.stream;
        match result {
            Ok(()) => {
                let told = self.progress.told.load(Ordering::Relaxed);
                tracing::info!(%stream, told, "the stream is back-filled");
                self.set(BackfillState::Done);
            }
            Err(error) => {
                tracing::warn!(%stream, %error, "the stream was not back-filled to the end");
                self.set(BackfillState::Failed(error.to_string()));
            }
        }
    }

    fn work(&self, tools: &Tools) -> Result<(), BackfillError> {
        let Tools { log, schemas, tagger, .. } = tools;
        let mut verdicts =
            Verdicts::new(self.stream.clone(), tagger.clone(), Arc::clone(log), schemas);
        let version = verdicts.newest()?;
        let version = version.ok_or_else(|| BackfillError::NotWatched(self.stream.clone()))?;
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = Some(version.clone());
        let mut pace = Pace::new(tools);
        let mut past = Past::default();
        let mut scan = Scan::begin(log, schemas)?;
        let whole = scan.left();
        while let Some(records) = scan.next()? {
            for placed in &records {
                past.take(placed, &self.stream, &mut verdicts)?;
            }
            self.progress.left.store(scan.left() + whole, Ordering::Relaxed);
            pace.rest(self.count_read(&records))?;
        }
        let mut run = Run { backfill: self, tools, version, verdicts, past, found: Vec::new() };
        let mut scan = Scan::begin(log, schemas)?;
        while let Some(records) = scan.next()? {
            let count = self.count_read(&records);
            run.hold(records)?;
            self.progress.left.store(scan.left(), Ordering::Relaxed);
            pace.rest(count)?;
            run.must_be_watched()?;
        }
        run.push()
    }

    fn count_read(&self, records: &[Placed]) -> u64 {
        self.progress.read.fetch_add(records.len() as u64, Ordering::Relaxed);
        records.len() as u64
    }
}

/// The second reading, which tells.
struct Run<'a> {
    backfill: &'a Backfill,
    tools: &'a Tools,
    version: StreamVersion,
    verdicts: Verdicts,
    past: Past,
    found: Vec<Backfilled>,
}

impl Run<'_> {
    fn hold(&mut self, records: Vec<Placed>) -> Result<(), BackfillError> {
        for Placed { place, record } in records {
            let Range { from, to } = self.backfill.range;
            let mention = match record.body {
                RawBody::Mention(mention) => mention,
                RawBody::CorrectedMention(corrected) => Box::new(corrected.mention),
                RawBody::BackfilledMention(_) | RawBody::Deletion(_) | RawBody::Heartbeat(_) => {
                    continue;
                }
            };
            if record.event_time < from
                || record.event_time >= to
                || self.past.is_deleted(&mention.mention_id)
            {
                continue;
            }
            self.backfill.progress.held.fetch_add(1, Ordering::Relaxed);
            if self.past.comes_to(&place, &mention.mention_id, &self.version) {
                continue;
            }
            let live = self.verdicts.version_at(record.stamps.rules)?;
            let told = self.past.told(&mention.mention_id);
            if told.is_none() && live.as_ref() == Some(&self.version) {
                continue;
            }
            let content = content_hash(&mention);
            let is_edited = told.as_ref().is_some_and(|told| told.content != content);
            let previous = match told {
                Some(told) => told.found,
                None => live.and_then(|live| self.verdicts.of(&mention, &live)),
            };
            let now = self.verdicts.of(&mention, &self.version);
            let is_other =
                previous.as_ref().map(|it| &it.version) != now.as_ref().map(|it| &it.version);
            // The ledger leaves out what was edited since, so an edit that is met is told too.
            if is_other || (is_edited && now.is_some()) {
                self.past.tell(&mention, now);
                let stream = self.backfill.stream.clone();
                self.find(
                    place,
                    record.event_time,
                    BackfilledMention { mention: Mention::clone(&mention), stream, previous },
                )?;
            }
        }
        Ok(())
    }

    fn find(
        &mut self,
        place: String,
        event_time: EventTime,
        body: BackfilledMention,
    ) -> Result<(), BackfillError> {
        self.found.push(Backfilled { place, event_time, body: Box::new(body) });
        if self.found.len() >= PUSHED_AT_ONCE { self.push() } else { Ok(()) }
    }

    /// Pushes what was found, and waits for its commit.
    fn push(&mut self) -> Result<(), BackfillError> {
        if self.found.is_empty() {
            return Ok(());
        }
        let found = std::mem::take(&mut self.found);
        let answer = loop {
            match self.offer(found.clone()) {
                Err(PushError::Full) => wait(&self.tools.stop)?,
                result => break result?,
            }
        };
        let progress = &self.backfill.progress;
        progress.told.fetch_add(answer.accepted, Ordering::Relaxed);
        progress.suppressed.fetch_add(answer.suppressed, Ordering::Relaxed);
        Ok(())
    }

    fn offer(&self, found: Vec<Backfilled>) -> Result<PushAnswer, PushError> {
        let (answer, answered) = crossbeam_channel::bounded(1);
        self.tools.pushes.offer(PushRequest {
            source: SourceId::new(SOURCE)
                .map_err(|error| PushError::Unavailable(error.to_string()))?,
            body: PushBody::Backfill(found),
            idempotency_key: None,
            // The run may have ended by now: what was pushed is committed all the same.
            reply: Box::new(move |result| drop(answer.send(result))),
        });
        answered.recv().unwrap_or_else(|_| {
            Err(PushError::Unavailable("ingest ended before it answered".into()))
        })
    }

    fn must_be_watched(&mut self) -> Result<(), BackfillError> {
        let stream = self.backfill.stream.clone();
        match self.verdicts.newest()? {
            Some(found) if found == self.version => Ok(()),
            Some(found) => {
                Err(BackfillError::Changed { stream, version: self.version.clone(), found })
            }
            None => Err(BackfillError::NotWatched(stream)),
        }
    }
}

/// Keeps a run slow, and behind live.
struct Pace<'a> {
    tools: &'a Tools,
    begun: Instant,
    read: u64,
    looked: Option<Instant>,
}

/// How often it is looked how far the services are.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

impl<'a> Pace<'a> {
    fn new(tools: &'a Tools) -> Self {
        Self { tools, begun: now(), read: 0, looked: None }
    }

    /// Waits after so many records until as many may have been read, and while live is behind.
    fn rest(&mut self, read: u64) -> Result<(), BackfillError> {
        self.read += read;
        let due = Duration::from_secs_f64(self.read as f64 / self.tools.records_per_second as f64);
        while self.begun.elapsed() < due {
            wait(&self.tools.stop)?;
        }
        if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK_INTERVAL) {
            while raw_lag(&*self.tools.log)? > MAXIMUM_LAG {
                wait(&self.tools.stop)?;
            }
            self.looked = Some(now());
        }
        if self.tools.stop.load(Ordering::Acquire) { Err(BackfillError::Stopping) } else { Ok(()) }
    }
}

/// The clock of a run's pace, which no decision about mentions reads.
#[expect(clippy::disallowed_methods, reason = "the pace of a thread that judges nothing")]
fn now() -> Instant {
    Instant::now()
}

/// Waits for a moment, unless the services end.
fn wait(stop: &AtomicBool) -> Result<(), BackfillError> {
    // The channel's only message is that the time has passed.
    let _ = crossbeam_channel::after(BETWEEN_LOOKS).recv();
    if stop.load(Ordering::Acquire) { Err(BackfillError::Stopping) } else { Ok(()) }
}
