//! The first seam: a processor is a pure keyed fold from records to state and outputs.

use std::hash::Hash;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use vigie_types::{EventTime, Stamps, WallTime};

use crate::disposition::Rejection;
use crate::emitter::Emitter;
use crate::record::{Offset, Partition};

/// How an input record takes part in the progress of event time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// It does not.
    None,
    /// It comes from a source and carries that source's promise.
    Source {
        /// The source.
        source: &'a str,
        /// Nothing on time will follow below this.
        floor: EventTime,
        /// When ingest heard from the source.
        heard_at: WallTime,
        /// How the source relates to time.
        standing: Standing,
    },
    /// It is the watermark of an upstream partition.
    Upstream {
        /// The upstream partition.
        partition: Partition,
        /// How many upstream partitions there are.
        of: u32,
        /// Its watermark.
        watermark: EventTime,
    },
}

/// How a source relates to event time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Follows the clock: set aside when it falls silent.
    Live,
    /// Has an end: never set aside, leaves when it ends.
    Bounded,
    /// Brings the past: never takes part.
    Backfill,
    /// Has ended: its floor is the end of its last bucket.
    Ended,
}

/// Who decides whether a record is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lateness {
    /// This task, by floor and watermark.
    Decided,
    /// The task upstream, which stamped the record.
    Stamped {
        /// What it decided.
        late: bool,
    },
}

/// What the runtime itself must know of a decoded input record.
pub trait Input {
    /// When it happened; none for heartbeats and watermarks.
    fn event_time(&self) -> Option<EventTime>;
    /// How it moves event time.
    fn progress(&self) -> Progress<'_>;
    /// Who decides whether it is late.
    fn lateness(&self) -> Lateness;
    /// The control revisions it is to be judged with.
    fn stamps(&self) -> Stamps;
    /// Whether it is for the runtime alone: no processor sees it, it has no disposition.
    fn is_signal(&self) -> bool;
}

/// A state store's key: a text, so that keys on topics are plain UTF-8.
pub trait StoreKey: Clone + Eq + Ord + Hash + Send + Sync + AsRef<str> + FromStr + 'static {}

impl<T: Clone + Eq + Ord + Hash + Send + Sync + AsRef<str> + FromStr + 'static> StoreKey for T {}

/// A state store's value.
pub trait StoreValue: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {}

impl<T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> StoreValue for T {}

/// A decoded record and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a, I> {
    /// What it says.
    pub value: &'a I,
    /// When it happened; the partition's stream time where the record does not say.
    pub event_time: EventTime,
    /// The partition it was read from.
    pub partition: Partition,
    /// Its offset there.
    pub offset: Offset,
}

/// What surrounds a record or a timer: control tables and time, never a clock.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a, C> {
    /// The control tables at the record's revision.
    pub control: &'a C,
    /// The partition's watermark before this record.
    pub watermark: EventTime,
    /// The highest event time seen before this record.
    pub stream_time: EventTime,
    /// Whether the record is behind its floor or the watermark.
    pub late: bool,
}

/// What becomes of the state of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateUpdate<S> {
    /// It stays as it is.
    Keep,
    /// It becomes this.
    Put(S),
    /// It is forgotten.
    Delete,
}

/// What a processor made of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged<S> {
    /// It was judged; the state changes so.
    Processed(StateUpdate<S>),
    /// It is a redelivery and changes nothing.
    Duplicate,
    /// It is of somebody who is not to be measured and changes nothing.
    Suppressed,
}

/// A pure keyed fold. What must survive is in `State`; timers derive from it.
pub trait Processor: Send + Sync + 'static {
    /// Names the task, its store and its changelog.
    const NAME: &'static str;
    /// The version of `State` as it is written; another one is refused at a restore.
    const STATE_VERSION: u8;
    /// What it reads.
    type Input: Input + Send;
    /// What its state is kept by.
    type Key: StoreKey;
    /// What it keeps.
    type State: StoreValue;
    /// What it emits.
    type Output: Send;
    /// The control tables it judges with, as one snapshot.
    type Control: Send + Sync;

    /// The key of an input record.
    ///
    /// # Errors
    /// When the record has none; it is dead-lettered.
    fn key(&self, input: &Self::Input) -> Result<Self::Key, Rejection>;

    /// Folds one record.
    ///
    /// # Errors
    /// When the record is wrong; nothing it emitted is kept and it is dead-lettered.
    fn process(
        &self,
        state: Option<&Self::State>,
        record: &Record<'_, Self::Input>,
        context: &Context<'_, Self::Control>,
        out: &mut Emitter<'_, Self::Output>,
    ) -> Result<Judged<Self::State>, Rejection>;

    /// When this state next wants to be woken; derived, never stored.
    fn next_timer(&self, state: &Self::State) -> Option<EventTime>;

    /// Folds the passing of `at`, the watermark having reached it. The state's next timer must be
    /// later than `at`.
    fn on_timer(
        &self,
        key: &Self::Key,
        state: &Self::State,
        at: EventTime,
        out: &mut Emitter<'_, Self::Output>,
    ) -> StateUpdate<Self::State>;
}
