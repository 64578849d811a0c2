//! Labelled rows, read from listed files.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::labels::{Scheme, scheme};
use crate::sources::{File, Repository, read, read_at};

/// One labelled text.
#[derive(Clone, Debug)]
pub struct Row {
    /// As it was written.
    pub text: String,
    /// 0 negative, 1 neutral, 2 positive.
    pub class: usize,
}

/// The rows of a file, in its order; rows whose label is none of the three classes are left out.
///
/// # Errors
/// When a file is not the listed one or is not of its format.
pub fn rows(folder: &Path, repository: &Repository, file: &File) -> Result<Vec<Row>> {
    let bytes = read(folder, repository, file)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    let scheme = scheme(&file.labels)?;
    let found = match file.format.as_str() {
        "lines" => {
            let labels = read_at(folder, repository, &file.label_path, &file.label_sha256)?;
            let labels = String::from_utf8_lossy(&labels).into_owned();
            text.lines()
                .zip(labels.lines())
                .filter_map(|(text, label)| row(text, scheme(label)))
                .collect()
        }
        "unlabelled" => text
            .lines()
            .filter_map(|text| row(text.trim_start_matches("9\t"), scheme("")))
            .collect(),
        "tsv" => table(text, file, scheme, b'\t')?,
        "csv" => table(text, file, scheme, b',')?,
        "semicolons" => table(text, file, scheme, b';')?,
        "json" => objects(&serde_json::from_str(text)?, file, scheme)?,
        "ndjson" => {
            let list = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
            objects(&Value::Array(list), file, scheme)?
        }
        other => bail!("{}: no format is called `{other}`", file.path),
    };
    Ok(found)
}

fn row(text: &str, class: Option<usize>) -> Option<Row> {
    let text = unescaped(text.trim());
    let class = class.filter(|_| !text.is_empty())?;
    Some(Row { text, class })
}

/// A table; `text` and `label` name columns of its header, or count from 0 where it has none.
fn table(text: &str, file: &File, scheme: Scheme, delimiter: u8) -> Result<Vec<Row>> {
    let by_number = file.text.parse::<usize>().is_ok();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(!by_number)
        .quoting(delimiter == b',')
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let column = |name: &str| match name.parse() {
        Ok(number) => Ok(number),
        Err(_) => headers
            .iter()
            .position(|header| header.trim() == name)
            .with_context(|| format!("{} has no column `{name}`", file.path)),
    };
    let (text, label) = (column(&file.text)?, column(&file.label)?);
    let only =
        file.only.as_ref().map(|(name, value)| Ok::<_, anyhow::Error>((column(name)?, value)));
    let only = only.transpose()?;
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{} is no table", file.path))?;
        if only.is_some_and(|(place, value)| record.get(place) != Some(value)) {
            continue;
        }
        let (Some(text), Some(label)) = (record.get(text), record.get(label)) else { continue };
        found.extend(row(text, scheme(label)));
    }
    Ok(found)
}

/// Objects with the fields `text` and `label`.
fn objects(list: &Value, file: &File, scheme: Scheme) -> Result<Vec<Row>> {
    let list = list.as_array().with_context(|| format!("{} is no list", file.path))?;
    let mut found = Vec::new();
    for object in list {
        let Some(text) = object.get(&file.text).and_then(Value::as_str) else { continue };
        let label = match object.get(&file.label) {
            Some(Value::String(label)) => label.clone(),
            Some(label) => label.to_string(),
            None => continue,
        };
        found.extend(row(text, scheme(&label)));
    }
    Ok(found)
}

/// Some copies hold `\u2019` for the character itself.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        if let Some(letter) = code.and_then(char::from_u32) {
            plain.push(letter);
            rest = &rest[at + 6..];
        } else {
            plain.push_str("\\u");
            rest = &rest[at + 2..];
        }
    }
    plain.push_str(rest);
    plain
}
