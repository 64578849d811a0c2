//! The labelled sets that are measured: `sentiment/dev/<set>/<language>.tsv` and a few of other
//! forms.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::labels::words;

/// One set in one language.
#[derive(Clone, Debug)]
pub struct LabelledSet {
    /// Its name, as `umsab`.
    pub name: String,
    /// Its language, with a region or script where that matters.
    pub language: String,
    /// Class and text.
    pub rows: Vec<(usize, String)>,
}

/// All sets of a folder, by name and language.
///
/// # Errors
/// When a file cannot be read.
pub fn sets(folder: &Path) -> Result<Vec<LabelledSet>> {
    let mut found = BTreeMap::new();
    for set in entries(&folder.join("sentiment").join("dev"))? {
        for file in entries(&set)? {
            let (name, language) = (stem(&set), stem(&file));
            let rows = tsv(&file)?;
            let rows = rows.into_iter().filter_map(|row| {
                let [label, text] = <[String; 2]>::try_from(row).ok()?;
                Some((words(&label)?, text))
            });
            let set = LabelledSet {
                name: name.clone(),
                language: language.clone(),
                rows: rows.collect(),
            };
            found.insert((name, language), set);
        }
    }
    Ok(found.into_values().collect())
}

/// The rows of a table with columns of this many, as `id<TAB>rating<TAB>text`.
///
/// # Errors
/// When the file cannot be read.
pub fn tsv(path: &Path) -> Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the set {}", path.display()))?;
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// Class and text of the airline tweets.
///
/// # Errors
/// When the file cannot be read.
pub fn airline(folder: &Path) -> Result<Vec<(usize, String)>> {
    let path = folder.join("airline").join("airline.dev.ndjson");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read the set {}", path.display()))?;
    let mut rows = Vec::new();
    for line in text.lines() {
        let tweet: serde_json::Value = serde_json::from_str(line)?;
        let class = tweet["label"].as_str().and_then(words);
        if let (Some(class), Some(text)) = (class, tweet["text"].as_str()) {
            rows.push((class, text.to_owned()));
        }
    }
    Ok(rows)
}

/// Rating and text of the rated texts of one kind.
///
/// # Errors
/// When the file cannot be read.
pub fn rated(folder: &Path, kind: &str) -> Result<Vec<(f64, String)>> {
    let rows = tsv(&folder.join("vader").join(format!("{kind}.dev.tsv")))?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.get(1)?.parse().ok()?, row.get(2)?.clone())))
        .collect())
}

/// Every text of the folder that may not train: those of all sets here.
///
/// # Errors
/// When a file cannot be read.
pub fn texts(folder: &Path) -> Result<Vec<String>> {
    let mut texts: Vec<String> = Vec::new();
    for set in sets(folder)? {
        texts.extend(set.rows.into_iter().map(|(_, text)| text));
    }
    texts.extend(airline(folder)?.into_iter().map(|(_, text)| text));
    for kind in ["tweets", "amazon", "movie", "nyt"] {
        texts.extend(rated(folder, kind)?.into_iter().map(|(_, text)| text));
    }
    for file in entries(&folder.join("brand"))? {
        if file.extension().is_some_and(|ending| ending == "tsv") {
            texts.extend(tsv(&file)?.into_iter().filter_map(|mut row| row.pop()));
        }
    }
    Ok(texts)
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let list = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let mut paths = list.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
