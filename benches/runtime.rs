//! What the runtime costs per record: an empty processor, a commit every 100 ms, an engine in
//! memory that does next to nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use vigie_runtime::{
    Board, CombineKey, CommitError, CommittedPosition, Context, DeadLetter, Decoder, Emitter,
    Engine, EngineError, EngineEvent, Fetched, FetchedRecord, Input, Judged, Lateness, Limits,
    NoControl, Offset, Outputs, Partition, PartitionTask, Position, Processor, ProducerRecord,
    Progress, Record, Rejection, Restore, Route, Standing, StateUpdate, StreamThread, Task,
    TaskFactory, TaskParts, ThreadParts, Topic, TopicPartition, Transaction, TransactionalProducer,
    Undecoded, Unobserved,
};
use vigie_types::{AuthorId, EventTime, Millis, Stamps, WallTime};

const RECORDS: u64 = 2_000_000;
const FETCH: u64 = 1_000;
const KEYS: u64 = 10_000;

/// A record of a key, a time and a number.
struct Tick {
    author: AuthorId,
    time: EventTime,
    number: u64,
}

impl Input for Tick {
    fn event_time(&self) -> Option<EventTime> {
        Some(self.time)
    }
    fn progress(&self) -> Progress<'_> {
        let (floor, heard_at) = (self.time, WallTime::default());
        Progress::Source { source: "file", floor, heard_at, standing: Standing::Bounded }
    }
    fn lateness(&self) -> Lateness {
        Lateness::Decided
    }
    fn stamps(&self) -> Stamps {
        Stamps::default()
    }
    fn is_signal(&self) -> bool {
        false
    }
}

struct Codec(Topic);

impl Decoder<Tick> for Codec {
    fn decode(&self, key: &[u8], value: Option<&[u8]>) -> Result<Tick, Undecoded> {
        let text = std::str::from_utf8(key).map_err(|error| Rejection::new(error.to_string()))?;
        let author = AuthorId::new(text).map_err(|error| Rejection::new(error.to_string()))?;
        let bytes = value.and_then(|value| value.try_into().ok());
        let number = bytes.map(u64::from_le_bytes).ok_or_else(|| Rejection::new("8 bytes"))?;
        Ok(Tick { author, time: EventTime::from_millis(number as i64), number })
    }
}

impl Outputs<(AuthorId, u64)> for Codec {
    fn encode(&self, output: &(AuthorId, u64), key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route {
        key.extend_from_slice(output.0.as_str().as_bytes());
        value.extend_from_slice(&output.1.to_le_bytes());
        Route { topic: self.0.clone(), timestamp: EventTime::from_millis(output.1 as i64) }
    }
    fn combine_key(&self, _: &(AuthorId, u64)) -> Option<CombineKey> {
        None
    }
    fn combine(&self, _: &mut (AuthorId, u64), _: (AuthorId, u64)) {}
    fn watermark(&self, _: Partition, _: u32, _: EventTime) -> Option<(AuthorId, u64)> {
        None
    }
    fn encode_dead_letter(&self, _: &DeadLetter<'_>, _: &mut Vec<u8>, _: &mut Vec<u8>) -> Route {
        panic!("nothing is rejected here")
    }
}

/// Does nothing, emits one output, or keeps a count, per record.
#[derive(Clone, Copy)]
enum Node {
    Empty,
    Emitting,
    Counting,
}

impl Processor for Node {
    const NAME: &'static str = "node";
    const STATE_VERSION: u8 = 1;
    type Input = Tick;
    type Key = AuthorId;
    type State = u64;
    type Output = (AuthorId, u64);
    type Control = ();

    fn key(&self, input: &Tick) -> Result<AuthorId, Rejection> {
        Ok(input.author.clone())
    }

    fn process(
        &self,
        state: Option<&u64>,
        record: &Record<'_, Tick>,
        _: &Context<'_, ()>,
        out: &mut Emitter<'_, (AuthorId, u64)>,
    ) -> Result<Judged<u64>, Rejection> {
        Ok(Judged::Processed(match self {
            Self::Empty => StateUpdate::Keep,
            Self::Emitting => {
                out.emit((record.value.author.clone(), record.value.number));
                StateUpdate::Keep
            }
            Self::Counting => StateUpdate::Put(state.copied().unwrap_or(0) + 1),
        }))
    }

    fn next_timer(&self, _: &u64) -> Option<EventTime> {
        None
    }

    fn on_timer(
        &self,
        _: &AuthorId,
        _: &u64,
        _: EventTime,
        _: &mut Emitter<'_, (AuthorId, u64)>,
    ) -> StateUpdate<u64> {
        StateUpdate::Keep
    }
}

/// An engine that hands out what it was given and forgets what it is sent.
struct Given {
    fetches: VecDeque<Fetched>,
    assigned: Option<TopicPartition>,
    producer: Sink,
    begun: Instant,
}

#[derive(Default)]
struct Sink {
    records: u64,
    commits: u64,
}

impl TransactionalProducer for Sink {
    type Transaction<'a> = &'a mut Sink;
    fn begin(&mut self) -> Result<&mut Sink, CommitError> {
        Ok(self)
    }
}

impl Transaction for &mut Sink {
    fn send(&mut self, record: ProducerRecord<'_>) -> Result<(), CommitError> {
        std::hint::black_box(record);
        self.records += 1;
        Ok(())
    }
    fn send_positions(&mut self, _: &[CommittedPosition]) -> Result<(), CommitError> {
        Ok(())
    }
    fn commit(self) -> Result<(), CommitError> {
        self.commits += 1;
        Ok(())
    }
    fn abort(self) -> Result<(), CommitError> {
        Ok(())
    }
}

impl Engine for Given {
    type Producer = Sink;
    fn now(&self) -> WallTime {
        WallTime::from_millis(self.begun.elapsed().as_millis() as i64)
    }
    fn poll(&mut self, _: Millis, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        events.extend(self.assigned.take().map(|partition| EngineEvent::Assigned(vec![partition])));
        events.extend(self.fetches.pop_front().map(EngineEvent::Records));
        Ok(())
    }
    fn committed(&mut self, _: &TopicPartition) -> Result<Option<CommittedPosition>, EngineError> {
        Ok(None)
    }
    fn restore(&mut self, _: &mut [Restore<'_>]) -> Result<(), EngineError> {
        Ok(())
    }
    fn seek(&mut self, _: &TopicPartition, _: Position) -> Result<(), EngineError> {
        Ok(())
    }
    fn pause(&mut self, _: &TopicPartition) {}
    fn resume(&mut self, _: &TopicPartition) {}
    fn producer(&mut self) -> &mut Sink {
        &mut self.producer
    }
    fn recreate_producer(&mut self) -> Result<(), EngineError> {
        Ok(())
    }
}

fn fetches(input: &TopicPartition) -> VecDeque<Fetched> {
    let mut fetches = VecDeque::new();
    for first in (0..RECORDS).step_by(FETCH as usize) {
        let mut batch = Fetched::new(input.clone());
        for number in first..first + FETCH {
            // A multiplier that is prime to the number of keys spreads them.
            let key = format!("network:author-{}", number.wrapping_mul(7_919) % KEYS);
            batch.push(FetchedRecord {
                offset: Offset::new(number),
                key: key.as_bytes(),
                value: Some(&number.to_le_bytes()),
                timestamp: EventTime::from_millis(number as i64),
            });
        }
        fetches.push_back(batch);
    }
    fetches
}

fn thread(node: Node, input: &TopicPartition, begun: Instant) -> StreamThread<Given> {
    let output = Topic::new("output");
    let layout = BTreeMap::from([(input.topic.clone(), 1), (output.clone(), 8)]);
    let task_parts = Arc::new(TaskParts {
        application: "overhead".into(),
        processor: Arc::new(node),
        decoder: Arc::new(Codec(output.clone())),
        outputs: Arc::new(Codec(output)),
        controls: Arc::new(NoControl),
        layout: Arc::new(layout),
        limits: Limits::default(),
        observer: Arc::new(Unobserved),
    });
    let board = Arc::new(Board::default());
    let factory: TaskFactory = Box::new(move |partition| {
        let task = Task::new(Arc::clone(&task_parts), partition, Arc::clone(&board));
        Box::new(task) as Box<dyn PartitionTask>
    });
    let parts = ThreadParts {
        factories: BTreeMap::from([(input.topic.clone(), factory)]),
        controls: Vec::new(),
        commit_interval: Millis::new(100),
        limits: Limits::default(),
        observer: Arc::new(Unobserved),
    };
    let assigned = Some(input.clone());
    let producer = Sink::default();
    StreamThread::new(Given { fetches: fetches(input), assigned, producer, begun }, parts)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
fn main() {
    let input = TopicPartition::new(&Topic::new("input"), Partition::new(0));
    for (name, node) in
        [("empty", Node::Empty), ("one output", Node::Emitting), ("a count", Node::Counting)]
    {
        let mut thread = thread(node, &input, Instant::now());
        let begun = Instant::now();
        while !thread.engine().fetches.is_empty() {
            thread.step(Millis::ZERO).expect("nothing fails here");
        }
        let nanoseconds = begun.elapsed().as_nanos() as u64 / RECORDS;
        let Sink { records, commits } = thread.engine().producer;
        println!("{name}: {nanoseconds} ns per record, {commits} commits, {records} records sent");
    }
}
