//! The brokers, on a thread of their own: a start takes seconds, in which services go on dying.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::MetadataTopic;
use vigie_local_kafka::{Cluster, wait_for};

use crate::clock::wait;
use crate::topics::config;

/// A broker that is back copies what it missed within seconds.
const LONGEST_CATCH_UP: Duration = Duration::from_mins(2);

/// One question.
const REQUEST: Duration = Duration::from_secs(10);

struct Kill {
    number: u16,
    down: Duration,
}

/// The brokers of the chaos.
pub struct Brokers {
    orders: Sender<Kill>,
    is_calm: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<Cluster>>>,
    logs: Vec<PathBuf>,
    /// The cluster, once the thread has given it back.
    cluster: Option<Cluster>,
}

impl Brokers {
    /// Takes the cluster.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(mut cluster: Cluster) -> Result<Self> {
        let logs = cluster.numbers().map(|number| cluster.log_path(number)).collect();
        let (orders, ordered) = channel();
        let is_calm = Arc::new(AtomicBool::new(true));
        let calm = Arc::clone(&is_calm);
        let thread = thread::Builder::new()
            .name("brokers".into())
            .spawn(move || obey(cluster, &ordered, &calm))
            .context("cannot start a thread")?;
        Ok(Self { orders, is_calm, thread: Some(thread), logs, cluster: None })
    }

    /// Whether all of them are there and in sync.
    pub fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::Acquire)
    }

    /// Kills one, which comes back after so long.
    ///
    /// # Errors
    /// When the thread has ended.
    pub fn kill(&self, number: u16, down: Duration) -> Result<()> {
        self.is_calm.store(false, Ordering::Release);
        self.orders.send(Kill { number, down }).context("the thread of the brokers has ended")
    }

    /// Looks whether the thread goes on.
    ///
    /// # Errors
    /// Why it has ended.
    pub fn check(&mut self) -> Result<()> {
        match &self.thread {
            Some(thread) if thread.is_finished() => self.settle(),
            Some(_) | None => Ok(()),
        }
    }

    /// Waits until all of them are there and in sync; nobody is killed any more.
    ///
    /// # Errors
    /// When one does not come back.
    pub fn settle(&mut self) -> Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let (nobody, _) = channel();
        self.orders = nobody;
        match thread.join() {
            Ok(cluster) => self.cluster = Some(cluster?),
            Err(_) => bail!("the thread of the brokers panicked"),
        }
        Ok(())
    }

    /// How often a group of ours was given a new generation, as the brokers write.
    ///
    /// # Errors
    /// When their logs cannot be read.
    pub fn rebalances(&self) -> Result<u64> {
        let mut rebalances = 0;
        for log in &self.logs {
            let text = fs::read_to_string(log)
                .with_context(|| format!("cannot read {}", log.display()))?;
            let of_ours = |line: &&str| line.contains("Stabilized group vigie-");
            rebalances += text.lines().filter(of_ours).count() as u64;
        }
        Ok(rebalances)
    }
}

fn obey(mut cluster: Cluster, orders: &Receiver<Kill>, is_calm: &AtomicBool) -> Result<Cluster> {
    let bootstrap = cluster.bootstrap();
    while let Ok(Kill { number, down }) = orders.recv() {
        cluster.kill(number)?;
        wait(down);
        cluster.start_again(number)?;
        let in_sync = wait_for(LONGEST_CATCH_UP, || Ok(are_in_sync(&bootstrap).then_some(())))?;
        ensure!(in_sync.is_some(), "broker {number} is not in sync after {LONGEST_CATCH_UP:?}");
        is_calm.store(true, Ordering::Release);
    }
    Ok(cluster)
}

/// Whether every replica of every partition has what its leader has.
fn are_in_sync(bootstrap: &str) -> bool {
    let asked: Result<BaseConsumer, _> = config(bootstrap).create();
    let Ok(consumer) = asked else { return false };
    let Ok(metadata) = consumer.fetch_metadata(None, REQUEST) else { return false };
    let mut partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
    partitions.all(|partition| partition.isr().len() == partition.replicas().len())
}
