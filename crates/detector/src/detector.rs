//! The processor: partial counts in, closed windows, corrections, spikes and clusters out.

use std::sync::Arc;

use vigie_runtime::{Context, Emitter, Judged, Processor, Record, Rejection, StateUpdate};
use vigie_schema::{
    ClusterRecord, CountBody, CountRecord, Partial, SpikeBody, SpikeMessage, SpikeRecord,
    WindowRecord,
};
use vigie_types::{Bucket, EventTime, SpikeId, StreamId};

use crate::recent::Recent;
use crate::series::{Change, Observation, Verdict};
use crate::stream_state::{MAXIMUM_OPEN_BUCKETS, Open, StreamState};
use crate::watch::WatchSet;

/// What the detector emits.
#[derive(Clone, Debug, PartialEq)]
pub enum DetectorOutput {
    /// To `spikes.v1`.
    Spike(Box<SpikeMessage>),
    /// To `clusters.v1`.
    Cluster(ClusterRecord),
}

/// Counts streams, detects spikes and finds copies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detector;

impl Processor for Detector {
    const NAME: &'static str = "detector";
    const STATE_VERSION: u8 = 2;
    type Input = CountRecord;
    type Key = StreamId;
    type State = StreamState;
    type Output = DetectorOutput;
    type Control = WatchSet;

    fn key(&self, input: &CountRecord) -> Result<StreamId, Rejection> {
        match &input.body {
            CountBody::Partial(partial) => Ok(partial.stream.clone()),
            CountBody::Watermark(_) => Err(Rejection::new("a watermark belongs to no stream")),
        }
    }

    fn process(
        &self,
        state: Option<&StreamState>,
        record: &Record<'_, CountRecord>,
        context: &Context<'_, WatchSet>,
        out: &mut Emitter<'_, DetectorOutput>,
    ) -> Result<Judged<StreamState>, Rejection> {
        let CountBody::Partial(partial) = &record.value.body else {
            return Err(Rejection::new("a watermark counts nothing"));
        };
        if partial.late || state.is_some_and(|state| state.is_closed(partial.bucket)) {
            correct(partial, state, out);
            return Ok(Judged::Processed(StateUpdate::Keep));
        }
        let mut state = state.cloned().unwrap_or_default();
        state.add(partial.clone(), &context.control.of(&partial.stream));
        while state.open.len() > MAXIMUM_OPEN_BUCKETS {
            close_next(&partial.stream, &mut state, out);
        }
        Ok(Judged::Processed(StateUpdate::Put(state)))
    }

    fn next_timer(&self, state: &StreamState) -> Option<EventTime> {
        state.closes_at()
    }

    fn on_timer(
        &self,
        key: &StreamId,
        state: &StreamState,
        _at: EventTime,
        out: &mut Emitter<'_, DetectorOutput>,
    ) -> StateUpdate<StreamState> {
        let mut state = state.clone();
        close_next(key, &mut state, out);
        StateUpdate::Put(state)
    }
}

/// Late counts never join a window: readers add them.
fn correct(partial: &Partial, state: Option<&StreamState>, out: &mut Emitter<'_, DetectorOutput>) {
    out.emit(window(WindowRecord {
        stream: partial.stream.clone(),
        bucket: partial.bucket,
        late: partial.count,
        ..WindowRecord::default()
    }));
    let Some(state) = state else { return };
    for cluster in state.clusters.corrections(&partial.stream, &partial.texts) {
        out.emit(DetectorOutput::Cluster(cluster));
    }
}

/// Closes the bucket that is due and says what it means.
fn close_next(stream: &StreamId, state: &mut StreamState, out: &mut Emitter<'_, DetectorOutput>) {
    let Some(end) = state.closes_at() else { return };
    let bucket = Bucket::from_number(end.bucket().number() - 1);
    let mut partial = match state.open.remove(&bucket) {
        Some(open) => {
            let Open { partial, watch } = Arc::unwrap_or_clone(open);
            if partial.rules >= state.revision {
                state.revision = partial.rules;
                state.watch = watch;
            }
            partial
        }
        None => Partial { stream: stream.clone(), bucket, ..Partial::default() },
    };
    let observation = Observation {
        count: unsigned(partial.count),
        authors: partial.distinct_authors(),
        loudest: unsigned(partial.loudest()),
        negative: unsigned(partial.negative),
    };
    let zone = state.watch.zone();
    let verdict = state.series.close(bucket, observation, &state.watch.settings, &zone);
    Arc::make_mut(&mut state.recent).push(&partial);
    if let Some(change) = &verdict.closed_before {
        out.emit(spike(stream, change, &state.recent));
    }
    if partial.count != 0 {
        out.emit(closed(&partial, &verdict, observation.authors));
    }
    if let Some(change) = &verdict.change {
        out.emit(spike(stream, change, &state.recent));
    }
    let texts = std::mem::take(&mut partial.texts);
    for cluster in Arc::make_mut(&mut state.clusters).close(stream, bucket, texts) {
        out.emit(DetectorOutput::Cluster(cluster));
    }
}

/// Counts on time are sums of ones; a source that takes back more than it gave counts as silent.
fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn closed(partial: &Partial, verdict: &Verdict, authors: u64) -> DetectorOutput {
    window(WindowRecord {
        stream: partial.stream.clone(),
        bucket: partial.bucket,
        count: partial.count,
        late: 0,
        authors,
        expected: verdict.expected,
        p_value: verdict.p_value,
        warming: verdict.warming,
    })
}

fn window(window: WindowRecord) -> DetectorOutput {
    DetectorOutput::Spike(Box::new(SpikeMessage { body: SpikeBody::WindowRecord(window) }))
}

fn spike(stream: &StreamId, change: &Change, recent: &Recent) -> DetectorOutput {
    let first = Bucket::from_number(change.bucket.number() + 1 - change.window.max(1) as i64);
    let told = recent.tell(first, change.bucket);
    let spike = SpikeRecord {
        id: SpikeId::of(stream, change.opened),
        stream: stream.clone(),
        state: change.state,
        opened_at: change.opened.start(),
        window_start: first.start(),
        window_end: change.bucket.end(),
        observed: change.observed,
        expected: change.expected,
        p_value: change.p_value,
        severity: change.severity,
        would_not_fire_at: change.would_not_fire_at,
        authors: told.authors,
        negative: told.negative,
        neutral: told.neutral,
        positive: told.positive,
        top_authors: told.top_authors,
        top_terms: told.top_terms,
        samples: told.samples,
    };
    DetectorOutput::Spike(Box::new(SpikeMessage { body: SpikeBody::SpikeRecord(spike) }))
}
