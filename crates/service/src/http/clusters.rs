//! The copies of each stream.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_runtime::Partition;
use vigie_types::StreamId;

use super::committed::Service;
use super::part::{Part, Question};
use super::query::{Asked, Named, limited};
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::views::{ClusterView, MAXIMUM_CLUSTERS};

/// How many.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Newest {
    /// How many, from 1 to 1,000; 50 unless given.
    limit: Option<usize>,
}

/// Lists the near-duplicates of a stream, those last copied first.
#[utoipa::path(get, path = "/v1/streams/{id}/clusters", tag = "streams",
    params(("id" = String, Path, description = "the stream's id"), Newest),
    responses(
        (status = 200, description = "each cluster: the mention that was first, its fingerprint \
            (a member's differs in 3 bits at most), how many mentions and distinct authors"),
        (status = 404, description = "no such stream", body = ProblemBody),
        (status = 503, description = "nobody answers for the stream's partition at the moment",
            body = ProblemBody)))]
pub(super) async fn clusters(
    State(api): State<Api>,
    Named(id): Named<String>,
    Asked(asked): Asked<Newest>,
) -> Answer {
    let limit = limited(asked.limit, 50, MAXIMUM_CLUSTERS)?;
    api.answer(move |shared| shared.clusters(&id, limit)).await
}

/// The clusters of one stream.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ClustersOf {
    stream: StreamId,
    limit: usize,
}

impl Question for ClustersOf {
    type Answer = Vec<Value>;
    const NAME: &'static str = "clusters-of";
    const SERVICE: Service = Service::Detector;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Vec<Value>>, Problem> {
        let held = shared.views.streams.read(numbers)?;
        let clusters = held.iter().flat_map(|view| view.clusters.of(&self.stream));
        let answer = clusters.take(self.limit).map(told).collect();
        Ok(Part { numbers: held.numbers().clone(), answer })
    }
}

fn told(cluster: &ClusterView) -> Value {
    let last = &cluster.last;
    json!({
        "id": last.id,
        "primary": last.primary,
        "fingerprint": last.fingerprint,
        "size": cluster.size(),
        "authors": last.authors,
        "first_seen": last.first_seen.to_string(),
        "last_seen": last.last_seen.to_string(),
    })
}

impl Shared {
    fn clusters(&self, id: &str, limit: usize) -> Result<Value, Problem> {
        let clusters = self.of_stream(id, |stream| ClustersOf { stream, limit })?;
        Ok(json!({ "stream": id, "clusters": clusters }))
    }
}
