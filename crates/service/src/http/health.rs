//! Whether the process lives and is ready, its metrics, and the description of the API.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use serde_json::json;
use vigie_types::StreamKind;

use super::committed::Service;
use super::{Answer, Api, Instance, Problem, ProblemBody, Shared, openapi, streams};
use crate::metrics::{OpenSpike, Snapshot};
use crate::pipeline::Role;
use crate::views::SpikeView;

/// Says that the process lives.
#[utoipa::path(get, path = "/health/live", tag = "health",
    responses((status = 200, description = "the process lives")))]
pub(super) async fn live() -> Json<serde_json::Value> {
    Json(json!({ "live": true }))
}

/// Says whether the services have restored the state of the partitions they own, and go on.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, description = "every service has its state and takes records"),
    (status = 503, description = "restoring, stopping, or nothing runs", body = ProblemBody)))]
pub(super) async fn ready(State(api): State<Api>) -> Answer {
    let running = api.shared.running("it takes no records")?;
    let not_ready =
        |error: String, help: &str| Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, error, help));
    if running.is_stopping() {
        let help = "start it again once the process has ended";
        return not_ready("the services are stopping".into(), help);
    }
    let Instance { roles, stream_threads, boards, metrics, .. } = &running.instance;
    let restoring =
        boards.tagger.restoring() + boards.detector.restoring() + boards.scorer.restoring();
    // On a cluster a thread may have been given no partition: it is ready all the same.
    let joining = stream_threads.saturating_sub(metrics.joined_threads());
    if restoring > 0 || joining > 0 {
        let error = format!("{restoring} partitions are being restored, {joining} threads join");
        return not_ready(error, "ask again in a second");
    }
    if roles.contains(&Role::Ingest) && !boards.ingest.is_open() {
        return not_ready("ingest opens its sources".into(), "ask again in a second");
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
    fn metrics_text(&self) -> Result<String, Problem> {
        let running = self.running("there are no metrics")?;
        let mut snapshot = Snapshot {
            log_bytes: self.log.size_bytes(),
            dead_letters: self.dead_letters_written()?,
            ..Snapshot::default()
        };
        // A cluster is not asked for a scrape: brokers may be slow, and scrapes come all the time.
        snapshot.lags = if running.instance.is_shared {
            running.seen().lags
        } else {
            let lag = |service: Service| Ok((service.name(), self.lag_of(service)?));
            Service::ALL.into_iter().map(lag).collect::<Result<_, Problem>>()?
        };
        for checkpoint in self.committed.own_checkpoints().values() {
            snapshot.ingest.raw += checkpoint.raw;
            snapshot.ingest.suppressed += checkpoint.suppressed;
            snapshot.ingest.dead_lettered += checkpoint.dead_lettered;
            snapshot.ingest.open_sources += u64::from(!checkpoint.ended);
        }
        snapshot.open_spikes = self.open_spikes()?;
        Ok(running.instance.metrics.text(snapshot))
    }

    /// The spikes that go on, of the partitions that are owned here.
    fn open_spikes(&self) -> Result<Vec<OpenSpike>, Problem> {
        let definitions = self.definitions()?;
        let held = self.views.streams.read(&self.numbers_of(Service::Detector))?;
        let open = held.iter().flat_map(|view| view.spikes.all()).filter(|spike| spike.is_open());
        let told = |spike: &SpikeView| {
            let stream = &spike.last.stream;
            let kind = definitions.get(stream).map_or(StreamKind::Brand, |known| known.kind);
            OpenSpike {
                stream: stream.to_string(),
                kind: streams::name_of_kind(kind),
                severity: spike.last.severity.get(),
            }
        };
        Ok(open.map(told).collect())
    }
}
