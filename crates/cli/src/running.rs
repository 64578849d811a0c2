//! The services running in this process, with the API over them.
//!
//! Guarantees: it ends only with everything committed, or says that it did not; a service that
//! fails ends the process with its reason.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use vigie_engine_embedded::OpenError;
use vigie_engine_kafka::Hang;
use vigie_schema::Schemas;
use vigie_service::configuration::Configuration;
use vigie_service::http::{Api, Server, serve};
use vigie_service::pipeline::{ClusterParts, Input, Pipeline, PipelineError, Role, open_log};
use vigie_service::registry::open_schemas;

use crate::data::patiently;
use crate::exit::Exit;

/// How often the end is looked for: below what people notice.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// How long an orderly end may take: a commit of 32 MB and the open requests, on a slow disk.
pub const LONGEST_STOP: Duration = Duration::from_secs(30);

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything was read and judged.
    Idle,
    /// Somebody asked.
    Asked,
    /// A service ended; stopping tells why.
    Failed,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Every input was read to its end and everything was judged.
    Idle,
    /// Somebody asks.
    Asked,
}

/// Whether the directory is held by somebody who serves no API, such as a command that reads it.
const fn is_held_for_a_moment(error: &PipelineError) -> bool {
    matches!(error, PipelineError::Open(OpenError::Held { holder, .. }) if holder.address.is_none())
}

/// Ends the process for a call that does not return: its thread cannot be freed, and a restart goes
/// on from the last commit.
#[expect(clippy::needless_pass_by_value, reason = "who tells of a hang gives it away")]
pub fn end_on_hang(hang: Hang) {
    eprintln!("error: {hang}");
    std::process::exit(Exit::Watchdog as i32);
}

/// Running services.
pub struct Running {
    pipeline: Pipeline,
    server: Server,
}

impl Running {
    /// Starts everything.
    ///
    /// # Errors
    /// When the data directory, an input or the address cannot be had.
    pub fn start(
        configuration: &Configuration,
        inputs: &[Input],
        signals: &Receiver<()>,
    ) -> anyhow::Result<Self> {
        if configuration.kafka.is_some() {
            return Self::start_on_cluster(&Role::ALL, configuration, inputs, signals);
        }
        let log = patiently(|| open_log(configuration), is_held_for_a_moment)?;
        let pipeline = Pipeline::start(Arc::clone(&log), configuration, inputs)?;
        let running = Self::serve(pipeline, configuration)?;
        // Commands that find the directory held ask there.
        match log.advertise(&running.server.loopback_address().to_string()) {
            Ok(()) => Ok(running),
            Err(error) => {
                running.stop()?;
                Err(error.into())
            }
        }
    }

    /// Starts services on the cluster of the configuration.
    ///
    /// # Errors
    /// When there is none, or the cluster, an input or the address cannot be had.
    pub fn start_on_cluster(
        roles: &[Role],
        configuration: &Configuration,
        inputs: &[Input],
        signals: &Receiver<()>,
    ) -> anyhow::Result<Self> {
        let kafka = configuration.kafka.as_ref().context("the configuration has no [kafka]")?;
        let schemas = match &configuration.registry {
            // It may be down for longer than anybody is patient: a signal ends the wait.
            Some(registry) => open_schemas(registry, &|span| {
                signals.recv_timeout(span) != Err(RecvTimeoutError::Timeout)
            })?,
            None => Arc::new(Schemas::new()),
        };
        let parts = ClusterParts { kafka, schemas, on_hang: Box::new(end_on_hang) };
        let pipeline = Pipeline::start_on_cluster(parts, roles, configuration, inputs)?;
        Self::serve(pipeline, configuration)
    }

    /// Serves the API over a pipeline.
    fn serve(pipeline: Pipeline, configuration: &Configuration) -> anyhow::Result<Self> {
        let served = Api::live(&pipeline, configuration)
            .map_err(anyhow::Error::from)
            .and_then(|api| Ok(serve(&api, configuration.http.listen)?));
        match served {
            Ok(listening) => Ok(Self { pipeline, server: listening }),
            Err(error) => {
                pipeline.stop()?;
                Err(error)
            }
        }
    }

    /// Where the API listens.
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The services.
    pub const fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Waits, and calls `look` every now and then.
    ///
    /// # Errors
    /// When positions cannot be read.
    pub fn wait(
        &self,
        until: Until,
        signals: &Receiver<()>,
        look: &mut dyn FnMut(&Pipeline),
    ) -> anyhow::Result<Ended> {
        loop {
            match signals.recv_timeout(LOOK_INTERVAL) {
                Ok(()) => return Ok(Ended::Asked),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("the thread for signals has ended"),
            }
            if self.pipeline.is_stopping() {
                return Ok(Ended::Failed);
            }
            if until == Until::Idle && self.pipeline.is_idle()? {
                return Ok(Ended::Idle);
            }
            look(&self.pipeline);
        }
    }

    /// Ends everything in order, within [`LONGEST_STOP`].
    ///
    /// # Errors
    /// The reason for which a service had ended, or that the end took too long.
    pub fn stop(self) -> anyhow::Result<()> {
        let (done, result) = bounded(1);
        let Self { pipeline, server } = self;
        thread::Builder::new().name("stop".into()).spawn(move || {
            server.stop();
            // Nobody waiting means that the time is over.
            let _ = done.send(pipeline.stop());
        })?;
        match result.recv_timeout(LONGEST_STOP) {
            Ok(result) => Ok(result?),
            Err(RecvTimeoutError::Disconnected) => bail!("the services ended with a panic"),
            Err(RecvTimeoutError::Timeout) => bail!(
                "the services did not end within {} s; what was committed is kept, and the next \
                 start goes on from there",
                LONGEST_STOP.as_secs()
            ),
        }
    }
}
