//! What a client that is not ours reads: each judgement of each mention, once.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use vigie_local_kafka::ForeignReader;

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
