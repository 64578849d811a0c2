//! The topics and their records, decoded for people.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_runtime::{FetchedRecord, Kept, Position, TopicOutline, TopicPartition};

use super::query::{Asked, Named, limited};
use super::render::{bytes, time};
use super::{Answer, Api, Problem, ProblemBody, Shared};

/// The most records of one answer.
const MAXIMUM_RECORDS: usize = 10_000;

/// How far back from the end records are counted: on a cluster they are read to be counted, and a
/// million of them take a few seconds.
const MAXIMUM_BACK: u64 = 1_000_000;

/// What is read from the log at once.
const READ_BYTES: usize = 1 << 20;

/// Which records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// The partition; all of them unless given.
    partition: Option<u32>,
    /// The first position, in every partition asked for; a negative number counts back from the
    /// end. The start unless given. On compacted topics it counts keys.
    from: Option<i64>,
    /// How many records in all, from 1 to 10,000; 100 unless given.
    limit: Option<usize>,
}

/// Lists the topics.
#[utoipa::path(get, path = "/v1/topics", tag = "topics", responses(
    (status = 200, description = "each topic with its kind, and start and end per partition; \
        positions_count_records: false on a cluster, where markers of transactions take positions"),
    (status = 500, body = ProblemBody)))]
pub(super) async fn topics(State(api): State<Api>) -> Answer {
    api.answer(Shared::topics).await
}

/// Lists records of a topic.
#[utoipa::path(get, path = "/v1/topics/{topic}/records", tag = "topics",
    params(("topic" = String, Path, description = "the topic's name"), Range),
    responses(
        (status = 200, description = "records: partition, offset, key, timestamp, value (of a \
            compacted topic the newest of each key, without offset and timestamp); next: per \
            partition where to go on"),
        (status = 404, description = "no such topic or partition", body = ProblemBody)))]
pub(super) async fn records(
    State(api): State<Api>,
    Named(topic): Named<String>,
    Asked(asked): Asked<Range>,
) -> Answer {
    let limit = limited(asked.limit, 100, MAXIMUM_RECORDS)?;
    api.answer(move |shared| shared.records(&topic, &asked, limit)).await
}

/// Records found, and where to go on.
#[derive(Default)]
struct Page {
    records: Vec<Value>,
    next: BTreeMap<String, u64>,
}

impl Shared {
    fn topics(&self) -> Result<Value, Problem> {
        let mut topics = Vec::new();
        for outline in self.log.topics()? {
            let mut partitions = Vec::new();
            for partition in outline.partitions() {
                partitions.push(json!({
                    "partition": partition.partition.get(),
                    "start": match outline.kept {
                        // What was folded is still there, each key with its newest value.
                        Kept::NewestOfKey => 0,
                        Kept::For(_) | Kept::Forever => self.log.start(&partition)?.get(),
                    },
                    "end": self.log.end(&partition)?.get(),
                }));
            }
            topics.push(json!({
                "name": outline.topic.as_str(),
                "kind": match outline.kept {
                    Kept::For(_) => "retained",
                    Kept::NewestOfKey => "compacted",
                    Kept::Forever => "forever",
                },
                "retention_seconds": match outline.kept {
                    Kept::For(retention) => Some(retention.as_seconds()),
                    Kept::NewestOfKey | Kept::Forever => None,
                },
                "partitions": partitions,
            }));
        }
        Ok(json!({ "topics": topics, "positions_count_records": self.log.is_dense() }))
    }

    fn records(&self, topic: &str, asked: &Range, limit: usize) -> Result<Value, Problem> {
        let topics = self.log.topics()?;
        let outline = topics.iter().find(|outline| outline.topic.as_str() == topic);
        let outline = outline.ok_or_else(|| {
            Problem::not_found(
                format!("there is no topic \"{topic}\""),
                "GET /v1/topics lists the topics",
            )
        })?;
        let count = outline.partitions;
        if let Some(partition) = asked.partition.filter(|partition| *partition >= count) {
            return Err(Problem::not_found(
                format!("{topic} has no partition {partition}"),
                format!("its partitions are 0 to {}", count.saturating_sub(1)),
            ));
        }
        let mut page = Page::default();
        for partition in partitions_of(outline, asked.partition) {
            match outline.kept {
                Kept::NewestOfKey => self.keys(&partition, asked.from, limit, &mut page)?,
                Kept::For(_) | Kept::Forever => {
                    self.log_records(&partition, asked.from, limit, &mut page)?;
                }
            }
        }
        Ok(json!({ "records": page.records, "next": page.next }))
    }

    /// Records of a partition of a log, until the page is full.
    fn log_records(
        &self,
        partition: &TopicPartition,
        from: Option<i64>,
        limit: usize,
        page: &mut Page,
    ) -> Result<(), Problem> {
        let (start, end) = (self.log.start(partition)?, self.log.end(partition)?);
        let mut position = match from {
            Some(back) if back < 0 => self.last_records(partition, back_by(back)?)?,
            Some(from) => Position::new(from.unsigned_abs()).clamp(start, end),
            None => start,
        };
        while page.records.len() < limit && position < end {
            let fetched = self.log.read(partition, position, READ_BYTES)?;
            if fetched.is_empty() {
                position = end;
            }
            for record in fetched.iter().take(limit - page.records.len()) {
                page.records.push(self.record(partition, &record));
                position = record.offset.next();
            }
        }
        page.next.insert(partition.partition.to_string(), position.get());
        Ok(())
    }

    /// The newest values of the keys of a compacted partition, until the page is full.
    fn keys(
        &self,
        partition: &TopicPartition,
        from: Option<i64>,
        limit: usize,
        page: &mut Page,
    ) -> Result<(), Problem> {
        let mut keys = 0;
        if from.is_some_and(i64::is_negative) {
            self.log.compacted(partition, &mut |_, _| keys += 1)?;
        }
        let from = counted_from(from, keys);
        let mut index = 0;
        self.log.compacted(partition, &mut |key, value| {
            if index >= from && page.records.len() < limit {
                page.records.push(json!({
                    "partition": partition.partition.get(),
                    "offset": null,
                    "key": String::from_utf8_lossy(key),
                    "timestamp": null,
                    "value": self.value(partition, Some(value)),
                }));
                page.next.insert(partition.partition.to_string(), index + 1);
            }
            index += 1;
        })?;
        page.next.entry(partition.partition.to_string()).or_insert(from.min(index));
        Ok(())
    }

    fn record(&self, partition: &TopicPartition, record: &FetchedRecord<'_>) -> Value {
        json!({
            "partition": partition.partition.get(),
            "offset": record.offset.get(),
            "key": String::from_utf8_lossy(record.key),
            "timestamp": time(record.timestamp),
            "value": self.value(partition, record.value),
        })
    }

    /// The value decoded; its bytes where the topic has no schema, the reason where it is
    /// unreadable.
    fn value(&self, partition: &TopicPartition, value: Option<&[u8]>) -> Value {
        let Some(value) = value else { return Value::Null };
        match self.inspector.inspect(partition.topic.as_str(), value) {
            None => bytes(value),
            Some(Ok(decoded)) => decoded,
            Some(Err(rejection)) => {
                json!({ "unreadable": rejection.to_string(), "bytes": bytes(value) })
            }
        }
    }
}

/// The key asked for; a negative number counts back from the end.
fn counted_from(from: Option<i64>, end: u64) -> u64 {
    match from {
        None => 0,
        Some(from) if from < 0 => end.saturating_sub(from.unsigned_abs()),
        Some(from) => from.unsigned_abs(),
    }
}

/// How many records are counted back.
fn back_by(from: i64) -> Result<u64, Problem> {
    let records = from.unsigned_abs();
    if records <= MAXIMUM_BACK {
        return Ok(records);
    }
    Err(Problem::bad_request(
        format!("{records} records back from the end are asked for"),
        format!("count back at most {MAXIMUM_BACK}, or name a position"),
    ))
}

/// The partitions of a topic, or the one asked for.
fn partitions_of(
    outline: &TopicOutline,
    only: Option<u32>,
) -> impl Iterator<Item = TopicPartition> {
    outline
        .partitions()
        .filter(move |partition| only.is_none_or(|only| only == partition.partition.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_position_counts_back_from_the_end() {
        assert_eq!(counted_from(None, 9), 0);
        assert_eq!(counted_from(Some(4), 9), 4);
        assert_eq!(counted_from(Some(-4), 9), 5);
        assert_eq!(counted_from(Some(-40), 9), 0);
    }
}
