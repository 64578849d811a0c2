//! The repository as the chores see it: its root and the files that git knows or would add.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The root of the checkout.
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// Finds the root from the place of this crate's own manifest.
    pub fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("start the chores with `cargo xtask`, which says where the repository is")?;
        let root = Path::new(&manifest)
            .ancestors()
            .nth(2)
            .context("the xtask crate is expected at crates/xtask below the root")?;
        if !root.join("Cargo.lock").is_file() {
            bail!("{} holds no Cargo.lock: it is not the workspace's root", root.display());
        }
        Ok(Self { root: root.to_owned() })
    }

    /// A path below the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Reads a text file below the root.
    pub fn read(&self, relative: &str) -> Result<String> {
        fs::read_to_string(self.path(relative)).with_context(|| format!("cannot read {relative}"))
    }

    /// A command that runs at the root.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Every file that is tracked, or is new and not ignored, in order of its path.
    pub fn files(&self) -> Result<Vec<String>> {
        let output = self
            .command("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .output()
            .context("cannot run git, which says which files belong to the repository")?;
        if !output.status.success() {
            bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let listing = String::from_utf8(output.stdout).context("a path is not UTF-8")?;
        let mut files: Vec<String> = listing
            .split('\0')
            .filter(|path| !path.is_empty() && self.path(path).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}
