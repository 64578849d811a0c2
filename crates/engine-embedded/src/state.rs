//! `state.redb`: the newest value per key of the compacted topics, up to a position per partition.
//!
//! It runs behind the log, never ahead: it is written every few seconds, each time together with
//! the positions up to which the log has been folded in. What the log holds beyond them is the
//! rest.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::PathBuf;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use vigie_runtime::Position;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::catalog::Place;
use crate::directory::Directory;
use crate::error::{Fault, OpenError, StoreError, guarded};
use crate::store::{Flush, begin, open_database, size_bytes};

/// Topic and partition, big endian, and the key, to the xxh3 of key and value, and the value.
const ENTRIES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("entries");
/// (topic, partition) to the position up to which the log is folded in.
const APPLIED: TableDefinition<(u32, u32), u64> = TableDefinition::new("applied");

const PREFIX_BYTES: usize = 8;
const CHECKSUM_BYTES: usize = 8;
/// Entries leave the database in pieces of 1 MiB, so that no closure of a caller runs inside it.
const PIECE_BYTES: usize = 1 << 20;

/// The newest change of each key in a stretch of the log; none is a removed key.
pub(crate) type Folded = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A stretch of one partition's log, folded.
#[derive(Debug)]
pub(crate) struct Fold {
    pub place: Place,
    pub entries: Folded,
    pub applied: Position,
}

/// The database of the compacted topics.
#[derive(Debug)]
pub(crate) struct StateStore {
    database: Database,
    path: PathBuf,
}

/// The database as it was at one moment.
pub(crate) struct StateView<'a> {
    store: &'a StateStore,
    entries: redb::ReadOnlyTable<&'static [u8], &'static [u8]>,
    applied: redb::ReadOnlyTable<(u32, u32), u64>,
}

impl StateStore {
    /// Opens the database, creating it if need be.
    pub fn open(directory: &Directory, cache_bytes: usize) -> Result<Self, OpenError> {
        let path = directory.file("state.redb");
        let database = open_database(directory, &path, cache_bytes, |transaction| {
            transaction.open_table(ENTRIES)?;
            transaction.open_table(APPLIED)?;
            Ok(())
        })?;
        Ok(Self { database, path })
    }

    /// Writes the folds in one transaction.
    pub fn apply(&self, folds: &[Fold]) -> Result<(), StoreError> {
        guarded(&self.path, "write to", || {
            let transaction = begin(&self.database, Flush::Now)?;
            {
                let mut entries = transaction.open_table(ENTRIES)?;
                let mut applied = transaction.open_table(APPLIED)?;
                let mut entry = Vec::new();
                for fold in folds {
                    let mut key = prefix(&fold.place).to_vec();
                    for (name, value) in &fold.entries {
                        key.truncate(PREFIX_BYTES);
                        key.extend_from_slice(name);
                        match value {
                            Some(value) => {
                                entry.clear();
                                entry.extend_from_slice(&checksum(&key, value));
                                entry.extend_from_slice(value);
                                entries.insert(&*key, &*entry)?;
                            }
                            None => drop(entries.remove(&*key)?),
                        }
                    }
                    applied.insert(fold.place.key(), fold.applied.get())?;
                }
            }
            Ok(transaction.commit()?)
        })
    }

    /// The database as it is now.
    pub fn view(&self) -> Result<StateView<'_>, StoreError> {
        guarded(&self.path, "read", || {
            let transaction = self.database.begin_read()?;
            let entries = transaction.open_table(ENTRIES)?;
            let applied = transaction.open_table(APPLIED)?;
            Ok(StateView { store: self, entries, applied })
        })
    }

    /// Whether nothing has ever been folded in.
    pub fn is_new(&self) -> Result<bool, StoreError> {
        guarded(&self.path, "read", || {
            let applied = self.database.begin_read()?.open_table(APPLIED)?;
            Ok(applied.first()?.is_none())
        })
    }

    /// How many bytes the file takes.
    pub fn size_bytes(&self) -> u64 {
        size_bytes(&self.path)
    }

    /// Where it is.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }
}

impl StateView<'_> {
    /// Up to where the log is folded in.
    pub fn applied(&self, place: &Place) -> Result<Position, StoreError> {
        guarded(&self.store.path, "read", || {
            let applied = self.applied.get(place.key())?;
            Ok(Position::new(applied.map_or(0, |position| position.value())))
        })
    }

    /// The value of a key.
    pub fn get(&self, place: &Place, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        guarded(&self.store.path, "read", || {
            let key = [&prefix(place), key].concat();
            let Some(entry) = self.entries.get(&*key)? else { return Ok(None) };
            Ok(Some(self.check(place, &key, entry.value())?.to_vec()))
        })
    }

    /// Shows the entries of a partition in the order of their keys.
    pub fn visit(
        &self,
        place: &Place,
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let piece = self.piece(place, after.as_deref())?;
            for (key, value) in &piece {
                visit(&key[PREFIX_BYTES..], value);
            }
            let Some((last, _)) = piece.into_iter().next_back() else { return Ok(()) };
            after = Some(last);
        }
    }

    fn piece(&self, place: &Place, after: Option<&[u8]>) -> Result<Vec<Entry>, StoreError> {
        let prefix = prefix(place);
        let from = after.map_or(Bound::Included(&prefix[..]), Bound::Excluded);
        guarded(&self.store.path, "read", || {
            let mut piece = Vec::new();
            let mut bytes = 0;
            for entry in self.entries.range::<&[u8]>((from, Bound::Unbounded))? {
                let (key, value) = entry?;
                if !key.value().starts_with(&prefix) || bytes >= PIECE_BYTES {
                    break;
                }
                bytes += key.value().len() + value.value().len();
                let sound = self.check(place, key.value(), value.value())?;
                piece.push((key.value().to_vec(), sound.to_vec()));
            }
            Ok(piece)
        })
    }

    /// The value of an entry, if it is the one that was written.
    fn check<'e>(&self, place: &Place, key: &[u8], entry: &'e [u8]) -> Result<&'e [u8], Fault> {
        match entry.split_first_chunk() {
            Some((stored, value)) if *stored == checksum(key, value) => Ok(value),
            Some(_) | None => {
                let name = String::from_utf8_lossy(&key[PREFIX_BYTES..]);
                let partition = &place.partition;
                let reason = format!("the entry {name:?} of {partition} does not fit its checksum");
                let path = self.store.path.clone();
                Err(Fault::Store(StoreError::Database { attempt: "read".into(), path, reason }))
            }
        }
    }
}

type Entry = (Vec<u8>, Vec<u8>);

fn checksum(key: &[u8], value: &[u8]) -> [u8; CHECKSUM_BYTES] {
    xxh3_64_with_seed(value, xxh3_64(key)).to_le_bytes()
}

fn prefix(place: &Place) -> [u8; PREFIX_BYTES] {
    let (topic, partition) = place.key();
    let mut prefix = [0; PREFIX_BYTES];
    prefix[..4].copy_from_slice(&topic.to_be_bytes());
    prefix[4..].copy_from_slice(&partition.to_be_bytes());
    prefix
}
