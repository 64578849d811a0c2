//! A reader of what is committed, who notes when something arrived.
//!
//! Each commit of a task writes its progress into the task's changelog, and each of ingest a
//! checkpoint: what arrives there tells when who has committed. What arrives on the scored mentions
//! is what a subscriber sees.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use vigie_schema::topics;
use vigie_service::configuration::Topics;

use crate::clock::now;
use crate::topics::config;

/// What is read.
const WATCHED: [&str; 5] = [
    topics::MENTIONS_SCORED,
    topics::INGEST_CHECKPOINTS,
    "vigie-tagger-changelog",
    "vigie-detector-changelog",
    "vigie-scorer-changelog",
];

/// Arrivals closer together are one.
const RESOLUTION: Duration = Duration::from_millis(20);

/// What arrives sooner after a kill may have been committed before it: it was on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(300);

/// When something arrived, by topic and partition.
pub type Arrivals = BTreeMap<(String, i32), Vec<Instant>>;

/// A reader on a thread of its own.
pub struct Watch {
    stop: Arc<AtomicBool>,
    ignores_output: Arc<AtomicBool>,
    arrivals: Arc<Mutex<Arrivals>>,
    thread: JoinHandle<Result<()>>,
}

impl Watch {
    /// Begins to read what is written from now on.
    ///
    /// # Errors
    /// When the topics cannot be read.
    pub fn start(bootstrap: &str) -> Result<Self> {
        let consumer: BaseConsumer = config(bootstrap)
            .set("isolation.level", "read_committed")
            .set("enable.auto.commit", "false")
            .set("fetch.wait.max.ms", "50")
            .set("reconnect.backoff.max.ms", "1000")
            .create()
            .context("cannot make a consumer")?;
        let mut list = TopicPartitionList::new();
        for topic in Topics::built_in().topic {
            if WATCHED.contains(&topic.name.as_str()) {
                for number in 0..topic.partitions {
                    list.add_partition_offset(&topic.name, number as i32, Offset::End)?;
                }
            }
        }
        consumer.assign(&list).context("cannot read the topics")?;
        let stop = Arc::new(AtomicBool::new(false));
        let ignores_output = Arc::new(AtomicBool::new(false));
        let arrivals = Arc::default();
        let (stopped, ignored) = (Arc::clone(&stop), Arc::clone(&ignores_output));
        let noted = Arc::clone(&arrivals);
        let thread = thread::Builder::new()
            .name("watch".into())
            .spawn(move || read(&consumer, &stopped, &ignored, &noted))
            .context("cannot start a thread")?;
        Ok(Self { stop, ignores_output, arrivals, thread })
    }

    /// From now on the load is no longer the same: pauses of output say nothing.
    pub fn stop_looking_at_output(&self) {
        self.ignores_output.store(true, Ordering::Release);
    }

    /// What has arrived so far.
    pub fn so_far(&self) -> MutexGuard<'_, Arrivals> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has arrived.
    ///
    /// # Errors
    /// When reading had failed.
    pub fn stop(self) -> Result<Arrivals> {
        self.stop.store(true, Ordering::Release);
        match self.thread.join() {
            Ok(read) => read?,
            Err(_) => bail!("the thread that watches panicked"),
        }
        Ok(std::mem::take(&mut *self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(
    consumer: &BaseConsumer,
    stop: &AtomicBool,
    ignored: &AtomicBool,
    arrivals: &Mutex<Arrivals>,
) -> Result<()> {
    while !stop.load(Ordering::Acquire) {
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Err(error)) if error.rdkafka_error_code().is_some() => {
                // Brokers come and go; the client mends it.
            }
            Some(Err(error)) => return Err(error).context("cannot read what is committed"),
            Some(Ok(message)) => {
                let is_output = message.topic() == topics::MENTIONS_SCORED;
                if is_output && ignored.load(Ordering::Acquire) {
                    continue;
                }
                let moment = now();
                let at = (message.topic().to_owned(), message.partition());
                let mut arrivals = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
                let known = arrivals.entry(at).or_default();
                if known.last().is_none_or(|last| moment - *last > RESOLUTION) {
                    known.push(moment);
                }
            }
        }
    }
    Ok(())
}

/// How long after a moment the first arrival was that was not on its way before.
pub fn first_after(moments: &[Instant], at: Instant) -> Option<Duration> {
    let from = moments.partition_point(|moment| *moment < at + ON_ITS_WAY);
    moments.get(from).map(|moment| *moment - at)
}
