//! What a server holds while it is ours to end: a directory, ports, and a guard that ends it when
//! we cannot.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::guard::Guard;
use crate::ports::Claim;

/// Given up when dropped; the server has to have ended before.
pub struct Lease {
    claim: Claim,
    /// Dropped in this order: the directory last.
    _guard: Guard,
    directory: PathBuf,
    temporary: Option<TempDir>,
}

impl Lease {
    /// Takes the directory named, or one that goes with the lease, and the port preferred, or any.
    ///
    /// # Errors
    /// The directory cannot be made, or no port is free.
    pub fn take(named: Option<&Path>, port: Option<u16>) -> Result<Self> {
        let (directory, temporary) = if let Some(directory) = named {
            let directory = std::path::absolute(directory).context("a directory without a path")?;
            fs::create_dir_all(&directory)
                .with_context(|| format!("cannot make {}", directory.display()))?;
            (directory, None)
        } else {
            let temporary = tempfile::Builder::new().prefix("vigie-").tempdir();
            let temporary = temporary.context("cannot make a temporary directory")?;
            (temporary.path().to_owned(), Some(temporary))
        };
        let claim = Claim::make(port)?;
        Ok(Self { claim, _guard: Guard::over(&directory)?, directory, temporary })
    }

    /// Where everything of the server goes.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The first port.
    pub fn port(&self) -> u16 {
        self.claim.port(0)
    }

    /// Lets the server live on, and its directory with it.
    pub fn leave(mut self) {
        if let Some(temporary) = self.temporary.take() {
            let _ = temporary.keep();
        }
    }
}
