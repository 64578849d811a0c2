//! Words that say nothing, or that our vocabulary has a better word for.

use super::lexer::{identifiers, line_of};
use super::source::Source;
use crate::finding::Finding;

/// The words to avoid, each with what to think of instead.
const AVOIDED: [(&str, &str); 12] = [
    ("handler", "a processor, or name what it does"),
    ("worker", "a task, or a stream thread"),
    ("actor", "a task"),
    ("frontier", "a watermark or a floor"),
    ("poison", "a dead letter"),
    ("journal", "a changelog"),
    ("manager", "name what it holds"),
    ("helper", "name what it does"),
    ("util", "name what it does"),
    ("utils", "name what it does"),
    ("misc", "name what it holds"),
    ("common", "name what it holds"),
];

/// Names that are not ours to choose, each with whose they are.
const NAMES_OF_OTHERS: [(&str, &str); 4] = [
    ("PoisonError", "std::sync"),
    ("clear_poison", "std::sync::Mutex"),
    ("worker_threads", "tokio::runtime::Builder"),
    ("max_background_workers", "tokio::runtime::Builder"),
];

/// Finds identifiers that hold an avoided word.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, name) in identifiers(&source.code) {
        let Some((word, instead)) = avoided_word(name) else { continue };
        let what = format!("`{name}` holds the word `{word}`, which we avoid: {instead}");
        findings.push(Finding::new(&source.path, line_of(&source.code, at), what));
    }
    findings
}

/// The avoided word in an identifier, in singular or plural.
fn avoided_word(name: &str) -> Option<(&'static str, &'static str)> {
    if NAMES_OF_OTHERS.iter().any(|(other, _)| *other == name) {
        return None;
    }
    let words = words(name);
    AVOIDED.into_iter().find(|(avoided, _)| {
        words.iter().any(|word| word == avoided || word.strip_suffix('s') == Some(avoided))
    })
}

/// The words of an identifier in snake case, camel case or capitals, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous_is_lower = false;
    for found in name.chars() {
        let starts_word = found == '_' || found.is_uppercase() && previous_is_lower;
        if starts_word {
            words.push(String::new());
        }
        if let (true, Some(word)) = (found != '_', words.last_mut()) {
            word.extend(found.to_lowercase());
        }
        previous_is_lower = found.is_lowercase() || found.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_names(text: &str, expected: &[usize]) {
        let source = Source::new("crates/text/src/lib.rs".to_owned(), text.to_owned());
        let lines: Vec<usize> = check(&source).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "in {text}");
    }

    #[test]
    fn an_avoided_word_is_found_in_every_case() {
        check_names("struct WordHelper;\nfn a() {}\nmod text_utils;", &[1, 3]);
        check_names("const MAX_WORKERS: u8 = 1;", &[1]);
        check_names("use axum::handler::Handler;", &[1, 1]);
    }

    #[test]
    fn part_of_a_longer_word_is_not_the_word() {
        check_names("let factor = utility + commonly + network;", &[]);
    }

    #[test]
    fn strings_and_comments_may_say_what_they_like() {
        check_names("// a helper\nlet a = \"worker\";", &[]);
    }

    #[test]
    fn names_of_others_are_exempt() {
        check_names("lock.unwrap_or_else(PoisonError::into_inner)", &[]);
    }
}
