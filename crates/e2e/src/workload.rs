//! Simulated mentions in a file, and what an undisturbed run over them leaves behind.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use vigie_engine_embedded::Log;
use vigie_schema::Schemas;

use crate::binary::vigie;
use crate::image::{Detail, Image};

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
