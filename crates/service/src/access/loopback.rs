//! Requests to the process that holds the directory.

use std::time::Duration;

use ureq::Agent;
use ureq::http::Response;

use super::{AccessError, Received, Sending};

/// The longest answer that is taken: the most records of one page at their largest.
const MAXIMUM_ANSWER_BYTES: u64 = 1 << 30;

/// How long an answer may take: an audit of a full disk is read within it.
const LONGEST_ANSWER: Duration = Duration::from_mins(10);

/// How long the holder may take to accept a connection on this machine.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// A running process, by its address.
pub(super) struct Loopback {
    address: String,
    agent: Agent,
}

impl Loopback {
    /// The process at `address`.
    pub(super) fn new(address: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(LONGEST_CONNECT))
            .timeout_global(Some(LONGEST_ANSWER))
            // A proxy of the environment leads away from this machine.
            .proxy(None)
            .build()
            .new_agent();
        Self { address: address.into(), agent }
    }

    /// Asks for a path.
    pub(super) fn get(&self, path_and_query: &str) -> Result<Received, AccessError> {
        self.received(self.agent.get(self.url(path_and_query)).call())
    }

    /// Sends a body to a path.
    pub(super) fn send(
        &self,
        sending: Sending,
        path: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<Received, AccessError> {
        let request = match sending {
            Sending::Post => self.agent.post(self.url(path)),
            Sending::Put => self.agent.put(self.url(path)),
        };
        self.received(request.content_type(content_type).send(body))
    }

    fn url(&self, path_and_query: &str) -> String {
        format!("http://{}{path_and_query}", self.address)
    }

    fn received(
        &self,
        response: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Received, AccessError> {
        let unreachable = |error: ureq::Error| AccessError::Unreachable {
            address: self.address.clone(),
            reason: error.to_string(),
        };
        let mut response = response.map_err(unreachable)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAXIMUM_ANSWER_BYTES).read_to_vec();
        Ok(Received { status, body: body.map_err(unreachable)? })
    }
}
