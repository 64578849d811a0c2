//! What every client of the cluster shares: where its log lines go, how it waits, what its errors
//! say.

use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;
use vigie_runtime::{EngineError, ReadError};
use vigie_types::Millis;

use crate::classes::is_missing_right;

/// How long one request to a broker may take: a leader is elected within it.
pub(crate) const REQUEST: Duration = Duration::from_secs(10);

/// How long a consumer is polled in one piece: an event that wakes nobody is found after it, where
/// a longer sleep would find it after a second.
pub(crate) const LONGEST_SLEEP: Duration = Duration::from_millis(50);

/// How long a consumer whose queue was full waits before it fetches on, in milliseconds: the
/// default of a second would be a second's pause whenever we are slower than the broker.
pub(crate) const FULL_QUEUE_MILLIS: &str = "10";

/// A request to the cluster that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {attempt}: {reason}")]
pub struct ClusterError {
    attempt: String,
    reason: String,
}

impl ClusterError {
    /// What was attempted, on what, and why it failed.
    pub(crate) fn new(attempt: impl Into<String>, error: &KafkaError) -> Self {
        Self { attempt: attempt.into(), reason: reason_of(error) }
    }
}

impl From<ClusterError> for EngineError {
    fn from(error: ClusterError) -> Self {
        Self::Fatal(error.to_string())
    }
}

impl From<ClusterError> for ReadError {
    fn from(error: ClusterError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The reason of an error in words, with the remedy where we know one.
pub(crate) fn reason_of(error: &KafkaError) -> String {
    let remedy = match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
            "; `vigie topics apply` creates the topics"
        }
        Some(code) if is_missing_right(code) => {
            "; docs/security.md lists the rights that each service needs"
        }
        Some(code) if is_refusal(code) => {
            "; see [kafka.tls] and [kafka.sasl] of the configuration, and docs/security.md"
        }
        Some(RDKafkaErrorCode::AllBrokersDown | RDKafkaErrorCode::OperationTimedOut) => {
            "; see that the brokers of kafka.brokers can be reached"
        }
        _ => "",
    };
    format!("{error}{remedy}")
}

/// Whether a broker does not believe who we are, or we do not believe it.
pub(crate) fn is_refusal(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::Authentication
            | RDKafkaErrorCode::SSL
            | RDKafkaErrorCode::SaslAuthenticationFailed
            | RDKafkaErrorCode::UnsupportedSASLMechanism
    )
}

/// Sends the log lines of a client to ours.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plain;

impl ClientContext for Plain {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        log_error(&error, reason);
    }
}

impl ConsumerContext for Plain {}

impl ProducerContext for Plain {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, _opaque: ()) {
        // The transaction fails with it; this line says which record it was.
        if let Err((error, _)) = result {
            tracing::debug!(%error, "a record was not delivered");
        }
    }
}

/// Passes on a line of a client's log.
pub(crate) fn log_line(level: RDKafkaLogLevel, facility: &str, line: &str) {
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => tracing::warn!(facility, "{line}"),
        RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice => tracing::info!(facility, "{line}"),
        RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => tracing::debug!(facility, "{line}"),
    }
}

/// Passes on an error that a client mends by itself.
pub(crate) fn log_error(error: &KafkaError, reason: &str) {
    // The end of a partition is news for whoever reads it, and comes to them as such.
    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PartitionEOF) {
        return;
    }
    tracing::info!(%error, reason, "the client of the cluster reports");
}

/// A moment on the machine's own clock after which waiting ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

#[expect(clippy::disallowed_methods, reason = "an engine is an edge: here the clock is read")]
impl Deadline {
    /// So far from now.
    pub(crate) fn after(span: Duration) -> Self {
        Self(Instant::now() + span)
    }

    /// How long is left.
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has come.
    pub(crate) fn is_over(self) -> bool {
        self.left().is_zero()
    }
}

/// How long a request is made again that changes nothing: a lost broker's partitions have new
/// leaders after 9 to 19 s, a whole cluster that is restarted is back within a minute or two.
const PATIENCE: Duration = Duration::from_mins(3);

/// How long is waited between two attempts.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(200);

/// Makes a request that changes nothing until it is answered, or for three minutes.
pub(crate) fn patiently<R>(
    attempt: &str,
    request: impl FnMut() -> Result<R, KafkaError>,
) -> Result<R, ClusterError> {
    until(Deadline::after(PATIENCE), attempt, request)
}

/// Makes a request that changes nothing until it is answered, or the deadline has come.
pub(crate) fn until<R>(
    deadline: Deadline,
    attempt: &str,
    mut request: impl FnMut() -> Result<R, KafkaError>,
) -> Result<R, ClusterError> {
    loop {
        match request() {
            Ok(answer) => return Ok(answer),
            Err(error) if deadline.is_over() || is_final(&error) => {
                return Err(ClusterError::new(attempt, &error));
            }
            Err(error) => tracing::info!(%error, attempt, "asked again after an error"),
        }
        breathe(BETWEEN_ATTEMPTS);
    }
}

/// Whether asking again cannot help.
pub(crate) fn is_final(error: &KafkaError) -> bool {
    let code = error.rdkafka_error_code();
    code.is_some_and(|code| code == RDKafkaErrorCode::Fatal || is_missing_right(code))
}

/// Waits a moment for librdkafka's threads.
pub(crate) fn breathe(span: Duration) {
    std::thread::park_timeout(span);
}

/// A span as the standard library has it.
pub(crate) fn duration(span: Millis) -> Duration {
    Duration::from_millis(span.get().max(0) as u64)
}
