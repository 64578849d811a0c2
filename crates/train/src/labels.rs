//! How well intents are found, on sets whose rows say whether they hold.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use vigie_text::Judge;
use vigie_types::IntentKind;

use crate::metrics::Confusion;
use crate::sentiment::airline;

/// A set: its file, the label that counts, and the intent that has to be found for it.
pub struct Set {
    name: &'static str,
    path: &'static str,
    label: &'static str,
    found: IntentKind,
    baseline: &'static str,
}

pub const INTENT: [Set; 4] = [
    Set {
        name: "complaints",
        path: "intent/complaints.dev.tsv",
        label: "complaint",
        found: IntentKind::Criticism,
        baseline: "logistic regression 0.77",
    },
    Set {
        name: "questions, chat",
        path: "intent/nps_question.dev.tsv",
        label: "question",
        found: IntentKind::Question,
        baseline: "a question mark 0.74",
    },
    Set {
        name: "questions, tweets",
        path: "intent/tweet_acts.dev.tsv",
        label: "question",
        found: IntentKind::Question,
        baseline: "",
    },
    Set {
        name: "questions, Thai",
        path: "intent/thai_question.dev.tsv",
        label: "question",
        found: IntentKind::Question,
        baseline: "",
    },
];

pub const SUGGESTION: [Set; 1] = [Set {
    name: "suggestions",
    path: "suggestion/semeval19t9a.dev.tsv",
    label: "suggestion",
    found: IntentKind::Suggestion,
    baseline: "logistic regression 0.57, best published 0.78",
}];

/// Measures on these sets, as a table in Markdown.
///
/// # Errors
/// When a set cannot be read.
pub fn measure(folder: &Path, sets: &[Set]) -> Result<String> {
    let judge = Judge::new();
    let mut table = String::from(HEAD);
    for set in sets {
        let mut counts = Confusion::new(2);
        for (label, text) in rows(folder, set.path)? {
            let judged = judge.judge(&text, None, None);
            let found = judged.intents.iter().any(|intent| intent.kind == set.found);
            counts.add(usize::from(label == set.label), usize::from(found));
        }
        table.push_str(&line(set.name, &counts, set.baseline));
    }
    Ok(table)
}

/// How many airline tweets of each sentiment have criticism, as a table in Markdown.
///
/// # Errors
/// When the set cannot be read.
pub fn criticised(folder: &Path) -> Result<String> {
    let judge = Judge::new();
    let mut counts = [(0_u32, 0_u32); 3];
    for (class, text) in airline(folder)? {
        let judged = judge.judge(&text, None, None);
        let holds = judged.intents.iter().any(|intent| intent.kind == IntentKind::Criticism);
        counts[class].0 += 1;
        counts[class].1 += u32::from(holds);
    }
    let mut table = String::from(
        "\nAirline tweets by their label of sentiment, and how many have criticism:\n\n\
         | label | rows | criticism | share |\n|---|---|---|---|\n",
    );
    for (name, (rows, found)) in ["negative", "neutral", "positive"].into_iter().zip(counts) {
        let share = f64::from(found) / f64::from(rows.max(1));
        let _ = writeln!(table, "| {name} | {rows} | {found} | {share:.3} |");
    }
    Ok(table)
}

/// The head of a table of sets whose rows say whether something holds.
pub const HEAD: &str =
    "| set | rows | true | precision | recall | F1 | others |\n|---|---|---|---|---|---|---|\n";

/// A line of that table.
pub fn line(name: &str, counts: &Confusion, others: &str) -> String {
    format!(
        "| {name} | {} | {} | {:.3} | {:.3} | {:.3} | {others} |\n",
        counts.total(),
        counts.true_of(1),
        counts.precision(1),
        counts.recall(1),
        counts.f1(1),
    )
}

/// Label and text of each row: the first column, and the one that a header names, else the last.
pub fn rows(folder: &Path, path: &str) -> Result<Vec<(String, String)>> {
    let path = folder.join(path);
    let content = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = content.lines().peekable();
    let mut column = None;
    let header = |line: &&&str| line.split('\t').any(|name| name == "label");
    if let Some(header) = lines.peek().filter(header) {
        column = header.split('\t').position(|name| name == "text");
        lines.next();
    }
    Ok(lines
        .filter_map(|line| {
            let fields: Vec<_> = line.split('\t').collect();
            let text = column.map_or(fields.last(), |column| fields.get(column))?;
            Some((fields[0].to_owned(), (*text).to_owned()))
        })
        .collect())
}
