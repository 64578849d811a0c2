//! How well the language model does on labelled texts, set by set.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use vigie_text::{LanguageModel, Tokens};

/// Figures of others on the same sets, from the notes that come with them.
const BASELINES: &str = "\
Native social text, the languages that each claims: whatlang 0.835, fastText lid.176 0.866, lingua
low 0.87, lingua high 0.93. Sentences: lingua high 0.964.
";

/// Languages that are one for the grouped figures.
const GROUPS: [&[&str]; 3] = [&["bs", "hr", "sr"], &["id", "ms"], &["no", "da"]];

/// Sets of posts and comments whose language is that of the set.
const SOCIAL: [&str; 13] = [
    "umsab",
    "tweeteval",
    "afrisenti",
    "arsarcasm",
    "dravidian",
    "finnsentiment",
    "germeval17",
    "ltec",
    "malaya",
    "omilab",
    "redv2",
    "smsa",
    "wisesight",
];

/// Letters from which a post is asked for its language, without links, handles and hashtags.
const FEWEST_LETTERS: usize = 15;

/// One labelled text: the code of its language, and the text.
type Row = (String, String);

/// Measures the model: accuracy as the mean over languages, strict and with
/// related languages as one, the share that is undetermined, and how far confidence is off.
///
/// # Errors
/// Where a set cannot be read.
pub fn eval(folder: &Path, model: &LanguageModel) -> Result<String> {
    let mut table = String::from(
        "| set | rows | languages | strict | related as one | undetermined | confidence off by | \
         worst | confused |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut sets = vec![("social", social(folder)?)];
    sets.extend(lingua(folder)?);
    sets.push(("subtitles", sentiment(folder, "xed")?));
    sets.push(("translated", sentiment(folder, "nusax")?));
    sets.push(("flores", flores(folder)?));
    let known = model.codes();
    for (name, rows) in sets {
        let rows: Vec<Row> =
            rows.into_iter().filter(|row| known.contains(&row.0.as_str())).collect();
        table.push_str(&line(name, &rows, model));
    }
    table.push('\n');
    table.push_str(BASELINES);
    Ok(table)
}

/// All texts that `eval` measures on, to train a model that has seen none of them.
///
/// # Errors
/// Where a set cannot be read.
pub fn texts(folder: &Path) -> Result<Vec<String>> {
    let mut rows = flores(folder)?;
    for set in SOCIAL.into_iter().chain(["xed", "nusax"]) {
        rows.extend(sentiment(folder, set)?);
    }
    rows.extend(lingua(folder)?.into_iter().flat_map(|(_, rows)| rows));
    Ok(rows.into_iter().map(|(_, text)| text).collect())
}

#[derive(Default)]
struct Tally {
    rows: f64,
    right: f64,
    related: f64,
}

fn line(name: &str, rows: &[Row], model: &LanguageModel) -> String {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut undetermined = 0;
    let mut confused: BTreeMap<(&str, String), u32> = BTreeMap::new();
    let mut off = [(0.0_f64, 0.0_f64); 10];
    for (gold, text) in rows {
        let found = model.judge(&Tokens::of(text), None);
        let code = one_code(&found.code);
        let right = code == gold;
        let related = right
            || GROUPS.iter().any(|group| group.contains(&gold.as_str()) && group.contains(&code));
        let tally = tallies.entry(gold).or_default();
        tally.rows += 1.0;
        tally.right += f64::from(u8::from(right));
        tally.related += f64::from(u8::from(related));
        if !related {
            *confused.entry((gold, code.to_owned())).or_default() += 1;
        }
        if code == "und" {
            undetermined += 1;
        } else {
            let confidence = found.confidence.get();
            let bin = &mut off[((confidence * 10.0) as usize).min(9)];
            bin.0 += f64::from(confidence) - f64::from(u8::from(related));
            bin.1 += 1.0;
        }
    }
    let languages = tallies.len() as f64;
    let mean = |of: &dyn Fn(&Tally) -> f64| {
        tallies.values().map(|tally| of(tally) / tally.rows).sum::<f64>() / languages
    };
    let told: f64 = off.iter().map(|bin| bin.1).sum();
    let calibration: f64 = off.iter().map(|bin| bin.0.abs()).sum::<f64>() / told.max(1.0);
    let mut worst: Vec<_> =
        tallies.iter().map(|(code, tally)| (tally.related / tally.rows, *code)).collect();
    worst.sort_by(|left, right| left.0.total_cmp(&right.0));
    let worst: Vec<_> =
        worst.iter().take(8).map(|(share, code)| format!("{code} {share:.2}")).collect();
    let mut confused: Vec<_> = confused.into_iter().collect();
    confused.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let confused: Vec<_> = confused
        .iter()
        .take(8)
        .map(|((gold, code), count)| format!("{gold} as {code} {count}"))
        .collect();
    format!(
        "| {name} | {} | {} | {:.4} | {:.4} | {:.3} | {:.3} | {} | {} |\n",
        rows.len(),
        tallies.len(),
        mean(&|tally| tally.right),
        mean(&|tally| tally.related),
        f64::from(undetermined) / rows.len().max(1) as f64,
        calibration,
        worst.join(", "),
        confused.join(", "),
    )
}

/// Both forms of Norwegian are one here, and so are the dialects of Arabic and of Chinese.
fn one_code(code: &str) -> &str {
    match code.split('-').next().unwrap_or(code) {
        "nb" | "nn" => "no",
        "arq" | "ary" => "ar",
        "yue" => "zh",
        code => code,
    }
}

fn social(folder: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for set in SOCIAL {
        rows.extend(sentiment(folder, set)?.into_iter().filter(|(_, text)| {
            let bare = text.split_whitespace().filter(|word| {
                !word.contains("://") && !word.starts_with(['@', '#']) && !word.starts_with("www.")
            });
            bare.flat_map(str::chars).filter(|letter| letter.is_alphabetic()).count()
                >= FEWEST_LETTERS
        }));
    }
    Ok(rows)
}

fn sentiment(folder: &Path, set: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (code, text) in files(&folder.join("sentiment/dev").join(set))? {
        rows.extend(second_column(&text).map(|text| (one_code(&code).to_owned(), text)));
    }
    Ok(rows)
}

fn lingua(folder: &Path) -> Result<Vec<(&'static str, Vec<Row>)>> {
    let mut sets = vec![("sentence", Vec::new()), ("pair", Vec::new()), ("word", Vec::new())];
    for (code, text) in files(&folder.join("langid/lingua/dev"))? {
        for (kind, text) in text.lines().filter_map(|line| line.split_once('\t')) {
            if let Some((_, rows)) = sets.iter_mut().find(|(name, _)| *name == kind) {
                rows.push((one_code(&code).to_owned(), text.to_owned()));
            }
        }
    }
    Ok(sets)
}

/// ISO 639-3 codes with a script, as `deu_Latn`, of the languages whose short code is another.
const SHORT: &str = include_str!("short_codes.txt");

fn flores(folder: &Path) -> Result<Vec<Row>> {
    let path = folder.join("langid/sib200.dev.tsv");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let short: BTreeMap<&str, &str> =
        SHORT.lines().filter_map(|line| line.split_once(' ')).collect();
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(rows
        .map(|(code, text)| {
            let code = code.split('_').next().unwrap_or(code);
            (short.get(code).copied().unwrap_or(code).to_owned(), text.to_owned())
        })
        .collect())
}

fn second_column(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| line.split_once('\t')).map(|(_, text)| text.to_owned())
}

/// The files of a folder, sorted: the code that is the file's name, and what it holds.
fn files(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        files.push((name.to_owned(), std::fs::read_to_string(&path)?));
    }
    files.sort();
    Ok(files)
}
