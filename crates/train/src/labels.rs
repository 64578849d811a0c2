//! How well intents and noise are found, on sets whose rows say whether they hold.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use vigie_text::Judge;
use vigie_types::IntentKind;

use crate::metrics::Confusion;

/// Noise from which a text counts as spam.
const SPAM_FROM: u8 = 50;

/// A set: its file, the label that counts, and what has to be found for it.
pub struct Set {
    name: &'static str,
    path: &'static str,
    label: &'static str,
    found: Found,
    baseline: &'static str,
}

/// What is looked for in the judgement of a text.
#[derive(Clone, Copy)]
enum Found {
    Intent(IntentKind),
    Spam,
}

pub const INTENT: [Set; 4] = [
    Set {
        name: "complaints",
        path: "intent/complaints.dev.tsv",
        label: "complaint",
        found: Found::Intent(IntentKind::Criticism),
        baseline: "logistic regression 0.77",
    },
    Set {
        name: "questions, chat",
        path: "intent/nps_question.dev.tsv",
        label: "question",
        found: Found::Intent(IntentKind::Question),
        baseline: "a question mark 0.74",
    },
    Set {
        name: "questions, tweets",
        path: "intent/tweet_acts.dev.tsv",
        label: "question",
        found: Found::Intent(IntentKind::Question),
        baseline: "",
    },
    Set {
        name: "questions, Thai",
        path: "intent/thai_question.dev.tsv",
        label: "question",
        found: Found::Intent(IntentKind::Question),
        baseline: "",
    },
];

pub const SUGGESTION: [Set; 1] = [Set {
    name: "suggestions",
    path: "suggestion/semeval19t9a.dev.tsv",
    label: "suggestion",
    found: Found::Intent(IntentKind::Suggestion),
    baseline: "logistic regression 0.57, best published 0.78",
}];

pub const SPAM: [Set; 2] = [
    Set { name: "SMS", path: "spam/sms.dev.tsv", label: "spam", found: Found::Spam, baseline: "" },
    Set {
        name: "YouTube comments",
        path: "spam/youtube_psy.dev.tsv",
        label: "spam",
        found: Found::Spam,
        baseline: "",
    },
];

/// Measures on these sets, as a table in Markdown.
///
/// # Errors
/// When a set cannot be read.
pub fn measure(folder: &Path, sets: &[Set]) -> Result<String> {
    let judge = Judge::new();
    let mut table = String::from(
        "| set | rows | true | precision | recall | F1 | others |\n|---|---|---|---|---|---|---|\n",
    );
    for set in sets {
        let mut counts = Confusion::new(2);
        for (label, text) in rows(folder, set.path)? {
            let truth = label == set.label;
            let found = holds(&judge, &text, set.found);
            counts.add(usize::from(truth), usize::from(found));
        }
        let _ = writeln!(
            table,
            "| {} | {} | {} | {:.3} | {:.3} | {:.3} | {} |",
            set.name,
            counts.total(),
            counts.true_of(1),
            counts.precision(1),
            counts.recall(1),
            counts.f1(1),
            set.baseline,
        );
    }
    Ok(table)
}

fn holds(judge: &Judge, text: &str, found: Found) -> bool {
    let judged = judge.judge(text, None, None);
    match found {
        Found::Intent(kind) => judged.intents.iter().any(|intent| intent.kind == kind),
        Found::Spam => judged.noise.level >= SPAM_FROM,
    }
}

/// Label and text of each row: the first column, and the one that a header names, else the last.
pub fn rows(folder: &Path, path: &str) -> Result<Vec<(String, String)>> {
    let path = folder.join(path);
    let content = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = content.lines().peekable();
    let mut column = None;
    if let Some(header) = lines.peek().filter(|line| line.starts_with("label\t")) {
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
