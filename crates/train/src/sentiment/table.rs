//! The quality table that ships: what was measured per set, and the tier of each language.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use super::quality::{Measured, Quality};
use super::train::SOURCES;
use crate::sources::Sources;

/// By how much a language must beat the most frequent class.
const OVER_MAJORITY: f64 = 0.20;

/// The macro-F1 that it must reach with three classes, and with two.
const FLOOR: f64 = 0.50;
const BINARY_FLOOR: f64 = 0.60;

/// What others reach on the same kind of sets, on other rows of them.
const BASELINES: [(&str, &str); 5] = [
    ("UMSAB, mean macro-F1 of 8 languages", "fastText 0.510, XLM-R 0.648"),
    ("all sets here, mean macro-F1", "TF-IDF with logistic regression per set 0.616"),
    ("SemEval-2017 4A (its dev rows here), macro recall", "SVM and fastText 0.629, VADER 0.570"),
    ("airline tweets, macro-F1", "VADER 0.458, TF-IDF trained on it 0.752"),
    ("VADER's tweets, Pearson r", "VADER 0.872"),
];

/// A language's tier and the set that gave it.
pub struct Tiered {
    pub tier: char,
    pub best: Option<Measured>,
}

/// The tier of every language of the inputs. A set labelled natively by people gives A, one of
/// weaker labels B, if the language is well above the most frequent class there; else C.
///
/// # Errors
/// When the manifest of the sets cannot be read.
pub fn tiers(quality: &Quality, folder: &Path) -> Result<BTreeMap<String, Tiered>> {
    let path = folder.join("manifest.dev.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read the manifest {}", path.display()))?;
    let packs: Vec<serde_json::Value> = serde_json::from_str(&text)?;
    let mut tiers: BTreeMap<String, Tiered> = BTreeMap::new();
    for repository in Sources::parse(SOURCES)?.repositories {
        for file in repository.files {
            tiers.entry(base(&file.language)).or_insert(Tiered { tier: 'C', best: None });
        }
    }
    // What the language model cannot name is judged all the same, and flagged.
    tiers.insert("und".to_owned(), Tiered { tier: 'C', best: None });
    for set in &quality.sets {
        let pack = format!("sentiment/{}/{}", set.name, set.language);
        let listed = packs.iter().find(|row| row["pack"] == *pack);
        let labels = listed.and_then(|row| row["tier"].as_str()).unwrap_or("C");
        let floor = if set.classes == 2 { BINARY_FLOOR } else { FLOOR };
        let f1 = set.binary_f1.max(set.macro_f1);
        let reached = f1 >= floor && f1 >= set.majority + OVER_MAJORITY;
        let tier = if reached { labels.chars().next().unwrap_or('C') } else { 'C' };
        let language = tiers.entry(base(&set.language));
        let language = language.or_insert(Tiered { tier: 'C', best: None });
        let better = language.best.as_ref().is_none_or(|best| best.macro_f1 < set.macro_f1);
        if tier < language.tier || (tier == language.tier && better) {
            *language = Tiered { tier, best: Some(set.clone()) };
        }
    }
    Ok(tiers)
}

/// A language without its region or script.
fn base(language: &str) -> String {
    language.split('-').next().unwrap_or_default().to_owned()
}

/// The table of all sets, and the figures that decide beside those of others.
pub fn markdown(quality: &Quality, tiers: &BTreeMap<String, Tiered>) -> String {
    let count = |tier| tiers.values().filter(|language| language.tier == tier).count();
    let mut text = format!(
        "Texts alone are judged: no language is given. \"Two classes\" is macro-F1 where the set has\n\
         no neutral and the model may not give it. Tier A: validated on text labelled natively by\n\
         people; B: on weaker labels; both at least {OVER_MAJORITY:.2} above the most frequent class\n\
         and at {FLOOR:.2} ({BINARY_FLOOR:.2} of two classes); C: not validated, flagged in the\n\
         output. {} languages are A, {} B, {} C.\n\n",
        count('A'),
        count('B'),
        count('C'),
    );
    text.push_str(
        "| set | language | rows | classes | macro-F1 | two classes | majority | tier | unknown |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for set in quality.sets.iter().chain([&quality.airline]) {
        let tier = tiers.get(&base(&set.language)).map_or('C', |language| language.tier);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.3} | {:.3} | {:.3} | {tier} | {} |",
            set.name,
            set.language,
            set.rows,
            set.classes,
            set.macro_f1,
            set.binary_f1,
            set.majority,
            set.unknown,
        );
    }
    let figures = quality.figures();
    text.push_str("\n| measure | here | others |\n|---|---|---|\n");
    for ((name, others), here) in BASELINES.iter().zip(figures) {
        let _ = writeln!(text, "| {name} | {here:.3} | {others} |");
    }
    text
}

/// Writes the list of languages into the crate's folder.
///
/// # Errors
/// When it cannot be written.
pub fn write_tiers(folder: &Path, tiers: &BTreeMap<String, Tiered>) -> Result<()> {
    let mut list = String::from(
        "# code tier macro-F1 majority; made by `cargo xtask eval sentiment --table`. Do not edit.\n",
    );
    for (code, language) in tiers {
        let _ = match &language.best {
            Some(set) => {
                let f1 = set.binary_f1.max(set.macro_f1);
                writeln!(list, "{code} {} {f1:.3} {:.3}", language.tier, set.majority)
            }
            None => writeln!(list, "{code} {}", language.tier),
        };
    }
    let path = folder.join("data/tiers.txt");
    std::fs::write(&path, list).with_context(|| format!("cannot write {}", path.display()))
}
