//! What a request that cannot be answered is told: what went wrong, and what to do.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use vigie_runtime::{ReadError, Rejection};

use crate::views::ViewError;

/// How long a sender who was put off waits: ten commit intervals.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// The body of every answer that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemBody {
    /// What went wrong, naming what was asked for.
    pub error: String,
    /// What to do.
    pub help: String,
}

/// A request that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    body: ProblemBody,
}

impl Problem {
    /// A problem with its status.
    pub fn new(status: StatusCode, error: impl Into<String>, help: impl Into<String>) -> Self {
        Self { status, body: ProblemBody { error: error.into(), help: help.into() } }
    }

    /// The request itself is wrong.
    pub fn bad_request(error: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, help)
    }

    /// There is no such thing.
    pub fn not_found(error: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error, help)
    }

    /// Only a running process can do this.
    pub fn nothing_runs(what: &str) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("nothing runs on this data directory, so {what}"),
            "start `vigie up` on it and ask again",
        )
    }

    /// Only a process that runs ingest can do this.
    pub fn no_ingest(what: &str) -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            format!("no ingest runs in this process, so {what}"),
            "ask an instance of `vigie ingest`",
        )
    }

    /// The log could not be read.
    pub fn unreadable(error: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            error.to_string(),
            "the text names the file or topic: see that the disk is whole and not full, or that \
             the brokers answer",
        )
    }

    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What is told.
    pub const fn body(&self) -> &ProblemBody {
        &self.body
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        Self::unreadable(error)
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        Self::unreadable(error)
    }
}

impl From<Rejection> for Problem {
    fn from(error: Rejection) -> Self {
        Self::unreadable(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let is_passing = self.status == StatusCode::TOO_MANY_REQUESTS
            || self.status == StatusCode::SERVICE_UNAVAILABLE;
        if is_passing {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_put_off_is_told_when_to_come_back() {
        let retry_after = |status| {
            let response = Problem::new(status, "full", "wait").into_response();
            response.headers().get(header::RETRY_AFTER).cloned()
        };
        assert_eq!(retry_after(StatusCode::TOO_MANY_REQUESTS), Some(RETRY_AFTER_SECONDS));
        assert_eq!(retry_after(StatusCode::SERVICE_UNAVAILABLE), Some(RETRY_AFTER_SECONDS));
        assert_eq!(retry_after(StatusCode::NOT_FOUND), None);
    }
}
