//! How the command ends: one exit code for each kind of reason.
//!
//! Guarantees: the reason is told once, in full, on standard error; a closed pipe is no failure.

use std::io;
use std::process::ExitCode;

use vigie_ingest::group::GroupError;
use vigie_query::Diagnostics;
use vigie_runtime::{CommitError, EngineError, TaskError, ThreadError};
use vigie_service::configuration::ConfigurationError;
use vigie_service::pipeline::PipelineError;
use vigie_service::registry::RegistryError;
use vigie_service::rules::ApplyError;

/// What an exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for was done; services ended with everything committed.
    Drained = 0,
    /// Something failed, or what was checked is not as it is to be.
    Fatal = 1,
    /// What was asked for or configured is wrong.
    Configuration = 2,
    /// Another process has taken over.
    Fenced = 3,
    /// Too many records in a row were rejected.
    DeadLetters = 4,
    /// A call to the cluster did not return: the watchdog ended the process.
    Watchdog = 5,
}

/// What a subcommand gives.
pub type Outcome = anyhow::Result<Exit>;

/// Something asked for on the command line that cannot be done; exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Misuse(pub String);

/// Tells the reason, if there is one, and gives the exit code.
pub fn report(outcome: Outcome) -> ExitCode {
    let exit = match outcome {
        Ok(exit) => exit,
        Err(error) if is_closed_pipe(&error) => Exit::Drained,
        Err(error) if was_asked_to_end(&error) => {
            eprintln!("{}", sentence(&error));
            Exit::Drained
        }
        Err(error) => {
            eprintln!("error: {}", sentence(&error));
            of(&error)
        }
    };
    ExitCode::from(exit as u8)
}

/// The error with its causes, each said once: some errors quote their cause already.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if sentence.is_empty() {
            sentence = cause;
        } else if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let direct = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json =
            cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        direct.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Whether a signal ended a wait before there was anything to commit.
fn was_asked_to_end(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RegistryError::Stopped { .. }))
}

fn of(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if let Some(RegistryError::Configuration(_)) = cause.downcast_ref() {
            return Exit::Configuration;
        }
        if cause.is::<Misuse>() || cause.is::<ConfigurationError>() || cause.is::<Diagnostics>() {
            return Exit::Configuration;
        }
        if let Some(error) = cause.downcast_ref::<PipelineError>() {
            return of_pipeline(error);
        }
    }
    Exit::Fatal
}

fn of_pipeline(error: &PipelineError) -> Exit {
    match error {
        PipelineError::Configuration(_)
        | PipelineError::Format(_)
        | PipelineError::Apply(ApplyError::Wrong(_))
        | PipelineError::Ingest(GroupError::Reading { .. }) => Exit::Configuration,
        PipelineError::Engine(EngineError::Fenced)
        | PipelineError::Ingest(
            GroupError::Engine(EngineError::Fenced) | GroupError::Commit(CommitError::Fenced),
        )
        | PipelineError::Service {
            error: ThreadError::Fenced | ThreadError::Engine(EngineError::Fenced),
            ..
        } => Exit::Fenced,
        PipelineError::Service {
            error: ThreadError::Task(TaskError::DeadLetterLimit { .. }),
            ..
        } => Exit::DeadLetters,
        PipelineError::Layout(_)
        | PipelineError::Open(_)
        | PipelineError::Cluster(_)
        | PipelineError::Topics(_)
        | PipelineError::Engine(_)
        | PipelineError::Apply(_)
        | PipelineError::Ingest(_)
        | PipelineError::Service { .. }
        | PipelineError::Thread { .. }
        | PipelineError::Lag(_) => Exit::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn a_cause_that_is_quoted_already_is_not_said_twice() {
        let cause = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let error = Err::<(), _>(cause).context("cannot open a: no such file").unwrap_err();
        assert_eq!(sentence(&error), "cannot open a: no such file");
        let error = error.context("while starting");
        assert_eq!(sentence(&error), "while starting: cannot open a: no such file");
    }

    #[test]
    fn each_kind_of_reason_has_its_code() {
        assert_eq!(of(&anyhow::anyhow!("disk full")), Exit::Fatal);
        assert_eq!(of(&Misuse("no".into()).into()), Exit::Configuration);
        let service = |error| PipelineError::Service { service: "tagger", error };
        assert_eq!(of(&service(ThreadError::Fenced).into()), Exit::Fenced);
        let reason = String::from("nothing can be read");
        let topic = vigie_runtime::Topic::new("mentions.raw.v1");
        let partition =
            vigie_runtime::TopicPartition::new(&topic, vigie_runtime::Partition::new(0));
        let limit = TaskError::DeadLetterLimit { partition, count: 10_000, reason };
        assert_eq!(of(&service(limit.into()).into()), Exit::DeadLetters);
    }
}
