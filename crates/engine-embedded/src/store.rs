//! `log.redb`: the batches, the positions of the applications and the topics, in atomic commits.
//!
//! One value per topic, partition and commit, found by its base offset: a reader looks up the
//! greatest base at or below the offset it wants. Every commit is flushed with the state that a
//! quick reopen needs; without it a reopen after a kill walks the whole file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use vigie_runtime::{CommittedPosition, Offset, Position, Topic};
use vigie_types::{EventTime, Millis, WallTime};

use crate::batch::{Batch, BatchView};
use crate::catalog::{Catalog, Place, Slot, TopicNumber};
use crate::directory::Directory;
use crate::error::{Fault, OpenError, StoreError, guarded};
use crate::layout::{Kind, TopicSpec};

/// (topic, partition, base offset) to a batch.
const BATCHES: TableDefinition<(u32, u32, u64), &[u8]> = TableDefinition::new("batches");
/// (topic, partition) to the first position that is kept; absent while that is 0.
const STARTS: TableDefinition<(u32, u32), u64> = TableDefinition::new("starts");
/// (application, topic, partition) to (position, commit number).
const POSITIONS: TableDefinition<(&str, u32, u32), (u64, u64, i64)> =
    TableDefinition::new("positions");
/// Topic number to (name, partitions, kind, retention in milliseconds).
const TOPICS: TableDefinition<u32, (&str, u32, u8, i64)> = TableDefinition::new("topics");

/// What one write transaction makes durable.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub batches: Vec<(Slot, Arc<Batch>)>,
    pub positions: Vec<(Arc<str>, CommittedPosition)>,
    /// Slots with the position below which whole batches go.
    pub trims: Vec<(Slot, Position)>,
    /// Applications whose positions go.
    pub forgotten: Vec<Arc<str>>,
}

/// Whether a write waits for the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flush {
    Now,
    Later,
}

/// The database of the log.
#[derive(Debug)]
pub(crate) struct Store {
    database: Database,
    path: PathBuf,
}

impl Store {
    /// Opens the database, creating it if need be.
    pub fn open(directory: &Directory, cache_bytes: usize) -> Result<Self, OpenError> {
        let path = directory.file("log.redb");
        let database = open_database(directory, &path, cache_bytes, |transaction| {
            transaction.open_table(BATCHES)?;
            transaction.open_table(STARTS)?;
            transaction.open_table(POSITIONS)?;
            transaction.open_table(TOPICS)?;
            Ok(())
        })?;
        Ok(Self { database, path })
    }

    /// The topics as they are stored.
    pub fn topics(&self) -> Result<Vec<(TopicNumber, TopicSpec)>, StoreError> {
        guarded(&self.path, "read the topics of", || {
            let table = self.database.begin_read()?.open_table(TOPICS)?;
            let mut topics = Vec::new();
            for entry in table.iter()? {
                let (number, value) = entry?;
                let (name, partitions, kind, retention) = value.value();
                let kind = match kind {
                    0 => Kind::Retained { retention: Millis::new(retention) },
                    1 => Kind::Compacted,
                    _ => Kind::Forever,
                };
                let spec = TopicSpec { topic: Topic::new(name), partitions, kind };
                topics.push((TopicNumber(number.value()), spec));
            }
            Ok(topics)
        })
    }

    /// Stores the topics.
    pub fn write_topics(&self, topics: &[(TopicNumber, TopicSpec)]) -> Result<(), StoreError> {
        guarded(&self.path, "write the topics to", || {
            let transaction = begin(&self.database, Flush::Now)?;
            {
                let mut table = transaction.open_table(TOPICS)?;
                for (number, spec) in topics {
                    let (kind, retention) = match spec.kind {
                        Kind::Retained { retention } => (0, retention.get()),
                        Kind::Compacted => (1, 0),
                        Kind::Forever => (2, 0),
                    };
                    let name = spec.topic.as_str();
                    table.insert(number.0, (name, spec.partitions, kind, retention))?;
                }
            }
            Ok(transaction.commit()?)
        })
    }

    /// The first position kept and the next to be written, for each partition.
    pub fn bounds(&self, catalog: &Catalog) -> Result<Vec<(Position, Position)>, StoreError> {
        guarded(&self.path, "read the ends of", || {
            let transaction = self.database.begin_read()?;
            let starts = transaction.open_table(STARTS)?;
            let batches = transaction.open_table(BATCHES)?;
            let mut bounds = Vec::new();
            for (_, place) in catalog.places() {
                let (topic, partition) = place.key();
                let start = starts.get((topic, partition))?.map_or(0, |start| start.value());
                let range = (topic, partition, 0)..=(topic, partition, u64::MAX);
                let end = match batches.range(range)?.next_back().transpose()? {
                    Some((key, value)) => self.check(place, key.value().2, value.value())?.end(),
                    None => Position::new(start),
                };
                bounds.push((Position::new(start), end));
            }
            Ok(bounds)
        })
    }

    fn check<'a>(
        &self,
        place: &Place,
        base: u64,
        bytes: &'a [u8],
    ) -> Result<BatchView<'a>, StoreError> {
        let base = Offset::new(base);
        BatchView::checked(bytes, place.key(), base)
            .map_err(|reason| self.damaged(place, base, reason))
    }

    /// The error that tells of a batch which is not what was written.
    pub fn damaged(&self, place: &Place, base: Offset, reason: &str) -> StoreError {
        StoreError::DamagedBatch {
            partition: place.partition.clone(),
            base,
            path: self.path.clone(),
            reason: reason.into(),
        }
    }

    /// Shows the batches from the one that holds `from` on, until `visit` has had enough.
    pub fn scan(
        &self,
        place: &Place,
        from: Position,
        visit: &mut dyn FnMut(BatchView<'_>) -> bool,
    ) -> Result<(), StoreError> {
        let (topic, partition) = place.key();
        guarded(&self.path, "read", || {
            let batches = self.database.begin_read()?.open_table(BATCHES)?;
            let up_to = (topic, partition, 0)..=(topic, partition, from.get());
            let first = batches.range(up_to)?.next_back().transpose()?;
            let first = first.map_or(from.get(), |(key, _)| key.value().2);
            for entry in batches.range((topic, partition, first)..=(topic, partition, u64::MAX))? {
                let (key, value) = entry?;
                if !visit(self.check(place, key.value().2, value.value())?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Up to where whole batches are older than `cutoff` and lie below `floor`, looking at no more
    /// than `batches` of them.
    pub fn expired(
        &self,
        place: &Place,
        cutoff: WallTime,
        floor: Position,
        limit: usize,
    ) -> Result<Option<Position>, StoreError> {
        let (topic, partition) = place.key();
        guarded(&self.path, "look for old batches in", || {
            let table = self.database.begin_read()?.open_table(BATCHES)?;
            let range = (topic, partition, 0)..=(topic, partition, u64::MAX);
            let mut expired = None;
            for entry in table.range(range)?.take(limit) {
                let (_, value) = entry?;
                match BatchView::header(value.value()) {
                    Some(batch) if batch.committed < cutoff && batch.end() <= floor => {
                        expired = Some(batch.end());
                    }
                    Some(_) | None => break,
                }
            }
            Ok(expired)
        })
    }

    /// Writes the changes in one transaction: all of them or none.
    pub fn write(
        &self,
        catalog: &Catalog,
        changes: &Changes,
        flush: Flush,
    ) -> Result<(), StoreError> {
        guarded(&self.path, "commit to", || {
            let transaction = begin(&self.database, flush)?;
            {
                let mut batches = transaction.open_table(BATCHES)?;
                for (slot, batch) in &changes.batches {
                    let (topic, partition) = catalog.place(*slot).key();
                    let base = batch.view().base.get();
                    batches.insert((topic, partition, base), batch.stored())?;
                }
                let mut starts = transaction.open_table(STARTS)?;
                for (slot, start) in &changes.trims {
                    let (topic, partition) = catalog.place(*slot).key();
                    let range = (topic, partition, 0)..(topic, partition, start.get());
                    batches.retain_in(range, |_, _| false)?;
                    starts.insert((topic, partition), start.get())?;
                }
            }
            write_positions(&transaction, catalog, changes)?;
            Ok(transaction.commit()?)
        })
    }

    /// The positions of one application, or of all.
    pub fn positions(
        &self,
        catalog: &Catalog,
        application: Option<&str>,
    ) -> Result<Vec<(String, Slot, CommittedPosition)>, StoreError> {
        guarded(&self.path, "read positions from", || {
            let table = self.database.begin_read()?.open_table(POSITIONS)?;
            let range = match application {
                Some(name) => table.range((name, 0, 0)..=(name, u32::MAX, u32::MAX))?,
                None => table.range::<(&str, u32, u32)>(..)?,
            };
            let mut positions = Vec::new();
            for entry in range {
                let (key, value) = entry?;
                let (name, topic, partition) = key.value();
                let (position, commit_number, stream_time) = value.value();
                let mut places = catalog.places();
                let found = places.find(|(_, place)| place.key() == (topic, partition));
                let (slot, place) = found.expect("a position is of a partition of the log");
                positions.push((
                    name.to_owned(),
                    slot,
                    CommittedPosition {
                        partition: place.partition.clone(),
                        position: Position::new(position),
                        commit_number,
                        stream_time: EventTime::from_millis(stream_time),
                    },
                ));
            }
            Ok(positions)
        })
    }

    /// How many bytes the file takes.
    pub fn size_bytes(&self) -> u64 {
        size_bytes(&self.path)
    }
}

fn write_positions(
    transaction: &redb::WriteTransaction,
    catalog: &Catalog,
    changes: &Changes,
) -> Result<(), Fault> {
    if changes.positions.is_empty() && changes.forgotten.is_empty() {
        return Ok(());
    }
    let mut positions = transaction.open_table(POSITIONS)?;
    for (application, committed) in &changes.positions {
        let CommittedPosition { partition, position, commit_number, stream_time } = committed;
        let slot = catalog.slot(&partition.topic, partition.partition);
        let (topic, number) = catalog.place(slot.expect("checked when it was sent")).key();
        let key = (&**application, topic, number);
        positions.insert(key, (position.get(), *commit_number, stream_time.as_millis()))?;
    }
    for application in &changes.forgotten {
        let range = (&**application, 0, 0)..=(&**application, u32::MAX, u32::MAX);
        positions.retain_in(range, |_, _| false)?;
    }
    Ok(())
}

/// Begins a write that a reopen after a kill finds whole, without walking the file.
pub(crate) fn begin(database: &Database, flush: Flush) -> Result<redb::WriteTransaction, Fault> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    transaction.set_durability(match flush {
        Flush::Now => redb::Durability::Immediate,
        Flush::Later => redb::Durability::None,
    })?;
    Ok(transaction)
}

/// Opens the database at `path`, or makes it under another name first: a database that is there has
/// its tables.
pub(crate) fn open_database(
    directory: &Directory,
    path: &Path,
    cache_bytes: usize,
    prepare: impl FnOnce(&redb::WriteTransaction) -> Result<(), Fault>,
) -> Result<Database, OpenError> {
    let io_error = |source| OpenError::Io { attempt: "create", path: path.into(), source };
    if !path.exists() {
        let staged = path.with_extension("redb.new");
        if staged.exists() {
            std::fs::remove_file(&staged).map_err(io_error)?;
        }
        guarded(&staged, "create", || {
            let database = Database::create(&staged)?;
            let transaction = begin(&database, Flush::Now)?;
            prepare(&transaction)?;
            Ok(transaction.commit()?)
        })?;
        std::fs::rename(&staged, path).map_err(io_error)?;
        directory.sync()?;
    }
    Ok(guarded(path, "open", || Ok(Database::builder().set_cache_size(cache_bytes).open(path)?))?)
}

/// How many bytes the file at `path` takes; 0 when it is gone.
pub(crate) fn size_bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}
