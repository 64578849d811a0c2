//! The HTTP API: what was committed, read from running services or from a log at rest.
//!
//! Guarantees: an answer holds committed data only; the same log gives the same answer whether the
//! services run or not, and whichever instance of a cluster is asked; what an answer lacks because
//! its partitions move is told in it; a push is answered 200 only after its commit; every number
//! that an answer may not exceed is told in the error that says so.
//!
//! Refuses: to say who may ask. It is bound to loopback unless configured otherwise.

mod audit;
mod authors;
mod backfills;
mod clusters;
mod committed;
mod corrections;
mod dead_letters;
mod gather;
mod health;
mod instance;
mod judgements;
mod mentions;
mod part;
mod problem;
mod push;
mod query;
mod render;
mod rules;
mod scan;
mod server;
mod status;
mod streams;
mod summary;
mod topics;

use std::sync::Arc;

use axum::Json;
use axum::extract::DefaultBodyLimit;
use serde_json::Value;
use tokio::sync::Semaphore;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vigie_runtime::{Layout, LogReader, ReadError, Topic};
use vigie_schema::Schemas;
use vigie_schema::json::Inspector;

use crate::backfill::Backfills;
use crate::configuration::{Configuration, Topics};
use crate::peers::{Alone, Client, KnownOwners, Owners};
use crate::pipeline::{ControlWriter, Pipeline};
use crate::views::{UpToDate, Views};

use committed::Committed;
use gather::Peers;
pub use instance::Instance;
use instance::{Running, committed_of};
pub use problem::{Problem, ProblemBody};
use render::Renderers;
pub use server::{ServeError, Server, serve};

/// How many answers are made at once: half of the threads that read. The others answer instances
/// that ask, so that two who ask each other never wait for each other.
const ANSWERS_AT_ONCE: usize = server::READING_THREADS / 2;

/// The longest question of another instance: the queues of fifty streams are asked for by id.
const MAXIMUM_QUESTION_BYTES: usize = 64 << 10;

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
    views: Views,
    peers: Peers,
    control: Option<Arc<dyn ControlWriter>>,
    running: Option<Running>,
    backfills: Backfills,
    turns: Turns,
}

/// Who may answer now; others wait.
struct Turns {
    answers: Semaphore,
    /// An audit reads whole topics and holds what it has read: one at a time.
    audits: Semaphore,
}

/// What there is in every way.
struct Parts {
    log: Arc<dyn LogReader>,
    layout: Layout,
    schemas: Arc<Schemas>,
    committed: Committed,
    views: Views,
    peers: Peers,
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
        Self::of(Instance::of(pipeline, configuration))
    }

    /// The API of services, whatever they run on.
    ///
    /// # Errors
    /// As [`Api::stored`].
    pub fn of(instance: Instance) -> Result<Self, ApiError> {
        let log = Arc::clone(&instance.log);
        let layout = layout_of(&*log)?;
        let schemas = Arc::clone(&instance.schemas);
        let up_to_date =
            if instance.is_shared { UpToDate::InBackground } else { UpToDate::AtRequest };
        let views = Views::new(&log, &schemas, &instance.owners, up_to_date);
        let peers = Peers {
            owners: KnownOwners::new(Arc::clone(&instance.owners)),
            client: Client::new(),
            address: instance.address.clone(),
        };
        let committed = committed_of(&instance);
        let control = Arc::clone(&instance.control);
        let running = Running::start(instance, &views);
        let parts = Parts { log, layout, schemas, committed, views, peers };
        Ok(Self::over(parts, Some(control), Some(running)))
    }

    /// The API of a log whose services are not in this process: the same answers, and no pushes.
    /// Authors can be suppressed where there is somebody who may write.
    ///
    /// # Errors
    /// When the log lacks a topic of ours, or cannot be asked.
    pub fn stored(
        log: Arc<dyn LogReader>,
        schemas: Arc<Schemas>,
        control: Option<Arc<dyn ControlWriter>>,
    ) -> Result<Self, ApiError> {
        let layout = layout_of(&*log)?;
        let owners = Arc::new(Alone::new(layout.clone())) as Arc<dyn Owners>;
        let views = Views::new(&log, &schemas, &owners, UpToDate::AtRequest);
        let committed = Committed::stored(Arc::clone(&log), Arc::clone(&schemas));
        let (owners, client) = (KnownOwners::new(owners), Client::new());
        let peers = Peers { owners, client, address: None };
        let parts = Parts { log, layout, schemas, committed, views, peers };
        Ok(Self::over(parts, control, None))
    }

    fn over(
        parts: Parts,
        control: Option<Arc<dyn ControlWriter>>,
        running: Option<Running>,
    ) -> Self {
        let Parts { log, layout, schemas, committed, views, peers } = parts;
        let turns = Turns { answers: Semaphore::new(ANSWERS_AT_ONCE), audits: Semaphore::new(1) };
        let shared = Shared {
            log,
            layout,
            inspector: Inspector::new(Arc::clone(&schemas)),
            schemas,
            renderers: Renderers::new(),
            committed,
            views,
            peers,
            control,
            running,
            backfills: Backfills::default(),
            turns,
        };
        Self { shared: Arc::new(shared) }
    }

    /// The routes.
    pub fn router(&self) -> axum::Router {
        let (router, _) = routes().split_for_parts();
        router
            .layer(DefaultBodyLimit::max(self.shared.maximum_push_bytes()))
            .merge(part::routes().layer(DefaultBodyLimit::max(MAXIMUM_QUESTION_BYTES)))
            .fallback(health::unknown_path)
            .with_state(self.clone())
    }

    /// Answers on a thread that may wait for the disk or a broker, when its turn has come.
    async fn answer(
        &self,
        read: impl FnOnce(&Shared) -> Result<Value, Problem> + Send + 'static,
    ) -> Answer {
        let _turn = self.shared.turns.answers.acquire().await;
        self.answer_now(read).await
    }

    /// Adds up when no other audit is made.
    async fn answer_audit(
        &self,
        read: impl FnOnce(&Shared) -> Result<Value, Problem> + Send + 'static,
    ) -> Answer {
        let _audit = self.shared.turns.audits.acquire().await;
        self.answer(read).await
    }

    async fn answer_now(
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
    /// The largest body of a push; nothing is pushed where no ingest runs.
    fn maximum_push_bytes(&self) -> usize {
        self.running.as_ref().map_or(0, |running| running.instance.maximum_push_bytes)
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
        .routes(routes!(streams::streams, rules::replace))
        .routes(routes!(rules::history))
        .routes(routes!(backfills::start, backfills::progress))
        .routes(routes!(streams::spikes))
        .routes(routes!(clusters::clusters))
        .routes(routes!(authors::author))
        .routes(routes!(authors::top))
        .routes(routes!(authors::suppress))
        .routes(routes!(mentions::newest, push::push))
        .routes(routes!(mentions::queue))
        .routes(routes!(corrections::correct))
        .routes(routes!(topics::topics))
        .routes(routes!(topics::records))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::show))
        .routes(routes!(dead_letters::replay))
        .routes(routes!(audit::audit))
        .routes(routes!(summary::summary))
}
