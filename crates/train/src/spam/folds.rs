//! Measuring spam in folds: openly licensed rows that are measured train the shipped model as well,
//! so each is judged by a model that was trained in the same way without the rows of its fold.
//!
//! Guarantees: a text and its variants (case, links, handles, punctuation) are in one fold, and a
//! row that is kept out trains no model. Measured is what ships: the level of noise.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use vigie_text::{LanguageModel, NoiseModel, SpamModel, Tokens};

use super::{learner, rows};
use crate::EvalArguments;
use crate::keep_out::{KeepOut, digest};
use crate::labels;
use crate::metrics::Confusion;
use crate::sentiment::airline;

/// How many folds: each model is trained on four fifths.
const FOLDS: u64 = 5;

/// Noise from which a text counts as spam.
const SPAM_FROM: u8 = 50;

/// The labelled sets.
pub const SETS: [(&str, &str); 2] =
    [("SMS", "spam/sms.dev.tsv"), ("YouTube comments", "spam/youtube_psy.dev.tsv")];

/// Tweets that people wrote about other things: what is marked here is mostly a false alarm.
const SINCERE: [(&str, &str); 4] = [
    ("complaints", "intent/complaints.dev.tsv"),
    ("umsab, English", "sentiment/dev/umsab/en.tsv"),
    ("umsab, Spanish", "sentiment/dev/umsab/es.tsv"),
    ("Apple", "brand/apple_dfe.dev.tsv"),
];

/// Measures in folds, as two tables in Markdown.
///
/// # Errors
/// When an input or a set cannot be read.
pub fn measure(arguments: &EvalArguments) -> Result<String> {
    let sources = arguments.sources.as_deref().context("spam is measured with --sources")?;
    let folds = Folds::train(sources, &KeepOut::listed(arguments.keep_out.as_deref())?)?;
    let folder = &arguments.eval;
    let mut table = format!(
        "Each row is judged by a model that was trained without its fifth of all rows: what ships is\n\
         trained with them.\n\n{}",
        labels::HEAD
    );
    for (name, path) in SETS {
        let mut counts = Confusion::new(2);
        for (label, text) in labels::rows(folder, path)? {
            counts.add(usize::from(label == "spam"), usize::from(folds.is_noise(&text)));
        }
        table.push_str(&labels::line(name, &counts, ""));
    }
    let _ = write!(
        table,
        "\nTweets about other things, and how many of them have noise of {SPAM_FROM} or more:\n\n\
         | set | rows | marked | share |\n|---|---|---|---|\n"
    );
    for (name, texts) in sincere(folder)? {
        let marked = texts.iter().filter(|text| folds.is_noise(text)).count();
        let share = 100.0 * marked as f64 / texts.len().max(1) as f64;
        let _ = writeln!(table, "| {name} | {} | {marked} | {share:.2} % |", texts.len());
    }
    Ok(table)
}

fn sincere(folder: &Path) -> Result<Vec<(&'static str, Vec<String>)>> {
    let airline = airline(folder)?.into_iter().map(|(_, text)| text).collect();
    let mut sets = vec![("airline", airline)];
    for (name, path) in SINCERE {
        let texts = labels::rows(folder, path)?.into_iter().map(|(_, text)| text).collect();
        sets.push((name, texts));
    }
    Ok(sets)
}

/// One model of noise for each fold, trained on all others.
struct Folds {
    language: LanguageModel,
    without: Vec<NoiseModel>,
}

impl Folds {
    fn train(sources: &Path, keep_out: &KeepOut) -> Result<Self> {
        let rows = rows::rows(sources, keep_out)?;
        let mut without = Vec::new();
        for fold in 0..FOLDS {
            let others: Vec<_> = rows.iter().filter(|row| row.digest % FOLDS != fold).collect();
            without.push(NoiseModel::with(SpamModel::read(&learner::model(&others))?));
        }
        Ok(Self { language: LanguageModel::new(), without })
    }

    /// What the model says that never saw the text's fold.
    fn is_noise(&self, text: &str) -> bool {
        let tokens = Tokens::of(text);
        let language = self.language.judge(&tokens, None);
        let fold = (digest(text).1 % FOLDS) as usize;
        self.without[fold].noise(&tokens, &language).level >= SPAM_FROM
    }
}
