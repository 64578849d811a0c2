//! The newest mentions, and the queue of those that wait for an answer.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_schema::TaggedMention;
use vigie_scorer::{Waiting, reply_queue};
use vigie_types::StreamId;

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
    (status = 200, description = "as on mentions.scored.v1, newest first"),
    (status = 404, description = "no such stream", body = ProblemBody)))]
pub(super) async fn newest(State(api): State<Api>, Asked(asked): Asked<OfStream>) -> Answer {
    let limit = limited(asked.limit, 50, MAXIMUM_OF_STREAM)?;
    api.answer(move |shared| {
        let stream = shared.stream_id(asked.stream.as_deref())?;
        let mentions = shared.newest(stream.as_ref())?;
        let mentions = mentions.iter().take(limit);
        let mentions: Vec<Value> =
            mentions.map(|mention| shared.renderers.mention(mention)).collect();
        Ok(json!({ "stream": asked.stream, "mentions": mentions }))
    })
    .await
}

/// Lists who waits for an answer, in reply order.
#[utoipa::path(get, path = "/v1/queue", tag = "mentions", params(OfStream), responses(
    (status = 200, description = "questions first, then criticism, suggestions, compliments; among \
        equals the higher score, the more negative, the wider reach, the longer wait"),
    (status = 404, description = "no such stream", body = ProblemBody)))]
pub(super) async fn queue(State(api): State<Api>, Asked(asked): Asked<OfStream>) -> Answer {
    let limit = limited(asked.limit, 50, MAXIMUM_OF_STREAM)?;
    api.answer(move |shared| {
        let stream = shared.stream_id(asked.stream.as_deref())?;
        let waiting = shared.queue(stream.as_ref(), limit)?;
        Ok(json!({ "stream": asked.stream, "queue": waiting }))
    })
    .await
}

impl Shared {
    /// The stream asked for, which must be watched.
    fn stream_id(&self, stream: Option<&str>) -> Result<Option<StreamId>, Problem> {
        stream.map(|id| self.definition(id).map(|definition| definition.id)).transpose()
    }

    fn newest(&self, stream: Option<&StreamId>) -> Result<Vec<Arc<TaggedMention>>, Problem> {
        let folded = self.views.current().map_err(Problem::unreadable)?;
        Ok(folded.newest.of(stream).map(Arc::clone).collect())
    }

    /// The head of the queue among a stream's newest mentions.
    ///
    /// "Now" is the newest mention's own time, so that an answer depends on the log alone; ages are
    /// only compared with each other.
    pub(super) fn queue(
        &self,
        stream: Option<&StreamId>,
        limit: usize,
    ) -> Result<Vec<Value>, Problem> {
        let mentions = self.newest(stream)?;
        let Some(now) = mentions.first().map(|mention| mention.event_time) else {
            return Ok(Vec::new());
        };
        let mut queue: Vec<Waiting> =
            mentions.iter().filter_map(|mention| Waiting::of(mention)).collect();
        reply_queue::order(&mut queue, now);
        let rendered = |waiting: &Waiting| {
            let mention =
                mentions.iter().find(|known| known.mention.mention_id == waiting.mention)?;
            let said = &mention.mention;
            Some(json!({
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
            }))
        };
        Ok(queue.iter().take(limit).filter_map(rendered).collect())
    }
}
