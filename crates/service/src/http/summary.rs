//! What was found, on one page.

use std::collections::BTreeSet;

use axum::extract::State;
use serde_json::{Value, json};
use vigie_runtime::Tally;
use vigie_schema::StreamDefinition;

use super::authors::TopFound;
use super::committed::Service;
use super::mentions::merged;
use super::streams::{AllCounts, AllSpikes, PlacedSpike, name_of_kind};
use super::{Answer, Api, Problem, ProblemBody, Shared};

/// How many authors are told.
const TOP_AUTHORS: usize = 10;

/// How much of each stream's reply queue is told.
const QUEUE_HEAD: usize = 3;

/// How many streams are told with their queue: a page; `/v1/streams` has all.
const MAXIMUM_STREAMS: usize = 50;

/// Tells mentions, spikes, authors, who waits for an answer, and what became of all records.
#[utoipa::path(get, path = "/v1/summary", tag = "operating", responses(
    (status = 200, description = "per stream mentions by sentiment and language and the head of \
        its reply queue; spikes, top authors, dispositions; missing_partitions: by service those \
        that nobody answered for"),
    (status = 500, body = ProblemBody),
    (status = 503, description = "all partitions are missing", body = ProblemBody)))]
pub(super) async fn summary(State(api): State<Api>) -> Answer {
    api.answer(Shared::summary).await
}

impl Shared {
    fn summary(&self) -> Result<Value, Problem> {
        let definitions = self.definitions()?;
        let (counts, authors) = (self.all_counts()?, self.top_authors(TOP_AUTHORS)?);
        // One service that is missing leaves its part of the page empty, both leave nothing.
        let authors = if counts.parts.is_empty() { authors.any()? } else { authors };
        let (counts, authors) = (AllCounts::of(counts), TopFound::of(authors, TOP_AUTHORS));
        let mut streams: Vec<&StreamDefinition> = definitions.values().collect();
        streams.sort_by(|one, other| {
            let (of_one, of_other) = (counts.mentions(&one.id), counts.mentions(&other.id));
            of_other.cmp(&of_one).then_with(|| one.id.cmp(&other.id))
        });
        streams.truncate(MAXIMUM_STREAMS);
        let ids = streams.iter().map(|definition| Some(definition.id.clone())).collect();
        let queues = self.queues(ids, QUEUE_HEAD)?;
        let mut heads = merged(queues.parts, QUEUE_HEAD).into_iter();
        let told = |definition: &&StreamDefinition| {
            let number = self.number_of(Service::Detector, definition.id.as_str());
            json!({
                "id": definition.id,
                "kind": name_of_kind(definition.kind),
                "group": definition.group,
                "counted": counts.counted(&definition.id, number),
                "queue": heads.next().unwrap_or_default(),
            })
        };
        let told: Vec<Value> = streams.iter().map(told).collect();
        let spikes = self.gather(self.numbers_of(Service::Detector), &AllSpikes {})?;
        let missing_of_detector: BTreeSet<u32> =
            counts.missing().union(&spikes.missing()).copied().collect();
        Ok(json!({
            "streams": told,
            "streams_in_all": definitions.len(),
            "spikes": in_order(spikes.parts),
            "authors": authors.authors,
            "dispositions": self.dispositions()?,
            "missing_partitions": {
                "detector": missing_of_detector,
                "scorer": authors.missing,
            },
        }))
    }

    /// What became of all records, ingest and tagger over all sources.
    fn dispositions(&self) -> Result<Value, Problem> {
        let mut services = Vec::new();
        for service in Service::ALL {
            let mut total = Tally::default();
            for tally in self.committed.tallies(service)?.values() {
                total += *tally;
            }
            services.push(json!({
                "service": service.name(),
                "records": total.total(),
                "processed": total.processed,
                "late": total.late,
                "duplicate": total.duplicate,
                "suppressed": total.suppressed,
                "dead_lettered": total.dead_lettered,
            }));
        }
        let (mut read, mut raw, mut suppressed, mut dead_lettered) = (0, 0, 0, 0);
        for checkpoint in self.committed.checkpoints()?.values() {
            read += checkpoint.read;
            raw += checkpoint.raw;
            suppressed += checkpoint.suppressed;
            dead_lettered += checkpoint.dead_lettered;
        }
        Ok(json!({
            "ingest": {
                "read": read,
                "raw": raw,
                "suppressed": suppressed,
                "dead_lettered": dead_lettered,
            },
            "services": services,
        }))
    }
}

/// All spikes by stream, and newest first.
fn in_order(parts: Vec<Vec<PlacedSpike>>) -> Vec<Value> {
    let mut spikes: Vec<PlacedSpike> = parts.into_iter().flatten().collect();
    spikes.sort_by(|one, other| {
        one.stream.cmp(&other.stream).then_with(|| other.opened_at.cmp(&one.opened_at))
    });
    spikes.into_iter().map(|spike| spike.told).collect()
}
