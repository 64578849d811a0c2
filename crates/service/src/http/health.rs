//! Whether the process lives and is ready, its metrics, and the description of the API.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use serde_json::json;
use vigie_runtime::Topic;
use vigie_types::StreamKind;

use super::committed::Service;
use super::{Answer, Api, Problem, ProblemBody, Shared, openapi, streams};
use crate::metrics::{OpenSpike, Snapshot};

/// Says that the process lives.
#[utoipa::path(get, path = "/health/live", tag = "health",
    responses((status = 200, description = "the process lives")))]
pub(super) async fn live() -> Json<serde_json::Value> {
    Json(json!({ "live": true }))
}

/// Says whether the services have restored their state and go on.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, description = "every service has its state and takes records"),
    (status = 503, description = "restoring, stopping, or nothing runs", body = ProblemBody)))]
pub(super) async fn ready(State(api): State<Api>) -> Answer {
    let shared = &api.shared;
    let running = shared.running("it takes no records")?;
    if running.is_stopping() {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the services are stopping",
            "start `vigie up` again once the process has ended",
        ));
    }
    let (restored, partitions) = (running.metrics.restored_partitions(), shared.partitions());
    if restored < partitions {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{restored} of {partitions} partitions are restored"),
            "ask again in a second",
        ));
    }
    Ok(Json(json!({ "ready": true })))
}

/// Gives the metrics as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "health", responses(
    (status = 200, description = "Prometheus text", content_type = "text/plain"),
    (status = 503, description = "nothing runs", body = ProblemBody)))]
pub(super) async fn metrics(State(api): State<Api>) -> Result<impl IntoResponse, Problem> {
    let shared = std::sync::Arc::clone(&api.shared);
    let text = tokio::task::spawn_blocking(move || shared.metrics_text())
        .await
        .map_err(|error| Problem::unreadable(format!("the metrics failed: {error}")))??;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

/// Describes this API.
#[utoipa::path(get, path = "/openapi.json", tag = "health",
    responses((status = 200, description = "an OpenAPI 3.1 document")))]
pub(super) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(openapi())
}

/// Tells who asks for a path that there is none.
pub(super) async fn unknown_path(uri: Uri) -> Problem {
    Problem::not_found(format!("there is no {}", uri.path()), "/openapi.json lists the paths")
}

impl Shared {
    /// How many partitions the stream services read.
    fn partitions(&self) -> u64 {
        let of = |service: Service| self.layout.get(&Topic::new(service.input())).copied();
        Service::ALL.into_iter().filter_map(of).map(u64::from).sum()
    }

    fn metrics_text(&self) -> Result<String, Problem> {
        let running = self.running("there are no metrics")?;
        let mut snapshot = Snapshot {
            log_bytes: self.log.size_bytes(),
            dead_letters: self.dead_letters_written()?,
            ..Snapshot::default()
        };
        for service in Service::ALL {
            snapshot.lags.push((service.name(), self.lag_of(service)?));
        }
        for checkpoint in self.committed.checkpoints()?.values() {
            snapshot.ingest.raw += checkpoint.raw;
            snapshot.ingest.suppressed += checkpoint.suppressed;
            snapshot.ingest.dead_lettered += checkpoint.dead_lettered;
            snapshot.ingest.open_sources += u64::from(!checkpoint.ended);
        }
        let definitions = self.definitions()?;
        let folded = self.views.current().map_err(Problem::unreadable)?;
        for spike in folded.spikes.all().filter(|spike| spike.is_open()) {
            let stream = &spike.last.stream;
            let kind = definitions.get(stream).map_or(StreamKind::Brand, |known| known.kind);
            snapshot.open_spikes.push(OpenSpike {
                stream: stream.to_string(),
                kind: streams::name_of_kind(kind),
                severity: spike.last.severity.get(),
            });
        }
        drop(folded);
        Ok(running.metrics.text(snapshot))
    }
}
