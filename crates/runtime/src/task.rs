//! A task: one partition's processing and state, free of I/O.
//!
//! Guarantees: each record offered and taken has exactly one disposition; everything it changes is
//! staged until [`PartitionTask::publish`] and gone after [`PartitionTask::roll_back`].

use std::sync::Arc;

use vigie_types::Stamps;

use crate::board::Board;
use crate::changelog;
use crate::disposition::{Disposition, Rejection, Undecoded};
use crate::emitter::{DeadLetter, Emitter};
use crate::engine::CommittedPosition;
use crate::partition_task::{Offered, PartitionTask, TaskError};
use crate::processor::{Context, Input, Judged, Processor, Progress, Record, StateUpdate};
use crate::progress::{RESERVED_KEY, TaskProgress};
use crate::record::{FetchedRecord, Offset, Position, ProducerRecord, Topic, TopicPartition};
use crate::staging::Staging;
use crate::store::Store;
use crate::task_parts::TaskParts;
use crate::timer::TimerIndex;

/// A task over one processor.
pub struct Task<P: Processor> {
    parts: Arc<TaskParts<P>>,
    input: TopicPartition,
    store: Store<P::Key, P::State>,
    timers: TimerIndex<P::Key>,
    committed_progress: TaskProgress,
    progress: TaskProgress,
    committed_position: Position,
    position: Position,
    staging: Staging<P::Output>,
    outputs: Vec<P::Output>,
    control: Option<(Stamps, Arc<P::Control>)>,
    dead_letters_in_a_row: u64,
    /// The record that waits, so that its waiting is told once.
    waits_at: Option<Offset>,
    board: Arc<Board<P::Key, P::State>>,
}

impl<P: Processor> Task<P> {
    /// A task for `input`, whose committed state is posted on `board` for others to read.
    pub fn new(
        parts: Arc<TaskParts<P>>,
        input: TopicPartition,
        board: Arc<Board<P::Key, P::State>>,
    ) -> Self {
        let changelog =
            TopicPartition::new(&Topic::changelog(&parts.application, P::NAME), input.partition);
        let store = Store::new(board.open(input.partition));
        let (outputs, layout) = (Arc::clone(&parts.outputs), Arc::clone(&parts.layout));
        let staging = Staging::new(outputs, layout, changelog);
        Self {
            parts,
            input,
            store,
            timers: TimerIndex::new(),
            committed_progress: TaskProgress::new(),
            progress: TaskProgress::new(),
            committed_position: Position::START,
            position: Position::START,
            staging,
            outputs: Vec::new(),
            control: None,
            dead_letters_in_a_row: 0,
            waits_at: None,
            board,
        }
    }

    /// Finds the control tables for the stamps; false while they have not been read.
    fn find_control(&mut self, stamps: Stamps) -> bool {
        if self.control.as_ref().is_none_or(|(known, _)| *known != stamps) {
            match self.parts.controls.at(&stamps) {
                Some(control) => self.control = Some((stamps, control)),
                None => return false,
            }
        }
        true
    }

    fn wait(&mut self, offset: Offset) -> Offered {
        if self.waits_at != Some(offset) {
            self.waits_at = Some(offset);
            self.parts.observer.waiting(&self.input);
        }
        Offered::Waits
    }

    /// Judges a record that is not a signal.
    fn judge(
        &mut self,
        input: &P::Input,
        fetched: &FetchedRecord<'_>,
    ) -> Result<Disposition, Rejection> {
        let key = self.parts.processor.key(input)?;
        let limit = self.parts.limits.key_bytes;
        if key.as_ref().len() > limit {
            let bytes = key.as_ref().len();
            return Err(Rejection::new(format!("key has {bytes} bytes, at most {limit}")));
        }
        let event_time = input.event_time().unwrap_or(self.progress.stream_time);
        let late = self.progress.watermark.is_late(event_time, input.lateness(), &input.progress());
        let (_, control) = self.control.as_ref().expect("looked up before judging");
        let context = Context {
            control: &**control,
            watermark: self.progress.watermark.value(),
            stream_time: self.progress.stream_time,
            late,
        };
        let record = Record {
            value: input,
            event_time,
            partition: self.input.partition,
            offset: fetched.offset,
        };
        let processor = &self.parts.processor;
        let outputs = &mut self.outputs;
        let judged = self.store.with(&key, |state| {
            processor.process(state, &record, &context, &mut Emitter::new(outputs))
        })?;
        let limit = self.parts.limits.outputs_per_record;
        if self.outputs.len() > limit {
            let count = self.outputs.len();
            return Err(Rejection::new(format!("{count} outputs of one record, at most {limit}")));
        }
        self.progress.stream_time = self.progress.stream_time.max(event_time);
        Ok(match judged {
            Judged::Processed(update) => {
                self.apply(key, update);
                Disposition::Processed { late }
            }
            Judged::Duplicate => Disposition::Duplicate,
            Judged::Suppressed => Disposition::Suppressed,
        })
    }

    fn apply(&mut self, key: P::Key, update: StateUpdate<P::State>) {
        match update {
            StateUpdate::Keep => {}
            StateUpdate::Put(state) => {
                self.timers.set(&key, self.parts.processor.next_timer(&state));
                self.store.stage(key, Some(state));
            }
            StateUpdate::Delete => {
                self.timers.set(&key, None);
                self.store.stage(key, None);
            }
        }
    }

    /// Stages what the processor emitted.
    fn stage_outputs(&mut self) -> Result<(), TaskError> {
        for output in self.outputs.drain(..) {
            self.staging.output(output)?;
        }
        Ok(())
    }

    fn dead_letter(
        &mut self,
        record: &FetchedRecord<'_>,
        source: Option<&str>,
        rejection: &Rejection,
    ) -> Result<(), TaskError> {
        self.outputs.clear();
        self.staging.dead_letter(&DeadLetter {
            from: &self.input,
            offset: record.offset,
            key: record.key,
            value: record.value,
            timestamp: record.timestamp,
            source,
            reason: &rejection.reason,
        })?;
        self.dead_letters_in_a_row += 1;
        if self.dead_letters_in_a_row >= self.parts.limits.dead_letters_in_a_row {
            return Err(TaskError::DeadLetterLimit {
                partition: self.input.clone(),
                count: self.dead_letters_in_a_row,
                reason: rejection.reason.clone(),
            });
        }
        Ok(())
    }

    fn dispose(&mut self, source: &str, disposition: Disposition) {
        match self.progress.tallies.get_mut(source) {
            Some(tally) => tally.count(disposition),
            None => {
                self.progress.tallies.entry(source.into()).or_default().count(disposition);
            }
        }
        self.parts.observer.disposed(P::NAME, disposition);
    }

    /// Moves event time and wakes what is due.
    fn advance(&mut self, progress: &Progress<'_>) -> Result<(), TaskError> {
        let rose = self
            .progress
            .watermark
            .advance(progress)
            .map_err(|error| TaskError::Watermark { partition: self.input.clone(), error })?;
        if !rose {
            return Ok(());
        }
        let watermark = self.progress.watermark.value();
        while let Some((at, key)) = self.timers.due(watermark) {
            let processor = &self.parts.processor;
            let outputs = &mut self.outputs;
            let update = self.store.with(&key, |state| {
                let state = state.expect("a timer belongs to a state");
                processor.on_timer(&key, state, at, &mut Emitter::new(outputs))
            });
            self.apply(key.clone(), update);
            let next = self.timers.of(&key);
            assert!(next.is_none_or(|next| next > at), "the next timer of a state is later");
            self.stage_outputs()?;
        }
        Ok(())
    }

    fn state_error(&self, reason: String) -> TaskError {
        TaskError::State { partition: self.staging.changelog().clone(), reason }
    }

    /// Stages the changelog of every changed state.
    fn stage_changelog(&mut self) -> Result<(), TaskError> {
        let limit = self.parts.limits.state_bytes;
        let timestamp = self.progress.stream_time;
        for (key, state) in self.store.staged() {
            let key = key.as_ref();
            let bytes = self.staging.state(key, P::STATE_VERSION, state, timestamp);
            if bytes > limit {
                let reason = format!("the state of {key} has {bytes} bytes, at most {limit}");
                return Err(self.state_error(reason));
            }
        }
        Ok(())
    }

    /// Stages this partition's watermark if it rose since the last commit.
    fn stage_watermark(&mut self) -> Result<(), TaskError> {
        let watermark = self.progress.watermark.value();
        if watermark == self.progress.announced {
            return Ok(());
        }
        self.progress.announced = watermark;
        self.parts.observer.watermark(&self.input, watermark);
        self.staging.watermark(&self.input, watermark)
    }
}

impl<P: Processor> PartitionTask for Task<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn input(&self) -> &TopicPartition {
        &self.input
    }

    fn changelog(&self) -> &TopicPartition {
        self.staging.changelog()
    }

    fn restore(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), TaskError> {
        if key == RESERVED_KEY {
            if let Some(value) = value {
                self.committed_progress = changelog::decode(changelog::PROGRESS_VERSION, value)
                    .map_err(|reason| self.state_error(reason))?;
            }
            return Ok(());
        }
        let text = std::str::from_utf8(key).ok().and_then(|text| text.parse::<P::Key>().ok());
        let Some(key) = text else {
            let reason = format!("the key {:?} is not readable", String::from_utf8_lossy(key));
            return Err(self.state_error(reason));
        };
        match value {
            None => {
                self.timers.set(&key, None);
                self.store.restore_tombstone(&key);
            }
            Some(value) => {
                let state: P::State = changelog::decode(P::STATE_VERSION, value)
                    .map_err(|reason| self.state_error(reason))?;
                self.timers.set(&key, self.parts.processor.next_timer(&state));
                self.store.restore(key, state);
            }
        }
        Ok(())
    }

    fn start(&mut self, committed: Option<&CommittedPosition>) -> Result<Position, TaskError> {
        let number = committed.map_or(0, |committed| committed.commit_number);
        if number != self.committed_progress.commit_number {
            return Err(self.state_error(format!(
                "the changelog is of commit {}, the position of commit {number}: \
                 they were not written together",
                self.committed_progress.commit_number
            )));
        }
        self.committed_position = committed.map_or(Position::START, |committed| committed.position);
        self.position = self.committed_position;
        self.progress = self.committed_progress.clone();
        self.board.post(self.input.partition, self.store.committed(), &self.committed_progress);
        Ok(self.position)
    }

    fn offer(&mut self, record: FetchedRecord<'_>) -> Result<Offered, TaskError> {
        assert!(record.offset.next() > self.position, "positions never go back");
        let input = match self.parts.decoder.decode(record.key, record.value) {
            Ok(input) => input,
            Err(Undecoded::NotYet(_)) => return Ok(self.wait(record.offset)),
            Err(Undecoded::Rejected(rejection)) => {
                self.dead_letter(&record, None, &rejection)?;
                self.dispose("", Disposition::DeadLettered);
                self.position = record.offset.next();
                return Ok(Offered::Taken);
            }
        };
        if !input.is_signal() {
            if !self.find_control(input.stamps()) {
                return Ok(self.wait(record.offset));
            }
            let source = match input.progress() {
                Progress::Source { source, .. } => source,
                Progress::None | Progress::Upstream { .. } => "",
            };
            let disposition = match self.judge(&input, &record) {
                Ok(disposition) => {
                    self.dead_letters_in_a_row = 0;
                    self.stage_outputs()?;
                    disposition
                }
                Err(rejection) => {
                    self.dead_letter(&record, Some(source), &rejection)?;
                    Disposition::DeadLettered
                }
            };
            self.dispose(source, disposition);
        }
        self.advance(&input.progress())?;
        self.position = record.offset.next();
        Ok(Offered::Taken)
    }

    fn is_dirty(&self) -> bool {
        self.position != self.committed_position
    }

    fn is_full(&self) -> bool {
        let limits = &self.parts.limits;
        self.staging.len() >= limits.staged_records
            || self.staging.bytes() >= limits.staged_bytes
            || self.store.staged_len() >= limits.staged_states
    }

    fn prepare(&mut self) -> Result<(), TaskError> {
        self.staging.merged()?;
        self.stage_watermark()?;
        self.stage_changelog()?;
        self.progress.commit_number += 1;
        self.staging.progress(&self.progress);
        Ok(())
    }

    fn staged(&self, index: usize) -> Option<ProducerRecord<'_>> {
        self.staging.get(index)
    }

    fn staged_position(&self) -> CommittedPosition {
        CommittedPosition {
            partition: self.input.clone(),
            position: self.position,
            commit_number: self.progress.commit_number,
            stream_time: self.progress.stream_time,
        }
    }

    fn committed(&self) -> Option<CommittedPosition> {
        let progress = &self.committed_progress;
        (progress.commit_number > 0).then(|| CommittedPosition {
            partition: self.input.clone(),
            position: self.committed_position,
            commit_number: progress.commit_number,
            stream_time: progress.stream_time,
        })
    }

    fn stay(&self) {
        let states = self.store.committed();
        self.board.put_back(self.input.partition, states, &self.committed_progress);
    }

    fn publish(&mut self) {
        self.store.publish();
        self.staging.clear();
        self.committed_progress.clone_from(&self.progress);
        self.committed_position = self.position;
        self.board.post(self.input.partition, self.store.committed(), &self.committed_progress);
    }

    fn roll_back(&mut self) -> Position {
        for key in self.store.roll_back() {
            let processor = &self.parts.processor;
            let timer = self
                .store
                .with_committed(&key, |state| state.and_then(|state| processor.next_timer(state)));
            self.timers.set(&key, timer);
        }
        self.staging.clear();
        self.outputs.clear();
        self.progress.clone_from(&self.committed_progress);
        self.position = self.committed_position;
        self.dead_letters_in_a_row = 0;
        self.position
    }

    fn close(&mut self) {
        self.store.roll_back();
        self.board.close(self.input.partition, self.store.committed());
    }
}
