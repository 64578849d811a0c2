//! How a command reaches the data, whether or not a process runs on the directory.
//!
//! Guarantees: the same paths give the same answers in every way: over loopback from the process
//! that holds the directory, in process from the log, opened to read only, or from a cluster.
//!
//! Refuses: writing when nothing runs; the answer says to start `vigie up`.

mod loopback;
mod stored;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use vigie_engine_embedded::{Log, OpenError};
use vigie_runtime::LogReader;
use vigie_schema::Schemas;

use crate::http::{Api, ApiError};
use crate::pipeline::ControlWriter;
use loopback::Loopback;
use stored::Stored;

/// Why a command got no answer.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no log.
    #[error(
        "{directory} holds no log yet: run `vigie up` or `vigie demo` on it, or name another directory",
        directory = .directory.display()
    )]
    NoLog {
        /// The data directory.
        directory: PathBuf,
    },
    /// A process holds the directory and tells no address.
    #[error("{0}; it serves no API yet: try again in a moment")]
    NoApi(OpenError),
    /// The log cannot be opened.
    #[error(transparent)]
    Open(OpenError),
    /// The log is of another version.
    #[error(transparent)]
    Log(#[from] ApiError),
    /// The running process does not answer.
    #[error("the process that holds the data directory does not answer at {address}: {reason}")]
    Unreachable {
        /// Where its API should be.
        address: String,
        /// What happened.
        reason: String,
    },
    /// The request was answered with a problem.
    #[error("{error}\nhelp: {help}")]
    Problem {
        /// The status of the answer.
        status: u16,
        /// What went wrong.
        error: String,
        /// What to do.
        help: String,
    },
    /// What was asked for cannot be asked, or what came back is no answer of ours.
    #[error("{request}: {reason}")]
    Answer {
        /// What was asked.
        request: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// A way to the data of one directory.
pub struct Access {
    way: Way,
}

enum Way {
    Running(Loopback),
    Stored(Stored),
    Cluster(Stored),
}

impl Access {
    /// Opens the log in `data_directory` to read it only, or finds the process that holds it.
    ///
    /// # Errors
    /// When there is no log, it cannot be read, or its holder has no API yet.
    pub fn open(data_directory: &Path) -> Result<Self, AccessError> {
        let way = match Log::open_read_only(data_directory) {
            Ok(log) => return Self::over(log, Arc::new(Schemas::new())),
            Err(OpenError::Held { directory, holder }) => match &holder.address {
                Some(address) => Way::Running(Loopback::new(address)),
                None => return Err(AccessError::NoApi(OpenError::Held { directory, holder })),
            },
            Err(OpenError::NoLog { directory }) => return Err(AccessError::NoLog { directory }),
            Err(error) => return Err(AccessError::Open(error)),
        };
        Ok(Self { way })
    }

    /// Asks the API at an address, as `host:port` or `http://host:port`.
    pub fn at(address: &str) -> Self {
        let address = address.strip_prefix("http://").unwrap_or(address).trim_end_matches('/');
        Self { way: Way::Running(Loopback::new(address)) }
    }

    /// Reads a log at rest, wherever it lives.
    ///
    /// # Errors
    /// When the log lacks a topic of ours, or cannot be asked.
    pub fn over(log: Arc<dyn LogReader>, schemas: Arc<Schemas>) -> Result<Self, AccessError> {
        let api = Api::stored(log, schemas, None)?;
        Ok(Self { way: Way::Stored(Stored::new(api.router())?) })
    }

    /// Reads a cluster's topics, on which services may run, and writes its control topics. Answers
    /// are made in this process, from what is committed.
    ///
    /// # Errors
    /// When the cluster lacks a topic of ours, or cannot be asked.
    pub fn cluster(
        log: Arc<dyn LogReader>,
        schemas: Arc<Schemas>,
        control: Arc<dyn ControlWriter>,
    ) -> Result<Self, AccessError> {
        let api = Api::stored(log, schemas, Some(control))?;
        Ok(Self { way: Way::Cluster(Stored::new(api.router())?) })
    }

    /// Whether more may be written while it is read.
    pub const fn is_running(&self) -> bool {
        match self.way {
            Way::Running(_) | Way::Cluster(_) => true,
            Way::Stored(_) => false,
        }
    }

    /// Asks for a path, with its query.
    ///
    /// # Errors
    /// When there is no answer, or the answer is a problem.
    pub fn get(&self, path_and_query: &str) -> Result<Value, AccessError> {
        let answer = match &self.way {
            Way::Running(loopback) => loopback.get(path_and_query)?,
            Way::Stored(stored) | Way::Cluster(stored) => stored.get(path_and_query)?,
        };
        answer.json(path_and_query)
    }

    /// Posts a body to a path.
    ///
    /// # Errors
    /// When there is no answer, or the answer is a problem.
    pub fn post(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Value, AccessError> {
        self.send(Sending::Post, path, content_type, body)
    }

    /// Replaces what stands at a path by a body.
    ///
    /// # Errors
    /// When there is no answer, or the answer is a problem.
    pub fn put(&self, path: &str, content_type: &str, body: Vec<u8>) -> Result<Value, AccessError> {
        self.send(Sending::Put, path, content_type, body)
    }

    fn send(
        &self,
        sending: Sending,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Value, AccessError> {
        let answer = match &self.way {
            Way::Running(loopback) => loopback.send(sending, path, content_type, &body)?,
            Way::Stored(stored) | Way::Cluster(stored) => {
                stored.send(sending, path, content_type, body)?
            }
        };
        answer.json(path)
    }
}

/// How a body is sent.
#[derive(Clone, Copy)]
enum Sending {
    Post,
    Put,
}

/// What came back.
struct Received {
    status: u16,
    body: Vec<u8>,
}

impl Received {
    /// The answer; a problem is an error.
    fn json(&self, request: &str) -> Result<Value, AccessError> {
        let value: Result<Value, _> = serde_json::from_slice(&self.body);
        if (200..300).contains(&self.status) {
            return value.map_err(|error| AccessError::Answer {
                request: request.into(),
                reason: format!("the answer is not JSON: {error}"),
            });
        }
        let text = |name: &str| {
            let value = value.as_ref().ok()?;
            value[name].as_str().map(ToOwned::to_owned)
        };
        match (text("error"), text("help")) {
            (Some(error), Some(help)) => {
                Err(AccessError::Problem { status: self.status, error, help })
            }
            _ => Err(AccessError::Answer {
                request: request.into(),
                reason: format!(
                    "status {} without a reason: is the holder of the directory another version?",
                    self.status
                ),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str) -> Result<Value, String> {
        let received = Received { status, body: body.as_bytes().to_vec() };
        received.json("/v1/status").map_err(|error| error.to_string())
    }

    #[test]
    fn a_problem_is_told_as_text_with_its_help() {
        assert_eq!(check(200, "{\"idle\":true}"), Ok(serde_json::json!({ "idle": true })));
        assert_eq!(
            check(404, "{\"error\":\"there is no x\",\"help\":\"ask for y\"}"),
            Err("there is no x\nhelp: ask for y".into())
        );
        assert!(check(502, "oops").is_err_and(|error| error.contains("status 502")));
    }
}
