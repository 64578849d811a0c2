//! A cluster with its topics, a workload, and the services over it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use vigie_engine_kafka::KafkaLog;
use vigie_schema::Schemas;
use vigie_service::access::Access;
use vigie_service::configuration::Configuration;
use vigie_service::pipeline::{Role, open_cluster};
use vigie_service::registry::open_schemas;

use crate::binary::vigie;
use crate::clock::{now, wait};
use crate::fleet::{Fleet, Member};
use crate::image::{Detail, Image};
use crate::lag::lag;

/// How the services are configured.
#[derive(Clone, Debug)]
pub struct StageSettings {
    /// How long a transaction may be open.
    pub transaction_timeout: &'static str,
    /// How long a member may be silent.
    pub session_timeout: &'static str,
    /// How many lines ingest reads in a second; none reads as fast as it can.
    pub lines_per_second: Option<u64>,
    /// How long effects are staged.
    pub commit_interval: &'static str,
    /// Where schemas have their ids; without one, ids are the schemas' own fingerprints.
    pub registry: Option<String>,
}

impl Default for StageSettings {
    fn default() -> Self {
        Self {
            transaction_timeout: "10s",
            session_timeout: "6s",
            lines_per_second: None,
            commit_interval: "100ms",
            registry: None,
        }
    }
}

/// Between two looks at the fleet.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Between two questions about the lag, which costs the brokers something.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(400);

/// The services over one cluster.
pub struct Stage {
    /// Where clients find the cluster.
    pub bootstrap: String,
    /// The processes.
    pub fleet: Fleet,
    configuration: PathBuf,
}

impl Stage {
    /// Writes the configuration into the directory; nothing runs yet.
    ///
    /// # Errors
    /// When it cannot be written, or the binary cannot be built.
    pub fn set(
        bootstrap: &str,
        streams: &Path,
        directory: &Path,
        settings: &StageSettings,
    ) -> Result<Self> {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        let configuration = directory.join("vigie.toml");
        let StageSettings {
            transaction_timeout,
            session_timeout,
            lines_per_second,
            commit_interval,
            registry,
        } = settings;
        let pace = match lines_per_second {
            Some(lines) => format!("[ingest]\nlines_per_second = {lines}\n"),
            None => String::new(),
        };
        let registry = match registry {
            Some(url) => format!("[registry]\nurl = \"{url}\"\n"),
            None => String::new(),
        };
        let text = format!(
            "streams = \"{}\"\ncommit_interval = \"{commit_interval}\"\n{pace}{registry}\
             [kafka]\nbrokers = \"{bootstrap}\"\ntransaction_timeout = \"{transaction_timeout}\"\n\
             session_timeout = \"{session_timeout}\"\n",
            streams.display()
        );
        fs::write(&configuration, text)
            .with_context(|| format!("cannot write {}", configuration.display()))?;
        let fleet = Fleet::new(vigie()?, &configuration, directory)?;
        Ok(Self { bootstrap: bootstrap.to_owned(), fleet, configuration })
    }

    /// Starts so many of each stream service.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start_streams(&mut self, taggers: u32, detectors: u32, scorers: u32) -> Result<()> {
        let counts =
            [(Role::Tagger, taggers), (Role::Detector, detectors), (Role::Scorer, scorers)];
        for (role, count) in counts {
            for ordinal in 0..count {
                self.fleet.add(Member { role, ordinal }, &[])?;
            }
        }
        Ok(())
    }

    /// Starts ingest over a file; it ends when it has read it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_ingest(&mut self, ordinal: u32, input: &Path) -> Result<Member> {
        let member = Member { role: Role::Ingest, ordinal };
        let arguments = [OsString::from("--input"), input.into(), OsString::from("--exit")];
        self.fleet.add(member, &arguments)?;
        Ok(member)
    }

    /// Starts an ingest that takes pushes.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_receiver(&mut self, ordinal: u32) -> Result<Member> {
        let member = Member { role: Role::Ingest, ordinal };
        self.fleet.add(member, &[])?;
        Ok(member)
    }

    /// Where a member answers, as it tells once it is ready.
    ///
    /// # Errors
    /// When it has not told.
    pub fn address(&mut self, member: Member) -> Result<String> {
        let words = self.fleet.words(member);
        let told = words.rsplit_once("http://");
        let (_, rest) = told.with_context(|| format!("{member} tells no address: {words}"))?;
        Ok(rest.split_whitespace().next().unwrap_or_default().to_owned())
    }

    /// Tends the fleet until something is so.
    ///
    /// # Errors
    /// When it is not so within the limit; then it says what every member wrote last.
    pub fn until(
        &mut self,
        what: &str,
        limit: Duration,
        mut is_so: impl FnMut(&mut Self) -> Result<bool>,
    ) -> Result<()> {
        let end = now() + limit;
        loop {
            self.fleet.tend()?;
            if is_so(self)? {
                return Ok(());
            }
            if now() > end {
                let members = self.fleet.members();
                let words: Vec<String> =
                    members.into_iter().map(|member| self.fleet.words(member)).collect();
                bail!("{what}: not within {limit:?}\n{}", words.join("\n"));
            }
            wait(BETWEEN_LOOKS);
        }
    }

    /// Tends the fleet until every ingest has read its file or was stopped, and everything was
    /// judged.
    ///
    /// # Errors
    /// When that is not so within the limit.
    pub fn drain(&mut self, limit: Duration) -> Result<()> {
        let log = self.log()?;
        let mut asked = now();
        let mut found = None;
        let drained = self.until("everything is read and judged", limit, |stage| {
            let fleet = &stage.fleet;
            let reads = |member: Member| {
                let has_ended = fleet.is_done(member) || fleet.is_away(member);
                member.role == Role::Ingest && !has_ended
            };
            if fleet.members().into_iter().any(reads) || now() < asked + BETWEEN_QUESTIONS {
                return Ok(false);
            }
            asked = now();
            // While a broker is away there may be no answer: then it is asked again.
            found = lag(&log).ok();
            Ok(found == Some(0))
        });
        drained.with_context(|| format!("the lag is {found:?}"))
    }

    /// The configuration file.
    pub fn configuration(&self) -> &Path {
        &self.configuration
    }

    /// The cluster's log.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn log(&self) -> Result<KafkaLog> {
        let configuration = Configuration::read(&self.configuration)?;
        let kafka = configuration.kafka.context("the configuration names no cluster")?;
        Ok(open_cluster(&kafka)?)
    }

    /// The codecs of what the services write.
    ///
    /// # Errors
    /// When a schema has no id in the registry.
    pub fn schemas(&self) -> Result<Arc<Schemas>> {
        match &Configuration::read(&self.configuration)?.registry {
            Some(registry) => Ok(open_schemas(registry, &|span| {
                wait(span);
                false
            })?),
            None => Ok(Arc::new(Schemas::new())),
        }
    }

    /// What the run has left behind.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn image(&self, detail: Detail) -> Result<Image> {
        Image::read(&self.log()?, self.schemas()?, detail)
    }

    /// The same answers as the API's, made here from what is committed.
    ///
    /// # Errors
    /// When the log cannot be asked.
    pub fn access(&self) -> Result<Access> {
        Ok(Access::over(Arc::new(self.log()?), self.schemas()?)?)
    }

    /// Adds up what became of every record.
    ///
    /// # Errors
    /// When it does not add up, or something is still on its way.
    pub fn must_add_up(&self) -> Result<Value> {
        let audit = self.access()?.get("/v1/audit")?;
        ensure!(audit["ok"] == true && audit["settled"] == true, "it does not add up: {audit:#}");
        Ok(audit)
    }
}
