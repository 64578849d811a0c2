//! Trains and measures the models of `vigie-text`.

mod keep_out;
mod language;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use vigie_text::LanguageModel;

/// The tables are what the chore is for.
fn print(table: &str) -> Result<()> {
    Ok(std::io::stdout().write_all(table.as_bytes())?)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(PathBuf::from)
    };
    let what: Vec<&str> = arguments.iter().take(2).map(String::as_str).collect();
    match what[..] {
        ["train", "language"] => {
            let sources = option("--sources").context("--sources DIR is missing")?;
            let mut keep_out = match option("--keep-out") {
                Some(path) => keep_out::KeepOut::read(&path)?,
                None => keep_out::KeepOut::default(),
            };
            if let Some(folder) = option("--without") {
                language::texts(&folder)?.iter().for_each(|text| keep_out.add(text));
            }
            let output = option("--output")
                .unwrap_or_else(|| Path::new("crates/text/models/language.bin").to_owned());
            language::train(&sources, &keep_out, &output)
        }
        ["eval", "language"] => {
            let folder = option("--eval").context("--eval DIR is missing")?;
            let model = match option("--model") {
                Some(path) => LanguageModel::from_bytes(std::fs::read(path)?.leak()),
                None => LanguageModel::new(),
            };
            print(&language::eval(&folder, &model)?)
        }
        _ => bail!("usage: train language --sources DIR | eval language --eval DIR"),
    }
}
