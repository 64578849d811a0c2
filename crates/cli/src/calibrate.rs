//! `vigie calibrate`: offsets of sentiment from a user's own labels.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write as _};

use anyhow::{Context as _, bail};
use vigie_text::{LanguageModel, SentimentModel, Tokens, calibrate, label_of};
use vigie_types::{Confidence, Language, SentimentLabel};

use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;
use crate::table::Table;

/// Rows that a language needs: with fewer, offsets were worse than none on tweets.
const FEWEST: usize = 500;

/// What `vigie calibrate` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Fits sentiment to own labels: offsets by language, for the configuration",
    long_about = "Reads lines of label, text and, if known, language, parted by tabs, on standard \
                  input, fits what is added to the model's logits in each language with 500 lines or \
                  more, and prints the table `sentiment.offsets` for the configuration. What was \
                  gained is measured on the half of the lines that did not fit it, and goes to standard \
                  error. Offsets learn above all how common each class is among your labels: label \
                  mentions as they come.",
    after_help = "Example:\n  vigie calibrate < labels.tsv >> vigie.toml"
)]
pub struct Arguments {}

/// A labelled text as the model sees it: its logits and its label.
type Row = ([f32; 2], SentimentLabel);

impl Arguments {
    /// Fits and prints.
    ///
    /// # Errors
    /// When a line is no label and text, or no language has enough.
    pub fn run(self) -> Outcome {
        let Self {} = self;
        let languages = rows(io::stdin().lock())?;
        let mut told = Table::new(["language", ">lines", ">macro-F1 before", ">after"]);
        let mut offsets: Vec<String> = Vec::new();
        for (language, rows) in &languages {
            if rows.len() < FEWEST {
                eprintln!("{language}: {} lines, {FEWEST} are needed: left out", rows.len());
                continue;
            }
            let (before, after) = gained(rows);
            let count = rows.len().to_string();
            told.row([language.clone(), count, format!("{before:.3}"), format!("{after:.3}")]);
            let [negative, positive] = calibrate(rows);
            offsets.push(format!("{language} = [{negative:.4}, {positive:.4}]\n"));
        }
        if offsets.is_empty() {
            bail!("no language has {FEWEST} labelled lines");
        }
        told.write("", &mut io::stderr())?;
        let mut out = stdout();
        write!(out, "[sentiment.offsets]\n{}", offsets.concat())?;
        out.flush()?;
        Ok(Exit::Drained)
    }
}

/// The labelled texts by language.
fn rows(input: impl BufRead) -> anyhow::Result<BTreeMap<String, Vec<Row>>> {
    let (model, languages) = (SentimentModel::new(), LanguageModel::new());
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.with_context(|| format!("line {number}"))?;
        let mut fields = line.split('\t');
        let (Some(label), Some(text)) = (fields.next(), fields.next()) else {
            bail!("line {number}: expected a label and a text parted by a tab");
        };
        let label = label_named(label).with_context(|| {
            format!("line {number}: found \"{label}\", expected negative, neutral or positive")
        })?;
        let tokens = Tokens::of(text);
        let language = match fields.next().filter(|code| !code.is_empty()) {
            Some(code) => Language::new(code, Confidence::clamped(1.0)),
            None => languages.judge(&tokens, None),
        };
        if let Some(logits) = model.logits(&tokens, &language) {
            rows.entry(language.code.to_string()).or_default().push((logits, label));
        }
    }
    Ok(rows)
}

fn label_named(label: &str) -> Option<SentimentLabel> {
    use SentimentLabel::{Negative, Neutral, Positive};
    [Negative, Neutral, Positive].into_iter().find(|known| known.as_str() == label)
}

/// Macro-F1 before and after, each half by the offsets of the other.
fn gained(rows: &[Row]) -> (f64, f64) {
    // By the dice of a place, since labels may come in turns.
    let is_first = |at: usize| (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 0;
    let half = |first: bool| -> Vec<Row> {
        let rows = rows.iter().enumerate();
        rows.filter(|(at, _)| is_first(*at) == first).map(|(_, row)| *row).collect()
    };
    let (one, other) = (half(true), half(false));
    let mut before = Counts::default();
    let mut after = Counts::default();
    for (measured, fitted) in [(&one, &other), (&other, &one)] {
        let offsets = calibrate(fitted);
        for ([negative, positive], label) in measured {
            before.add(*label, label_of([*negative, *positive]));
            let moved = [negative + offsets[0], positive + offsets[1]];
            after.add(*label, label_of(moved));
        }
    }
    (before.macro_f1(), after.macro_f1())
}

/// How often each label was given for each that was true.
#[derive(Default)]
struct Counts([[f64; 3]; 3]);

impl Counts {
    fn add(&mut self, truth: SentimentLabel, given: SentimentLabel) {
        self.0[truth as usize][given as usize] += 1.0;
    }

    /// The mean F1 of the labels that are true of something.
    fn macro_f1(&self) -> f64 {
        let sum_true = |label: usize| self.0[label].iter().sum::<f64>();
        let sum_given = |label: usize| self.0.iter().map(|row| row[label]).sum::<f64>();
        let there: Vec<usize> = (0..3).filter(|label| sum_true(*label) > 0.0).collect();
        let f1 =
            |label: &usize| 2.0 * self.0[*label][*label] / (sum_true(*label) + sum_given(*label));
        there.iter().map(f1).sum::<f64>() / there.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_by_language_and_a_wrong_label_names_its_line() {
        let read = rows("positive\tI love it\nnegative\tJe déteste ce vol\tfr\n".as_bytes());
        let counts: Vec<(String, usize)> =
            read.expect("read").into_iter().map(|(code, rows)| (code, rows.len())).collect();
        assert_eq!(counts, [("en".to_owned(), 1), ("fr".to_owned(), 1)]);
        let error = rows("positive\ta\nbad\tb\n".as_bytes()).expect_err("a wrong label");
        assert!(error.to_string().starts_with("line 2: found \"bad\""), "{error}");
        let error = rows("positive\n".as_bytes()).expect_err("no text");
        assert!(error.to_string().starts_with("line 1: expected a label"), "{error}");
    }

    #[test]
    fn what_is_gained_is_measured_on_the_other_half() {
        let label = |at: usize| match at % 4 {
            0 => SentimentLabel::Positive,
            _ => SentimentLabel::Neutral,
        };
        // The model calls all of them positive; only those that lean far are.
        let rows: Vec<Row> =
            (0..1_000).map(|at| ([0.0, if at % 4 == 0 { 3.0 } else { 1.0 }], label(at))).collect();
        let (before, after) = gained(&rows);
        assert!(before < 0.3 && after > 0.9, "{before} {after}");
    }
}
