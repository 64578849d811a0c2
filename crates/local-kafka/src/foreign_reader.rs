//! The readers of docs/consuming, run as somebody else would: clients that share no code with ours.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::java;
use crate::packages::{READER, exclude_others, remove_directory};
use crate::wait::wait_for;

const JAVA_SOURCE: &str = include_str!("../../../docs/consuming/ScoredReader.java");
const PYTHON_SOURCE: &str = include_str!("../../../docs/consuming/scored_reader.py");
const REQUIREMENTS: &str = include_str!("../../../docs/consuming/requirements.txt");

/// The name of the Python environment below the cache; its packages stand in a file within.
const ENVIRONMENT: &str = "scored-reader-python";

/// A million records take two minutes; five times that is a reader that waits for something.
const READ_LIMIT: Duration = Duration::from_mins(10);

/// A reader, installed.
#[derive(Debug, Clone)]
pub struct ForeignReader {
    program: PathBuf,
    arguments: Vec<String>,
}

impl ForeignReader {
    /// The Java reader: Kafka's own client and Avro's own library.
    ///
    /// # Errors
    /// Maven is missing or reaches no repository, or a file is not the one that was locked.
    pub fn java(cache: &Path) -> Result<Self> {
        let jars = READER.install(cache)?;
        let source = write_source(cache, "ScoredReader.java", JAVA_SOURCE)?;
        let tool = java::tool();
        let mut arguments: Vec<String> =
            tool.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        arguments.extend(["-cp".to_owned(), java::class_path(&jars)]);
        arguments.push(source.display().to_string());
        Ok(Self { program: PathBuf::from(tool.get_program()), arguments })
    }

    /// The Python reader: confluent-kafka, which is librdkafka, and fastavro.
    ///
    /// # Errors
    /// Python is missing, or pip cannot fetch the packages.
    pub fn python(cache: &Path) -> Result<Self> {
        let cache = std::path::absolute(cache).context("the cache directory has no path")?;
        fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let environment = cache.join(ENVIRONMENT);
        let _alone = exclude_others(&cache, ENVIRONMENT)?;
        let installed = environment.join("requirements.txt");
        if fs::read_to_string(&installed).ok().as_deref() != Some(REQUIREMENTS) {
            remove_directory(&environment)?;
            make_environment(&environment)?;
            fs::write(&installed, REQUIREMENTS)
                .with_context(|| format!("cannot write {}", installed.display()))?;
        }
        let source = write_source(&cache, "scored_reader.py", PYTHON_SOURCE)?;
        let arguments = vec![source.display().to_string()];
        Ok(Self { program: environment.join("bin/python"), arguments })
    }

    /// The reader over a topic; the caller may add flags and starts it.
    pub fn command(&self, bootstrap: &str, registry: &str, topic: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(["--bootstrap", bootstrap, "--registry", registry]);
        command.args(["--topic", topic]);
        command
    }

    /// What is committed on the topic now: one line of JSON for each record, with its topic,
    /// partition, offset, key and value. Within a partition in the order of the log.
    ///
    /// # Errors
    /// The reader cannot be started, fails, or does not come to an end.
    pub fn read(&self, bootstrap: &str, registry: &str, topic: &str) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        self.read_each(bootstrap, registry, topic, |line| lines.push(line.to_owned()))?;
        Ok(lines)
    }

    /// As [`ForeignReader::read`], one line after another, for more than fits into memory.
    ///
    /// # Errors
    /// As for [`ForeignReader::read`].
    pub fn read_each(
        &self,
        bootstrap: &str,
        registry: &str,
        topic: &str,
        mut take: impl FnMut(&str),
    ) -> Result<()> {
        let mut command = self.command(bootstrap, registry, topic);
        let output = run(command.arg("--until-end"))
            .with_context(|| format!("cannot read {topic} with {}", self.program.display()))?;
        for line in BufReader::new(output).lines() {
            take(&line.context("cannot read what a reader printed")?);
        }
        Ok(())
    }
}

/// Runs a reader to its end; what it printed is in a file without a name.
fn run(command: &mut Command) -> Result<File> {
    let printed = tempfile::NamedTempFile::new().context("cannot make a file for its output")?;
    let said = tempfile::NamedTempFile::new().context("cannot make a file for its errors")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(printed.reopen()?)
        .stderr(said.reopen()?)
        .spawn()
        .context("cannot start it")?;
    let ended = wait_for(READ_LIMIT, || child.try_wait().context("cannot wait for it"))?;
    let Some(status) = ended else {
        child.kill().context("cannot kill it")?;
        child.wait().context("cannot wait for it")?;
        bail!("it has not come to an end after {READ_LIMIT:?}");
    };
    if !status.success() {
        bail!("{status}\n{}", fs::read_to_string(said.path()).unwrap_or_default());
    }
    Ok(printed.reopen()?)
}

/// Makes a Python environment with the packages that the reader wants.
fn make_environment(environment: &Path) -> Result<()> {
    eprintln!("fetching the packages of scored_reader.py into {}", environment.display());
    let made = Command::new("python3").args(["-m", "venv"]).arg(environment).output();
    let made = made.context("cannot start python3: install it (Debian: python3-venv)")?;
    ensure!(
        made.status.success(),
        "python3 -m venv fails (Debian: apt-get install python3-venv)\n{}{}",
        String::from_utf8_lossy(&made.stdout),
        String::from_utf8_lossy(&made.stderr)
    );
    let wanted = environment.join("wanted.txt");
    fs::write(&wanted, REQUIREMENTS)
        .with_context(|| format!("cannot write {}", wanted.display()))?;
    let installed = Command::new(environment.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&wanted)
        .output()
        .context("cannot start pip")?;
    ensure!(
        installed.status.success(),
        "pip cannot fetch what docs/consuming/requirements.txt lists\n{}",
        String::from_utf8_lossy(&installed.stderr)
    );
    Ok(())
}

/// Puts a reader's source below the cache. Another process may write the same meanwhile.
fn write_source(cache: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let directory = std::path::absolute(cache).context("the cache directory has no path")?;
    let directory = directory.join("scored-reader");
    fs::create_dir_all(&directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    let path = directory.join(name);
    if fs::read_to_string(&path).ok().as_deref() != Some(text) {
        let mut file = tempfile::NamedTempFile::new_in(&directory)
            .with_context(|| format!("cannot write into {}", directory.display()))?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.persist(&path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(path)
}
