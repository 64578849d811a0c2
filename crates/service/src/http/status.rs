//! How far each service has come.

use axum::extract::State;
use serde_json::{Value, json};
use vigie_runtime::{Partition, TaskProgress, Topic, TopicPartition};

use super::committed::Service;
use super::render::time;
use super::{Answer, Api, Problem, ProblemBody, Shared};

/// Says how far sources were read and services have come.
#[utoipa::path(get, path = "/v1/status", tag = "operating", responses(
    (status = 200, description = "per source what was read; per service and partition position, \
        end and lag; idle when every input was read to its end and all of it judged"),
    (status = 500, body = ProblemBody)))]
pub(super) async fn status(State(api): State<Api>) -> Answer {
    api.answer(Shared::status).await
}

/// Where a service stands in one partition.
pub(super) struct Standing {
    partition: u32,
    pub(super) position: u64,
    end: u64,
}

/// Where a service stands.
pub(super) struct Lag {
    pub(super) partitions: Vec<Standing>,
}

impl Lag {
    /// How many records it has still to process.
    pub(super) fn lag(&self) -> u64 {
        self.partitions.iter().map(|standing| standing.end.saturating_sub(standing.position)).sum()
    }
}

impl Shared {
    /// Where a service stands, as committed.
    pub(super) fn lag_of(&self, service: Service) -> Result<Lag, Problem> {
        let topic = Topic::new(service.input());
        let committed = self.log.positions(&service.application())?;
        let mut partitions = Vec::new();
        for number in 0..self.layout.get(&topic).copied().unwrap_or(0) {
            let partition = TopicPartition::new(&topic, Partition::new(number));
            let position = committed
                .iter()
                .find(|committed| committed.partition == partition)
                .map_or(0, |committed| committed.position.get());
            let end = self.log.end(&partition)?.get();
            partitions.push(Standing { partition: number, position, end });
        }
        Ok(Lag { partitions })
    }

    /// How many records were ever written to a topic.
    pub(super) fn end_of(&self, topic: &str) -> Result<u64, Problem> {
        Ok(self.ends_of(topic)?.into_iter().sum())
    }

    /// The end of each partition of a topic.
    pub(super) fn ends_of(&self, topic: &str) -> Result<Vec<u64>, Problem> {
        let topic = Topic::new(topic);
        let mut ends = Vec::new();
        for number in 0..self.layout.get(&topic).copied().unwrap_or(0) {
            let partition = TopicPartition::new(&topic, Partition::new(number));
            ends.push(self.log.end(&partition)?.get());
        }
        Ok(ends)
    }

    fn status(&self) -> Result<Value, Problem> {
        let mut services = Vec::new();
        // Ingest is looked at first, so that what it has written is in the services' lag.
        let has_read_everything = self.committed.has_read_everything()?;
        let mut lag = 0;
        for service in Service::ALL {
            let standing = self.lag_of(service)?;
            lag += standing.lag();
            let watermark =
                self.committed.progress(service)?.iter().map(TaskProgress::watermark).min();
            services.push(json!({
                "service": service.name(),
                "input": service.input(),
                "lag": standing.lag(),
                "watermark": watermark.map(time),
                "partitions": standing.partitions.iter().map(|standing| json!({
                    "partition": standing.partition,
                    "position": standing.position,
                    "end": standing.end,
                    "lag": standing.end.saturating_sub(standing.position),
                })).collect::<Vec<_>>(),
            }));
        }
        let sources: Vec<Value> = self
            .committed
            .checkpoints()?
            .values()
            .map(|checkpoint| {
                json!({
                    "source": checkpoint.source,
                    "read": checkpoint.read,
                    "raw": checkpoint.raw,
                    "suppressed": checkpoint.suppressed,
                    "dead_lettered": checkpoint.dead_lettered,
                    "highest_event_time": checkpoint.highest_event_time.map(time),
                    "ended": checkpoint.ended,
                })
            })
            .collect();
        Ok(json!({
            "idle": has_read_everything && lag == 0,
            "has_read_everything": has_read_everything,
            "lag": lag,
            "services": services,
            "sources": sources,
        }))
    }
}
