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
    /// How much its sets weigh beside their size.
    #[serde(default = "one")]
    pub weight: f32,
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
    /// The set that its rows belong to: files of one set and language are balanced together.
    pub set: String,
    /// Its language; the empty text where rows are in many.
    #[serde(default)]
    pub language: String,
    /// The column or field that holds the text.
    #[serde(default)]
    pub text: String,
    /// The column or field that holds the label.
    #[serde(default)]
    pub label: String,
    /// How labels read.
    #[serde(default)]
    pub labels: String,
    /// Only rows with this value in this column.
    #[serde(default)]
    pub only: Option<(String, String)>,
    /// The file of labels beside a file of `lines`.
    #[serde(default)]
    pub label_path: String,
    /// What it must hash to.
    #[serde(default)]
    pub label_sha256: String,
}

fn one() -> f32 {
    1.0
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
    read_at(folder, repository, &file.path, &file.sha256)
}

/// Reads what a listed file names beside itself.
///
/// # Errors
/// When it is missing or is not the listed one.
pub fn read_at(
    folder: &Path,
    repository: &Repository,
    path: &str,
    sha256: &str,
) -> Result<Vec<u8>> {
    let Repository { name, commit, .. } = repository;
    let place = folder.join(name).join(path);
    let bytes = std::fs::read(&place)
        .with_context(|| format!("cannot read {}, of {name} at {commit}", place.display()))?;
    let found = hex(&Sha256::digest(&bytes));
    ensure!(
        found == sha256,
        "{} has the SHA-256 {found}, expected {sha256} of {name} at {commit}",
        place.display()
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
