//! `streams.toml`: the saved queries and the lists that they name. Errors name file, line, stream
//! and what is wrong.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use vigie_schema::StreamDefinition;
use vigie_types::{AuthorId, ListKind, ListName, StreamId, StreamKind};

use super::ConfigurationError;
use super::list_file::read_entries;
use crate::rules::{Part, RuleProblem, WantedList, WantedRules, WantedSpikes};

/// Everything that is wrong with a file of streams.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("\n\n"))]
pub struct StreamFileError {
    /// One text for each problem, in the order of the file.
    pub problems: Vec<String>,
}

/// The streams and lists of a file, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamFile {
    /// In the order of the file.
    pub rules: WantedRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    stream: Vec<Spanned<StreamEntry>>,
    #[serde(default)]
    list: Vec<Spanned<ListEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamEntry {
    id: Spanned<String>,
    #[serde(default)]
    kind: StreamKind,
    group: Option<String>,
    query: Spanned<String>,
    timezone: Option<String>,
    #[serde(default)]
    accounts: Vec<Spanned<String>>,
    #[serde(default)]
    spikes: WantedSpikes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    name: Spanned<String>,
    kind: ListKind,
    entries: Option<Vec<Spanned<String>>>,
    file: Option<PathBuf>,
}

/// A file that is read: its name, its text, where the files that it names stand, and what is wrong
/// with it so far.
struct Reading<'t> {
    name: &'t str,
    text: &'t str,
    directory: &'t Path,
    problems: Vec<String>,
}

/// Where the parts of the file begin that problems are about.
#[derive(Default)]
struct Places {
    /// Of each stream its id and its query.
    streams: Vec<(usize, usize)>,
    lists: Vec<usize>,
}

impl StreamFile {
    /// Reads and checks a file. Files of entries are looked for beside it.
    ///
    /// # Errors
    /// When it cannot be read, or anything in it is wrong: all of it is named at once.
    pub fn read(file: &Path) -> Result<Self, ConfigurationError> {
        let text = super::read(file)?;
        let directory = file.parent().unwrap_or_else(|| Path::new(""));
        Self::parse(&file.display().to_string(), &text, directory)
    }

    /// Reads and checks the text of a file that stands in `directory`.
    ///
    /// # Errors
    /// As [`StreamFile::read`].
    pub fn parse(file: &str, text: &str, directory: &Path) -> Result<Self, ConfigurationError> {
        let document: Document = toml::from_str(text).map_err(|error| {
            ConfigurationError::Invalid { file: file.into(), reason: error.to_string() }
        })?;
        let mut reading = Reading { name: file, text, directory, problems: Vec::new() };
        let mut rules = WantedRules::default();
        let mut places = Places::default();
        for entry in document.stream {
            let entry = entry.into_inner();
            let place = (entry.id.span().start, entry.query.span().start);
            if let Some(definition) = reading.stream(entry) {
                rules.streams.push(definition);
                places.streams.push(place);
            }
        }
        for entry in document.list {
            let entry = entry.into_inner();
            let place = entry.name.span().start;
            if let Some(list) = reading.list(entry)? {
                rules.lists.push(list);
                places.lists.push(place);
            }
        }
        reading.check(&rules, &places);
        if reading.problems.is_empty() {
            Ok(Self { rules })
        } else {
            Err(StreamFileError { problems: reading.problems }.into())
        }
    }
}

impl Reading<'_> {
    /// The file and the line of a place.
    fn place(&self, offset: usize) -> String {
        let line = self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        format!("{}:{line}", self.name)
    }

    /// Adds a problem with its place; gives nothing, for what cannot be used.
    fn refuse<T>(&mut self, offset: usize, what: impl std::fmt::Display) -> Option<T> {
        let problem = format!("{}: {what}", self.place(offset));
        self.problems.push(problem);
        None
    }

    fn check(&mut self, rules: &WantedRules, places: &Places) {
        for RuleProblem { part, text } in rules.problems() {
            let offset = match part {
                Part::Whole => {
                    self.problems.push(format!("{}: {text}", self.name));
                    continue;
                }
                Part::Stream(at) => places.streams[at].0,
                Part::Query(at) => places.streams[at].1,
                Part::List(at) => places.lists[at],
            };
            self.refuse::<()>(offset, text);
        }
    }

    fn stream(&mut self, entry: StreamEntry) -> Option<StreamDefinition> {
        let id = StreamId::new(entry.id.get_ref());
        let id = id.or_else(|error| self.refuse(entry.id.span().start, error).ok_or(()));
        let mut accounts = Vec::new();
        for account in &entry.accounts {
            match AuthorId::new(account.get_ref()) {
                Ok(account) => accounts.push(account),
                Err(error) => {
                    self.refuse::<()>(account.span().start, error);
                }
            }
        }
        Some(StreamDefinition {
            id: id.ok()?,
            kind: entry.kind,
            group: entry.group,
            query: entry.query.into_inner(),
            timezone: entry.timezone.unwrap_or_else(|| "UTC".into()),
            accounts,
            spikes: entry.spikes.into(),
        })
    }

    fn list(&mut self, entry: ListEntry) -> Result<Option<WantedList>, ConfigurationError> {
        let at = entry.name.span().start;
        let name = match ListName::new(entry.name.get_ref()) {
            Ok(name) => name,
            Err(error) => return Ok(self.refuse(at, error)),
        };
        let mut list = WantedList::new(name, entry.kind);
        match (entry.entries, entry.file) {
            (Some(entries), None) => {
                for written in entries {
                    if let Err(error) = list.add(written.get_ref()) {
                        let problem = format!("list \"{}\": {error}", list.name);
                        self.refuse::<()>(written.span().start, problem);
                    }
                }
            }
            (None, Some(file)) => {
                let wrong = read_entries(&self.directory.join(file), &mut list)?;
                self.problems.extend(wrong);
            }
            (Some(_), Some(_)) | (None, None) => {
                let problem = format!("list \"{}\" needs either `entries` or a `file`", list.name);
                return Ok(self.refuse(at, problem));
            }
        }
        Ok(Some(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::MAXIMUM_UNANCHORED;

    fn problems(text: &str) -> String {
        StreamFile::parse("streams.toml", text, Path::new("")).expect_err("refused").to_string()
    }

    #[test]
    fn a_broken_query_is_named_with_file_and_line() {
        let text = "[[stream]]\nid = \"a\"\nquery = \"delta AND (\"\n";
        let problems = problems(text);
        assert!(problems.starts_with("streams.toml:3: the query of stream \"a\""), "{problems}");
    }

    #[test]
    fn too_many_queries_without_a_word_are_refused() {
        let file = |streams: usize| {
            let stream = |at: usize| format!("[[stream]]\nid = \"s{at}\"\nquery = \"lang:fr\"\n");
            (0..streams).map(stream).collect::<String>()
        };
        assert!(
            StreamFile::parse("streams.toml", &file(MAXIMUM_UNANCHORED), Path::new("")).is_ok()
        );
        let problems = problems(&file(MAXIMUM_UNANCHORED + 1));
        assert!(problems.starts_with("streams.toml:303: stream \"s100\""), "{problems}");
        assert!(problems.contains("at most 100 streams"), "{problems}");
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "[[stream]]\nid = \"A\"\nquery = \"a\"\n[[stream]]\nid = \"b\"\nquery = \"b\"\n\
                    timezone = \"Mars\"\n[[stream]]\nid = \"b\"\nquery = \"b\"\n";
        let problems = problems(text);
        assert!(problems.contains("streams.toml:2: stream id \"A\""), "{problems}");
        assert!(problems.contains("Mars"), "{problems}");
        assert!(problems.contains("streams.toml:9: stream \"b\" is there twice"), "{problems}");
    }

    #[test]
    fn a_query_may_name_the_lists_of_the_file_and_no_others() {
        let list = |entries: &str| {
            format!("[[list]]\nname = \"staff\"\nkind = \"authors\"\nentries = {entries}\n")
        };
        let stream =
            |name: &str| format!("[[stream]]\nid = \"a\"\nquery = \"delta -@list({name})\"\n");
        let read = |text: &str| StreamFile::parse("streams.toml", text, Path::new(""));
        let good = read(&(list("[\"@Ann\", \"murmur:7\"]") + &stream("staff"))).expect("valid");
        assert_eq!(good.rules.lists[0].entries.len(), 2);
        let problem = problems(&(list("[\"ann\"]") + &stream("stff")));
        assert!(problem.contains("streams.toml:7"), "{problem}");
        assert!(problem.contains("did you mean \"staff\"?"), "{problem}");
        let problem = problems(&list("[\"\"]"));
        assert!(problem.starts_with("streams.toml:4: list \"staff\""), "{problem}");
    }
}
