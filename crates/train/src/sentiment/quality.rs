//! How well the model does on each set.

use std::path::Path;

use anyhow::Result;
use vigie_text::{LanguageModel, SentimentModel, Tokens};
use vigie_types::{Language, SentimentLabel};

use super::sets::{LabelledSet, airline, rated, sets};
use crate::metrics::{Confusion, mean, pearson};

/// Judges texts alone: nothing but the text is known.
pub struct Judge<'m> {
    pub language: LanguageModel,
    pub sentiment: &'m SentimentModel,
}

/// What was measured on one set.
#[derive(Clone, Debug)]
pub struct Measured {
    pub name: String,
    pub language: String,
    pub rows: u32,
    pub classes: usize,
    pub macro_f1: f64,
    pub macro_recall: f64,
    pub majority: f64,
    /// Macro-F1 where the set has no neutral and the model may not give it.
    pub binary_f1: f64,
    /// Rows without a judgement; they count as neutral.
    pub unknown: u32,
}

impl Judge<'_> {
    /// The class, the score and whether there was a judgement.
    fn judge(&self, text: &str) -> (usize, f64, bool) {
        let tokens = Tokens::of(text);
        let language: Language = self.language.judge(&tokens, None);
        match self.sentiment.sentiment(&tokens, &language) {
            None => (1, 0.0, false),
            Some(found) => (class(found.label), f64::from(found.score.get()), true),
        }
    }

    pub fn measure(&self, set: &LabelledSet) -> Measured {
        let (mut confusion, mut binary) = (Confusion::new(3), Confusion::new(3));
        let mut unknown = 0;
        for (truth, text) in &set.rows {
            let (given, score, known) = self.judge(text);
            confusion.add(*truth, given);
            binary.add(*truth, if score >= 0.0 { 2 } else { 0 });
            unknown += u32::from(!known);
        }
        let classes = confusion.classes_present();
        Measured {
            name: set.name.clone(),
            language: set.language.clone(),
            rows: confusion.total(),
            classes,
            macro_f1: confusion.macro_f1(),
            macro_recall: confusion.macro_recall(),
            majority: confusion.majority_f1(),
            binary_f1: if classes == 2 { binary.macro_f1() } else { confusion.macro_f1() },
            unknown,
        }
    }
}

/// The number of a class.
pub fn class(label: SentimentLabel) -> usize {
    match label {
        SentimentLabel::Negative => 0,
        SentimentLabel::Neutral => 1,
        SentimentLabel::Positive => 2,
    }
}

/// Everything that was measured.
pub struct Quality {
    pub sets: Vec<Measured>,
    pub airline: Measured,
    /// Pearson's r for each kind of rated texts.
    pub rated: Vec<(&'static str, f64)>,
}

/// Measures the model on every set of a folder.
///
/// # Errors
/// When a set cannot be read.
pub fn quality(sentiment: &SentimentModel, folder: &Path) -> Result<Quality> {
    let judge = Judge { language: LanguageModel::new(), sentiment };
    let sets = sets(folder)?.iter().map(|set| judge.measure(set)).collect();
    let airline = LabelledSet {
        name: "airline".to_owned(),
        language: "en".to_owned(),
        rows: airline(folder)?,
    };
    let airline = judge.measure(&airline);
    let mut correlations = Vec::new();
    for kind in ["tweets", "amazon", "movie", "nyt"] {
        let rows = rated(folder, kind)?;
        let given: Vec<f64> = rows.iter().map(|(_, text)| judge.judge(text).1).collect();
        let truth: Vec<f64> = rows.iter().map(|(rating, _)| *rating).collect();
        correlations.push((kind, pearson(&given, &truth)));
    }
    Ok(Quality { sets, airline, rated: correlations })
}

impl Quality {
    /// The mean macro-F1 of a set over its languages.
    pub fn mean_of(&self, name: &str) -> f64 {
        mean(self.sets.iter().filter(|set| set.name == name).map(|set| set.macro_f1))
    }

    /// UMSAB, all sets, recall on `SemEval`, airline, correlation with rated tweets.
    pub fn figures(&self) -> [f64; 5] {
        let recall = self.sets.iter().find(|set| set.name == "tweeteval");
        [
            self.mean_of("umsab"),
            mean(self.sets.iter().map(|set| set.macro_f1)),
            recall.map_or(0.0, |set| set.macro_recall),
            self.airline.macro_f1,
            self.rated.first().map_or(0.0, |(_, r)| *r),
        ]
    }
}
