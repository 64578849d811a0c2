//! The loop of one OS thread that reads the sources of a group in turn and commits what they gave.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vigie_runtime::{
    CommitError, Engine, EngineError, EngineEvent, Layout, Rejection, Restore, Topic,
    TopicPartition, Undecoded,
};
use vigie_schema::{Checkpoint, Schemas, topics};
use vigie_types::{Millis, SourceId};

use super::answer::{PushError, PushReceiver, PushRequest};
use super::board::IngestBoard;
use super::commit::commit;
use super::intake::{Intake, Reading};
use super::pace::Pace;
use super::push::{Pushes, Tools};
use super::stamper::Stamper;
use crate::group::files::OpenFile;
use crate::source::{Input, SourceError};

/// One input to be read once.
#[derive(Clone, Debug)]
pub struct SourceSettings {
    /// Where it is and how it is cut.
    pub input: Input,
    /// How its lines become mentions.
    pub reading: Reading,
    /// How far out of order its lines may be.
    pub disorder: Millis,
    /// Whether its checkpoint is thrown away first.
    pub restart: bool,
}

/// What a group is made of.
pub struct GroupSettings {
    /// Inputs, each read once.
    pub sources: Vec<SourceSettings>,
    /// How pushed lines become mentions.
    pub push_reading: Reading,
    /// How far out of order pushed lines may be.
    pub push_disorder: Millis,
    /// What sets the pushes that this instance takes apart from those of others, added to a
    /// push's source: a source belongs to one instance.
    pub push_suffix: Option<String>,
    /// How long what was read is staged at most.
    pub commit_interval: Millis,
    /// How many lines of files are read in a second at most.
    pub lines_per_second: Option<NonZeroU32>,
    /// Partition counts of the topics.
    pub layout: Arc<Layout>,
}

/// Records staged before a commit is made early: about 4 MiB of ordinary mentions.
const STAGED_RECORDS: usize = 8_000;

/// Bytes staged before a commit is made early.
const STAGED_BYTES: usize = 16 << 20;

/// Lines read from one file before the next one has its turn.
const LINES_A_TURN: usize = 2_000;

/// How often a commit that did not take place is tried again in a row.
const MAXIMUM_RETRIES: u32 = 5;

/// Why a group ended.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// An input cannot be opened or read on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// An input's shape cannot be told.
    #[error("{file}: {reason}")]
    Reading {
        /// Which input.
        file: String,
        /// Why not.
        reason: String,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A commit cannot be made.
    #[error("ingest cannot commit: {0}")]
    Commit(CommitError),
    /// A checkpoint or control record is unreadable.
    #[error("ingest cannot read its own records: {0}")]
    Unreadable(Rejection),
}

/// The sources of one ingest.
pub struct Group<E: Engine> {
    engine: E,
    settings: GroupSettings,
    schemas: Arc<Schemas>,
    board: Arc<IngestBoard>,
    queue: PushReceiver,
    checkpoints: BTreeMap<SourceId, Checkpoint>,
    stamper: Stamper,
    intake: Intake,
    files: Vec<OpenFile>,
    pushes: Pushes,
    pace: Pace,
    retries: u32,
    /// Whether anything was committed since the start.
    has_committed: bool,
    state: State,
}

/// Whether a group knows where its sources stand.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It does.
    Open,
    /// A checkpoint or control record cannot be read yet; `first` as [`Group::reopen`] has it.
    Waits { first: bool },
}

impl<E: Engine> Group<E> {
    /// The control topics that the engine must deliver.
    pub fn controls() -> Vec<Topic> {
        Stamper::topics()
    }

    /// Reads the checkpoints and opens the sources where they stand.
    ///
    /// # Errors
    /// When a checkpoint or an input cannot be read.
    pub fn open(
        engine: E,
        settings: GroupSettings,
        schemas: Arc<Schemas>,
        board: Arc<IngestBoard>,
        queue: PushReceiver,
    ) -> Result<Self, GroupError> {
        let intake = Intake::new(Arc::clone(&schemas), Arc::clone(&settings.layout));
        let pace = Pace::new(settings.lines_per_second, engine.now());
        let mut group = Self {
            engine,
            stamper: Stamper::new(&schemas),
            intake,
            settings,
            schemas,
            board,
            queue,
            checkpoints: BTreeMap::new(),
            files: Vec::new(),
            pushes: Pushes::default(),
            pace,
            retries: 0,
            has_committed: false,
            state: State::Waits { first: true },
        };
        group.reopen(true)?;
        Ok(group)
    }

    /// Goes on until `stop` is set; files that ended stay ended, pushes are taken until then.
    ///
    /// # Errors
    /// See [`GroupError`]; what was not committed is as if it had never been read.
    pub fn run(&mut self, stop: &AtomicBool) -> Result<(), GroupError> {
        while !stop.load(Ordering::Acquire) {
            self.step()?;
        }
        Ok(())
    }

    /// Reads a turn of every source, takes what was pushed, and commits it.
    ///
    /// # Errors
    /// See [`GroupError`].
    pub fn step(&mut self) -> Result<(), GroupError> {
        if let State::Waits { first } = self.state {
            let wait = as_duration(self.settings.commit_interval);
            // Nothing is ever sent: this is how long until the next try.
            let _ = crossbeam_channel::never::<()>().recv_timeout(wait);
            return self.reopen(first);
        }
        self.feed_controls()?;
        let begun = self.engine.now();
        while !self.is_full() && self.engine.now() - begun < self.settings.commit_interval {
            // A push has its turn beside the files, which may be long.
            let is_pushed = self.receive_push(std::time::Duration::ZERO)?;
            if !self.read_files() && !is_pushed && !self.wait_for_push(begun)? {
                break;
            }
        }
        self.tidy_pushes();
        self.stage_accounts();
        if self.intake.staged.is_empty() {
            self.pushes.answer(&Ok(()));
            self.let_go();
            return Ok(());
        }
        self.commit()
    }

    fn is_full(&self) -> bool {
        self.intake.staged.len() >= STAGED_RECORDS || self.intake.staged.bytes() >= STAGED_BYTES
    }

    /// Waits for a push while there is nothing else to do, and reads the control topics.
    fn feed_controls(&mut self) -> Result<(), GroupError> {
        let idle = self.files.is_empty() && self.queue.is_empty();
        let wait = as_duration(self.settings.commit_interval);
        if !idle || !self.receive_push(wait)? {
            self.poll_controls()?;
        }
        Ok(())
    }

    /// Takes the next push; false when none comes. The control topics are read after it came and
    /// before it is taken: what was decided before a push counts for it.
    fn receive_push(&mut self, wait: std::time::Duration) -> Result<bool, GroupError> {
        let Some(request) = self.queue.receive(wait) else { return Ok(false) };
        self.poll_controls()?;
        self.take_push(request);
        Ok(true)
    }

    /// Takes control records; false when the engine had nothing to tell.
    fn poll_controls(&mut self) -> Result<bool, GroupError> {
        self.stamper.catch_up().map_err(GroupError::Unreadable)?;
        let mut events = Vec::new();
        self.engine.poll(Millis::ZERO, &mut events)?;
        let any = !events.is_empty();
        for event in events {
            match event {
                EngineEvent::Control(fetched) => {
                    self.stamper.feed(fetched).map_err(GroupError::Unreadable)?;
                }
                EngineEvent::Assigned(_)
                | EngineEvent::Revoked(_)
                | EngineEvent::Lost(_)
                | EngineEvent::Kept(_)
                | EngineEvent::Records(_) => {}
            }
        }
        Ok(any)
    }

    /// Reads a turn of every open file; false when none is left, or none may be read yet.
    fn read_files(&mut self) -> bool {
        let now = self.engine.now();
        let mut any = false;
        let count = self.files.len();
        for file in &mut self.files {
            let lines = self.pace.take(LINES_A_TURN, count, now);
            any |= lines > 0 && file.read(lines, &mut self.intake, &self.stamper, now);
        }
        any
    }

    /// Takes a push that comes before the commit is due; false when none does.
    fn wait_for_push(&mut self, begun: vigie_types::WallTime) -> Result<bool, GroupError> {
        let left = (begun + self.settings.commit_interval - self.engine.now()).max(Millis::ZERO);
        let wait = if self.intake.staged.is_empty() { left } else { Millis::ZERO };
        self.receive_push(as_duration(wait))
    }

    fn take_push(&mut self, mut request: PushRequest) {
        if let Some(suffix) = &self.settings.push_suffix {
            let name = format!("{}{suffix}", request.source);
            match SourceId::new(&name) {
                Ok(source) => request.source = source,
                Err(error) => {
                    (request.reply)(Err(PushError::Unavailable(error.to_string())));
                    return;
                }
            }
        }
        let known = self.checkpoints.get(&request.source);
        let mut tools = Tools {
            intake: &mut self.intake,
            reading: &self.settings.push_reading,
            stamper: &self.stamper,
            disorder: self.settings.push_disorder,
            now: self.engine.now(),
        };
        self.pushes.take(request, &mut tools, known);
    }

    fn tidy_pushes(&mut self) {
        let mut tools = Tools {
            intake: &mut self.intake,
            reading: &self.settings.push_reading,
            stamper: &self.stamper,
            disorder: self.settings.push_disorder,
            now: self.engine.now(),
        };
        self.pushes.tidy(&mut tools);
    }

    /// Stages the promise and the checkpoint of every source that changed.
    fn stage_accounts(&mut self) {
        let now = self.engine.now();
        let stamps = self.stamper.stamps();
        let files = self.files.iter_mut().map(|file| {
            file.settle();
            &mut file.account
        });
        let mut changed = Vec::new();
        for account in files.chain(self.pushes.accounts()) {
            if let Some(promise) = account.promise() {
                self.intake.stage_promise(account, stamps, promise, now);
            }
            let known = self.checkpoints.get(&account.source);
            let checkpoint = account.checkpoint(now);
            if !known.is_some_and(|known| is_same(known, &checkpoint)) {
                changed.push(checkpoint);
            }
        }
        for checkpoint in changed {
            let source = checkpoint.source.clone();
            self.intake.stage_checkpoint(source.as_str(), Some(&checkpoint), now);
            self.checkpoints.insert(source, checkpoint);
        }
    }

    fn commit(&mut self) -> Result<(), GroupError> {
        let outcome = commit(self.engine.producer(), &self.intake.staged);
        self.intake.staged.clear();
        match outcome {
            Ok(()) => {
                self.retries = 0;
                self.has_committed = true;
                for checkpoint in self.checkpoints.values() {
                    self.board.post(checkpoint.clone());
                }
                self.let_go();
                self.pushes.answer(&Ok(()));
                Ok(())
            }
            Err(error @ (CommitError::Aborted(_) | CommitError::InDoubt)) => {
                self.pushes.answer(&Err(error.to_string()));
                self.retries += 1;
                if self.retries > MAXIMUM_RETRIES {
                    return Err(GroupError::Commit(error));
                }
                self.engine.recreate_producer()?;
                self.reopen(false)
            }
            Err(error @ (CommitError::Fenced | CommitError::Fatal(_))) => {
                self.pushes.answer(&Err(error.to_string()));
                Err(GroupError::Commit(error))
            }
        }
    }

    /// Lets go of the files of which nothing more will come.
    fn let_go(&mut self) {
        for file in &self.files {
            if let Some(failure) = file.failure() {
                self.board.post_failure(failure);
            }
        }
        self.files.retain(|file| !file.has_left());
        self.board.post_end(self.files.is_empty());
    }

    /// Goes back to what is committed: reads the checkpoints and opens the files where they stand.
    /// While a record that says so cannot be read yet, nothing is opened.
    fn reopen(&mut self, first: bool) -> Result<(), GroupError> {
        self.state = State::Waits { first };
        self.files.clear();
        if first {
            // The first record is judged by everything that was decided before it.
            while self.poll_controls()? {}
            if !self.stamper.catch_up().map_err(GroupError::Unreadable)? {
                return Ok(());
            }
        }
        if self.restore_checkpoints()? {
            self.open_files()?;
            self.state = State::Open;
            self.board.post_open();
        }
        Ok(())
    }

    /// Reads the checkpoints; false when one cannot be read yet.
    fn restore_checkpoints(&mut self) -> Result<bool, GroupError> {
        self.pushes = Pushes::default();
        self.checkpoints = BTreeMap::new();
        let topic = Topic::new(topics::INGEST_CHECKPOINTS);
        let count = self.settings.layout[&topic];
        let mut maps: Vec<BTreeMap<Vec<u8>, Vec<u8>>> = vec![BTreeMap::new(); count as usize];
        let restore =
            |(partition, into)| restore_into(TopicPartition::new(&topic, partition), into);
        let partitions = (0..count).map(vigie_runtime::Partition::new);
        let mut restores: Vec<_> = partitions.zip(&mut maps).map(restore).collect();
        self.engine.restore(&mut restores)?;
        drop(restores);
        let newest: BTreeMap<_, _> = maps.into_iter().flatten().collect();
        for value in newest.values() {
            let checkpoint = match self.schemas.checkpoints.read(value) {
                Ok(checkpoint) => checkpoint,
                Err(Undecoded::NotYet(_)) => return Ok(false),
                Err(Undecoded::Rejected(rejection)) => {
                    return Err(GroupError::Unreadable(rejection));
                }
            };
            if let Some(checkpoint) = self.pushes.restore(checkpoint) {
                self.board.post(checkpoint.clone());
                self.checkpoints.insert(checkpoint.source.clone(), checkpoint);
            }
        }
        Ok(true)
    }

    fn open_files(&mut self) -> Result<(), GroupError> {
        for source in &self.settings.sources {
            let identity = source.input.identity()?;
            let mut known = self.checkpoints.get(&identity).cloned();
            // A commit holds the place of every open file: until the first there is no new place.
            if source.restart && !self.has_committed {
                known = known.map(forget_place);
            }
            if let Some(file) = OpenFile::open(source, identity, known.as_ref())? {
                self.files.push(file);
            }
        }
        Ok(())
    }
}

/// Gathers the newest value of each key.
fn restore_into(changelog: TopicPartition, into: &mut BTreeMap<Vec<u8>, Vec<u8>>) -> Restore<'_> {
    let entry = |key: &[u8], value: Option<&[u8]>| {
        match value {
            Some(value) => into.insert(key.to_vec(), value.to_vec()),
            None => into.remove(key),
        };
    };
    Restore { changelog, entry: Box::new(entry) }
}

/// A source that is read anew: its place and its time are forgotten. Its numbers go on, because
/// what was read before stays in the log and is audited with what comes.
fn forget_place(known: Checkpoint) -> Checkpoint {
    Checkpoint { detail: None, ended: false, highest_event_time: None, ..known }
}

/// Whether two checkpoints say the same, whenever they were written.
fn is_same(left: &Checkpoint, right: &Checkpoint) -> bool {
    let right = Checkpoint { updated_at: left.updated_at, ..right.clone() };
    *left == right
}

fn as_duration(span: Millis) -> std::time::Duration {
    std::time::Duration::from_millis(span.get().max(0) as u64)
}
