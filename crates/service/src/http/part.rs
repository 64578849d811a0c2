//! Questions that whoever owns a partition answers, and their route between instances.
//!
//! What comes in by this route is answered from what this process holds itself: it never asks
//! further, so that no question goes in circles, whatever instances believe of each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vigie_runtime::Partition;

use super::authors::{OfAuthor, TopAuthors};
use super::clusters::ClustersOf;
use super::committed::Service;
use super::corrections::OneMention;
use super::mentions::{NewestMentions, Queues};
use super::streams::{AllSpikes, SpikesOf, StreamCounts};
use super::{Api, Problem, Shared};
use crate::peers::PATH;

/// A question about partitions of one service's input.
pub(super) trait Question:
    Clone + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What one owner knows; answers of several are merged by whoever asked.
    type Answer: Serialize + DeserializeOwned + Send + 'static;
    /// Its name between instances.
    const NAME: &'static str;
    /// Whose partitions are asked about.
    const SERVICE: Service;

    /// Answers for those of these numbers that are held here.
    ///
    /// # Errors
    /// When what is held cannot be read.
    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Self::Answer>, Problem>;
}

/// What is known of some partitions.
pub(super) struct Part<A> {
    /// Which they are.
    pub(super) numbers: BTreeSet<Partition>,
    /// What is known.
    pub(super) answer: A,
}

/// A question as it is sent.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "Q: DeserializeOwned"))]
pub(super) struct Asked<Q> {
    pub(super) partitions: BTreeSet<u32>,
    pub(super) question: Q,
}

/// An answer as it is sent.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "A: DeserializeOwned"))]
pub(super) struct Told<A> {
    pub(super) partitions: BTreeSet<u32>,
    pub(super) answer: A,
}

/// The numbers as they are sent.
pub(super) fn sent(numbers: &BTreeSet<Partition>) -> BTreeSet<u32> {
    numbers.iter().map(|number| number.get()).collect()
}

/// The numbers that were sent.
pub(super) fn received(numbers: BTreeSet<u32>) -> BTreeSet<Partition> {
    numbers.into_iter().map(Partition::new).collect()
}

/// The routes between instances. They are no part of the API that is described.
pub(super) fn routes() -> Router<Api> {
    fn route<Q: Question>(router: Router<Api>) -> Router<Api> {
        router.route(&format!("{PATH}/{}", Q::NAME), post(part::<Q>))
    }
    let router = route::<OfAuthor>(Router::new());
    let router = route::<TopAuthors>(router);
    let router = route::<NewestMentions>(router);
    let router = route::<Queues>(router);
    let router = route::<OneMention>(router);
    let router = route::<StreamCounts>(router);
    let router = route::<SpikesOf>(router);
    let router = route::<ClustersOf>(router);
    route::<AllSpikes>(router)
}

/// Answers another instance. It waits for no turn: those who ask hold one each, on every instance,
/// and would wait for each other.
async fn part<Q: Question>(
    State(api): State<Api>,
    Json(asked): Json<Asked<Q>>,
) -> Result<Json<Told<Q::Answer>>, Problem> {
    let shared = Arc::clone(&api.shared);
    let answer = move || {
        let here = shared.peers.owners.here(Q::SERVICE.role());
        let asked_here = received(asked.partitions).intersection(&here).copied().collect();
        let part = asked.question.answer(&shared, &asked_here)?;
        Ok(Json(Told { partitions: sent(&part.numbers), answer: part.answer }))
    };
    match tokio::task::spawn_blocking(answer).await {
        Ok(told) => told,
        Err(error) => Err(Problem::unreadable(format!("the answer failed: {error}"))),
    }
}
