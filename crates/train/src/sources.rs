//! The inputs of training: public files, each named by repository, commit, path and SHA-256.
//!
//! The folder of inputs holds one folder for each repository, `<owner>/<name>/`, with its files at
//! the paths that they have there. Packages stand below `npm/` and `pypi/`.
//!
//! Guarantees: a file is read only if its SHA-256 is the listed one. Refuses to fetch.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

/// One listed repository.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// `<owner>/<name>` of a public code host, or `npm/<package>`, `pypi/<package>`.
    pub name: String,
    /// The commit, or the version of a package.
    pub commit: String,
    /// Its licence, as an SPDX expression where there is one.
    pub licence: String,
    /// What else there is to know of its rights and origin.
    #[serde(default)]
    pub note: String,
    /// Its files.
    pub files: Vec<File>,
}

/// One listed file.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where it stands in its repository.
    pub path: String,
    /// What it must hash to.
    pub sha256: String,
    /// How it is read.
    pub format: String,
    /// The set that its rows belong to.
    pub set: String,
    /// Its language; the empty text where rows are in many.
    #[serde(default)]
    pub language: String,
}

/// All listed inputs of one judgement.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// In the order in which they are read.
    pub repositories: Vec<Repository>,
}

impl Sources {
    /// Reads a list.
    ///
    /// # Errors
    /// When it is no list of inputs.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("the list of inputs is not as expected")
    }
}

impl Repository {
    /// The repository with its rights, for whoever watches a training.
    pub fn told(&self) -> String {
        let Self { name, commit, licence, note, .. } = self;
        let note = if note.is_empty() { String::new() } else { format!(", {note}") };
        format!("{name} at {commit}, {licence}{note}: {} files", self.files.len())
    }
}

/// Reads a listed file below the folder of inputs.
///
/// # Errors
/// When it is missing or is not the listed one.
pub fn read(folder: &Path, repository: &Repository, file: &File) -> Result<Vec<u8>> {
    let path = folder.join(&repository.name).join(&file.path);
    let bytes = std::fs::read(&path).with_context(|| {
        format!("cannot read {}, of {} at {}", path.display(), repository.name, repository.commit)
    })?;
    let found = hex(&Sha256::digest(&bytes));
    ensure!(
        found == file.sha256,
        "{} has the SHA-256 {found}, expected {} of {} at {}",
        path.display(),
        file.sha256,
        repository.name,
        repository.commit
    );
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
