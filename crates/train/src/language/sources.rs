//! The files that the language model is trained from, as `language.toml` lists them.
//!
//! A file's `set` is the kind of its texts; its `format` is a form of `read`, with the column or
//! the member of a package behind a colon.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::corpus::{Corpus, Kind};
use super::nonsense;
use super::read::{self, Form};
use crate::keep_out::KeepOut;
use crate::sources::{File, Sources};

const LIST: &str = include_str!("../../sources/language.toml");

/// Texts of more bytes are cut at sentence ends: one document must not pass for one text.
const LONGEST_TEXT: usize = 1_500;

/// Reads all texts and words.
pub fn corpus(folder: &Path, keep_out: &KeepOut) -> Result<Corpus> {
    let mut corpus = Corpus::default();
    for repository in &Sources::parse(LIST)?.repositories {
        println!("{}", repository.told());
        // Some files are listed more than once, for their columns or members.
        let mut last: Option<(&str, Vec<u8>)> = None;
        for file in &repository.files {
            let bytes = match last.take() {
                Some((path, bytes)) if path == file.path => bytes,
                _ => crate::sources::read(folder, repository, file)?,
            };
            take(&mut corpus, file, &bytes, keep_out)
                .with_context(|| format!("cannot read {} of {}", file.path, repository.name))?;
            last = Some((&file.path, bytes));
        }
    }
    nonsense::add(&mut corpus);
    Ok(corpus)
}

fn take(corpus: &mut Corpus, file: &File, bytes: &[u8], keep_out: &KeepOut) -> Result<()> {
    let (form, detail) = file.format.split_once(':').unwrap_or((&file.format, ""));
    let form = Form::named(form)?;
    let is_packed = matches!(form, Form::Zip | Form::Wordfreq);
    let member = is_packed.then(|| read::member(bytes, detail)).transpose()?;
    let bytes = member.as_deref().unwrap_or(bytes);
    let kind = Kind::named(&file.set)?;
    match kind {
        Kind::Sentences | Kind::Social => {
            for text in read::texts(bytes, form, detail.parse().unwrap_or(0))? {
                for part in parts(&text) {
                    if !keep_out.holds(part) {
                        corpus.add(&file.language, kind, part);
                    }
                }
            }
        }
        Kind::Words => corpus.add_words(&file.language, &read::words(bytes, form)?),
        Kind::Parts => corpus.add_parts(&file.language, &read::words(bytes, form)?),
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
    fn the_list_is_read_and_each_file_has_a_form_a_kind_and_a_checksum() {
        for repository in Sources::parse(LIST).expect("a list").repositories {
            for file in repository.files {
                let form = file.format.split(':').next().unwrap_or_default();
                assert!(Form::named(form).is_ok(), "{}", file.path);
                assert!(Kind::named(&file.set).is_ok(), "{}", file.path);
                assert_eq!(file.sha256.len(), 64, "{}", file.path);
            }
        }
    }

    #[test]
    fn only_long_texts_are_cut() {
        assert_eq!(parts("a. b.").collect::<Vec<_>>(), ["a. b."]);
        let long = "abcd efgh. ".repeat(200);
        assert!(parts(&long).count() >= 200);
    }
}
