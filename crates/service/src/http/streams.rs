//! The streams and their spikes.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vigie_runtime::Partition;
use vigie_schema::{StreamDefinition, topics};
use vigie_types::{EventTime, StreamId, StreamKind};

use super::committed::Service;
use super::gather::Gathered;
use super::part::{Part, Question};
use super::query::Named;
use super::render::time;
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::views::{Definitions, SpikeView, StreamTally};

/// Lists the streams that are watched.
#[utoipa::path(get, path = "/v1/streams", tag = "streams", responses(
    (status = 200, description = "the revision that is watched, its lists, and each stream's definition, version, counts (since: from when on, \
        null for all that is kept) and open spike; counted is null where nobody answered for the \
        stream's partition, which missing_partitions lists"),
    (status = 500, body = ProblemBody),
    (status = 503, description = "all partitions are missing", body = ProblemBody)))]
pub(super) async fn streams(State(api): State<Api>) -> Answer {
    api.answer(Shared::streams).await
}

/// Lists the spikes of a stream, newest first.
#[utoipa::path(get, path = "/v1/streams/{id}/spikes", tag = "streams",
    params(("id" = String, Path, description = "the stream's id")),
    responses(
        (status = 200, description = "each spike with its records folded: opened, last, closed"),
        (status = 404, description = "no such stream", body = ProblemBody),
        (status = 503, description = "nobody answers for the stream's partition at the moment",
            body = ProblemBody)))]
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
fn counted(tally: &StreamTally) -> Value {
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

/// What was counted of every stream that has been counted.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StreamCounts {}

/// What was counted of one stream.
#[derive(Serialize, Deserialize)]
pub(super) struct StreamCount {
    pub(super) mentions: i64,
    counted: Value,
    open_spike: Value,
}

/// What was counted of the streams of some partitions.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) streams: BTreeMap<StreamId, StreamCount>,
    /// From when on, by partition; nothing of those in which everything is counted that is kept.
    since: BTreeMap<u32, EventTime>,
}

impl Question for StreamCounts {
    type Answer = Counts;
    const NAME: &'static str = "stream-counts";
    const SERVICE: Service = Service::Detector;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Counts>, Problem> {
        let held = shared.views.streams.read(numbers)?;
        let mut streams = BTreeMap::new();
        for view in held.iter() {
            for (id, tally) in view.tallies.all() {
                let open = view.spikes.of(id).find(|spike| spike.is_open());
                let count = StreamCount {
                    mentions: tally.mentions,
                    counted: counted(tally),
                    open_spike: open.map_or(Value::Null, |spike| shared.spike(spike)),
                };
                streams.insert(id.clone(), count);
            }
        }
        let since = held.since(topics::COUNTS).into_iter();
        let since = since.map(|(number, since)| (number.get(), since)).collect();
        Ok(Part { numbers: held.numbers().clone(), answer: Counts { streams, since } })
    }
}

/// The spikes of one stream.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SpikesOf {
    stream: StreamId,
}

impl Question for SpikesOf {
    type Answer = Vec<Value>;
    const NAME: &'static str = "spikes-of";
    const SERVICE: Service = Service::Detector;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Vec<Value>>, Problem> {
        let held = shared.views.streams.read(numbers)?;
        let spikes = held.iter().flat_map(|view| view.spikes.of(&self.stream));
        let answer = spikes.map(|spike| shared.spike(spike)).collect();
        Ok(Part { numbers: held.numbers().clone(), answer })
    }
}

/// Every spike, in short.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AllSpikes {}

/// A spike with its place among all, and what is told.
#[derive(Serialize, Deserialize)]
pub(super) struct PlacedSpike {
    pub(super) stream: StreamId,
    pub(super) opened_at: EventTime,
    pub(super) told: Value,
}

impl Question for AllSpikes {
    type Answer = Vec<PlacedSpike>;
    const NAME: &'static str = "all-spikes";
    const SERVICE: Service = Service::Detector;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Vec<PlacedSpike>>, Problem> {
        let held = shared.views.streams.read(numbers)?;
        let placed = |spike: &SpikeView| PlacedSpike {
            stream: spike.last.stream.clone(),
            opened_at: spike.opened.opened_at,
            told: in_short(spike),
        };
        let answer = held.iter().flat_map(|view| view.spikes.all()).map(placed).collect();
        Ok(Part { numbers: held.numbers().clone(), answer })
    }
}

/// How bad a spike was, and what would not have fired.
fn in_short(spike: &SpikeView) -> Value {
    let opened = &spike.opened;
    let last = &spike.last;
    json!({
        "id": last.id,
        "stream": last.stream,
        "state": last.state,
        "severity": spike.severity,
        "opened_at": opened.opened_at.to_string(),
        "window_start": opened.window_start.to_string(),
        "window_end": opened.window_end.to_string(),
        "last_window_end": last.window_end.to_string(),
        "observed": opened.observed,
        "expected": opened.expected,
        "p_value": opened.p_value,
        "would_not_fire_at": opened.would_not_fire_at,
        "authors": opened.authors,
        "top_terms": opened.top_terms,
    })
}

/// What is known of all streams' counts.
pub(super) struct AllCounts {
    counts: Counts,
    missing: BTreeSet<u32>,
}

impl AllCounts {
    /// Puts together what owners know.
    pub(super) fn of(gathered: Gathered<Counts>) -> Self {
        let missing = gathered.missing();
        let mut counts = Counts::default();
        for part in gathered.parts {
            counts.streams.extend(part.streams);
            counts.since.extend(part.since);
        }
        Self { counts, missing }
    }

    /// How many mentions a stream has, as far as is known.
    pub(super) fn mentions(&self, stream: &StreamId) -> i64 {
        self.counts.streams.get(stream).map_or(0, |count| count.mentions)
    }

    /// The missing partitions.
    pub(super) const fn missing(&self) -> &BTreeSet<u32> {
        &self.missing
    }

    /// What was counted of a stream of this partition; null where that is missing.
    pub(super) fn counted(&self, stream: &StreamId, number: Partition) -> Value {
        if self.missing.contains(&number.get()) {
            return Value::Null;
        }
        let known = self.counts.streams.get(stream).map(|count| count.counted.clone());
        let mut told = known.unwrap_or_else(|| counted(&StreamTally::default()));
        told["since"] = self.counts.since.get(&number.get()).map_or(Value::Null, |at| time(*at));
        told
    }

    fn open_spike(&self, stream: &StreamId) -> Value {
        let known = self.counts.streams.get(stream);
        known.map_or(Value::Null, |count| count.open_spike.clone())
    }
}

impl Shared {
    /// The streams at the newest revision.
    pub(super) fn definitions(&self) -> Result<Definitions, Problem> {
        Ok(self.views.controls.definitions()?)
    }

    /// The definition of one stream.
    pub(super) fn definition(&self, id: &str) -> Result<StreamDefinition, Problem> {
        self.definitions()?.get(id).cloned().ok_or_else(|| {
            Problem::not_found(
                format!("there is no stream \"{id}\""),
                "GET /v1/streams lists the streams that are watched",
            )
        })
    }

    /// A spike with its records.
    fn spike(&self, spike: &SpikeView) -> Value {
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

    /// What was counted of all streams.
    pub(super) fn all_counts(&self) -> Result<Gathered<Counts>, Problem> {
        self.gather(self.numbers_of(Service::Detector), &StreamCounts {})
    }

    fn streams(&self) -> Result<Value, Problem> {
        let rules = self.views.controls.rules()?;
        let counts = AllCounts::of(self.all_counts()?.any()?);
        let told = |definition: &StreamDefinition| {
            let mut told = self.renderers.stream(definition);
            let id = &definition.id;
            told["version"] = json!(rules.version_of(definition));
            let number = self.number_of(Service::Detector, id.as_str());
            told["counted"] = counts.counted(id, number);
            told["open_spike"] = counts.open_spike(id);
            told
        };
        let streams: Vec<Value> = rules.streams().values().map(told).collect();
        let lists = rules.lists().iter().map(|(name, list)| {
            json!({
                "name": name,
                "kind": list.kind,
                "version": list.version,
                "entries": list.size,
            })
        });
        Ok(json!({
            "revision": rules.revision(),
            "streams": streams,
            "lists": lists.collect::<Vec<_>>(),
            "missing_partitions": counts.missing,
        }))
    }

    fn spikes(&self, id: &str) -> Result<Value, Problem> {
        let spikes = self.of_stream(id, |stream| SpikesOf { stream })?;
        Ok(json!({ "stream": id, "spikes": spikes }))
    }

    /// What the owner of a stream's partition answers, for a stream that is watched.
    pub(super) fn of_stream<Q: Question<Answer = Vec<Value>>>(
        &self,
        id: &str,
        question: impl FnOnce(StreamId) -> Q,
    ) -> Result<Vec<Value>, Problem> {
        let stream = self.definition(id)?.id;
        let number = self.number_of(Q::SERVICE, stream.as_str());
        let gathered = self.gather(BTreeSet::from([number]), &question(stream))?.any()?;
        Ok(gathered.parts.into_iter().flatten().collect())
    }
}
