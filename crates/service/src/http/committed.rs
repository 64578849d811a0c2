//! Committed state: from the boards of services that run here, or from the changelogs of the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_detector::Detector;
use vigie_runtime::{
    LogReader, Partition, Processor, ReadError, Rejection, Tally, TaskProgress, Topic,
    TopicOutline, TopicPartition, read_state,
};
use vigie_schema::{Checkpoint, CheckpointDetail, Schemas, topics};
use vigie_scorer::{AuthorState, Scorer};
use vigie_tagger::Tagger;
use vigie_types::{AuthorId, EventTime, SourceId};

use super::Problem;
use crate::pipeline::{APPLICATION, Boards, Role};

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

    /// Its role in a process.
    pub(super) const fn role(self) -> Role {
        match self {
            Self::Tagger => Role::Tagger,
            Self::Detector => Role::Detector,
            Self::Scorer => Role::Scorer,
        }
    }

    /// The application whose positions it commits.
    pub(super) fn application(self) -> String {
        format!("{APPLICATION}-{}", self.name())
    }
}

/// Where committed state is read: from the boards of services that run here, else from the log.
pub(super) struct Committed {
    log: Arc<dyn LogReader>,
    schemas: Arc<Schemas>,
    boards: Option<Boards>,
    /// Whether the boards hold everything there is: all services run here, and nowhere else.
    is_whole: bool,
}

/// What is held of a key.
pub(super) enum Lookup {
    /// Its partition is not held here: whoever owns it knows.
    NotHeld,
    /// Nothing.
    Nothing,
    /// This.
    Found(Box<AuthorState>),
}

impl Lookup {
    fn of(state: Option<AuthorState>) -> Self {
        state.map_or(Self::Nothing, |state| Self::Found(Box::new(state)))
    }
}

impl Committed {
    /// The state of a log that nothing runs on.
    pub(super) const fn stored(log: Arc<dyn LogReader>, schemas: Arc<Schemas>) -> Self {
        Self { log, schemas, boards: None, is_whole: false }
    }

    /// The state of running services.
    pub(super) const fn live(
        log: Arc<dyn LogReader>,
        schemas: Arc<Schemas>,
        boards: Boards,
        is_whole: bool,
    ) -> Self {
        Self { log, schemas, boards: Some(boards), is_whole }
    }

    /// The boards, if they hold everything there is.
    fn whole(&self) -> Option<&Boards> {
        self.boards.as_ref().filter(|_| self.is_whole)
    }

    /// The state of an author of this partition.
    pub(super) fn author(&self, number: Partition, id: &AuthorId) -> Result<Lookup, Problem> {
        if let Some(boards) = &self.boards {
            return Ok(boards.scorer.get_in(number, id).map_or(Lookup::NotHeld, Lookup::of));
        }
        let topic = Topic::changelog(APPLICATION, Scorer::NAME);
        let value = self.log.newest(&topic, id.as_str().as_bytes())?;
        Ok(Lookup::of(value.map(|value| read_state::<Scorer>(&value)).transpose()?))
    }

    /// Shows the state of every author of a partition; false when it is not held, or was given up
    /// meanwhile.
    pub(super) fn visit_authors(
        &self,
        number: Partition,
        visit: &mut dyn FnMut(&AuthorId, &AuthorState),
    ) -> Result<bool, Problem> {
        if let Some(boards) = &self.boards {
            return Ok(boards.scorer.for_each_in(number, visit).is_ok());
        }
        let changelog = Topic::changelog(APPLICATION, Scorer::NAME);
        visit_partition(
            &*self.log,
            &TopicPartition::new(&changelog, number),
            &mut |key, value| {
                let id = std::str::from_utf8(key).ok().and_then(|text| text.parse().ok());
                let Some(id) = id else { return Ok(()) };
                visit(&id, &read_state::<Scorer>(value)?);
                Ok(())
            },
        )?;
        Ok(true)
    }

    /// The progress of every partition of a service, as the log has it: of the same commit as the
    /// positions there, whereas boards follow a moment later.
    pub(super) fn progress(&self, service: Service) -> Result<Vec<TaskProgress>, Problem> {
        stored_progress(&*self.log, service.name())
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

    /// The highest event time that a service has seen, in the partitions that are held here.
    pub(super) fn stream_time(&self, service: Service) -> Result<Option<EventTime>, Problem> {
        let progress = match &self.boards {
            Some(boards) => progress_on(boards, service),
            None => self.progress(service)?,
        };
        Ok(latest(&progress))
    }

    /// How far each source was read.
    pub(super) fn checkpoints(&self) -> Result<BTreeMap<SourceId, Checkpoint>, Problem> {
        match self.whole() {
            Some(boards) => Ok(boards.ingest.checkpoints()),
            None => self.stored_checkpoints(),
        }
    }

    /// How far each source was read, as the log has it: of the same commit as the records there.
    pub(super) fn stored_checkpoints(&self) -> Result<BTreeMap<SourceId, Checkpoint>, Problem> {
        let mut checkpoints = BTreeMap::new();
        let topic = Topic::new(topics::INGEST_CHECKPOINTS);
        visit_topic(&*self.log, &topic, &mut |_, value| {
            let checkpoint = self.schemas.checkpoints.decode(value)?;
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

    /// The checkpoints of the sources that this process reads.
    pub(super) fn own_checkpoints(&self) -> BTreeMap<SourceId, Checkpoint> {
        self.boards.as_ref().map(|boards| boards.ingest.checkpoints()).unwrap_or_default()
    }

    /// Whether every input was read to its end.
    pub(super) fn has_read_everything(&self) -> Result<bool, Problem> {
        if let Some(boards) = self.whole() {
            return Ok(boards.ingest.has_read_everything());
        }
        Ok(self.checkpoints()?.values().all(|checkpoint| match checkpoint.detail {
            Some(CheckpointDetail::FileCheckpoint(_)) => checkpoint.ended,
            Some(CheckpointDetail::PushCheckpoint(_)) | None => true,
        }))
    }
}

fn progress_on(boards: &Boards, service: Service) -> Vec<TaskProgress> {
    let progress = match service {
        Service::Tagger => boards.tagger.progress(),
        Service::Detector => boards.detector.progress(),
        Service::Scorer => boards.scorer.progress(),
    };
    progress.into_values().collect()
}

/// The highest event time of all.
pub(super) fn latest(progress: &[TaskProgress]) -> Option<EventTime> {
    let times = progress.iter().map(|progress| progress.stream_time);
    times.max().filter(|time| *time != EventTime::MIN)
}

/// The progress in each partition of a changelog; none in those that no task has committed to.
pub(super) fn stored_progress(
    log: &dyn LogReader,
    store: &str,
) -> Result<Vec<TaskProgress>, Problem> {
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
