//! A schema registry: Apicurio, through its Confluent API.
//!
//! Its schemas are in a file of its directory, written through before a request is answered: killed
//! and started again it knows the ids it gave. It does not depend on the brokers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::java;
use crate::lease::Lease;
use crate::packages::{REGISTRY, remove_directory};
use crate::process::Process;
use crate::settings::Load;
use crate::wait::wait_for;

/// What is known of a registry, in its directory.
const STATE_FILE: &str = "registry.json";

/// The name of its process.
const NAME: &str = "registry";

/// The archive, and where it is unpacked to below the cache.
const ARCHIVE: &str = "apicurio-registry-app-3.0.9-all.tar.gz";
const UNPACKED: &str = "apicurio-registry-3.0.9-unpacked";

/// The program within what the archive unpacks to.
const PROGRAM: &str = "apicurio-registry-app-3.0.9-runner.jar";

/// It runs in 233 MB all in all.
const HEAP_MEBIBYTES: u16 = 256;

/// 4 s where nothing else runs, 41 s were seen on a busy machine; three times that is broken.
const START_LIMIT: Duration = Duration::from_mins(2);

/// One question while it starts: it listens before it answers.
const QUESTION_LIMIT: Duration = Duration::from_secs(5);

/// It ends within a second.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// How a registry is to be.
#[derive(Debug, Clone)]
pub struct RegistrySettings {
    /// Where the packages are kept between starts.
    pub cache: PathBuf,
    /// Where schemas and logs go; without one, a directory that is removed at the end.
    pub directory: Option<PathBuf>,
    /// Its port if it is free.
    pub port: Option<u16>,
}

/// How often it is started when it dies while it starts.
const ATTEMPTS: u32 = 3;

/// A registry on this machine. Dropped, it ends, unless it was detached or found.
pub struct Registry {
    process: Process,
    program: PathBuf,
    directory: PathBuf,
    port: u16,
    /// Held while the registry is ours to end.
    lease: Option<Lease>,
}

impl Registry {
    /// Starts a registry and waits until it answers.
    ///
    /// # Errors
    /// Something is missing on this machine, or it does not come up; then the error quotes the end
    /// of its log.
    pub fn start(settings: &RegistrySettings) -> Result<Self> {
        let program = install(&settings.cache)?;
        let lease = Lease::take(settings.directory.as_deref(), settings.port)?;
        let directory = lease.directory().to_owned();
        let process = Process::find(NAME, &directory);
        let port = lease.port();
        let mut registry = Self { process, program, directory, port, lease: Some(lease) };
        let state = json!({ "program": registry.program, "port": port });
        let path = registry.directory.join(STATE_FILE);
        fs::write(&path, format!("{state:#}\n"))
            .with_context(|| format!("cannot write {}", path.display()))?;
        registry.start_again()?;
        Ok(registry)
    }

    /// The registry that was started in the directory and detached, whether it lives or not; `None`
    /// where there is none. It does not end when it is dropped.
    ///
    /// # Errors
    /// What is written there cannot be read.
    pub fn find(directory: &Path) -> Result<Option<Self>> {
        let directory = std::path::absolute(directory).context("a directory without a path")?;
        let path = directory.join(STATE_FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let read = || -> Result<Self> {
            let state: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
            let port = state["port"].as_u64().context("no `port`")?;
            Ok(Self {
                process: Process::find(NAME, &directory),
                program: PathBuf::from(state["program"].as_str().context("no `program`")?),
                directory: directory.clone(),
                port: u16::try_from(port)?,
                lease: None,
            })
        };
        read().map(Some).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Where its Confluent API begins.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/apis/ccompat/v7", self.port)
    }

    /// Where schemas and logs are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where it writes what it has to say.
    pub fn log_path(&self) -> PathBuf {
        self.process.log_path()
    }

    /// Whether it lives.
    pub fn is_alive(&mut self) -> bool {
        self.process.is_alive()
    }

    /// Its process, while it lives.
    pub fn process_number(&mut self) -> Option<i32> {
        self.process.number()
    }

    /// Kills it without a warning.
    ///
    /// # Errors
    /// It did not end.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Ends it in order; if it does not end in time, it is killed.
    ///
    /// # Errors
    /// It did not end.
    pub fn stop(&mut self) -> Result<()> {
        self.process.stop(STOP_PATIENCE).map(|_| ())
    }

    /// Stops it at an instruction, until it is resumed: its connections stay open.
    ///
    /// # Errors
    /// It does not live.
    pub fn pause(&mut self) -> Result<()> {
        self.process.pause()
    }

    /// Lets it go on after a pause.
    ///
    /// # Errors
    /// It does not live.
    pub fn resume(&mut self) -> Result<()> {
        self.process.resume()
    }

    /// Starts it with its old schemas and port and waits until it answers.
    ///
    /// # Errors
    /// It lives, or does not come up; then the error quotes the end of its log.
    pub fn start_again(&mut self) -> Result<()> {
        for _ in 1..ATTEMPTS {
            match self.attempt() {
                // A machine that does other things as well is too slow for the five seconds that
                // the registry gives its own database.
                Err(_) if !self.process.is_alive() => {}
                other => return other,
            }
        }
        self.attempt()
    }

    fn attempt(&mut self) -> Result<()> {
        self.process.start(self.command())?;
        let question = format!("{}/subjects", self.url());
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(QUESTION_LIMIT))
            .proxy(None)
            .build()
            .into();
        let process = &mut self.process;
        let ready = wait_for(START_LIMIT, || {
            if !process.is_alive() {
                bail!("the registry died while it started; {}", process.log_end());
            }
            Ok(agent.get(&question).call().is_ok().then_some(()))
        })?;
        match ready {
            Some(()) => Ok(()),
            None => bail!(
                "the registry does not answer after {START_LIMIT:?}; {}",
                self.process.log_end()
            ),
        }
    }

    /// Lets it live on after us; [`Registry::find`] finds it again.
    pub fn detach(mut self) {
        if let Some(lease) = self.lease.take() {
            lease.leave();
        }
    }

    fn command(&self) -> Command {
        let mut command = java::server(Load::Light, HEAP_MEBIBYTES);
        let file = self.directory.join("schemas");
        command
            .arg("-Dquarkus.http.host=127.0.0.1")
            .arg(format!("-Dquarkus.http.port={}", self.port))
            .arg("-Dquarkus.http.access-log.enabled=false")
            .arg("-Dapicurio.storage.kind=sql")
            .arg("-Dapicurio.storage.sql.kind=h2")
            // Without a delay a schema is in the file before its id is given out.
            .arg(format!("-Dapicurio.datasource.url=jdbc:h2:file:{};WRITE_DELAY=0", file.display()))
            .arg("-jar")
            .arg(&self.program);
        command
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if self.lease.is_some()
            && let Err(error) = self.kill()
        {
            eprintln!("{error:#}");
        }
    }
}

/// Unpacks the registry below the cache unless it is there, and gives its program.
fn install(cache: &Path) -> Result<PathBuf> {
    let packages = REGISTRY.install(cache)?;
    let unpacked = packages.with_file_name(UNPACKED);
    let program = unpacked.join(PROGRAM);
    if program.is_file() {
        return Ok(program);
    }
    // Unpacked aside and moved into place, so that nobody meets half of it.
    let aside = packages.with_file_name(format!("{UNPACKED}.{}", std::process::id()));
    fs::create_dir_all(&aside).with_context(|| format!("cannot make {}", aside.display()))?;
    let archive = packages.join(ARCHIVE);
    let status = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&aside).status();
    let status = status.context("cannot start tar")?;
    ensure!(status.success(), "cannot unpack {}", archive.display());
    // Where another process was faster, its copy is as good.
    if fs::rename(&aside, &unpacked).is_err() {
        remove_directory(&aside)?;
    }
    ensure!(program.is_file(), "{} is not in {}", PROGRAM, archive.display());
    Ok(program)
}
