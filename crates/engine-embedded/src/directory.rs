//! The data directory: who holds it, and which version of the format it has.
//!
//! The lock is the operating system's lock on `vigie.lock`, which dies with its process: a stale
//! file is taken over, and the pid in it is only told to people. The format is read before anything
//! is written.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::OpenError;

/// The version of the format that this program reads and writes.
const FORMAT_VERSION: u32 = 2;
const FORMAT_PREFIX: &str = "vigie-log ";

/// Who holds a data directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The process; unknown while it is starting.
    pub pid: Option<u32>,
    /// Its API, once it has one.
    pub address: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.pid, &self.address) {
            (Some(pid), Some(address)) => write!(formatter, " (pid {pid}, API at {address})"),
            (Some(pid), None) => write!(formatter, " (pid {pid}, no API yet)"),
            (None, _) => formatter.write_str(" that is starting"),
        }
    }
}

/// A data directory that this process holds until it drops this.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    lock: Mutex<File>,
}

impl Directory {
    /// Takes the directory, creating it if need be.
    pub fn create(path: &Path) -> Result<Self, OpenError> {
        std::fs::create_dir_all(path).map_err(|source| io_error("create", path, source))?;
        check_format(path)?;
        let directory = Self::take(path)?;
        if !check_format(path)? {
            directory.refuse_unversioned()?;
            directory.write_format()?;
        }
        Ok(directory)
    }

    /// Takes a directory that holds a log.
    pub fn existing(path: &Path) -> Result<Self, OpenError> {
        if !check_format(path)? {
            return Err(OpenError::NoLog { directory: path.into() });
        }
        let directory = Self::take(path)?;
        check_format(path)?;
        Ok(directory)
    }

    fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = path.join("vigie.lock");
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(|source| io_error("open", &lock_path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Held {
                    directory: path.into(),
                    holder: read_holder(&lock_path),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io_error("lock", &lock_path, source)),
        }
        let directory = Self { path: path.into(), lock: Mutex::new(file) };
        directory.write_holder(None)?;
        Ok(directory)
    }

    /// The file `name` in the directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells who is refused where the holder's API is.
    pub fn write_holder(&self, address: Option<&str>) -> Result<(), OpenError> {
        let text = format!("{}\n{}\n", std::process::id(), address.unwrap_or_default());
        let mut file = self.lock.lock().expect("nobody panics holding this lock");
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(text.as_bytes()));
        drop(file);
        written.map_err(|source| io_error("write", &self.path.join("vigie.lock"), source))
    }

    /// Makes new names in the directory durable.
    pub fn sync(&self) -> Result<(), OpenError> {
        File::open(&self.path)
            .and_then(|directory| directory.sync_all())
            .map_err(|source| io_error("flush", &self.path, source))
    }

    fn refuse_unversioned(&self) -> Result<(), OpenError> {
        let unversioned = ["log.redb", "state.redb"].iter().any(|name| self.file(name).exists());
        if unversioned {
            let advice = "it names the format's version; restore it from where the files come from";
            return Err(OpenError::Missing { path: self.file("vigie.format"), advice });
        }
        Ok(())
    }

    fn write_format(&self) -> Result<(), OpenError> {
        let path = self.file("vigie.format");
        let staged = self.file("vigie.format.new");
        File::create(&staged)
            .and_then(|mut file| {
                file.write_all(format!("{FORMAT_PREFIX}{FORMAT_VERSION}\n").as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&staged, &path))
            .map_err(|source| io_error("write", &path, source))?;
        self.sync()
    }
}

/// Whether the directory has a format of ours: false when it has none yet.
fn check_format(directory: &Path) -> Result<bool, OpenError> {
    let path = directory.join("vigie.format");
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(io_error("read", &path, source)),
    };
    let text = String::from_utf8_lossy(&bytes);
    let found = text.trim().strip_prefix(FORMAT_PREFIX).unwrap_or_else(|| text.trim());
    if found == FORMAT_VERSION.to_string() {
        return Ok(true);
    }
    // 40 characters tell a version from garbage.
    let found = found.chars().take(40).flat_map(char::escape_default).collect();
    Err(OpenError::Format { directory: directory.into(), found, expected: FORMAT_VERSION })
}

fn read_holder(lock: &Path) -> Holder {
    let text = std::fs::read_to_string(lock).unwrap_or_default();
    let mut lines = text.lines();
    let pid = lines.next().and_then(|line| line.parse().ok());
    let address = lines.next().filter(|line| !line.is_empty()).map(String::from);
    Holder { pid, address }
}

fn io_error(attempt: &'static str, path: &Path, source: std::io::Error) -> OpenError {
    OpenError::Io { attempt, path: path.into(), source }
}
