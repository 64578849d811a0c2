//! The newest mentions, and the queue of those that wait for an answer.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_runtime::Partition;
use vigie_schema::{MAXIMUM_DISTANCE, TaggedMention};
use vigie_scorer::Waiting;
use vigie_types::{EventTime, Fingerprint, MentionId, StreamId};

use super::committed::Service;
use super::gather::Gathered;
use super::part::{Part, Question};
use super::query::{Asked, limited};
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::views::newest::MAXIMUM_OF_STREAM;

/// Which mentions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OfStream {
    /// The stream's id; all mentions unless given.
    stream: Option<String>,
    /// How many, from 1 to 1,000; 50 unless given.
    limit: Option<usize>,
}

/// Lists the newest scored mentions of a stream that stand.
#[utoipa::path(get, path = "/v1/mentions", tag = "mentions", params(OfStream), responses(
    (status = 200, description = "as on mentions.scored.v1, newest first; withdrawn: the streams that \
        the judgement before met and this one does not; missing_partitions: \
        those that nobody answered for"),
    (status = 404, description = "no such stream", body = ProblemBody),
    (status = 503, description = "all partitions are missing", body = ProblemBody)))]
pub(super) async fn newest(State(api): State<Api>, Asked(asked): Asked<OfStream>) -> Answer {
    let limit = limited(asked.limit, 50, MAXIMUM_OF_STREAM)?;
    api.answer(move |shared| {
        let stream = shared.stream_id(asked.stream.as_deref())?;
        let question = NewestMentions { stream, limit };
        let gathered = shared.gather(shared.numbers_of(Service::Scorer), &question)?.any()?;
        let missing = gathered.missing();
        let mut placed: Vec<Placed> = gathered.parts.into_iter().flatten().collect();
        placed.sort_by(|one, other| other.place().cmp(&one.place()));
        let mentions: Vec<Value> =
            placed.into_iter().take(limit).map(|placed| placed.told).collect();
        Ok(json!({
            "stream": asked.stream,
            "mentions": mentions,
            "missing_partitions": missing,
        }))
    })
    .await
}

/// Lists who waits for an answer, in reply order.
#[utoipa::path(get, path = "/v1/queue", tag = "mentions", params(OfStream), responses(
    (status = 200, description = "questions first, then criticism, suggestions, compliments; among \
        equals the higher score, the more negative, the wider reach, the longer wait; copies: how \
        many of the newest mentions say the same and are folded; missing_partitions: those that nobody answered for"),
    (status = 404, description = "no such stream", body = ProblemBody),
    (status = 503, description = "all partitions are missing", body = ProblemBody)))]
pub(super) async fn queue(State(api): State<Api>, Asked(asked): Asked<OfStream>) -> Answer {
    let limit = limited(asked.limit, 50, MAXIMUM_OF_STREAM)?;
    api.answer(move |shared| {
        let stream = shared.stream_id(asked.stream.as_deref())?;
        let found = shared.queues(vec![stream], limit)?.any()?;
        let missing = found.missing();
        let queue = merged(found.parts, limit).into_iter().next().unwrap_or_default();
        Ok(json!({ "stream": asked.stream, "queue": queue, "missing_partitions": missing }))
    })
    .await
}

/// The newest mentions of a stream, or of all.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct NewestMentions {
    stream: Option<StreamId>,
    limit: usize,
}

/// A mention with its place among others, and what is told.
#[derive(Serialize, Deserialize)]
pub(super) struct Placed {
    event_time: EventTime,
    mention: MentionId,
    told: Value,
}

impl Placed {
    const fn place(&self) -> (EventTime, &MentionId) {
        (self.event_time, &self.mention)
    }
}

impl Question for NewestMentions {
    type Answer = Vec<Placed>;
    const NAME: &'static str = "newest-mentions";
    const SERVICE: Service = Service::Scorer;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Vec<Placed>>, Problem> {
        let held = shared.views.mentions.read(numbers)?;
        let mut newest: Vec<_> = held
            .iter()
            .flat_map(|view| view.of(self.stream.as_ref()).take(self.limit).cloned())
            .collect();
        let numbers = held.numbers().clone();
        drop(held);
        newest.sort_by(|one, other| place_of(other).cmp(&place_of(one)));
        newest.truncate(self.limit);
        let placed = newest.iter().map(|mention| Placed {
            event_time: mention.event_time,
            mention: mention.mention.mention_id.clone(),
            told: shared.renderers.mention(mention),
        });
        Ok(Part { numbers, answer: placed.collect() })
    }
}

fn place_of(mention: &TaggedMention) -> (EventTime, &MentionId) {
    (mention.event_time, &mention.mention.mention_id)
}

/// The heads of reply queues: of each stream, or of all mentions.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Queues {
    streams: Vec<Option<StreamId>>,
    limit: usize,
}

/// Who waits, what is told of them, and how many say the same behind them.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Queued {
    waiting: Waiting,
    fingerprint: Fingerprint,
    copies: u64,
    told: Value,
}

/// The first so many of those in reply order; one that says what one before it says is folded into
/// that one.
fn folded(queue: impl IntoIterator<Item = Queued>, limit: usize) -> Vec<Queued> {
    let mut heads: Vec<Queued> = Vec::new();
    for queued in queue {
        let same = |head: &&mut Queued| {
            queued.fingerprint != Fingerprint::default()
                && head.fingerprint.distance(queued.fingerprint) <= MAXIMUM_DISTANCE
        };
        if let Some(head) = heads.iter_mut().find(same) {
            head.copies += 1 + queued.copies;
        } else if heads.len() < limit {
            heads.push(queued);
        }
    }
    heads
}

impl Question for Queues {
    type Answer = Vec<Vec<Queued>>;
    const NAME: &'static str = "queues";
    const SERVICE: Service = Service::Scorer;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Vec<Vec<Queued>>>, Problem> {
        let held = shared.views.mentions.read(numbers)?;
        let queue_of = |stream: &Option<StreamId>| {
            let mentions = held.iter().flat_map(|view| view.of(stream.as_ref()));
            let waiting = mentions.filter_map(|mention| Some((Waiting::of(mention)?, mention)));
            let mut queue: Vec<(Waiting, _)> = waiting.collect();
            let now = latest(queue.iter().map(|(waiting, _)| waiting));
            queue.sort_by(|(one, _), (other, _)| one.cmp_at(other, now));
            let queued = queue.into_iter().map(|(waiting, mention)| Queued {
                told: told(&waiting, mention),
                fingerprint: mention.fingerprint,
                copies: 0,
                waiting,
            });
            folded(queued, self.limit)
        };
        let answer = self.streams.iter().map(queue_of).collect();
        Ok(Part { numbers: held.numbers().clone(), answer })
    }
}

/// "Now" of a queue is its newest mention's own time, so that an answer depends on the log alone;
/// ages are only compared with each other.
fn latest<'a>(waiting: impl Iterator<Item = &'a Waiting>) -> EventTime {
    waiting.map(|waiting| waiting.since).max().unwrap_or_default()
}

fn told(waiting: &Waiting, mention: &TaggedMention) -> Value {
    let said = &mention.mention;
    json!({
        "mention_id": waiting.mention,
        "author": said.author.id,
        "handle": said.author.handle,
        "text": said.text,
        "url": said.url,
        "intent": waiting.intent.as_str(),
        "score": mention.score,
        "negative": waiting.negative,
        "reach": waiting.reach,
        "since": waiting.since.to_string(),
    })
}

/// The queues of several owners as one each, in the order in which they were asked for.
pub(super) fn merged(parts: Vec<Vec<Vec<Queued>>>, limit: usize) -> Vec<Vec<Value>> {
    let mut queues: Vec<Vec<Queued>> = Vec::new();
    for part in parts {
        queues.resize_with(queues.len().max(part.len()), Vec::new);
        for (queue, more) in queues.iter_mut().zip(part) {
            queue.extend(more);
        }
    }
    let in_order = |mut queue: Vec<Queued>| {
        let now = latest(queue.iter().map(|queued| &queued.waiting));
        queue.sort_by(|one, other| one.waiting.cmp_at(&other.waiting, now));
        let heads = folded(queue, limit).into_iter();
        heads
            .map(|Queued { mut told, copies, .. }| {
                told["copies"] = json!(copies);
                told
            })
            .collect()
    };
    queues.into_iter().map(in_order).collect()
}

impl Shared {
    /// The stream asked for, which must be watched.
    fn stream_id(&self, stream: Option<&str>) -> Result<Option<StreamId>, Problem> {
        stream.map(|id| self.definition(id).map(|definition| definition.id)).transpose()
    }

    /// The heads of the queues among the newest mentions.
    pub(super) fn queues(
        &self,
        streams: Vec<Option<StreamId>>,
        limit: usize,
    ) -> Result<Gathered<Vec<Vec<Queued>>>, Problem> {
        self.gather(self.numbers_of(Service::Scorer), &Queues { streams, limit })
    }
}
