//! The streams and their spikes.

use std::collections::BTreeMap;

use axum::extract::State;
use serde_json::{Value, json};
use vigie_query::Query;
use vigie_schema::{StreamDefinition, topics};
use vigie_types::{StreamId, StreamKind};

use super::query::Named;
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::pipeline::read_control;
use crate::views::{SpikeView, StreamTally};

/// Lists the streams that are watched.
#[utoipa::path(get, path = "/v1/streams", tag = "streams", responses(
    (status = 200, description = "each stream's definition, version, counts and open spike"),
    (status = 500, body = ProblemBody)))]
pub(super) async fn streams(State(api): State<Api>) -> Answer {
    api.answer(Shared::streams).await
}

/// Lists the spikes of a stream, newest first.
#[utoipa::path(get, path = "/v1/streams/{id}/spikes", tag = "streams",
    params(("id" = String, Path, description = "the stream's id")),
    responses(
        (status = 200, description = "each spike with its records folded: opened, last, closed"),
        (status = 404, description = "no such stream", body = ProblemBody)))]
pub(super) async fn spikes(State(api): State<Api>, Named(id): Named<String>) -> Answer {
    api.answer(move |shared| shared.spikes(&id)).await
}

/// The kind's name in answers and metrics.
pub(super) const fn name_of_kind(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Brand => "brand",
        StreamKind::Competitor => "competitor",
        StreamKind::Theme => "theme",
        StreamKind::Campaign => "campaign",
    }
}

/// What was counted of a stream.
pub(super) fn counted(tally: &StreamTally) -> Value {
    let named = |counts: Vec<(&str, i64)>| -> Vec<Value> {
        counts.into_iter().map(|(name, count)| json!({ "name": name, "count": count })).collect()
    };
    json!({
        "mentions": tally.mentions,
        "late": tally.late,
        "noisy": tally.noisy,
        "sentiment": {
            "negative": tally.negative,
            "neutral": tally.neutral,
            "positive": tally.positive,
            "unknown": tally.unknown(),
        },
        "languages": named(tally.languages()),
        "networks": named(tally.networks()),
    })
}

impl Shared {
    /// The streams at the newest revision.
    pub(super) fn definitions(&self) -> Result<BTreeMap<StreamId, StreamDefinition>, Problem> {
        let records = read_control(&*self.log, topics::RULES, &self.schemas.rules)
            .map_err(Problem::unreadable)?;
        let mut definitions = BTreeMap::new();
        for record in records {
            for id in &record.removed {
                definitions.remove(id);
            }
            for definition in record.put {
                definitions.insert(definition.id.clone(), definition);
            }
        }
        Ok(definitions)
    }

    /// The definition of one stream.
    pub(super) fn definition(&self, id: &str) -> Result<StreamDefinition, Problem> {
        let mut definitions = self.definitions()?;
        definitions.remove(id).ok_or_else(|| {
            Problem::not_found(
                format!("there is no stream \"{id}\""),
                "GET /v1/streams lists the streams that are watched",
            )
        })
    }

    /// A spike with its records.
    pub(super) fn spike(&self, spike: &SpikeView) -> Value {
        let last = self.renderers.spike(&spike.last);
        let closed = (!spike.is_open()).then(|| last.clone());
        json!({
            "id": last["id"],
            "stream": last["stream"],
            "state": last["state"],
            "opened_at": last["opened_at"],
            "severity": spike.severity,
            "records": spike.records,
            "opened": self.renderers.spike(&spike.opened),
            "last": last,
            "closed": closed,
        })
    }

    fn streams(&self) -> Result<Value, Problem> {
        let definitions = self.definitions()?;
        let folded = self.views.current().map_err(Problem::unreadable)?;
        let streams: Vec<Value> = definitions
            .values()
            .map(|definition| {
                let mut told = self.renderers.stream(definition);
                let id = &definition.id;
                let version = Query::parse(&definition.query).map(|query| query.version().clone());
                told["version"] = json!(version.ok());
                told["counted"] = counted(&folded.tally(id));
                let open = folded.spikes.of(id).find(|spike| spike.is_open());
                told["open_spike"] = open.map_or(Value::Null, |spike| self.spike(spike));
                told
            })
            .collect();
        Ok(json!({ "streams": streams }))
    }

    fn spikes(&self, id: &str) -> Result<Value, Problem> {
        let definition = self.definition(id)?;
        let folded = self.views.current().map_err(Problem::unreadable)?;
        let spikes: Vec<Value> =
            folded.spikes.of(&definition.id).map(|spike| self.spike(spike)).collect();
        Ok(json!({ "stream": id, "spikes": spikes }))
    }
}
