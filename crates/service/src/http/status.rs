//! How far each service has come.

use axum::extract::State;
use serde_json::{Value, json};
use vigie_runtime::{Position, TaskProgress, TopicPartition};

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

/// How far a service has come in each partition of its input, as committed at one moment.
pub(super) struct Standing {
    pub(super) positions: Vec<(TopicPartition, Position)>,
}

impl Shared {
    /// Where a service stands, as committed.
    pub(super) fn standing(&self, service: Service) -> Result<Standing, Problem> {
        let committed = self.log.positions(&service.application())?;
        let position_of = |partition: &TopicPartition| {
            let known = committed.iter().find(|committed| committed.partition == *partition);
            known.map(|known| known.position).unwrap_or_default()
        };
        let partitions = self.partitions_of(service.input()).into_iter();
        let positions =
            partitions.map(|partition| (partition.clone(), position_of(&partition))).collect();
        Ok(Standing { positions })
    }

    /// How many records a service that stands there has still to process: zero only when none is
    /// left and none is on its way.
    pub(super) fn remaining(&self, standing: &Standing) -> Result<u64, Problem> {
        let mut remaining = 0;
        for (partition, position) in &standing.positions {
            remaining += self.log.remaining(partition, *position)?;
        }
        Ok(remaining)
    }

    /// How many records all services have still to process, looked at in the order of the flow.
    pub(super) fn lag(&self) -> Result<u64, Problem> {
        let mut lag = 0;
        for service in Service::ALL {
            lag += self.lag_of(service)?;
        }
        Ok(lag)
    }

    /// How many records a service has still to process.
    pub(super) fn lag_of(&self, service: Service) -> Result<u64, Problem> {
        self.remaining(&self.standing(service)?)
    }

    /// The end of each partition of a topic.
    pub(super) fn ends_of(&self, topic: &str) -> Result<Vec<Position>, Problem> {
        let partitions = self.partitions_of(topic);
        Ok(partitions.iter().map(|partition| self.log.end(partition)).collect::<Result<_, _>>()?)
    }

    fn status(&self) -> Result<Value, Problem> {
        let mut services = Vec::new();
        // Ingest is looked at first, so that what it has written is in the services' lag.
        let has_read_everything = self.committed.has_read_everything()?;
        let mut lag = 0;
        for service in Service::ALL {
            let standing = self.standing(service)?;
            let (mut partitions, mut lag_of_service) = (Vec::new(), 0);
            for (partition, position) in &standing.positions {
                let remaining = self.log.remaining(partition, *position)?;
                lag_of_service += remaining;
                partitions.push(json!({
                    "partition": partition.partition.get(),
                    "position": position.get(),
                    "end": self.log.end(partition)?.get(),
                    "lag": remaining,
                }));
            }
            lag += lag_of_service;
            let watermark =
                self.committed.progress(service)?.iter().map(TaskProgress::watermark).min();
            services.push(json!({
                "service": service.name(),
                "input": service.input(),
                "lag": lag_of_service,
                "watermark": watermark.map(time),
                "partitions": partitions,
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
