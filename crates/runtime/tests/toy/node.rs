//! The toy domain's processor: a counter, a windowed counter or a join, as its fold says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_runtime::{
    CombineKey, Context, ControlState, DeadLetter, Emitter, Judged, Outputs, Partition, Processor,
    Record, Rejection, Route, StateUpdate, Topic,
};
use vigie_types::EventTime;

use super::event::{Event, Keyed};

/// How long a window is.
pub const WINDOW: i64 = 10;

/// What a node does with its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Counts by key, and passes records on.
    Count,
    /// Counts by key and window; a timer closes each window, late records are corrections.
    Window,
    /// Pairs every left with every right of a key.
    Join,
}

/// The control table of the toy domain: what numbers are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor(pub i64);

impl Default for Factor {
    fn default() -> Self {
        Self(1)
    }
}

impl ControlState for Factor {
    type Delta = i64;

    fn apply(&self, delta: &i64) -> Self {
        Self(self.0.wrapping_mul(3).wrapping_add(*delta))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub count: u32,
    pub sum: i64,
    /// Depends on the order of the records.
    pub order: i64,
    pub windows: BTreeMap<i64, (u32, i64)>,
    pub left: Vec<(i64, i64, bool)>,
    pub right: Vec<(i64, i64, bool)>,
}

/// What a record of either kind says.
#[derive(Clone, Copy)]
struct Said {
    time: i64,
    late: bool,
    is_left: bool,
    number: i64,
    count: u32,
}

/// A keyed fold of toy events.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub fold: Fold,
    /// Whether it reads the raw topic, whose order is the same in every run.
    pub is_first: bool,
}

impl Node {
    fn count(self, state: &mut State, said: Said, out: &mut Emitter<'_, Keyed>, key: &str) {
        state.count += said.count;
        state.sum = state.sum.wrapping_add(said.number);
        if self.is_first {
            state.order = state.order.wrapping_mul(31).wrapping_add(said.number);
        }
        emit(out, key, said);
    }

    fn window(state: &mut State, said: Said) {
        let window = state.windows.entry(said.time.div_euclid(WINDOW)).or_default();
        window.0 += said.count;
        window.1 = window.1.wrapping_add(said.number);
    }

    fn join(state: &mut State, said: Said, out: &mut Emitter<'_, Keyed>, key: &str) {
        let (mine, others) = if said.is_left {
            (&mut state.left, &state.right)
        } else {
            (&mut state.right, &state.left)
        };
        mine.push((said.number, said.time, said.late));
        mine.sort_unstable();
        for (number, time, late) in others {
            let pair = Said {
                time: said.time.max(*time),
                late: said.late || *late,
                is_left: true,
                number: said.number.wrapping_mul(*number),
                count: 1,
            };
            emit(out, key, pair);
        }
    }
}

fn emit(out: &mut Emitter<'_, Keyed>, key: &str, said: Said) {
    let Said { time, late, is_left, number, count } = said;
    let event = Event::Derived { time, late, is_left, number, count };
    out.emit(Keyed { key: key.to_owned(), event });
}

impl Processor for Node {
    const NAME: &'static str = "node";
    const STATE_VERSION: u8 = 1;
    type Input = Keyed;
    type Key = String;
    type State = State;
    type Output = Keyed;
    type Control = Factor;

    fn key(&self, input: &Keyed) -> Result<String, Rejection> {
        if input.key.is_empty() { Err(Rejection::new("no key")) } else { Ok(input.key.clone()) }
    }

    fn process(
        &self,
        state: Option<&State>,
        record: &Record<'_, Keyed>,
        context: &Context<'_, Factor>,
        out: &mut Emitter<'_, Keyed>,
    ) -> Result<Judged<State>, Rejection> {
        let key = record.value.key.as_str();
        let late = context.late;
        let said = match &record.value.event {
            Event::Fact { time, is_left, number, .. } => {
                let number_now = number.wrapping_mul(context.control.0);
                Said { time: *time, late, is_left: *is_left, number: number_now, count: 1 }
            }
            Event::Derived { time, is_left, number, count, .. } => {
                Said { time: *time, late, is_left: *is_left, number: *number, count: *count }
            }
            Event::Heartbeat(_) | Event::Watermark { .. } => panic!("a signal reached a processor"),
        };
        if let Event::Fact { number, .. } = &record.value.event {
            match number.rem_euclid(13) {
                5 => return Ok(Judged::Duplicate),
                6 => return Ok(Judged::Suppressed),
                7 => {
                    // What it emitted before must not be kept.
                    emit(out, key, said);
                    return Err(Rejection::new("number: an unlucky one"));
                }
                _ => {}
            }
        }
        if late && self.fold == Fold::Window {
            // A correction: the window is closed, or will be without it.
            emit(out, key, said);
            return Ok(Judged::Processed(StateUpdate::Keep));
        }
        let mut state = state.cloned().unwrap_or_default();
        match self.fold {
            Fold::Count => self.count(&mut state, said, out, key),
            Fold::Window => {
                let end = (said.time.div_euclid(WINDOW) + 1) * WINDOW;
                assert!(
                    EventTime::from_millis(end) > context.watermark,
                    "a record on time falls into an open window"
                );
                Self::window(&mut state, said);
            }
            Fold::Join => Self::join(&mut state, said, out, key),
        }
        Ok(Judged::Processed(StateUpdate::Put(state)))
    }

    fn next_timer(&self, state: &State) -> Option<EventTime> {
        let (window, _) = state.windows.first_key_value()?;
        Some(EventTime::from_millis((window + 1) * WINDOW))
    }

    fn on_timer(
        &self,
        key: &String,
        state: &State,
        at: EventTime,
        out: &mut Emitter<'_, Keyed>,
    ) -> StateUpdate<State> {
        let mut state = state.clone();
        let (window, (count, number)) = state.windows.pop_first().expect("a window is due");
        let time = (window + 1) * WINDOW - 1;
        assert_eq!(EventTime::from_millis(time + 1), at, "a timer fires for its own time");
        emit(out, key, Said { time, late: false, is_left: number % 2 == 0, number, count });
        if state == State::default() { StateUpdate::Delete } else { StateUpdate::Put(state) }
    }
}

/// Writes a node's outputs.
pub struct NodeOutputs {
    pub to: Topic,
    /// Whether outputs of one key, window and lateness merge.
    pub merges: bool,
}

/// Adds two derived events up.
pub fn merge(into: &Event, other: &Event) -> Event {
    let (
        Event::Derived { time, late, is_left, number, count },
        Event::Derived { time: other_time, number: other_number, count: other_count, .. },
    ) = (into, other)
    else {
        panic!("only derived events merge");
    };
    Event::Derived {
        time: *time.max(other_time),
        late: *late,
        is_left: *is_left,
        number: number.wrapping_add(*other_number),
        count: count + other_count,
    }
}

impl Outputs<Keyed> for NodeOutputs {
    fn encode(&self, output: &Keyed, key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route {
        key.extend_from_slice(output.key.as_bytes());
        value.extend_from_slice(&output.event.to_bytes());
        let timestamp = match output.event {
            Event::Derived { time, .. } => EventTime::from_millis(time),
            Event::Fact { .. } | Event::Heartbeat(_) | Event::Watermark { .. } => {
                EventTime::default()
            }
        };
        Route { topic: self.to.clone(), timestamp }
    }

    fn combine_key(&self, output: &Keyed) -> Option<CombineKey> {
        let Event::Derived { time, late, is_left, .. } = output.event else { return None };
        let window = time.div_euclid(WINDOW);
        self.merges.then(|| format!("{}/{window}/{late}/{is_left}", output.key))
    }

    fn combine(&self, into: &mut Keyed, other: Keyed) {
        into.event = merge(&into.event, &other.event);
    }

    fn watermark(&self, partition: Partition, of: u32, watermark: EventTime) -> Option<Keyed> {
        let (partition, watermark) = (partition.get(), watermark.as_millis());
        let event = Event::Watermark { partition, of, watermark };
        Some(Keyed { key: String::new(), event })
    }

    fn encode_dead_letter(
        &self,
        letter: &DeadLetter<'_>,
        key: &mut Vec<u8>,
        value: &mut Vec<u8>,
    ) -> Route {
        key.extend_from_slice(letter.from.to_string().as_bytes());
        value.extend_from_slice(format!("{} {}: ", letter.offset.get(), letter.reason).as_bytes());
        value.extend_from_slice(letter.key);
        value.extend_from_slice(b" -> ");
        value.extend_from_slice(letter.value.unwrap_or(b"tombstone"));
        Route { topic: Topic::new("dead"), timestamp: letter.timestamp }
    }
}
