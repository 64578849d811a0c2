//! `cargo xtask schemas`: the schemas of the topics and their past.
//!
//! Guarantees: each field has a document and a default, each enum a default symbol; each schema
//! reads what every kept version wrote and is read by it; each golden record is a value of a
//! version.
//!
//! Refuses: to keep a version that breaks one of these.

mod avro;
mod form;
mod golden;
mod resolution;
mod topic;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::finding::{Finding, report};
use crate::repository::Repository;
use avro::Avro;
use topic::{DIRECTORY, HISTORY, Topic, Version};

/// Where the golden records stand, as `<topic>.<n>.avro`: what some version of each schema wrote.
const GOLDEN: &str = "schemas/golden/";

/// Checks every schema; keeps what changed as the next version if asked to.
pub fn run(repository: &Repository, freeze: bool) -> Result<()> {
    let files = repository.files()?;
    let (topics, mut findings) = read_topics(repository, &files)?;
    if topics.is_empty() {
        findings.push(Finding::new(DIRECTORY, 1, "no schema stands here: each topic has one"));
    }
    for topic in &topics {
        findings.extend(topic.check());
    }
    if freeze && findings.is_empty() {
        for topic in &topics {
            match topic.freeze(repository)? {
                Some(path) => println!("kept {path}"),
                None => println!("unchanged: {}", topic.name),
            }
        }
        return Ok(());
    }
    for topic in &topics {
        findings.extend(topic.check_kept());
    }
    findings.extend(check_golden(repository, &files, &topics)?);
    report("schemas", findings)?;
    let versions: usize = topics.iter().map(|topic| topic.history.len()).sum();
    println!("{} topics, {versions} kept versions: compatible both ways", topics.len());
    Ok(())
}

/// Reads the present schemas and their history; a version of no topic is a finding.
fn read_topics(repository: &Repository, files: &[String]) -> Result<(Vec<Topic>, Vec<Finding>)> {
    let read = |path: &str| -> Result<Version> {
        Ok(Version { path: path.to_owned(), text: repository.read(path)? })
    };
    let mut topics = BTreeMap::new();
    let mut findings = Vec::new();
    for path in files {
        let name = path.strip_prefix(DIRECTORY).and_then(|name| name.strip_suffix(".avsc"));
        if let Some(name) = name.filter(|name| !name.contains('/')) {
            let name = name.to_owned();
            let history = BTreeMap::new();
            topics.insert(name.clone(), Topic { name, present: read(path)?, history });
        }
    }
    for path in files {
        let Some(version) = path.strip_prefix(HISTORY) else { continue };
        let place = version
            .strip_suffix(".avsc")
            .and_then(|version| version.split_once('/'))
            .and_then(|(name, number)| Some((topics.get_mut(name)?, number.parse().ok()?)));
        match place {
            Some((topic, number)) => {
                topic.history.insert(number, read(path)?);
            }
            None => findings.push(Finding::new(
                path,
                1,
                "is no `<topic>/<n>.avsc` of a topic that exists: a topic that was ever written \
                 keeps its schema",
            )),
        }
    }
    Ok((topics.into_values().collect(), findings))
}

/// Holds each golden record to the versions of its topic; each topic has at least one.
fn check_golden(
    repository: &Repository,
    files: &[String],
    topics: &[Topic],
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut without: BTreeSet<&str> = topics.iter().map(|topic| &*topic.name).collect();
    for path in files.iter().filter(|path| path.starts_with(GOLDEN)) {
        let Some(topic) = topic_of(path, topics) else {
            let what = "is no `<topic>.<n>.avro` of a topic that exists";
            findings.push(Finding::new(path, 1, what));
            continue;
        };
        without.remove(&*topic.name);
        let bytes =
            std::fs::read(repository.path(path)).with_context(|| format!("cannot read {path}"))?;
        let reasons = topic.versions().map_while(|version| {
            let checked = Avro::parse(&version.text).and_then(|avro| golden::check(&avro, &bytes));
            Some(format!("no value of {}: {:#}", version.path, checked.err()?))
        });
        let reasons: Vec<String> = reasons.collect();
        if reasons.len() == topic.versions().count() {
            findings.push(Finding::new(path, 1, format!("is {}", reasons.join("; "))));
        }
    }
    findings.extend(without.into_iter().map(|name| {
        let what = format!("no golden record: add {GOLDEN}{name}.0.avro");
        Finding::new(&format!("{DIRECTORY}{name}.avsc"), 1, what)
    }));
    Ok(findings)
}

/// The topic that a golden file's name gives.
fn topic_of<'a>(path: &str, topics: &'a [Topic]) -> Option<&'a Topic> {
    let name = path.strip_prefix(GOLDEN)?.strip_suffix(".avro")?;
    let (name, number) = name.rsplit_once('.')?;
    number.parse::<u32>().ok()?;
    topics.iter().find(|topic| topic.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_golden_record_belongs_to_the_topic_in_its_name() {
        let present = Version { path: String::new(), text: String::new() };
        let topics = [Topic { name: "spikes.v1".to_owned(), present, history: BTreeMap::new() }];
        let found = |name: &str| topic_of(&format!("{GOLDEN}{name}"), &topics).is_some();
        assert!(found("spikes.v1.0.avro"));
        for name in ["spikes.v1.avro", "spikes.v2.0.avro", "spikes.v1.x.avro", "spikes.v1.0.json"] {
            assert!(!found(name), "{name}");
        }
    }
}
