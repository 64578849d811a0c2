//! The log: a data directory that this process holds, its topics, and what can be read from it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crossbeam_channel::Sender;
use vigie_runtime::{
    CommittedPosition, EngineError, Fetched, Position, Topic, TopicPartition, partition_of,
};
use vigie_types::WallTime;

use crate::catalog::{Catalog, Slot, merge};
use crate::compacted::Compacted;
use crate::directory::Directory;
use crate::engine::{EmbeddedEngine, EngineSettings};
use crate::error::{OpenError, ReadError, StoreError};
use crate::identity::Identities;
use crate::layout::{Kind, Layout, TopicSpec};
use crate::producer::EmbeddedProducer;
use crate::reader::Reader;
use crate::settings::Settings;
use crate::state::StateStore;
use crate::store::Store;
use crate::tail::Tail;
use crate::upkeep::{Call, Upkeep};
use crate::writer::{Request, Work, Writer, ask};

/// An open log. The directory is given back when the log and all engines and producers made from it
/// are dropped.
#[derive(Debug)]
pub struct Log {
    catalog: Arc<Catalog>,
    store: Arc<Store>,
    state: Arc<StateStore>,
    tail: Arc<Tail>,
    identities: Arc<Identities>,
    settings: Settings,
    running: Option<Running>,
    // Last: the files are closed before the lock goes.
    directory: Directory,
}

/// What a log has that can be written to.
#[derive(Debug)]
struct Running {
    requests: Sender<Request>,
    upkeep: Arc<Upkeep>,
    calls: Sender<Call>,
    writer_thread: JoinHandle<()>,
    upkeep_thread: JoinHandle<()>,
}

impl Log {
    /// Opens the log in `directory`, which is created if need be, with the topics of `layout`.
    /// Topics that the directory does not have are added; those that it has beyond them stay.
    ///
    /// # Errors
    /// When another process holds the directory, its format is another, a topic has another number
    /// of partitions there, or a file is damaged.
    pub fn open(
        directory: &Path,
        layout: &Layout,
        settings: Settings,
    ) -> Result<Arc<Self>, OpenError> {
        let mut log = Self::load(Directory::create(directory)?, Some(layout), settings)?;
        log.running = Some(log.run()?);
        Ok(Arc::new(log))
    }

    /// Opens the log in `directory` to read it only, with the topics that it has.
    ///
    /// # Errors
    /// When there is no log, another process holds it (the error tells where its API is), its
    /// format is another, or a file is damaged.
    pub fn open_read_only(directory: &Path) -> Result<Arc<Self>, OpenError> {
        let directory = Directory::existing(directory)?;
        Ok(Arc::new(Self::load(directory, None, Settings::default())?))
    }

    fn load(
        directory: Directory,
        layout: Option<&Layout>,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let (log_file, state_file) = (directory.file("log.redb"), directory.file("state.redb"));
        // The state's file is made first, so a log without it has lost it.
        if log_file.exists() && !state_file.exists() {
            let advice = "it holds the compacted topics; restore it, or use a new data directory";
            return Err(OpenError::Missing { path: state_file, advice });
        }
        if layout.is_none() && !log_file.exists() {
            return Err(OpenError::NoLog { directory: directory.path().into() });
        }
        let state = StateStore::open(&directory, settings.state_cache_bytes)?;
        if !log_file.exists() && !state.is_new()? {
            let advice = "it holds all records; restore it, or use a new data directory";
            return Err(OpenError::Missing { path: log_file, advice });
        }
        let store = Store::open(&directory, settings.log_cache_bytes)?;
        let mut topics = store.topics()?;
        if let Some(asked) = layout {
            let merged = merge(topics, asked)?;
            if merged.changed {
                store.write_topics(&merged.topics)?;
            }
            topics = merged.topics;
        }
        let catalog = Arc::new(Catalog::new(&topics));
        let tail = Arc::new(Tail::new(store.bounds(&catalog)?, settings.tail_bytes));
        let (store, state) = (Arc::new(store), Arc::new(state));
        let identities = Arc::default();
        let log =
            Self { catalog, store, state, tail, identities, settings, running: None, directory };
        log.check_state()?;
        Ok(log)
    }

    /// Refuses a `state.redb` that belongs to another log.
    fn check_state(&self) -> Result<(), StoreError> {
        let view = self.state.view()?;
        for (slot, place) in self.catalog.places() {
            let (start, end) = (self.tail.start(slot), self.tail.end(slot));
            if place.kind != Kind::Compacted {
                continue;
            }
            let applied = view.applied(place)?;
            if applied < start || applied > end {
                let reason = format!(
                    "it stands at position {} of {}, of which log.redb holds {} to {}: the two \
                     files do not belong together",
                    applied.get(),
                    place.partition,
                    start.get(),
                    end.get()
                );
                let path = self.state.path().clone();
                return Err(StoreError::Database { attempt: "use".into(), path, reason });
            }
        }
        Ok(())
    }

    fn run(&self) -> Result<Running, OpenError> {
        // Bounded by its askers: each producer waits for its answer before it asks again.
        let (requests, waiting) = crossbeam_channel::unbounded();
        let (calls, called) = crossbeam_channel::bounded(1);
        let writer = Writer {
            catalog: Arc::clone(&self.catalog),
            store: Arc::clone(&self.store),
            tail: Arc::clone(&self.tail),
            identities: Arc::clone(&self.identities),
            clock: self.settings.clock.clone(),
            durability: self.settings.durability,
            requests: waiting,
            upkeep: calls.clone(),
        };
        let upkeep = Arc::new(Upkeep {
            catalog: Arc::clone(&self.catalog),
            store: Arc::clone(&self.store),
            state: Arc::clone(&self.state),
            tail: Arc::clone(&self.tail),
            identities: Arc::clone(&self.identities),
            clock: self.settings.clock.clone(),
            durability: self.settings.durability,
            writer: requests.clone(),
            turn: Mutex::new(WallTime::MIN),
        });
        let period = self.settings.state_flush;
        let keeper = Arc::clone(&upkeep);
        let writer_thread = self.spawn("log-writer", move || writer.run())?;
        let upkeep_thread = self.spawn("log-upkeep", move || keeper.run(period, &called))?;
        Ok(Running { requests, upkeep, calls, writer_thread, upkeep_thread })
    }

    fn spawn(
        &self,
        name: &str,
        run: impl FnOnce() + Send + 'static,
    ) -> Result<JoinHandle<()>, OpenError> {
        let path = self.directory.path();
        let attempt = "start a thread for";
        let spawned = std::thread::Builder::new().name(name.into()).spawn(run);
        spawned.map_err(|source| OpenError::Io { attempt, path: path.into(), source })
    }

    /// Writes into the lock file where this process's API is, for the commands that find it
    /// running.
    ///
    /// # Errors
    /// When the lock file cannot be written.
    pub fn advertise(&self, address: &str) -> Result<(), OpenError> {
        self.directory.write_holder(Some(address))
    }

    /// A producer that belongs to no application: it writes records, and no positions.
    ///
    /// # Errors
    /// When the log is open to read only.
    pub fn producer(self: &Arc<Self>) -> Result<EmbeddedProducer, EngineError> {
        self.writer().map_err(EngineError::Fatal)?;
        Ok(EmbeddedProducer::new(Arc::clone(self), None))
    }

    /// An engine that reads all partitions of its inputs for an application. It fences an older
    /// engine of the same application.
    ///
    /// # Errors
    /// When the log is open to read only or lacks a topic, or an input is compacted.
    pub fn engine(
        self: &Arc<Self>,
        settings: &EngineSettings,
    ) -> Result<EmbeddedEngine, EngineError> {
        self.writer().map_err(EngineError::Fatal)?;
        EmbeddedEngine::new(Arc::clone(self), settings)
    }

    /// The topics, in the order in which they were added.
    pub fn topics(&self) -> &[TopicSpec] {
        self.catalog.topics()
    }

    /// The first position that is kept.
    ///
    /// # Errors
    /// When the log has no such partition.
    pub fn start(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        Ok(self.tail.start(self.slot(partition)?))
    }

    /// The next position to be written.
    ///
    /// # Errors
    /// When the log has no such partition.
    pub fn end(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        Ok(self.tail.end(self.slot(partition)?))
    }

    /// Records from `from` on, up to about `max_bytes` of keys and values; at least one, if there
    /// is one. The log of a compacted topic holds its last seconds only: see [`Log::compacted`].
    ///
    /// # Errors
    /// When the log does not hold that position, or its file is damaged there.
    pub fn read(
        &self,
        partition: &TopicPartition,
        from: Position,
        max_bytes: usize,
    ) -> Result<Fetched, ReadError> {
        self.reader().fetch(self.slot(partition)?, from, max_bytes)
    }

    /// Shows each key of a partition of a compacted topic with its newest value, in key order, as
    /// it was at one moment.
    ///
    /// # Errors
    /// When the topic is not compacted or cannot be read whole.
    pub fn compacted(
        &self,
        partition: &TopicPartition,
        entry: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), ReadError> {
        self.compacted_now(self.slot(partition)?)?.visit(entry)
    }

    /// The newest value of a key of a compacted topic, in the partition that the key belongs to.
    ///
    /// # Errors
    /// When the topic is not compacted or cannot be read.
    pub fn get(&self, topic: &Topic, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let partitions = self.catalog.slots(topic).map_or(1, Iterator::count);
        let partition = TopicPartition::new(topic, partition_of(key, partitions as u32));
        self.get_in(&partition, key)
    }

    /// The newest value of a key in one partition of a compacted topic.
    ///
    /// # Errors
    /// As [`Log::get`].
    pub fn get_in(
        &self,
        partition: &TopicPartition,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, ReadError> {
        self.compacted_now(self.slot(partition)?)?.get(key)
    }

    /// Where an application stands in each partition that it has committed a position for.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn positions(&self, application: &str) -> Result<Vec<CommittedPosition>, StoreError> {
        let positions = self.store.positions(&self.catalog, Some(application))?;
        Ok(positions.into_iter().map(|(_, _, committed)| committed).collect())
    }

    /// Forgets where an application stands, so that it no longer keeps retained topics from ageing.
    ///
    /// # Errors
    /// When the log is open to read only or cannot be written.
    pub fn forget_positions(&self, application: &str) -> Result<(), EngineError> {
        let writer = self.writer().map_err(EngineError::Fatal)?;
        ask(writer, Work::Forget(application.into()))
            .map_err(|error| EngineError::Fatal(error.to_string()))
    }

    /// Does at once what otherwise happens every few seconds: folds compacted topics into their
    /// file, and drops what is older than its topic's retention.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn tidy(&self) -> Result<(), ReadError> {
        self.running.as_ref().map_or(Ok(()), |running| running.upkeep.round(true))
    }

    /// How many bytes the log's files take. Space that is freed is used again, not given back.
    pub fn size_bytes(&self) -> u64 {
        self.store.size_bytes() + self.state.size_bytes()
    }

    pub(crate) fn compacted_now(&self, slot: Slot) -> Result<Compacted<'_>, ReadError> {
        let place = self.catalog.place(slot);
        if place.kind != Kind::Compacted {
            return Err(ReadError::NotCompacted(place.partition.clone()));
        }
        Compacted::now(self.reader(), &self.state, slot)
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { catalog: &self.catalog, store: &self.store, tail: &self.tail }
    }

    pub(crate) fn slot(&self, partition: &TopicPartition) -> Result<Slot, ReadError> {
        let slot = self.catalog.slot(&partition.topic, partition.partition);
        slot.ok_or_else(|| ReadError::UnknownPartition(partition.clone()))
    }

    pub(crate) fn writer(&self) -> Result<&Sender<Request>, String> {
        let running = self.running.as_ref();
        running
            .map(|running| &running.requests)
            .ok_or_else(|| format!("{} is open to read only", self.directory.path().display()))
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.tail
    }

    pub(crate) fn identities(&self) -> &Identities {
        &self.identities
    }

    pub(crate) fn clock_now(&self) -> WallTime {
        self.settings.clock.now()
    }

    pub(crate) fn committed(
        &self,
        application: &str,
    ) -> Result<Vec<(Slot, CommittedPosition)>, StoreError> {
        let positions = self.store.positions(&self.catalog, Some(application))?;
        Ok(positions.into_iter().map(|(_, slot, committed)| (slot, committed)).collect())
    }
}

impl Drop for Log {
    /// Folds and flushes what is left, so that the next open has nothing to catch up with.
    fn drop(&mut self) {
        let Some(Running { requests, upkeep, calls, writer_thread, upkeep_thread }) =
            self.running.take()
        else {
            return;
        };
        // A thread that ended early has told why through the tail; there is nobody left to tell
        // here.
        let _ = calls.send(Call::Stop);
        let _ = upkeep_thread.join();
        // The writer ends once nobody can ask it any more.
        drop((requests, upkeep));
        let _ = writer_thread.join();
    }
}
