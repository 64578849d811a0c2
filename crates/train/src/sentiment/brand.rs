//! What is said of brands: sets whose labels are towards a named target.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use vigie_text::Judge;
use vigie_types::Span;

use super::labels::words;
use super::quality::class;
use super::sets::tsv;
use crate::metrics::Confusion;

/// A set: its file, and the columns of label, target and text.
const SETS: [(&str, usize, Option<usize>, usize); 5] = [
    ("sxsw", 0, Some(1), 2),
    ("apple_dfe", 1, None, 3),
    ("semeval17_topic", 2, Some(1), 3),
    ("germeval17", 2, None, 4),
    ("rusentne", 0, Some(1), 3),
];

/// Macro-F1 towards the target and of the whole text for each set, as a table in Markdown.
///
/// # Errors
/// When a set cannot be read.
pub fn measure(folder: &Path) -> Result<String> {
    let judge = Judge::new();
    let mut table = String::from(
        "| set | rows | majority | whole text | towards the target |\n|---|---|---|---|---|\n",
    );
    for (name, label, target, text) in SETS {
        let (mut whole, mut towards) = (Confusion::new(3), Confusion::new(3));
        for row in tsv(&folder.join("brand").join(format!("{name}.dev.tsv")))? {
            let (Some(truth), Some(text)) = (row.get(label), row.get(text)) else { continue };
            let Some(truth) = words(truth.trim_start_matches("very ").trim_start_matches("very"))
            else {
                continue;
            };
            let judged = judge.judge(text, None, None);
            let given = judged.sentiment.as_ref().map_or(1, |found| class(found.label));
            whole.add(truth, given);
            let target = target.and_then(|column| row.get(column)).map_or("", String::as_str);
            let found = judge.brands(&judged).sentiment(&spans(text, target));
            towards.add(truth, found.map_or(1, |found| class(found.label)));
        }
        let _ = writeln!(
            table,
            "| {name} | {} | {:.3} | {:.3} | {:.3} |",
            whole.total(),
            whole.majority_f1(),
            whole.macro_f1(),
            towards.macro_f1()
        );
    }
    Ok(table)
}

/// Where the target stands in the text, in any case of its ASCII letters.
fn spans(text: &str, target: &str) -> Vec<Span> {
    if target.is_empty() {
        return Vec::new();
    }
    let (text, target) = (text.to_ascii_lowercase(), target.to_ascii_lowercase());
    let found = text.match_indices(&target);
    found.map(|(at, _)| Span { start: at as u32, end: (at + target.len()) as u32 }).collect()
}
