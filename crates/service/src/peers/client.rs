//! Questions to other instances, each within a bounded time.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Agent;

/// How long another instance may take to accept a connection: it is in the same network.
const LONGEST_CONNECT: Duration = Duration::from_secs(1);

/// How long an answer may take: one that goes through a million authors takes a second or two.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

/// The largest answer that is taken: a thousand mentions at their largest, or the counts of a
/// hundred thousand streams.
const MAXIMUM_ANSWER_BYTES: u64 = 64 << 20;

/// How many instances one answer asks at once; more take turns.
const MAXIMUM_AT_ONCE: usize = 8;

/// Under which path instances answer each other.
pub(crate) const PATH: &str = "/internal/parts";

/// Another instance that did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the instance at {address} does not answer: {reason}")]
pub(crate) struct PeerError {
    address: String,
    reason: String,
}

/// Asks other instances.
pub(crate) struct Client {
    agent: Agent,
}

impl Client {
    /// A client that has no connection yet.
    pub(crate) fn new() -> Self {
        let agent = Agent::config_builder()
            .timeout_connect(Some(LONGEST_CONNECT))
            .timeout_global(Some(LONGEST_ANSWER))
            // A proxy of the environment leads out of the cluster.
            .proxy(None)
            .build()
            .new_agent();
        Self { agent }
    }

    /// Asks each address its question, at the same time; answers come in the order of the
    /// questions.
    pub(crate) fn ask_all<Q: Serialize + Sync, A: DeserializeOwned + Send>(
        &self,
        name: &str,
        questions: &[(String, Q)],
    ) -> Vec<Result<A, PeerError>> {
        let mut answers = Vec::with_capacity(questions.len());
        for turn in questions.chunks(MAXIMUM_AT_ONCE) {
            std::thread::scope(|scope| {
                let ask = |(address, question): &(String, Q)| self.ask(address, name, question);
                let threads: Vec<_> =
                    turn.iter().map(|question| scope.spawn(move || ask(question))).collect();
                for (thread, (address, _)) in threads.into_iter().zip(turn) {
                    answers.push(thread.join().unwrap_or_else(|_| {
                        Err(PeerError { address: address.clone(), reason: "asking failed".into() })
                    }));
                }
            });
        }
        answers
    }

    fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        address: &str,
        name: &str,
        question: &Q,
    ) -> Result<A, PeerError> {
        let failed =
            |error: ureq::Error| PeerError { address: address.into(), reason: error.to_string() };
        let url = format!("http://{address}{PATH}/{name}");
        let mut response = self.agent.post(&url).send_json(question).map_err(failed)?;
        let body = response.body_mut().with_config().limit(MAXIMUM_ANSWER_BYTES);
        body.read_json().map_err(failed)
    }
}
