//! Simulated mentions in a file, and what an undisturbed run over them leaves behind.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use vigie_engine_embedded::Log;
use vigie_schema::Schemas;
use vigie_types::{EventTime, Millis};

use crate::binary::vigie;
use crate::image::{Detail, Image};

/// More likes than the simulator gives to any mention.
const MANY_LIKES: u64 = 100_000_000;

/// How many lines after a mention its new counts come.
const RECOUNTED_AFTER: usize = 150;

/// The line of a mention with so many likes more, read so many minutes later.
fn recounted(mention: &Value, likes: u64, minutes: i64) -> Result<String> {
    let mut mention = mention.clone();
    let counts = &mut mention["counts"];
    let as_of = counts["as_of"].as_str().context("counts have their time")?;
    let later = EventTime::parse(as_of)? + Millis::minutes(minutes);
    let before = counts["likes"].as_u64().context("likes are a number")?;
    counts["likes"] = (before + likes).into();
    counts["as_of"] = later.to_string().into();
    Ok(mention.to_string())
}

/// Simulated mentions with the streams that watch them.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Where everything of it stands.
    pub directory: PathBuf,
}

impl Workload {
    /// Writes so many mentions into a directory; the same seed gives the same bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn simulate(directory: &Path, seed: u64, mentions: u64) -> Result<Self> {
        Self::simulate_with(directory, seed, mentions, &[])
    }

    /// As [`Workload::simulate`], with further arguments of the simulator.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn simulate_with(
        directory: &Path,
        seed: u64,
        mentions: u64,
        arguments: &[&str],
    ) -> Result<Self> {
        let workload = Self { directory: directory.to_owned() };
        let path = workload.mentions();
        let lines =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let status = Command::new(vigie()?)
            .args(["simulate", "--seed", &seed.to_string(), "--mentions", &mentions.to_string()])
            .arg("--streams")
            .arg(workload.streams())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(lines)
            .stderr(Stdio::null())
            .status()
            .context("cannot start the simulator")?;
        ensure!(status.success(), "the simulator ended with {status}");
        Ok(workload)
    }

    /// The file of mentions.
    pub fn mentions(&self) -> PathBuf {
        self.directory.join("mentions.ndjson")
    }

    /// The mentions in two files of as many lines each, the earlier ones first.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub fn halves(&self) -> Result<[PathBuf; 2]> {
        let path = self.mentions();
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let lines = text.lines().count();
        let middle: usize = text.split_inclusive('\n').take(lines / 2).map(str::len).sum();
        let (earlier, later) = text.split_at(middle);
        let halves = ["earlier", "later"].map(|name| self.directory.join(format!("{name}.ndjson")));
        for (path, half) in halves.iter().zip([earlier, later]) {
            fs::write(path, half).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(halves)
    }

    /// Delivers every fifth mention that has counts two more times further down, with many more
    /// likes and with as few as before, and adds a stream that asks for so many.
    ///
    /// # Errors
    /// When the files cannot be read or written, or a line is no mention.
    pub fn recount(&self) -> Result<()> {
        let path = self.mentions();
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut due: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let (mut lines, mut counted) = (Vec::new(), 0_usize);
        for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            lines.extend_from_slice(line);
            for again in due.remove(&place).into_iter().flatten() {
                writeln!(lines, "{again}")?;
            }
            // Among the lines are some that are broken on purpose.
            let Ok(mention) = serde_json::from_slice::<Value>(line) else { continue };
            counted += usize::from(mention["counts"]["likes"].is_u64());
            if mention["counts"]["likes"].is_u64() && counted.is_multiple_of(5) {
                for (times, likes) in [(1, MANY_LIKES), (2, 0)] {
                    let again = recounted(&mention, likes, times as i64)?;
                    due.entry(place + times * RECOUNTED_AFTER).or_default().push(again);
                }
            }
        }
        fs::write(&path, lines).with_context(|| format!("cannot write {}", path.display()))?;
        let path = self.streams();
        let mut streams = File::options()
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        write!(streams, "\n[[stream]]\nid = \"viral\"\nquery = \"engagement:>={MANY_LIKES}\"\n")
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// The file of streams.
    pub fn streams(&self) -> PathBuf {
        self.directory.join("streams.toml")
    }

    /// The data directory of the undisturbed run.
    pub fn undisturbed_data(&self) -> PathBuf {
        self.directory.join("undisturbed")
    }

    /// What an undisturbed run leaves behind, in one process over an embedded log, of one file
    /// after another.
    ///
    /// # Errors
    /// When a run fails, or what it left cannot be read.
    pub fn undisturbed(&self, inputs: &[PathBuf], detail: Detail) -> Result<Image> {
        let data = self.undisturbed_data();
        for input in inputs {
            let output = Command::new(vigie()?)
                .args(["up", "--exit", "--listen", "127.0.0.1:0", "--streams"])
                .arg(self.streams())
                .arg("--data")
                .arg(&data)
                .arg("--input")
                .arg(input)
                .stdin(Stdio::null())
                .output()
                .context("cannot start vigie up")?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "vigie up ended with {}: {said}", output.status);
        }
        Image::read(&*Log::open_read_only(&data)?, Arc::new(Schemas::new()), detail)
    }
}
