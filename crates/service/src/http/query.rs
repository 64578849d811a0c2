//! What is read from a request: checked, with limits that the error tells.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::Problem;

/// The query string, as `T`; what does not fit is told as a problem.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) = Query::from_request_parts(parts, state).await.map_err(|rejection| {
            Problem::bad_request(rejection.body_text(), "/openapi.json lists the parameters")
        })?;
        Ok(Self(asked))
    }
}

/// The parts of the path, as `T`.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(named) = Path::from_request_parts(parts, state).await.map_err(|rejection| {
            Problem::bad_request(rejection.body_text(), "/openapi.json lists the paths")
        })?;
        Ok(Self(named))
    }
}

/// How many are asked for: the default, or a number up to the maximum.
pub(super) fn limited(
    asked: Option<usize>,
    default: usize,
    maximum: usize,
) -> Result<usize, Problem> {
    let number = asked.unwrap_or(default);
    if (1..=maximum).contains(&number) {
        return Ok(number);
    }
    Err(Problem::bad_request(
        format!("{number} are asked for at once"),
        format!("ask for 1 to {maximum}"),
    ))
}
