//! The commit under the load of vigie on one machine, beside a bare file that is written and
//! flushed.
//!
//! A commit takes 4,000 input records: each writes 4 log records of 150 to 600 bytes to 8 topics of
//! 4 partitions, and one state put of 24 + 120 bytes under Zipf keys out of 1,000,000; then the
//! positions. Reports input records per second, CPU per million of them, and how long a commit
//! took. Ratios to the bare file travel between machines; the figures themselves do not.
//!
//! `cargo bench -p vigie-engine-embedded -- [commits] [which]`, `which` being a part of a line's
//! name.

#![expect(clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie_engine_embedded::{Durability, EngineSettings, Kind, Layout, Log, Settings, TopicSpec};
use vigie_runtime::{
    CommittedPosition, Engine, Partition, Position, ProducerRecord, Topic, TopicPartition,
    Transaction, TransactionalProducer,
};
use vigie_types::{EventTime, Millis};

const TOPICS: u64 = 8;
const PARTITIONS: u64 = 4;
const STATE_KEYS: f64 = 1_000_000.0;
const RECORDS_PER_COMMIT: u64 = 4_000;

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A key whose rank follows Zipf's law with exponent 1.
    fn state_key(&mut self) -> String {
        let share = self.roll() as f64 / u64::MAX as f64;
        format!("author:{:017}", STATE_KEYS.powf(share) as u64)
    }
}

/// Takes one write: topic number, partition, key and value.
type Send<'a> = dyn FnMut(u64, u64, &[u8], &[u8]) + 'a;

/// Gives one input record's writes to `send`.
fn write_one(dice: &mut Dice, filling: &[u8], send: &mut Send<'_>) {
    let key = dice.state_key();
    for _ in 0..4 {
        let roll = dice.roll();
        let length = 150 + (roll >> 8) as usize % 450;
        let from = (roll >> 24) as usize % (filling.len() - length);
        send(roll % TOPICS, (roll >> 4) % PARTITIONS, key.as_bytes(), &filling[from..][..length]);
    }
    let roll = dice.roll();
    let from = roll as usize % (filling.len() - 120);
    send(TOPICS, roll % PARTITIONS, key.as_bytes(), &filling[from..][..120]);
}

fn filling() -> Vec<u8> {
    let mut dice = Dice(1);
    (0..1 << 17).flat_map(|_| dice.roll().to_le_bytes()).collect()
}

fn topic(number: u64) -> Topic {
    Topic::new(&if number == TOPICS { "state".to_owned() } else { format!("topic-{number}") })
}

fn layout() -> Layout {
    let spec = |number| TopicSpec {
        topic: topic(number),
        partitions: PARTITIONS as u32,
        kind: if number == TOPICS {
            Kind::Compacted
        } else {
            Kind::Retained { retention: Millis::days(28) }
        },
    };
    Layout::new((0..=TOPICS).map(spec).collect()).expect("a sound layout")
}

/// What a run is, beside its number of commits.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    durability: Durability,
    threads: u64,
    /// Input records of a commit.
    records: u64,
    /// A commit begins this long after the one before it, if it can.
    pace: Option<Duration>,
}

const LOADS: [Load; 4] = [
    Load {
        name: "one producer, every commit flushed",
        durability: Durability::EveryCommit,
        threads: 1,
        records: RECORDS_PER_COMMIT,
        pace: None,
    },
    Load {
        name: "four producers, every commit flushed",
        durability: Durability::EveryCommit,
        threads: 4,
        records: RECORDS_PER_COMMIT / 4,
        pace: None,
    },
    Load {
        name: "one producer, flushed every 200 ms",
        durability: Durability::Interval(Millis::new(200)),
        threads: 1,
        records: RECORDS_PER_COMMIT,
        pace: None,
    },
    Load {
        name: "one producer, paced: 1,000 records each 100 ms",
        durability: Durability::EveryCommit,
        threads: 1,
        records: 1_000,
        pace: Some(Duration::from_millis(100)),
    },
];

fn main() {
    let mut commits = 150;
    let mut which = String::new();
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        match argument.parse() {
            Ok(number) => commits = number,
            Err(_) => which = argument,
        }
    }
    if "bare file".contains(&which) {
        bare_file(commits);
    }
    for load in LOADS.iter().filter(|load| load.name.contains(&which)) {
        log(*load, commits);
    }
}

fn bare_file(commits: u64) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut file = File::create(directory.path().join("bare")).expect("created");
    let (mut dice, filling) = (Dice(2), filling());
    let run = Run::begin();
    let mut durations = Vec::new();
    let mut bytes = Vec::new();
    for _ in 0..commits {
        let begun = now();
        bytes.clear();
        for _ in 0..RECORDS_PER_COMMIT {
            write_one(&mut dice, &filling, &mut |_, _, key, value| {
                bytes.extend_from_slice(&[0; 16]);
                bytes.extend_from_slice(key);
                bytes.extend_from_slice(value);
            });
        }
        file.write_all(&bytes).and_then(|()| file.sync_data()).expect("written");
        durations.push(begun.elapsed());
    }
    run.report("bare file, every commit flushed", commits * RECORDS_PER_COMMIT, &mut durations);
}

fn log(load: Load, commits: u64) {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = Settings { durability: load.durability, ..Settings::default() };
    let log = Log::open(directory.path(), &layout(), settings).expect("opens");
    let run = Run::begin();
    let threads: Vec<_> = (0..load.threads)
        .map(|thread| {
            let log = Arc::clone(&log);
            std::thread::spawn(move || produce(&log, load, thread, commits))
        })
        .collect();
    let mut durations = Vec::new();
    for thread in threads {
        durations.extend(thread.join().expect("no panic"));
    }
    run.report(load.name, commits * load.records * load.threads, &mut durations);
    let bytes = log.size_bytes();
    let begun = now();
    drop(log);
    let closed = begun.elapsed();
    read_back(directory.path(), bytes, closed);
}

fn produce(log: &Arc<Log>, load: Load, thread: u64, commits: u64) -> Vec<Duration> {
    let application = format!("application-{thread}");
    let settings = EngineSettings {
        application,
        inputs: vec![topic(0)],
        controls: Vec::new(),
        fetch_bytes: 1 << 20,
    };
    let mut engine = log.engine(&settings).expect("an engine");
    let topics: Vec<Topic> = (0..=TOPICS).map(topic).collect();
    let filling = filling();
    let mut dice = Dice(thread + 2);
    let mut durations = Vec::new();
    let first = now();
    for number in 0..commits {
        if let Some(pace) = load.pace {
            let due = first + pace * number as u32;
            std::thread::park_timeout(due.saturating_duration_since(now()));
        }
        let begun = now();
        let mut transaction = engine.producer().begin().expect("begins");
        for _ in 0..load.records {
            write_one(&mut dice, &filling, &mut |topic, partition, key, value| {
                let record = ProducerRecord {
                    topic: &topics[topic as usize],
                    partition: Partition::new(partition as u32),
                    key,
                    value: Some(value),
                    timestamp: EventTime::from_millis(0),
                };
                transaction.send(record).expect("sends");
            });
        }
        let position = |partition| CommittedPosition {
            partition: TopicPartition::new(&topics[0], Partition::new(partition)),
            position: Position::new(number),
            commit_number: number,
            stream_time: EventTime::default(),
        };
        let positions: Vec<_> = (0..PARTITIONS as u32).map(position).collect();
        transaction.send_positions(&positions).expect("sends positions");
        transaction.commit().expect("commits");
        durations.push(begun.elapsed());
    }
    durations
}

/// Opens the log again, reads every retained record from the file, and the compacted state.
fn read_back(directory: &Path, bytes: u64, closed: Duration) {
    let begun = now();
    let log = Log::open_read_only(directory).expect("opens");
    let opened = begun.elapsed();
    let begun = now();
    let mut read = 0;
    for number in 0..TOPICS * PARTITIONS {
        let partition =
            TopicPartition::new(&topic(number / PARTITIONS), Partition::new((number % 4) as u32));
        let end = log.end(&partition).expect("known");
        let mut next = Position::START;
        while next < end {
            let fetched = log.read(&partition, next, 1 << 20).expect("reads");
            read += fetched.bytes();
            next = fetched.get(fetched.len() - 1).expect("a record").offset.next();
        }
    }
    let read_seconds = begun.elapsed().as_secs_f64();
    let begun = now();
    let mut entries = 0_u64;
    for partition in 0..PARTITIONS as u32 {
        let partition = TopicPartition::new(&topic(TOPICS), Partition::new(partition));
        log.compacted(&partition, &mut |_, _| entries += 1).expect("reads");
    }
    println!(
        "    {} MB in files for {} MB of records; closed in {closed:.2?}, opened in {opened:.2?}; \
         read back at {:.0} MB/s; {entries} states in {:.2?}",
        bytes >> 20,
        read >> 20,
        read as f64 / 1e6 / read_seconds,
        begun.elapsed(),
    );
}

/// What a run has used so far.
struct Run {
    begun: Instant,
    processor_seconds: f64,
    written_megabytes: u64,
}

impl Run {
    fn begin() -> Self {
        Self {
            begun: now(),
            processor_seconds: processor_seconds(),
            written_megabytes: written_megabytes(),
        }
    }

    fn report(&self, name: &str, records: u64, durations: &mut [Duration]) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let processor_seconds = processor_seconds() - self.processor_seconds;
        durations.sort_unstable();
        let at = |share: usize| durations[(durations.len() * share / 100).min(durations.len() - 1)];
        println!(
            "{name}: {:.1} k/s, {:.1} CPU s per million, commit p50 {:.1?} p99 {:.1?}, \
             {} MB written, peak {} MB",
            records as f64 / 1e3 / seconds,
            processor_seconds * 1e6 / records as f64,
            at(50),
            at(99),
            written_megabytes() - self.written_megabytes,
            peak_megabytes(),
        );
    }
}

/// User and system time of this process, in the kernel's ticks of 10 ms.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, fields) = stat.rsplit_once(") ").expect("a name in parentheses");
    let ticks = |index| -> f64 {
        fields.split(' ').nth(index).and_then(|field| field.parse().ok()).expect("a number")
    };
    (ticks(11) + ticks(12)) / 100.0
}

/// What this process has made the kernel write to devices.
fn written_megabytes() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").expect("Linux");
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|field| field.parse::<u64>().ok()).expect("bytes") >> 20
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the peak");
    line.split_whitespace().nth(1).and_then(|field| field.parse::<u64>().ok()).expect("kB") >> 10
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
