//! `streams.toml`: the saved queries. Errors name file, line, stream and what is wrong.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use vigie_detector::Watch;
use vigie_query::{Anchoring, Query};
use vigie_schema::{SpikeOverrides, StreamDefinition};
use vigie_types::{AuthorId, StreamId, StreamKind};

use super::ConfigurationError;

/// The most streams of one file: what the index was measured with.
const MAXIMUM_STREAMS: usize = 100_000;

/// The most streams of one file whose queries require no word: each is tried on every mention, and
/// as many of them cost about half of what judging the text does.
pub const MAXIMUM_UNANCHORED: usize = 100;

/// Everything that is wrong with a file of streams.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("\n\n"))]
pub struct StreamFileError {
    /// One text for each problem, in the order of the file.
    pub problems: Vec<String>,
}

/// The streams of a file, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamFile {
    /// In the order of the file.
    pub streams: Vec<StreamDefinition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    stream: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    #[serde(default)]
    kind: StreamKind,
    group: Option<String>,
    query: Spanned<String>,
    timezone: Option<String>,
    #[serde(default)]
    accounts: Vec<Spanned<String>>,
    #[serde(default)]
    spikes: Spikes,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Spikes {
    minimum_count: Option<u64>,
    minimum_authors: Option<u64>,
    false_alarms_per_month: Option<f64>,
}

impl StreamFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// When it cannot be read, or anything in it is wrong: all of it is named at once.
    pub fn read(file: &Path) -> Result<Self, ConfigurationError> {
        let text = super::read(file)?;
        Self::parse(&file.display().to_string(), &text)
    }

    /// Reads and checks the text of a file.
    ///
    /// # Errors
    /// As [`StreamFile::read`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigurationError> {
        let document: Document = toml::from_str(text).map_err(|error| {
            ConfigurationError::Invalid { file: file.into(), reason: error.to_string() }
        })?;
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        let mut streams = Vec::new();
        if document.stream.len() > MAXIMUM_STREAMS {
            let count = document.stream.len();
            problems.push(format!("{file}: {count} streams, at most {MAXIMUM_STREAMS}"));
        }
        let mut unanchored = Vec::new();
        for entry in document.stream {
            let place = |offset: usize| format!("{file}:{}", line_of(text, offset));
            let entry = entry.into_inner();
            if !seen.insert(entry.id.get_ref().clone()) {
                let id = entry.id.get_ref();
                problems.push(format!(
                    "{}: stream \"{id}\" is there twice: ids are unique",
                    place(entry.id.span().start)
                ));
                continue;
            }
            let line = place(entry.query.span().start);
            match definition(entry, &place) {
                Ok((definition, anchoring)) => {
                    if anchoring.is_none() {
                        unanchored.push((line, definition.id.clone()));
                    }
                    streams.push(definition);
                }
                Err(found) => problems.extend(found),
            }
        }
        if let Some((line, id)) = unanchored.get(MAXIMUM_UNANCHORED) {
            let count = unanchored.len();
            problems.push(format!(
                "{line}: stream \"{id}\": its query requires no word, and so do those of {} others: \
                 at most {MAXIMUM_UNANCHORED} streams may be tried on every mention. `vigie query \
                 explain` says what a query requires",
                count - 1
            ));
        }
        if problems.is_empty() {
            Ok(Self { streams })
        } else {
            Err(StreamFileError { problems }.into())
        }
    }
}

fn definition(
    entry: Entry,
    place: &dyn Fn(usize) -> String,
) -> Result<(StreamDefinition, Option<Anchoring>), Vec<String>> {
    let mut problems = Vec::new();
    let id = StreamId::new(entry.id.get_ref())
        .map_err(|error| problems.push(format!("{}: {error}", place(entry.id.span().start))));
    let name = entry.id.get_ref();
    let query = Query::parse(entry.query.get_ref());
    if let Err(diagnostics) = &query {
        let at = place(entry.query.span().start);
        problems.push(format!("{at}: the query of stream \"{name}\"\n{diagnostics}"));
    }
    let mut accounts = Vec::new();
    for account in &entry.accounts {
        match AuthorId::new(account.get_ref()) {
            Ok(account) => accounts.push(account),
            Err(error) => problems.push(format!("{}: {error}", place(account.span().start))),
        }
    }
    let definition = StreamDefinition {
        id: id.unwrap_or_default(),
        kind: entry.kind,
        group: entry.group,
        query: entry.query.get_ref().clone(),
        timezone: entry.timezone.unwrap_or_else(|| "UTC".into()),
        accounts,
        spikes: SpikeOverrides {
            minimum_count: entry.spikes.minimum_count,
            minimum_authors: entry.spikes.minimum_authors,
            false_alarms_per_month: entry.spikes.false_alarms_per_month,
        },
    };
    if let Err(error) = Watch::of(&definition) {
        problems.push(format!("{}: stream \"{name}\": {error}", place(entry.id.span().start)));
    }
    let anchoring = query.ok().as_ref().and_then(Anchoring::of);
    if problems.is_empty() { Ok((definition, anchoring)) } else { Err(problems) }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        StreamFile::parse("streams.toml", text).expect_err("refused").to_string()
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
        assert!(StreamFile::parse("streams.toml", &file(MAXIMUM_UNANCHORED)).is_ok());
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
}
