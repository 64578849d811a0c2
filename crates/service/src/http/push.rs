//! HTTP push: a batch of lines, answered after its commit.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};
use vigie_ingest::group::{PushAnswer, PushBody, PushError, PushRequest};
use vigie_types::SourceId;

use super::query::Asked;
use super::{Api, Problem, ProblemBody, Shared};
use crate::backfill;

/// The source of pushes that name none.
const DEFAULT_SOURCE: &str = "push";

/// The longest name of a source: with a mark and the longest key (200 bytes) it names the kept
/// answer, and identifiers have 512 bytes at most.
const MAXIMUM_SOURCE_BYTES: usize = 300;

/// How long a body may take: 8 MiB over a line of two megabits a second, and some patience.
const LONGEST_BODY: Duration = Duration::from_mins(1);

/// As which source.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// Letters, digits, `-`, `_` and `.`; `push` unless given. Each source has its own checkpoint,
    /// floor and keys.
    source: Option<String>,
}

/// What became of a push; all of it is committed.
#[derive(Serialize, ToSchema)]
pub(super) struct PushResult {
    /// Records taken.
    accepted: u64,
    /// Records rejected, to be found among the dead letters.
    dead_lettered: u64,
    /// Records of authors who are not to be measured.
    suppressed: u64,
    /// Whether this repeats the answer to an earlier push with the same key.
    repeated: bool,
}

impl From<PushAnswer> for PushResult {
    fn from(answer: PushAnswer) -> Self {
        let PushAnswer { accepted, dead_lettered, suppressed, repeated } = answer;
        Self { accepted, dead_lettered, suppressed, repeated }
    }
}

impl From<PushError> for Problem {
    fn from(error: PushError) -> Self {
        let (status, help) = match &error {
            PushError::Full => (
                StatusCode::TOO_MANY_REQUESTS,
                "send the same push again after Retry-After; nothing of it was kept",
            ),
            PushError::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "send the same push again under the same Idempotency-Key",
            ),
            PushError::KeyTooLong(_) => {
                (StatusCode::BAD_REQUEST, "choose a shorter key, such as a UUID")
            }
        };
        Self::new(status, error.to_string(), help)
    }
}

/// Takes mentions, one JSON object a line.
#[utoipa::path(post, path = "/v1/mentions", tag = "mentions",
    params(Source, ("Idempotency-Key" = Option<String>, Header,
        description = "makes a retry within 24 hours safe: it is given the first answer")),
    request_body(content = String, content_type = "application/x-ndjson"),
    responses(
        (status = 200, description = "committed", body = PushResult),
        (status = 400, description = "the source or the key cannot be used", body = ProblemBody),
        (status = 408, description = "the body took longer than a minute", body = ProblemBody),
        (status = 421, description = "this instance runs no ingest", body = ProblemBody),
        (status = 413, description = "the body is larger than http.maximum_push_bytes",
            body = ProblemBody),
        (status = 429, description = "too many pushes wait; see Retry-After", body = ProblemBody),
        (status = 503, description = "not committed: stopping, or nothing runs",
            body = ProblemBody)))]
pub(super) async fn push(
    State(api): State<Api>,
    Asked(asked): Asked<Source>,
    request: Request,
) -> Result<Json<PushResult>, Problem> {
    api.shared.pushes("nothing can be pushed")?;
    let source = source_id(asked.source.as_deref().unwrap_or(DEFAULT_SOURCE))?;
    let idempotency_key = idempotency_key(request.headers())?;
    let body = body_of(request, api.shared.maximum_push_bytes()).await?;
    let push = Push { source, body, idempotency_key, replay_of: None };
    Ok(Json(api.shared.push(push).await?.into()))
}

/// What is pushed.
pub(super) struct Push {
    pub(super) source: SourceId,
    pub(super) body: Vec<u8>,
    pub(super) idempotency_key: Option<String>,
    pub(super) replay_of: Option<String>,
}

impl Shared {
    /// Offers a push and waits for its commit.
    pub(super) async fn push(&self, push: Push) -> Result<PushAnswer, Problem> {
        let (running, pushes) = self.pushes("nothing can be pushed")?;
        if running.is_stopping() {
            return Err(PushError::Unavailable("the services are stopping".into()).into());
        }
        let Push { source, body, idempotency_key, replay_of } = push;
        let (answer, answered) = oneshot::channel();
        let body = match replay_of {
            Some(place) => PushBody::DeadLetter { bytes: body, place },
            None => PushBody::Lines(body),
        };
        pushes.offer(PushRequest {
            source,
            body,
            idempotency_key,
            // Whoever asked may be gone by now: the push is committed all the same.
            reply: Box::new(move |result| drop(answer.send(result))),
        });
        let result = answered.await.unwrap_or_else(|_| {
            Err(PushError::Unavailable("ingest ended before it answered".into()))
        });
        running.instance.metrics.pushed(result.as_ref());
        Ok(result?)
    }
}

/// The source of a push. Names of files (which hold `/`) and kept answers (which hold `#`) are not
/// to be had.
fn source_id(name: &str) -> Result<SourceId, Problem> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || name.len() > MAXIMUM_SOURCE_BYTES || !name.bytes().all(is_allowed) {
        return Err(Problem::bad_request(
            format!("\"{}\" cannot be the source of a push", name.escape_debug()),
            format!("use 1 to {MAXIMUM_SOURCE_BYTES} letters, digits, '-', '_' and '.'"),
        ));
    }
    if name == backfill::SOURCE {
        return Err(Problem::bad_request(
            format!("\"{name}\" is the source of back-fills, which take no part in time"),
            "rename it",
        ));
    }
    SourceId::new(name).map_err(|error| Problem::bad_request(error.to_string(), "rename it"))
}

/// The key that makes a retry safe: visible ASCII, since it names what is kept for 24 hours.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(Some(key.into()))
        }
        Ok(_) | Err(_) => Err(Problem::bad_request(
            "the Idempotency-Key is empty or has other than visible ASCII characters",
            "use a UUID or a hash of the batch",
        )),
    }
}

async fn body_of(request: Request, limit: usize) -> Result<Vec<u8>, Problem> {
    match tokio::time::timeout(LONGEST_BODY, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body.into()),
        Ok(Err(rejection)) => Err(refused_body(&rejection, limit)),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("the body took longer than {} s", LONGEST_BODY.as_secs()),
            "send smaller batches",
        )),
    }
}

fn refused_body(rejection: &BytesRejection, limit: usize) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body has more than {limit} bytes"),
            "send smaller batches, each under its own Idempotency-Key, or raise \
             http.maximum_push_bytes",
        );
    }
    Problem::bad_request(rejection.body_text(), "send the body again whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        let status = |error: PushError| Problem::from(error).status().as_u16();
        assert_eq!(status(PushError::Full), 429);
        assert_eq!(status(PushError::Unavailable("full disk".into())), 503);
        assert_eq!(status(PushError::KeyTooLong(300)), 400);
    }

    #[test]
    fn names_of_files_and_of_kept_answers_are_no_sources() {
        assert!(source_id("crm-1.a_B").is_ok());
        for name in ["", "/data/a.ndjson", "push#key", "a b", &"x".repeat(400)] {
            assert!(source_id(name).is_err(), "{name}");
        }
    }
}
