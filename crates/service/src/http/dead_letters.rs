//! What was rejected: listed, shown whole, and pushed once more.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_runtime::{Partition, Position, Topic, TopicPartition};
use vigie_schema::{DeadLetterRecord, topics};
use vigie_types::SourceId;

use super::push::Push;
use super::query::{Asked, Named, limited};
use super::render::bytes;
use super::{Answer, Api, Problem, ProblemBody, Shared};

/// The most letters of one answer.
const MAXIMUM_LETTERS: usize = 1_000;

/// Under which source letters are pushed once more: apart from the source that gave them, whose
/// checkpoint counts them as dead-lettered.
const REPLAY_SOURCE: &str = "dead-letter-replay";

/// How many letters.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Newest {
    /// How many, from 1 to 1,000; 50 unless given.
    limit: Option<usize>,
}

/// Lists the newest dead letters.
#[utoipa::path(get, path = "/v1/dead-letters", tag = "operating", params(Newest), responses(
    (status = 200, description = "place, reason and length of each, the last rejected first; \
        total: how many were ever written, null on a cluster"),
    (status = 400, body = ProblemBody)))]
pub(super) async fn list(State(api): State<Api>, Asked(asked): Asked<Newest>) -> Answer {
    let limit = limited(asked.limit, 50, MAXIMUM_LETTERS)?;
    api.answer(move |shared| shared.letters(limit)).await
}

/// Shows a dead letter with its bytes.
#[utoipa::path(get, path = "/v1/dead-letters/{partition}/{offset}", tag = "operating",
    params(("partition" = u32, Path), ("offset" = u64, Path)),
    responses(
        (status = 200, description = "bytes as {text} where they are UTF-8, else {base64}"),
        (status = 404, description = "no such letter", body = ProblemBody)))]
pub(super) async fn show(State(api): State<Api>, Named(place): Named<(u32, u64)>) -> Answer {
    api.answer(move |shared| {
        let letter = shared.letter(place)?;
        let mut told = told(place, &letter);
        told["content"] = bytes(&letter.value);
        told["key"] = letter.key.as_deref().map_or(Value::Null, bytes);
        Ok(told)
    })
    .await
}

/// Pushes the bytes of a dead letter once more, as a new record that points to it.
#[utoipa::path(post, path = "/v1/dead-letters/{partition}/{offset}/replay", tag = "operating",
    params(("partition" = u32, Path), ("offset" = u64, Path)),
    responses(
        (status = 200, description = "committed; asked again within 24 hours it adds nothing"),
        (status = 404, description = "no such letter", body = ProblemBody),
        (status = 409, description = "it cannot be replayed, and why", body = ProblemBody),
        (status = 421, description = "this instance runs no ingest", body = ProblemBody),
        (status = 503, description = "nothing runs", body = ProblemBody)))]
pub(super) async fn replay(State(api): State<Api>, Named(place): Named<(u32, u64)>) -> Answer {
    api.shared.pushes("nothing can be replayed")?;
    let shared = std::sync::Arc::clone(&api.shared);
    let letter = tokio::task::spawn_blocking(move || shared.letter(place))
        .await
        .map_err(|error| Problem::unreadable(format!("the letter was not read: {error}")))??;
    refuse_unreplayable(&letter)?;
    let (partition, offset) = place;
    let name = format!("{}/{partition}/{offset}", topics::DEAD_LETTERS);
    let push = Push {
        source: SourceId::new(REPLAY_SOURCE).map_err(Problem::unreadable)?,
        body: letter.value,
        idempotency_key: Some(name.clone()),
        replay_of: Some(name.clone()),
    };
    let answer = api.shared.push(push).await?;
    Ok(axum::Json(json!({
        "replay_of": name,
        "accepted": answer.accepted,
        "dead_lettered": answer.dead_lettered,
        "suppressed": answer.suppressed,
        "repeated": answer.repeated,
    })))
}

/// Only what ingest rejected whole can enter again.
fn refuse_unreplayable(letter: &DeadLetterRecord) -> Result<(), Problem> {
    let refused = |error: String, help: &str| Err(Problem::new(StatusCode::CONFLICT, error, help));
    if letter.service != "ingest" {
        return refused(
            format!(
                "the letter was rejected by the {}, from {}: its bytes are a record of a topic, \
                 no line of a source ({})",
                letter.service, letter.place, letter.reason
            ),
            "mend its cause and replay its source from there",
        );
    }
    let kept = letter.value.len() as u64;
    if kept < letter.bytes {
        return refused(
            format!("only the first {kept} of {} bytes were kept", letter.bytes),
            "mend the record where it comes from and push it from there",
        );
    }
    Ok(())
}

fn told((partition, offset): (u32, u64), letter: &DeadLetterRecord) -> Value {
    json!({
        "partition": partition,
        "offset": offset,
        "source": letter.source,
        "place": letter.place,
        "reason": letter.reason,
        "service": letter.service,
        "bytes": letter.bytes,
        "rejected_at": letter.rejected_at.to_string(),
    })
}

impl Shared {
    /// The newest letters of all partitions.
    fn letters(&self, limit: usize) -> Result<Value, Problem> {
        let mut letters = Vec::new();
        for partition in self.partitions_of(topics::DEAD_LETTERS) {
            let from = self.last_records(&partition, limit as u64)?;
            let end = self.log.end(&partition)?;
            self.scan_partition(&partition, (from, end), &mut |record| {
                let value = record.value.unwrap_or_default();
                let letter = self.schemas.dead_letters.decode(value)?;
                let place = (partition.partition.get(), record.offset.get());
                letters.push((letter.rejected_at, place, told(place, &letter)));
                Ok(())
            })?;
        }
        letters.sort_by_key(|letter| std::cmp::Reverse((letter.0, letter.1)));
        letters.truncate(limit);
        let total = self.dead_letters_written()?;
        let letters: Vec<Value> = letters.into_iter().map(|(_, _, letter)| letter).collect();
        Ok(json!({ "total": total, "dead_letters": letters }))
    }

    /// How many letters were ever written; none where positions do not count records.
    pub(super) fn dead_letters_written(&self) -> Result<Option<u64>, Problem> {
        if !self.log.is_dense() {
            return Ok(None);
        }
        Ok(Some(self.ends_of(topics::DEAD_LETTERS)?.iter().map(|end| end.get()).sum()))
    }

    fn letter(&self, (partition, offset): (u32, u64)) -> Result<DeadLetterRecord, Problem> {
        let missing = || {
            Problem::not_found(
                format!("there is no dead letter {partition}/{offset}"),
                "GET /v1/dead-letters lists those that are kept, for 7 days unless configured \
                 otherwise",
            )
        };
        let topic = Topic::new(topics::DEAD_LETTERS);
        if partition >= self.layout.get(&topic).copied().unwrap_or(0) {
            return Err(missing());
        }
        let partition = TopicPartition::new(&topic, Partition::new(partition));
        let position = Position::new(offset);
        if position < self.log.start(&partition)? || position >= self.log.end(&partition)? {
            return Err(missing());
        }
        let fetched = self.log.read(&partition, position, 1)?;
        let record = fetched.get(0).filter(|record| record.offset.get() == offset);
        let value = record.and_then(|record| record.value).ok_or_else(missing)?;
        Ok(self.schemas.dead_letters.decode(value)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(service: &str, kept: usize, bytes: u64) -> Option<u16> {
        let letter = DeadLetterRecord {
            service: service.into(),
            value: vec![b'x'; kept],
            bytes,
            ..DeadLetterRecord::default()
        };
        refuse_unreplayable(&letter).err().map(|problem| problem.status().as_u16())
    }

    #[test]
    fn only_what_ingest_rejected_whole_is_replayed() {
        assert_eq!(check("ingest", 3, 3), None);
        assert_eq!(check("ingest", 3, 4), Some(409));
        assert_eq!(check("tagger", 3, 3), Some(409));
    }
}
