//! What a client that is not ours reads: each judgement of each mention, once.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use vigie_local_kafka::ForeignReader;
use vigie_schema::topics;

/// Counts with confluent-kafka and fastavro.
const COUNT: &str = include_str!("count_scored.py");

/// The schema that it decodes with: a subscriber's copy.
const SCHEMA: &str = include_str!("../../../schemas/mentions.scored.v1.avsc");

/// What a foreign client has read of `mentions.scored.v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignCount {
    /// Records.
    pub records: u64,
    /// Different mentions with their judgements.
    pub distinct: u64,
    /// Some of those that were there more than once.
    pub doubles: Vec<String>,
}

/// Reads all of `mentions.scored.v1` that is committed and counts.
///
/// # Errors
/// When the client cannot be had or fails.
pub fn count_scored(cache: &Path, bootstrap: &str) -> Result<ForeignCount> {
    let reader = ForeignReader::python(cache)?;
    let python = reader.command(bootstrap, "", "").get_program().to_owned();
    let mut schema = tempfile::NamedTempFile::new().context("cannot make a file")?;
    schema.write_all(SCHEMA.as_bytes())?;
    let mut script = tempfile::NamedTempFile::new().context("cannot make a file")?;
    script.write_all(COUNT.as_bytes())?;
    let output = Command::new(python)
        .arg(script.path())
        .args([bootstrap, "mentions.scored.v1"])
        .arg(schema.path())
        .output()
        .context("cannot start the foreign client")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the foreign client ended with {}: {said}", output.status);
    let told: Value = serde_json::from_slice(&output.stdout).context("it printed no JSON")?;
    let number = |name: &str| told[name].as_u64().with_context(|| format!("no {name} in {told}"));
    let doubles = told["doubles"].as_array().into_iter().flatten();
    Ok(ForeignCount {
        records: number("records")?,
        distinct: number("distinct")?,
        doubles: doubles.map(ToString::to_string).collect(),
    })
}

/// Counts with a reader of docs/consuming, which asks the registry for what it does not know.
///
/// # Errors
/// When the reader fails, or prints what is no scored mention.
pub fn count_with(reader: &ForeignReader, bootstrap: &str, registry: &str) -> Result<ForeignCount> {
    let mut seen = BTreeMap::<(String, u64), u64>::new();
    let mut failure = None;
    reader.read_each(bootstrap, registry, topics::MENTIONS_SCORED, |line| {
        let read: Option<(String, u64)> =
            serde_json::from_str(line).ok().and_then(|line: Value| {
                let value = &line["value"];
                Some((
                    value["mention"]["mention_id"].as_str()?.into(),
                    value["judgement"].as_u64()?,
                ))
            });
        match read {
            Some(key) => *seen.entry(key).or_default() += 1,
            None => failure = Some(line.to_owned()),
        }
    })?;
    ensure!(failure.is_none(), "a line is no scored mention: {failure:?}");
    let doubles = seen.iter().filter(|(_, times)| **times > 1);
    Ok(ForeignCount {
        records: seen.values().sum(),
        distinct: seen.len() as u64,
        doubles: doubles.map(|(key, times)| format!("{key:?}: {times} times")).collect(),
    })
}
