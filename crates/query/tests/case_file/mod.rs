//! Reads `cases.txt` into sections, queries and texts; what its words mean stands at its head.

use std::sync::Arc;

use vigie_query::{List, ListEntry, Lists};
use vigie_types::{ListKind, ListName};

const FILE: &str = include_str!("../cases.txt");

/// What stands before the title of a section.
const SECTION: &str = "# --- ";

/// All queries about one thing.
pub struct Section {
    pub title: &'static str,
    /// Lines of Markdown; none where only the tests want the section.
    pub about: Vec<&'static str>,
    pub asked: Vec<Asked>,
}

/// A query and its texts.
pub struct Asked {
    pub line: usize,
    pub query: &'static str,
    /// Whether the page shows it.
    pub is_example: bool,
    pub cases: Vec<Case>,
}

/// A text and what must come of it.
pub struct Case {
    pub line: usize,
    pub given: Option<&'static str>,
    pub title: Option<&'static str>,
    /// With «...» around each span, unless they overlap.
    pub text: &'static str,
    pub outcome: Outcome,
}

/// What must come of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Meets,
    Misses,
    /// It is met, with these overlapping spans.
    MeetsAt(&'static str),
}

/// The sections in the order of the file; those of one title are one.
pub fn sections() -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let (mut current, mut given, mut title) = (None, None, None);
    for (line, text) in (1..).zip(FILE.lines().map(str::trim)) {
        if let Some(rest) = text.strip_prefix(SECTION) {
            current = Some(position(&mut sections, rest.trim_end_matches(['-', ' '])));
            continue;
        }
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let section = &mut sections[current.expect("a section stands before")];
        match word {
            "about" => section.about.push(rest),
            "query" | "example" => {
                given = None;
                let is_example = word == "example";
                section.asked.push(Asked { line, query: rest, is_example, cases: Vec::new() });
            }
            "list" => {}
            "given" => given = Some(rest),
            "title" => title = Some(rest),
            _ => {
                let (text, outcome) = outcome(word, rest)
                    .unwrap_or_else(|| panic!("cases.txt:{line}: nothing is called {word}"));
                let asked = section.asked.last_mut().expect("a query stands before");
                asked.cases.push(Case { line, given, title: title.take(), text, outcome });
            }
        }
    }
    sections
}

/// The lists that queries of the file name.
pub fn lists() -> Lists {
    let lines = FILE.lines().filter_map(|line| line.trim().strip_prefix("list "));
    let list = |line: &str| {
        let (head, entries) = line.split_once('=').expect("name kind = entries");
        let mut words = head.split_whitespace();
        let (name, kind) = (words.next().expect("a name"), words.next().expect("a kind"));
        let kinds = [ListKind::Authors, ListKind::Sites, ListKind::Words];
        let kind = kinds.into_iter().find(|it| it.as_str() == kind).expect("a kind");
        let entries = entries.split('|').map(|text| ListEntry::read(kind, text));
        let entries: Vec<ListEntry> = entries.collect::<Result<_, _>>().expect("entries");
        (ListName::new(name).expect("a name"), Arc::new(List::of(kind, &entries)))
    };
    lines.map(list).collect()
}

/// Where the section of this title is; it is made if there is none.
fn position(sections: &mut Vec<Section>, title: &'static str) -> usize {
    sections.iter().position(|known| known.title == title).unwrap_or_else(|| {
        sections.push(Section { title, about: Vec::new(), asked: Vec::new() });
        sections.len() - 1
    })
}

fn outcome(word: &str, rest: &'static str) -> Option<(&'static str, Outcome)> {
    match word {
        "meets" => Some((rest, Outcome::Meets)),
        "misses" => Some((rest, Outcome::Misses)),
        "spans" => {
            let (text, spans) = rest.split_once(" | ")?;
            Some((text, Outcome::MeetsAt(spans)))
        }
        _ => None,
    }
}
