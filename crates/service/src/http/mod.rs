//! The HTTP API: what was committed, read from a running pipeline or from a log at rest.
//!
//! Guarantees: an answer holds committed data only; the same log gives the same answer whether the
//! services run or not; a push is answered 200 only after its commit; every number that an answer
//! may not exceed is told in the error that says so.
//!
//! Refuses: to say who may ask. It is bound to loopback unless configured otherwise.

mod audit;
mod authors;
mod committed;
mod dead_letters;
mod health;
mod judgements;
mod mentions;
mod problem;
mod push;
mod query;
mod render;
mod scan;
mod server;
mod status;
mod streams;
mod summary;
mod topics;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Json;
use axum::extract::DefaultBodyLimit;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vigie_ingest::group::PushQueue;
use vigie_runtime::{Layout, LogReader, ReadError, Topic};
use vigie_schema::Schemas;
use vigie_schema::json::Inspector;

use crate::configuration::{Configuration, Topics};
use crate::metrics::Metrics;
use crate::pipeline::{ControlWriter, Pipeline};
use crate::views::{Follower, Views};

use committed::Committed;
pub use problem::{Problem, ProblemBody};
use render::Renderers;
pub use server::{ServeError, Server, serve};

/// The API over one log.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

/// What every request is answered from.
struct Shared {
    log: Arc<dyn LogReader>,
    layout: Layout,
    schemas: Arc<Schemas>,
    inspector: Inspector,
    renderers: Renderers,
    committed: Committed,
    views: Arc<Views>,
    running: Option<Running>,
    maximum_push_bytes: usize,
}

/// What there is in every way.
struct Parts {
    log: Arc<dyn LogReader>,
    layout: Layout,
    schemas: Arc<Schemas>,
    committed: Committed,
    views: Arc<Views>,
}

/// What there is only while the services run.
struct Running {
    pushes: PushQueue,
    metrics: Arc<Metrics>,
    stop: Arc<AtomicBool>,
    control: Arc<dyn ControlWriter>,
    _follower: Follower,
}

/// A log that cannot be read as ours.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A topic of ours is missing.
    #[error(
        "the log has no topic {0}: it was written by another version; start `vigie up` on it once, \
         which adds what is missing; on a cluster `vigie topics apply` does"
    )]
    NoTopic(String),
    /// The topics cannot be asked for.
    #[error("cannot list the topics: {0}")]
    Read(#[from] ReadError),
}

#[derive(OpenApi)]
#[openapi(info(
    title = "vigie",
    description = "Tagged, spike-aware, explainably scored mentions. Times are RFC 3339, unknown is \
                   null, and every problem is {error, help}."
))]
struct Description;

type Answer = Result<Json<Value>, Problem>;

impl Api {
    /// The API of running services.
    ///
    /// # Errors
    /// As [`Api::stored`].
    pub fn live(pipeline: &Pipeline, configuration: &Configuration) -> Result<Self, ApiError> {
        let log = Arc::clone(pipeline.log()) as Arc<dyn LogReader>;
        let layout = layout_of(&*log)?;
        let schemas = Arc::clone(pipeline.schemas());
        let metrics = Arc::clone(pipeline.metrics());
        let views = Arc::new(Views::new(Arc::clone(&log), &layout, Arc::clone(&schemas)));
        let follower = Follower::start(&views, &metrics);
        let running = Running {
            pushes: pipeline.pushes().clone(),
            metrics,
            stop: pipeline.stop_flag(),
            control: pipeline.control(),
            _follower: follower,
        };
        let committed = Committed::Live(pipeline.boards().clone());
        let maximum_push_bytes = configuration.http.maximum_push_bytes;
        let parts = Parts { log, layout, schemas, committed, views };
        Ok(Self::over(parts, Some((running, maximum_push_bytes))))
    }

    /// The API of a log that no service runs on: the same answers, read only.
    ///
    /// # Errors
    /// When the log lacks a topic of ours, or cannot be asked.
    pub fn stored(log: Arc<dyn LogReader>) -> Result<Self, ApiError> {
        let layout = layout_of(&*log)?;
        let schemas = Arc::new(Schemas::new());
        let views = Arc::new(Views::new(Arc::clone(&log), &layout, Arc::clone(&schemas)));
        let committed = Committed::Stored(Arc::clone(&log), Arc::clone(&schemas));
        Ok(Self::over(Parts { log, layout, schemas, committed, views }, None))
    }

    fn over(parts: Parts, running: Option<(Running, usize)>) -> Self {
        let Parts { log, layout, schemas, committed, views } = parts;
        let maximum_push_bytes = running.as_ref().map_or(0, |(_, bytes)| *bytes);
        let shared = Shared {
            log,
            layout,
            inspector: Inspector::new(Arc::clone(&schemas)),
            schemas,
            renderers: Renderers::new(),
            committed,
            views,
            running: running.map(|(running, _)| running),
            maximum_push_bytes,
        };
        Self { shared: Arc::new(shared) }
    }

    /// The routes.
    pub fn router(&self) -> axum::Router {
        let limit = self.shared.maximum_push_bytes;
        let (router, _) = routes().split_for_parts();
        router
            .fallback(health::unknown_path)
            .layer(DefaultBodyLimit::max(limit))
            .with_state(self.clone())
    }

    /// Answers from the log, on a thread that may wait for the disk.
    async fn answer(
        &self,
        read: impl FnOnce(&Shared) -> Result<Value, Problem> + Send + 'static,
    ) -> Answer {
        let shared = Arc::clone(&self.shared);
        match tokio::task::spawn_blocking(move || read(&shared)).await {
            Ok(result) => result.map(Json),
            Err(error) => Err(Problem::unreadable(format!("the answer failed: {error}"))),
        }
    }
}

impl Shared {
    /// The services, or why there is nothing to ask.
    fn running(&self, what: &str) -> Result<&Running, Problem> {
        self.running.as_ref().ok_or_else(|| Problem::nothing_runs(what))
    }
}

impl Running {
    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

/// The topics that the log has, with their partitions; every topic of ours is among them.
fn layout_of(log: &dyn LogReader) -> Result<Layout, ApiError> {
    let topics = log.topics()?;
    let layout: Layout =
        topics.into_iter().map(|outline| (outline.topic, outline.partitions)).collect();
    let ours = Topics::built_in().topic.into_iter().map(|topic| topic.name);
    let mut missing = ours.filter(|name| !layout.contains_key(&Topic::new(name)));
    missing.next().map_or(Ok(layout), |topic| Err(ApiError::NoTopic(topic)))
}

/// The `OpenAPI` document, made from the routes themselves.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, document) = routes().split_for_parts();
    document
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(health::document))
        .routes(routes!(status::status))
        .routes(routes!(streams::streams))
        .routes(routes!(streams::spikes))
        .routes(routes!(authors::author))
        .routes(routes!(authors::top))
        .routes(routes!(authors::suppress))
        .routes(routes!(mentions::newest, push::push))
        .routes(routes!(mentions::queue))
        .routes(routes!(topics::topics))
        .routes(routes!(topics::records))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::show))
        .routes(routes!(dead_letters::replay))
        .routes(routes!(audit::audit))
        .routes(routes!(summary::summary))
}
