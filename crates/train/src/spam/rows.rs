//! The rows that spam is learnt from, read from listed files.
//!
//! Guarantees: what is kept out is no row. Refuses labels other than spam and ham.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use vigie_text::{Tokens, spam_features};

use crate::keep_out::{KeepOut, digest};
use crate::sources::{self, File, Sources};

const LIST: &str = include_str!("../../sources/spam.toml");

/// One text: its features, the digest that it shares with its variants, and whether it is spam.
pub struct Row {
    /// The buckets of its features.
    pub features: Vec<usize>,
    /// What its variants share.
    pub digest: u64,
    /// Whether it is spam.
    pub spam: bool,
}

/// All listed rows that may train.
///
/// # Errors
/// When an input is missing or is not the listed one.
pub fn rows(folder: &Path, keep_out: &KeepOut) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for repository in &Sources::parse(LIST)?.repositories {
        eprintln!("{}", repository.told());
        for file in &repository.files {
            let bytes = sources::read(folder, repository, file)?;
            let content = String::from_utf8_lossy(&bytes);
            for (label, text) in labelled(&content, file)? {
                if !keep_out.holds(&text) {
                    rows.push(row(&label, &text)?);
                }
            }
        }
    }
    Ok(rows)
}

fn row(label: &str, text: &str) -> Result<Row> {
    let spam = match label {
        "spam" | "1" => true,
        "ham" | "0" => false,
        _ => bail!("`{label}` is no label of spam"),
    };
    let mut features = Vec::new();
    spam_features(&Tokens::of(text), |bucket| features.push(bucket));
    Ok(Row { features, digest: digest(text).1, spam })
}

/// Label and text of each row of a file.
fn labelled(content: &str, file: &File) -> Result<Vec<(String, String)>> {
    let own = |(label, text): (&str, &str)| (label.to_owned(), text.to_owned());
    match file.format.as_str() {
        "labelled" => {
            Ok(content.lines().filter_map(|line| line.split_once('\t')).map(own).collect())
        }
        "unlabelled" => Ok(content.lines().map(|line| own((&file.label, line))).collect()),
        "csv" => table(content, file),
        "csv:0" => first_column(content, file),
        other => bail!("`{other}` is no format of a file of spam"),
    }
}

fn table(content: &str, file: &File) -> Result<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    let headers = reader.headers()?.clone();
    let column = |name: &str| {
        let at = headers.iter().position(|header| header == name);
        at.with_context(|| format!("{} has no column `{name}`", file.path))
    };
    let (label, text) = (column(&file.label)?, column(&file.text)?);
    let field = |record: &csv::StringRecord, at| record.get(at).unwrap_or_default().to_owned();
    reader
        .records()
        .map(|record| {
            let record = record.with_context(|| format!("cannot read a row of {}", file.path))?;
            Ok((field(&record, label), field(&record, text)))
        })
        .collect()
}

/// The first column of a table without a head, all rows of one label.
fn first_column(content: &str, file: &File) -> Result<Vec<(String, String)>> {
    let mut reader = csv::ReaderBuilder::new();
    let records = reader.has_headers(false).flexible(true).from_reader(content.as_bytes());
    records
        .into_records()
        .map(|record| {
            let record = record.with_context(|| format!("cannot read a row of {}", file.path))?;
            Ok((file.label.clone(), record.get(0).unwrap_or_default().to_owned()))
        })
        .collect()
}
