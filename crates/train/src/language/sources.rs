//! The files that the model is trained from, as `language.toml` lists them.
//!
//! A file lies at `<folder>/<owner>+<name>/<path>`: a checkout of the repository at the commit that is
//! named; a package at `<folder>/pypi/<file>`. Each is held to its SHA-256.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::corpus::{Corpus, Kind};
use super::nonsense;
use super::read::{self, Form};
use crate::keep_out::KeepOut;

const LIST: &str = include_str!("../../language.toml");

/// Texts of more letters are cut at sentence ends: one document must not pass for one text.
const LONGEST_TEXT: usize = 1_500;

#[derive(Deserialize)]
struct List {
    source: Vec<Source>,
}

/// One repository or package.
#[derive(Deserialize)]
struct Source {
    repository: String,
    files: Vec<File>,
}

/// One file of it.
#[derive(Deserialize)]
struct File {
    language: String,
    kind: Kind,
    form: Form,
    #[serde(default)]
    column: usize,
    member: Option<String>,
    path: String,
    sha256: String,
}

/// Reads all texts and words.
pub fn corpus(folder: &Path, keep_out: &KeepOut) -> Result<Corpus> {
    let list: List = toml::from_str(LIST).context("reading language.toml")?;
    let mut corpus = Corpus::default();
    let mut bytes: FxHashMap<String, Vec<u8>> = FxHashMap::default();
    for source in &list.source {
        bytes.clear();
        let place = folder.join(source.repository.replace('/', "+"));
        for file in &source.files {
            if !bytes.contains_key(&file.path) {
                bytes.insert(file.path.clone(), checked(&place.join(&file.path), &file.sha256)?);
            }
            take(&mut corpus, file, &bytes[&file.path], keep_out)
                .with_context(|| format!("reading {} of {}", file.path, source.repository))?;
        }
    }
    nonsense::add(&mut corpus);
    Ok(corpus)
}

fn checked(path: &Path, expected: &str) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let mut found = String::new();
    for byte in Sha256::digest(&bytes) {
        write!(found, "{byte:02x}")?;
    }
    ensure!(found == expected, "{} is another file than listed: {found}", path.display());
    Ok(bytes)
}

fn take(corpus: &mut Corpus, file: &File, bytes: &[u8], keep_out: &KeepOut) -> Result<()> {
    let member = match &file.member {
        Some(name) => Some(read::member(bytes, name)?),
        None => None,
    };
    let bytes = member.as_deref().unwrap_or(bytes);
    match file.kind {
        Kind::Sentences | Kind::Social => {
            for text in read::texts(bytes, file.form, file.column)? {
                for part in parts(&text) {
                    if !keep_out.holds(part) {
                        corpus.add(&file.language, file.kind, part);
                    }
                }
            }
        }
        Kind::Words => corpus.add_words(&file.language, &read::words(bytes, file.form)?),
        Kind::Parts => corpus.add_parts(&file.language, &read::words(bytes, file.form)?),
    }
    Ok(())
}

/// A long text cut behind its full stops.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let long = text.len() > LONGEST_TEXT;
    let mut left = Some(text);
    std::iter::from_fn(move || {
        let text = left.take()?;
        let at = if long { text.find(['.', '!', '?', '።', '۔']) } else { None };
        let Some(at) = at else { return Some(text) };
        let end = at + text[at..].chars().next().map_or(1, char::len_utf8);
        left = Some(&text[end..]).filter(|rest| !rest.is_empty());
        Some(&text[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_and_each_file_has_a_checksum() {
        let list: List = toml::from_str(LIST).expect("language.toml is TOML of this shape");
        for file in list.source.iter().flat_map(|source| &source.files) {
            assert_eq!(file.sha256.len(), 64, "{}", file.path);
        }
    }

    #[test]
    fn only_long_texts_are_cut() {
        assert_eq!(parts("a. b.").collect::<Vec<_>>(), ["a. b."]);
        let long = "abcd efgh. ".repeat(200);
        assert!(parts(&long).count() >= 200);
    }
}
