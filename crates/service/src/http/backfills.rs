//! Back-fills: started, and looked at.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use vigie_tagger::Tagger;
use vigie_types::{EventTime, StreamId};

use super::query::Named;
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::backfill::{Backfill, BackfillState, MAXIMUM_RUNS, Range, Tools, Unbegun};
use crate::pipeline::now;

/// How many records of the raw log are read in a second unless asked for otherwise: a twentieth of
/// a core.
const RECORDS_PER_SECOND: u64 = 5_000;

/// Which mentions, and how fast.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BackfillBody {
    /// Mentions that happened from then on, RFC 3339; everything that is kept unless given.
    from: Option<String>,
    /// Mentions that happened before then; up to now unless given.
    to: Option<String>,
    /// How many records of the raw log are read in a second at most; 5,000 unless given.
    records_per_second: Option<u64>,
}

/// Holds a stream to the mentions that the raw log still has.
#[utoipa::path(post, path = "/v1/streams/{id}/backfill", tag = "streams",
    params(("id" = String, Path, description = "the stream's id")),
    request_body = BackfillBody,
    responses(
        (status = 200, description = "begun; GET of the same path tells how far it has come"),
        (status = 400, description = "a time or the pace cannot be used", body = ProblemBody),
        (status = 404, description = "no such stream", body = ProblemBody),
        (status = 409, description = "a back-fill of the stream goes on", body = ProblemBody),
        (status = 429, description = "four back-fills go on", body = ProblemBody),
        (status = 421, description = "this instance runs no ingest", body = ProblemBody),
        (status = 503, description = "nothing runs", body = ProblemBody)))]
pub(super) async fn start(State(api): State<Api>, Named(id): Named<String>, body: Bytes) -> Answer {
    let body: BackfillBody = serde_json::from_slice(&body).map_err(|error| {
        Problem::bad_request(format!("the body: {error}"), "/openapi.json tells the fields")
    })?;
    api.answer(move |shared| shared.start_backfill(&id, &body)).await
}

/// Tells how far the last back-fill of a stream has come.
#[utoipa::path(get, path = "/v1/streams/{id}/backfill", tag = "streams",
    params(("id" = String, Path, description = "the stream's id")),
    responses(
        (status = 200, description = "state (running, done, failed with its reason), range, \
            records read and left, mentions held to the stream, records told"),
        (status = 404, description = "this process has begun none", body = ProblemBody)))]
pub(super) async fn progress(State(api): State<Api>, Named(id): Named<String>) -> Answer {
    api.answer(move |shared| {
        let stream = stream_id(&id)?;
        let run = shared.backfills.of(&stream).ok_or_else(|| {
            Problem::not_found(
                format!("no back-fill of \"{id}\" was begun by this process"),
                "POST to the same path begins one; what an earlier one told is not told again",
            )
        })?;
        Ok(told(&run))
    })
    .await
}

fn stream_id(id: &str) -> Result<StreamId, Problem> {
    StreamId::new(id).map_err(|error| {
        Problem::bad_request(error.to_string(), "GET /v1/streams lists the streams")
    })
}

fn moment(name: &str, text: Option<&String>) -> Result<Option<EventTime>, Problem> {
    let parse = |text: &String| {
        EventTime::parse(text).map_err(|error| {
            Problem::bad_request(
                format!("`{name}`: {error}"),
                "write a time in RFC 3339, such as 2026-05-01T00:00:00Z",
            )
        })
    };
    text.map(parse).transpose()
}

fn told(run: &Backfill) -> Value {
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    let (state, reason) = match run.state() {
        BackfillState::Running => ("running", None),
        BackfillState::Done => ("done", None),
        BackfillState::Failed(reason) => ("failed", Some(reason)),
    };
    let from = (run.range.from != EventTime::MIN).then(|| run.range.from.to_string());
    json!({
        "stream": run.stream,
        "version": *run.version.lock().unwrap_or_else(PoisonError::into_inner),
        "state": state,
        "reason": reason,
        "from": from,
        "to": run.range.to.to_string(),
        "read": count(&run.progress.read),
        "left": count(&run.progress.left),
        "held": count(&run.progress.held),
        "told": count(&run.progress.told),
        "suppressed": count(&run.progress.suppressed),
    })
}

impl Shared {
    fn start_backfill(&self, id: &str, body: &BackfillBody) -> Result<Value, Problem> {
        let (running, pushes) = self.pushes("nothing can be back-filled")?;
        let stream = self.definition(id)?.id;
        let from = moment("from", body.from.as_ref())?.unwrap_or(EventTime::MIN);
        let to = moment("to", body.to.as_ref())?.unwrap_or_else(|| now().as_event_time());
        if from >= to {
            return Err(Problem::bad_request(
                format!("`from` {from} is not before `to` {to}"),
                "`to` is the moment after the last",
            ));
        }
        let records_per_second = body.records_per_second.unwrap_or(RECORDS_PER_SECOND);
        if records_per_second == 0 {
            return Err(Problem::bad_request("records_per_second is 0", "choose 1 or more"));
        }
        let tools = Tools {
            log: std::sync::Arc::clone(&self.log),
            schemas: std::sync::Arc::clone(&self.schemas),
            tagger: Tagger::new(std::sync::Arc::new(running.instance.sentiment.judge())),
            pushes: pushes.clone(),
            records_per_second,
            stop: std::sync::Arc::clone(&running.instance.stop),
        };
        match self.backfills.start(stream, Range { from, to }, tools) {
            Ok(run) => Ok(told(&run)),
            Err(Unbegun::GoesOn) => Err(Problem::new(
                StatusCode::CONFLICT,
                format!("a back-fill of \"{id}\" goes on"),
                "GET of the same path tells how far it has come",
            )),
            Err(Unbegun::TooMany) => Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                format!("{MAXIMUM_RUNS} back-fills go on, as many as are allowed at once"),
                "begin it again when one of them has ended",
            )),
        }
    }
}
