//! What a process that runs services gives its API, and what is followed for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vigie_ingest::group::PushQueue;
use vigie_runtime::LogReader;
use vigie_schema::Schemas;
use vigie_types::EventTime;

use super::committed::{Committed, Service, latest, stored_progress};
use super::{Problem, Shared};
use crate::configuration::{Configuration, SentimentConfiguration};
use crate::metrics::Metrics;
use crate::peers::Owners;
use crate::pipeline::{Boards, ControlWriter, Pipeline, Role, now};
use crate::views::{Follower, ViewError, Views};

/// How often an embedded log is looked at: what the freshness that is measured may be too old by.
const EMBEDDED_INTERVAL: Duration = Duration::from_millis(50);

/// How often a cluster is looked at, which is how old its views are at most: each look asks for the
/// end of every partition that is followed.
const CLUSTER_INTERVAL: Duration = Duration::from_millis(500);

/// How often a cluster is asked for positions and for other instances' progress: a scrape's
/// interval.
const LOOK_INTERVAL: Duration = Duration::from_secs(10);

/// Services that run in this process.
#[derive(Clone)]
pub struct Instance {
    /// The log they run over.
    pub log: Arc<dyn LogReader>,
    /// How its records are read and written.
    pub schemas: Arc<Schemas>,
    /// Which they are.
    pub roles: Vec<Role>,
    /// How many threads of stream services there are.
    pub stream_threads: u64,
    /// What they have committed.
    pub boards: Boards,
    /// What they count.
    pub metrics: Arc<Metrics>,
    /// Where pushes are offered, if ingest is among them.
    pub pushes: Option<PushQueue>,
    /// Who writes the control topics.
    pub control: Arc<dyn ControlWriter>,
    /// Set once a service has ended.
    pub stop: Arc<AtomicBool>,
    /// Who owns which partitions.
    pub owners: Arc<dyn Owners>,
    /// Whether others may run services over the same log.
    pub is_shared: bool,
    /// Where others reach this API.
    pub address: Option<String>,
    /// The largest body of a push.
    pub maximum_push_bytes: usize,
    /// How sentiment is judged here.
    pub sentiment: SentimentConfiguration,
}

impl Instance {
    /// The services of a pipeline.
    pub fn of(pipeline: &Pipeline, configuration: &Configuration) -> Self {
        let roles = pipeline.roles().to_vec();
        let pushes = roles.contains(&Role::Ingest).then(|| pipeline.pushes().clone());
        Self {
            log: Arc::clone(pipeline.log()),
            schemas: Arc::clone(pipeline.schemas()),
            roles,
            stream_threads: pipeline.stream_threads(),
            boards: pipeline.boards().clone(),
            metrics: Arc::clone(pipeline.metrics()),
            pushes,
            control: pipeline.control(),
            stop: pipeline.stop_flag(),
            owners: pipeline.owners(),
            is_shared: configuration.kafka.is_some(),
            address: configuration.http.advertised.clone(),
            maximum_push_bytes: configuration.http.maximum_push_bytes,
            sentiment: configuration.sentiment.clone(),
        }
    }
}

/// What there is only while services run.
pub(super) struct Running {
    pub(super) instance: Instance,
    /// What was last seen of a cluster; unused where the log can be asked at once.
    pub(super) looked: Arc<Mutex<Looked>>,
    _followers: Vec<Follower>,
}

/// What a cluster is asked for now and then, so that no answer waits for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Looked {
    /// How many records the services of this process have to process in the partitions it owns.
    pub(super) lags: Vec<(&'static str, u64)>,
    /// The highest event time that any scorer has seen.
    pub(super) scorer_time: Option<EventTime>,
}

impl Running {
    /// Begins to follow the log.
    pub(super) fn start(instance: Instance, views: &Views) -> Self {
        let looked = Arc::<Mutex<Looked>>::default();
        let interval = if instance.is_shared { CLUSTER_INTERVAL } else { EMBEDDED_INTERVAL };
        let mut followers = vec![Follower::start("views", interval, follow(&instance, views))];
        if instance.is_shared {
            let (instance, known) = (instance.clone(), Arc::clone(&looked));
            followers.push(Follower::start("look", LOOK_INTERVAL, move || {
                let seen = look(&instance)?;
                *known.lock().unwrap_or_else(PoisonError::into_inner) = seen;
                Ok(())
            }));
        }
        Self { instance, looked, _followers: followers }
    }

    /// Whether a service has ended, wished or not.
    pub(super) fn is_stopping(&self) -> bool {
        self.instance.stop.load(Ordering::Acquire)
    }

    /// What was last seen of the cluster.
    pub(super) fn seen(&self) -> Looked {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One look of the views at the log.
fn follow(
    instance: &Instance,
    views: &Views,
) -> impl FnMut() -> Result<(), ViewError> + Send + 'static {
    let (views, metrics) = (views.clone(), Arc::clone(&instance.metrics));
    move || {
        let controls = views.controls.follow();
        let streams = views.streams.follow(&mut |_| {});
        let mentions = views.mentions.follow(&mut |ingested_at| {
            metrics.observe_freshness(now() - ingested_at);
        });
        controls.and(streams).and(mentions)
    }
}

/// Asks a cluster how far its services are.
fn look(instance: &Instance) -> Result<Looked, ViewError> {
    let mut lags = Vec::new();
    for service in
        Service::ALL.into_iter().filter(|service| instance.roles.contains(&service.role()))
    {
        let here = instance.owners.here(service.role());
        let mut lag = 0;
        for committed in instance.log.positions(&service.application())? {
            let partition = &committed.partition;
            if partition.topic.as_str() == service.input() && here.contains(&partition.partition) {
                lag += instance.log.remaining(partition, committed.position)?;
            }
        }
        lags.push((service.name(), lag));
    }
    let progress = stored_progress(&*instance.log, Service::Scorer.name())
        .map_err(|problem| ViewError::Progress(problem.body().error.clone()))?;
    Ok(Looked { lags, scorer_time: latest(&progress) })
}

impl Shared {
    /// The services, or why there is nothing to ask.
    pub(super) fn running(&self, what: &str) -> Result<&Running, Problem> {
        self.running.as_ref().ok_or_else(|| Problem::nothing_runs(what))
    }

    /// Where pushes are offered, or why they cannot be.
    pub(super) fn pushes(&self, what: &str) -> Result<(&Running, &PushQueue), Problem> {
        if self.running.is_none() && !self.log.is_dense() {
            return Err(Problem::no_ingest(what));
        }
        let running = self.running(what)?;
        let pushes = running.instance.pushes.as_ref();
        Ok((running, pushes.ok_or_else(|| Problem::no_ingest(what))?))
    }

    /// The highest event time that the scorer has seen, as far as is known here.
    pub(super) fn scorer_time(&self) -> Result<Option<EventTime>, Problem> {
        let own = self.committed.stream_time(Service::Scorer)?;
        let seen = self.running.as_ref().and_then(|running| running.seen().scorer_time);
        Ok(own.max(seen))
    }
}

/// The committed state that an instance sees.
pub(super) fn committed_of(instance: &Instance) -> Committed {
    let (log, schemas) = (Arc::clone(&instance.log), Arc::clone(&instance.schemas));
    Committed::live(log, schemas, instance.boards.clone(), !instance.is_shared)
}
