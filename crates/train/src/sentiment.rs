//! Sentiment: training its model, measuring it, and its quality table.

mod labels;
mod learner;
mod quality;
mod rows;
mod sets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use vigie_text::{LanguageModel, LinearModel, SentimentModel, Tokens};

use crate::keep_out::KeepOut;
use crate::sources::{File, Repository, Sources, read};
use crate::{EvalArguments, TrainArguments};
use learner::{Examples, Settings, learn};
use rows::{Row, rows};

const SOURCES: &str = include_str!("../sources/sentiment.toml");

fn env(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Trains the model and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    let sources = Sources::parse(SOURCES)?;
    let mut keep_out = KeepOut::default();
    if let Some(path) = &arguments.keep_out {
        keep_out.extend(path)?;
    }
    if let Some(folder) = &arguments.eval {
        keep_out.add(&sets::texts(folder)?);
    }
    let settings = Settings {
        bits: env("BITS", 21.0) as u32,
        rate: env("RATE", 0.15),
        passes: env("PASSES", 5.0) as u32,
        seed: 1,
    };
    let empty = LinearModel::of(8, &[[0.0; 2]; 256], [0.0; 2], vec![]);
    let judge = (SentimentModel::with(empty), LanguageModel::new());
    let mut sets: BTreeMap<(String, String), (f32, Vec<Row>)> = BTreeMap::new();
    let mut entries = Vec::new();
    let mut dropped = 0;
    for repository in &sources.repositories {
        for file in &repository.files {
            if file.format == "lexicon" {
                entries.push((file.language.clone(), lexicon(&arguments.sources, repository, file)?));
                continue;
            }
            let set = sets.entry((file.set.clone(), file.language.clone())).or_default();
            set.0 = std::env::var(format!("W_{}", file.set)).ok().and_then(|v| v.parse().ok()).unwrap_or(repository.weight);
            for row in rows(&arguments.sources, repository, file)? {
                if keep_out.holds(&row.text) { dropped += 1 } else { set.1.push(row) }
            }
        }
    }
    let mut examples = Examples::default();
    let soft = env("SOFT", 0.1);
    let mut total = 0.0;
    let mut count = 0;
    for (weight, rows) in sets.values() {
        total += weight * (rows.len() as f32).sqrt();
        count += rows.len();
    }
    println!("{count} rows, {dropped} kept out");
    let unit = count as f32 / total;
    for ((name, language), (weight, rows)) in &sets {
        let mut counts = [0_u32; 3];
        for row in rows {
            counts[row.class] += 1;
        }
        let classes = counts.iter().filter(|count| **count > 0).count();
        let all = weight * (rows.len() as f32).sqrt() * unit;
        if std::env::var("VERBOSE").is_ok() {
            println!("{name} {language} {counts:?}");
        }
        for row in rows {
            let mut target = [0.0; 3];
            target[row.class] = 1.0;
            if counts[1] == 0 {
                target[row.class] = 1.0 - soft;
                target[1] = soft;
            }
            push(&mut examples, &judge, settings.bits, &row.text, target, all / (classes as f32 * counts[row.class] as f32));
        }
    }
    let lexicon_weight = env("LEXICON", 1.5);
    for (_, list) in &entries {
        for (text, value) in list {
            let mut target = [0.0; 3];
            target[if *value > 0.0 { 2 } else { 0 }] = 1.0;
            push(&mut examples, &judge, settings.bits, text, target, lexicon_weight * (value.abs() / 3.0).min(1.0));
        }
    }
    println!("{} examples", examples.len());
    let model = learn(&examples, settings);
    if let Some(folder) = &arguments.eval {
        let quality = quality::quality(&SentimentModel::with(model.clone()), folder)?;
        println!("{}\n{}", quality.summary(), quality.by_set());
    }
    if let Some(output) = &arguments.output {
        std::fs::write(output, model.write()).with_context(|| format!("cannot write {}", output.display()))?;
    }
    Ok(())
}

fn push(examples: &mut Examples, judge: &(SentimentModel, LanguageModel), bits: u32, text: &str, target: [f32; 3], weight: f32) {
    let tokens = Tokens::of(text);
    let language = judge.1.judge(&tokens, None);
    let evidence = judge.0.evidence(&tokens, &language);
    let mut features = Vec::new();
    evidence.each(&tokens, |feature, factor| features.push((feature.row(bits), factor)));
    examples.push(features.into_iter(), evidence.dense, target, weight);
}

fn lexicon(folder: &Path, repository: &Repository, file: &File) -> Result<Vec<(String, f32)>> {
    let bytes = read(folder, repository, &file.path, &file.sha256)?;
    let map: BTreeMap<String, f32> = serde_json::from_slice(&bytes)?;
    Ok(map.into_iter().filter(|(_, value)| *value != 0.0).collect())
}

/// Measures the model on labelled sets.
///
/// # Errors
/// When a set cannot be read.
pub fn measure(arguments: &EvalArguments) -> Result<()> {
    let path: &PathBuf = arguments.table.as_ref().context("model")?;
    let model = LinearModel::read(std::fs::read(path)?).ok().context("no model")?;
    let quality = quality::quality(&SentimentModel::with(model), &arguments.eval)?;
    println!("{}\n{}", quality.summary(), quality.by_set());
    Ok(())
}

/// Measures what is said of brands.
///
/// # Errors
/// When a set cannot be read.
pub fn measure_brand(arguments: &EvalArguments) -> Result<()> {
    bail!("what is said of brands is not measured yet on {}", arguments.eval.display())
}
