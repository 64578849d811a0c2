//! What was found, on one page.

use axum::extract::State;
use serde_json::{Value, json};
use vigie_runtime::Tally;

use super::committed::Service;
use super::streams::{counted, name_of_kind};
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
        its reply queue; spikes, top authors, dispositions"),
    (status = 500, body = ProblemBody)))]
pub(super) async fn summary(State(api): State<Api>) -> Answer {
    api.answer(Shared::summary).await
}

impl Shared {
    fn summary(&self) -> Result<Value, Problem> {
        let definitions = self.definitions()?;
        let folded = self.views.current().map_err(Problem::unreadable)?;
        let with_tally =
            definitions.values().map(|definition| (definition, folded.tally(&definition.id)));
        let mut streams: Vec<_> = with_tally.collect();
        drop(folded);
        streams.sort_by(|one, other| {
            other.1.mentions.cmp(&one.1.mentions).then_with(|| one.0.id.cmp(&other.0.id))
        });
        let mut told = Vec::new();
        for (definition, tally) in streams.iter().take(MAXIMUM_STREAMS) {
            told.push(json!({
                "id": definition.id,
                "kind": name_of_kind(definition.kind),
                "group": definition.group,
                "counted": counted(tally),
                "queue": self.queue(Some(&definition.id), QUEUE_HEAD)?,
            }));
        }
        Ok(json!({
            "streams": told,
            "streams_in_all": definitions.len(),
            "spikes": self.told_spikes()?,
            "authors": self.top_authors(TOP_AUTHORS)?,
            "dispositions": self.dispositions()?,
        }))
    }

    /// Every spike by stream and newest first: how bad, and what would not have fired.
    fn told_spikes(&self) -> Result<Vec<Value>, Problem> {
        let folded = self.views.current().map_err(Problem::unreadable)?;
        let told = folded.spikes.all().map(|spike| {
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
        });
        Ok(told.collect())
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
