//! Training: the listed rows and lexicons become examples, and the learner makes a model of them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use vigie_text::{LanguageModel, SentimentModel, Tokens};

use super::labels::NEUTRAL;
use super::learner::{Examples, Settings, learn};
use super::rows::{Row, rows};
use super::sets;
use crate::TrainArguments;
use crate::sources::{File, Repository, Sources, read};

/// The list of inputs.
pub const SOURCES: &str = include_str!("../../sources/sentiment.toml");

/// Where the crate `vigie-text` reads the model.
const MODEL: &str = "crates/text/models/sentiment.bin";

/// Chosen on the dev rows: 2^21 rows of two bytes are 4 MiB; a further pass changes nothing.
const SETTINGS: Settings = Settings { bits: 21, rate: 0.15, passes: 5, seed: 1 };

/// How likely neutral is in a set whose labels know no neutral: a part of its texts would have
/// been called so.
const UNSEEN_NEUTRAL: f32 = 0.1;

/// The valence from which an entry of a lexicon counts in full.
const FULL_VALENCE: f32 = 3.0;

/// The rows of one set in one language, and how much the set weighs.
#[derive(Default)]
struct Set {
    weight: f32,
    rows: Vec<Row>,
}

/// Turns texts into examples.
struct Reader {
    language: LanguageModel,
    sentiment: SentimentModel,
    examples: Examples,
}

/// Trains the model and writes it.
///
/// # Errors
/// When an input is missing or is not the listed one.
pub fn train(arguments: &TrainArguments) -> Result<()> {
    let keep_out = arguments.kept_out(sets::texts)?;
    let mut reader = Reader {
        language: LanguageModel::new(),
        sentiment: SentimentModel::new(),
        examples: Examples::default(),
    };
    let mut sets: BTreeMap<(String, String), Set> = BTreeMap::new();
    let mut dropped = 0_u32;
    for repository in &Sources::parse(SOURCES)?.repositories {
        println!("{}", repository.told());
        for file in &repository.files {
            if file.format == "lexicon" {
                reader.add_lexicon(
                    &lexicon(&arguments.sources, repository, file)?,
                    repository.weight,
                );
                continue;
            }
            let set = sets.entry((file.set.clone(), file.language.clone())).or_default();
            set.weight = repository.weight;
            for row in rows(&arguments.sources, repository, file)? {
                if keep_out.holds(&row.text) {
                    dropped += 1;
                } else {
                    set.rows.push(row);
                }
            }
        }
    }
    let count: usize = sets.values().map(|set| set.rows.len()).sum();
    println!("{count} rows in {} sets; {dropped} are kept out", sets.len());
    let total: f32 = sets.values().map(Set::total).sum();
    for set in sets.values() {
        reader.add_set(set, count as f32 / total);
    }
    let model = learn(&reader.examples, SETTINGS);
    arguments.write(MODEL, &model.write())
}

impl Set {
    /// What all its rows weigh together: large sets count more, but not by their size.
    fn total(&self) -> f32 {
        self.weight * (self.rows.len() as f32).sqrt()
    }

    /// How many rows each class has.
    fn counts(&self) -> [u32; 3] {
        let mut counts = [0; 3];
        for row in &self.rows {
            counts[row.class] += 1;
        }
        counts
    }
}

impl Reader {
    /// Adds a set with its classes balanced; `unit` makes the mean weight of a row one.
    fn add_set(&mut self, set: &Set, unit: f32) {
        let counts = set.counts();
        let classes = counts.iter().filter(|count| **count > 0).count();
        let unseen = if counts[NEUTRAL] == 0 { UNSEEN_NEUTRAL } else { 0.0 };
        for row in &set.rows {
            let mut target = [0.0; 3];
            target[NEUTRAL] = unseen;
            target[row.class] = 1.0 - unseen;
            let share = set.total() * unit / (classes as f32 * counts[row.class] as f32);
            self.add(&row.text, target, share);
        }
    }

    /// Adds each entry of a lexicon as a text of its own.
    fn add_lexicon(&mut self, entries: &[(String, f32)], weight: f32) {
        for (text, valence) in entries {
            let target = if *valence > 0.0 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] };
            self.add(text, target, weight * (valence.abs() / FULL_VALENCE).min(1.0));
        }
    }

    fn add(&mut self, text: &str, target: [f32; 3], weight: f32) {
        let tokens = Tokens::of(text);
        let language = self.language.judge(&tokens, None);
        let evidence = self.sentiment.evidence(&tokens, &language);
        let mut features = Vec::new();
        evidence.each(&tokens, |feature, factor| {
            features.push((feature.row(SETTINGS.bits), factor));
        });
        self.examples.push(features.into_iter(), evidence.dense(), target, weight);
    }
}

/// The entries of a lexicon that weigh something, by word.
fn lexicon(folder: &Path, repository: &Repository, file: &File) -> Result<Vec<(String, f32)>> {
    let bytes = read(folder, repository, file)?;
    let entries: BTreeMap<String, f32> =
        serde_json::from_slice(&bytes).with_context(|| format!("{} is no lexicon", file.path))?;
    Ok(entries.into_iter().filter(|(_, valence)| *valence != 0.0).collect())
}
