//! Committed state: from the boards of running services, or from the changelogs of a log at rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_detector::Detector;
use vigie_runtime::{
    ControlState, LogReader, Processor, ReadError, Rejection, Tally, TaskProgress, Topic,
    TopicOutline, TopicPartition, read_state,
};
use vigie_schema::{Checkpoint, CheckpointDetail, Schemas, topics};
use vigie_scorer::{AuthorState, ScoreSettings, Scorer};
use vigie_tagger::Tagger;
use vigie_types::{AuthorId, EventTime, SourceId};

use super::Problem;
use crate::pipeline::{APPLICATION, Boards, read_control};

/// The stream services, in the order of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Tagger,
    Detector,
    Scorer,
}

impl Service {
    pub(super) const ALL: [Self; 3] = [Self::Tagger, Self::Detector, Self::Scorer];

    /// Its name in answers and metrics, which is its processor's.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tagger => Tagger::NAME,
            Self::Detector => Detector::NAME,
            Self::Scorer => Scorer::NAME,
        }
    }

    /// The topic it reads.
    pub(super) const fn input(self) -> &'static str {
        match self {
            Self::Tagger => vigie_tagger::topology::INPUT,
            Self::Detector => vigie_detector::topology::INPUT,
            Self::Scorer => vigie_scorer::topology::INPUT,
        }
    }

    /// The application whose positions it commits.
    pub(super) fn application(self) -> String {
        format!("{APPLICATION}-{}", self.name())
    }
}

/// Where committed state is read.
pub(super) enum Committed {
    /// The services run.
    Live(Boards),
    /// Nothing runs.
    Stored(Arc<dyn LogReader>, Arc<Schemas>),
}

impl Committed {
    /// The state of an author.
    pub(super) fn author(&self, id: &AuthorId) -> Result<Option<AuthorState>, Problem> {
        match self {
            Self::Live(boards) => Ok(boards.scorer.get(id)),
            Self::Stored(log, _) => {
                let topic = Topic::changelog(APPLICATION, Scorer::NAME);
                let value = log.newest(&topic, id.as_str().as_bytes())?;
                Ok(value.map(|value| read_state::<Scorer>(&value)).transpose()?)
            }
        }
    }

    /// Shows the state of every author.
    pub(super) fn visit_authors(
        &self,
        visit: &mut dyn FnMut(&AuthorId, &AuthorState),
    ) -> Result<(), Problem> {
        match self {
            Self::Live(boards) => {
                boards.scorer.for_each(visit);
                Ok(())
            }
            Self::Stored(log, _) => visit_changelog(&**log, Scorer::NAME, &mut |key, value| {
                let id = std::str::from_utf8(key).ok().and_then(|text| text.parse().ok());
                let Some(id) = id else { return Ok(()) };
                visit(&id, &read_state::<Scorer>(value)?);
                Ok(())
            }),
        }
    }

    /// The progress of every partition of a service.
    pub(super) fn progress(&self, service: Service) -> Result<Vec<TaskProgress>, Problem> {
        let progress = match self {
            Self::Live(boards) => match service {
                Service::Tagger => boards.tagger.progress(),
                Service::Detector => boards.detector.progress(),
                Service::Scorer => boards.scorer.progress(),
            },
            Self::Stored(log, _) => return stored_progress(&**log, service.name()),
        };
        Ok(progress.into_values().collect())
    }

    /// What became of a service's records, by source.
    pub(super) fn tallies(&self, service: Service) -> Result<BTreeMap<String, Tally>, Problem> {
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for progress in self.progress(service)? {
            for (source, tally) in progress.tallies {
                *tallies.entry(source).or_default() += tally;
            }
        }
        Ok(tallies)
    }

    /// The highest event time that a service has seen.
    pub(super) fn stream_time(&self, service: Service) -> Result<Option<EventTime>, Problem> {
        let times = self.progress(service)?.into_iter().map(|progress| progress.stream_time);
        Ok(times.max().filter(|time| *time != EventTime::MIN))
    }

    /// How far each source was read.
    pub(super) fn checkpoints(&self) -> Result<BTreeMap<SourceId, Checkpoint>, Problem> {
        let (log, schemas) = match self {
            Self::Live(boards) => return Ok(boards.ingest.checkpoints()),
            Self::Stored(log, schemas) => (log, schemas),
        };
        let mut checkpoints = BTreeMap::new();
        visit_topic(&**log, &Topic::new(topics::INGEST_CHECKPOINTS), &mut |_, value| {
            let checkpoint = schemas.checkpoints.decode(value)?;
            match checkpoint.detail {
                // The answer to a push, kept for its retries: no source.
                Some(CheckpointDetail::PushCheckpoint(_)) => {}
                Some(CheckpointDetail::FileCheckpoint(_)) | None => {
                    checkpoints.insert(checkpoint.source.clone(), checkpoint);
                }
            }
            Ok(())
        })?;
        Ok(checkpoints)
    }

    /// Whether every input was read to its end.
    pub(super) fn has_read_everything(&self) -> Result<bool, Problem> {
        match self {
            Self::Live(boards) => Ok(boards.ingest.has_read_everything()),
            Self::Stored(..) => {
                Ok(self.checkpoints()?.values().all(|checkpoint| match checkpoint.detail {
                    Some(CheckpointDetail::FileCheckpoint(_)) => checkpoint.ended,
                    Some(CheckpointDetail::PushCheckpoint(_)) | None => true,
                }))
            }
        }
    }
}

/// The scoring configuration at its newest revision.
pub(super) fn score_settings(
    log: &dyn LogReader,
    schemas: &Schemas,
) -> Result<ScoreSettings, Problem> {
    let records =
        read_control(log, topics::SCORES, &schemas.scores).map_err(Problem::unreadable)?;
    let start = ScoreSettings::default();
    Ok(records.iter().fold(start, |settings, record| settings.apply(record)))
}

/// The progress in each partition of a changelog; none in those that no task has committed to.
fn stored_progress(log: &dyn LogReader, store: &str) -> Result<Vec<TaskProgress>, Problem> {
    let mut found = Vec::new();
    for partition in partitions_of(log, &Topic::changelog(APPLICATION, store))? {
        let Some(value) = log.newest_in(&partition, TaskProgress::KEY)? else { continue };
        if let Some(progress) = TaskProgress::from_changelog(TaskProgress::KEY, &value) {
            found.push(progress.map_err(|rejection| unreadable(&partition, &rejection))?);
        }
    }
    Ok(found)
}

/// What an entry of a compacted topic is shown to.
type VisitEntry<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<(), Rejection>;

fn visit_changelog(log: &dyn LogReader, store: &str, visit: VisitEntry<'_>) -> Result<(), Problem> {
    visit_topic(log, &Topic::changelog(APPLICATION, store), visit)
}

fn visit_topic(log: &dyn LogReader, topic: &Topic, visit: VisitEntry<'_>) -> Result<(), Problem> {
    for partition in partitions_of(log, topic)? {
        visit_partition(log, &partition, visit)?;
    }
    Ok(())
}

fn partitions_of(log: &dyn LogReader, topic: &Topic) -> Result<Vec<TopicPartition>, Problem> {
    let topics = log.topics()?;
    let outline = topics.iter().find(|outline| outline.topic == *topic);
    Ok(outline.into_iter().flat_map(TopicOutline::partitions).collect())
}

fn unreadable(partition: &TopicPartition, rejection: &Rejection) -> Problem {
    Problem::unreadable(format!("{partition}: {rejection}"))
}

fn visit_partition(
    log: &dyn LogReader,
    partition: &TopicPartition,
    visit: VisitEntry<'_>,
) -> Result<(), Problem> {
    let mut failure = None;
    let read: Result<(), ReadError> = log.compacted(partition, &mut |key, value| {
        if failure.is_none() {
            failure = visit(key, value).err();
        }
    });
    read?;
    match failure {
        Some(rejection) => Err(unreadable(partition, &rejection)),
        None => Ok(()),
    }
}
