//! A cluster of one or three brokers.
//!
//! Each broker keeps its ports and its data over restarts. What is known of the cluster stands in
//! `cluster.json` of its directory and in a file with the number of each process, so that another
//! process finds it again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::access::{self, Access};
use crate::broker;
use crate::lease::Lease;
use crate::listeners::{Listener, Ports};
use crate::packages::KAFKA;
use crate::process::Process;
use crate::settings::{ClusterSettings, Load, Security};
use crate::wait::wait_for;

/// What is known of a cluster, in its directory.
const STATE_FILE: &str = "cluster.json";

/// What a broker of this version writes when it serves clients.
const READY: &str = "Kafka Server started";

/// Three brokers at once on two busy cores took 11 s, and 13 s where a session had to end first. On
/// a machine with thirty times the work it can do, 2 minutes were not enough.
const START_LIMIT: Duration = Duration::from_mins(5);

/// A broker alone ends in half a second; of three that end together, the last wait in vain for the
/// controllers that are gone.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Brokers on this machine. Dropped, they end, unless they were detached or found.
pub struct Cluster {
    brokers: Vec<Process>,
    jars: PathBuf,
    directory: PathBuf,
    ports: Ports,
    load: Load,
    secure: bool,
    /// Held while the cluster is ours to end.
    lease: Option<Lease>,
}

impl Cluster {
    /// Starts the brokers and waits until all of them serve clients.
    ///
    /// # Errors
    /// Something is missing on this machine, or a broker does not come up; then the error quotes
    /// the end of its log.
    pub fn start(settings: &ClusterSettings) -> Result<Self> {
        let (brokers, load) = (settings.brokers, settings.load);
        ensure!([1, 3].contains(&brokers), "a cluster has 1 or 3 brokers, not {brokers}");
        let jars = KAFKA.install(&settings.cache)?;
        let lease = Lease::take(settings.directory.as_deref(), settings.first_port)?;
        let directory = lease.directory().to_owned();
        ensure!(
            !directory.join(STATE_FILE).exists(),
            "{} holds a cluster already",
            directory.display()
        );
        let ports = Ports { first: lease.port(), brokers };
        broker::write_logging(&directory, "info")?;
        for number in 1..=brokers {
            let path = broker::properties_path(&directory, number);
            fs::write(&path, broker::properties(settings, ports, number, &directory))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        let users = match &settings.security {
            Security::Plaintext => Vec::new(),
            Security::SaslTls { users } => access::make(&directory, users)?,
        };
        format_directories(&jars, &directory, brokers, &users)?;
        let mut cluster = Self {
            brokers: processes(&directory, brokers),
            jars,
            directory,
            ports,
            load,
            secure: !users.is_empty(),
            lease: Some(lease),
        };
        cluster.write_state()?;
        cluster.start_dead()?;
        Ok(cluster)
    }

    /// The cluster that was started in the directory and detached, whether its brokers live or not;
    /// `None` where there is none. It does not end when it is dropped.
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
            let number = |name: &str| -> Result<u16> {
                let value = state[name].as_u64().with_context(|| format!("no `{name}`"))?;
                Ok(u16::try_from(value)?)
            };
            let ports = Ports { first: number("first_port")?, brokers: number("brokers")? };
            let flag = |name: &str| state[name].as_bool().with_context(|| format!("no `{name}`"));
            Ok(Self {
                brokers: processes(&directory, ports.brokers),
                jars: PathBuf::from(state["jars"].as_str().context("no `jars`")?),
                ports,
                load: if flag("heavy")? { Load::Heavy } else { Load::Light },
                secure: flag("secure")?,
                directory: directory.clone(),
                lease: None,
            })
        };
        read().map(Some).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Where clients begin: all brokers, with commas between them.
    pub fn bootstrap(&self) -> String {
        self.ports.addresses(Listener::Client)
    }

    /// Where one broker serves clients.
    pub fn address(&self, number: u16) -> String {
        self.ports.address(Listener::Client, number)
    }

    /// Where who looks after the cluster begins: nobody is asked who he is and everything is
    /// allowed, also where clients are asked.
    pub fn inner_bootstrap(&self) -> String {
        if self.secure { self.ports.addresses(Listener::Inner) } else { self.bootstrap() }
    }

    /// Where clients begin that show a certificate; `None` where nobody is asked.
    pub fn mutual_bootstrap(&self) -> Option<String> {
        self.secure.then(|| self.ports.addresses(Listener::Mutual))
    }

    /// How a user is let in; `None` where nobody is asked.
    pub fn access(&self, user: &str) -> Option<Access> {
        self.secure.then(|| Access::of(user, &self.directory))
    }

    /// The brokers' numbers, from 1.
    pub fn numbers(&self) -> std::ops::RangeInclusive<u16> {
        1..=self.ports.brokers
    }

    /// Where data, settings and logs are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where a broker writes what it has to say.
    pub fn log_path(&mut self, number: u16) -> PathBuf {
        self.broker(number).log_path()
    }

    /// Whether a broker lives; one that is paused does.
    pub fn is_alive(&mut self, number: u16) -> bool {
        self.broker(number).is_alive()
    }

    /// A broker's process, while it lives.
    pub fn process_number(&mut self, number: u16) -> Option<i32> {
        self.broker(number).number()
    }

    /// Kills a broker without a warning.
    ///
    /// # Errors
    /// It did not end.
    pub fn kill(&mut self, number: u16) -> Result<()> {
        self.broker(number).kill()
    }

    /// Ends a broker in order; one that does not end in time is killed.
    ///
    /// # Errors
    /// It did not end.
    pub fn stop_broker(&mut self, number: u16) -> Result<()> {
        self.broker(number).stop(STOP_PATIENCE).map(|_| ())
    }

    /// Stops a broker at an instruction, until it is resumed: its connections stay open.
    ///
    /// # Errors
    /// It does not live.
    pub fn pause(&mut self, number: u16) -> Result<()> {
        self.broker(number).pause()
    }

    /// Lets a paused broker go on.
    ///
    /// # Errors
    /// It does not live.
    pub fn resume(&mut self, number: u16) -> Result<()> {
        self.broker(number).resume()
    }

    /// Starts a dead broker with its old data and ports and waits until it serves clients. Where
    /// fewer than two of three live besides it, use [`Cluster::start_dead`]: alone it has no
    /// controller.
    ///
    /// # Errors
    /// It lives, or does not come up; then the error quotes the end of its log.
    pub fn start_again(&mut self, number: u16) -> Result<()> {
        let from = self.spawn(number)?;
        self.wait_until_ready(number, from)
    }

    /// Starts all brokers that are dead and waits until they serve clients.
    ///
    /// # Errors
    /// As for [`Cluster::start_again`].
    pub fn start_dead(&mut self) -> Result<()> {
        let mut started = Vec::new();
        for number in self.numbers() {
            if !self.is_alive(number) {
                started.push((number, self.spawn(number)?));
            }
        }
        started.into_iter().try_for_each(|(number, from)| self.wait_until_ready(number, from))
    }

    /// Ends all brokers in order; those that do not end in time are killed. The data stays where
    /// the directory is the caller's.
    ///
    /// # Errors
    /// One did not end.
    pub fn stop(&mut self) -> Result<()> {
        for broker in &mut self.brokers {
            if broker.is_alive() {
                broker.ask_to_end()?;
            }
        }
        self.brokers.iter_mut().try_for_each(|broker| broker.stop(STOP_PATIENCE).map(|_| ()))
    }

    /// Kills all brokers without a warning.
    ///
    /// # Errors
    /// One did not end.
    pub fn kill_all(&mut self) -> Result<()> {
        self.brokers.iter_mut().try_for_each(Process::kill)
    }

    /// Lets the brokers live on after us; [`Cluster::find`] finds them again.
    pub fn detach(mut self) {
        if let Some(lease) = self.lease.take() {
            lease.leave();
        }
    }

    fn broker(&mut self, number: u16) -> &mut Process {
        let last = self.ports.brokers;
        assert!((1..=last).contains(&number), "brokers are numbered 1 to {last}, not {number}");
        &mut self.brokers[usize::from(number) - 1]
    }

    /// Starts a broker; from which byte on its log is of this start.
    fn spawn(&mut self, number: u16) -> Result<u64> {
        let heap = heap(self.load, self.ports.brokers);
        let command = broker::command(&self.jars, &self.directory, number, self.load, heap);
        let process = self.broker(number);
        let from = process.log_length();
        process.start(command)?;
        Ok(from)
    }

    fn wait_until_ready(&mut self, number: u16, from: u64) -> Result<()> {
        let process = self.broker(number);
        let ready = wait_for(START_LIMIT, || {
            if !process.is_alive() {
                bail!("broker {number} died while it started; {}", process.log_end());
            }
            Ok(process.log_from(from).contains(READY).then_some(()))
        })?;
        match ready {
            Some(()) => Ok(()),
            None => bail!(
                "broker {number} does not serve clients after {START_LIMIT:?}; {}",
                process.log_end()
            ),
        }
    }

    fn write_state(&self) -> Result<()> {
        let path = self.directory.join(STATE_FILE);
        let state = json!({
            "jars": self.jars,
            "brokers": self.ports.brokers,
            "first_port": self.ports.first,
            "heavy": self.load == Load::Heavy,
            "secure": self.secure,
        });
        fs::write(&path, format!("{state:#}\n"))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.lease.is_some()
            && let Err(error) = self.kill_all()
        {
            eprintln!("{error:#}");
        }
    }
}

/// The processes of a cluster's directory, whether they live or not.
fn processes(directory: &Path, brokers: u16) -> Vec<Process> {
    (1..=brokers).map(|number| Process::find(&broker::name(number), directory)).collect()
}

/// Makes the brokers' empty directories ready, all at once.
fn format_directories(jars: &Path, directory: &Path, brokers: u16, users: &[Access]) -> Result<()> {
    let mut running: Vec<Process> = Vec::new();
    for number in 1..=brokers {
        let mut process = Process::find(&format!("format-{number}"), directory);
        process.start(broker::format_command(jars, directory, number, users)?)?;
        running.push(process);
    }
    for mut process in running {
        process.wait_for_success(START_LIMIT)?;
    }
    Ok(())
}

/// The largest heap, in mebibytes: one broker runs in less, three replicate to each other.
fn heap(load: Load, brokers: u16) -> u16 {
    match (load, brokers) {
        (Load::Light, 1) => 256,
        (Load::Light, _) => 384,
        (Load::Heavy, _) => 512,
    }
}
