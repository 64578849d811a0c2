//! What was done and what came of it, in numbers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use vigie_schema::topics;
use vigie_service::pipeline::Role;

use super::ChaosSettings;
use crate::exits::Exits;
use crate::fleet::Member;
use crate::topics::config;
use crate::watch::{Arrivals, first_after};

/// A pause beyond it has let others take over.
const SESSION: Duration = Duration::from_secs(6);

/// Where Kafka keeps the states of transactions, in how many partitions on our clusters.
const TRANSACTION_STATES: (&str, i32) = ("__transaction_state", 4);

/// Where the status stands in such a record, behind its version, producer, epoch and time-out.
///
/// Source: Kafka's `TransactionLogValue.json`.
const STATUS_AT: usize = 16;
const COMPLETE_COMMIT: u8 = 4;
const COMPLETE_ABORT: u8 = 5;

/// How long a read waits for the next record.
const REQUEST: Duration = Duration::from_secs(30);

/// What was done and what came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was asked for.
    pub settings: ChaosSettings,
    /// Kills by whom.
    pub kills_of: BTreeMap<String, u64>,
    /// Processes stopped and resumed, and how many of them beyond their session.
    pub pauses: (u64, u64),
    /// Processes asked to end.
    pub leaves: u64,
    /// Third instances that came and went.
    pub visits: u64,
    /// Generations of our groups.
    pub rebalances: u64,
    /// Transactions committed and aborted.
    pub transactions: (u64, u64),
    /// How processes ended.
    pub exits: Exits,
    /// Processes started.
    pub starts: u64,
    /// The longest time in which a subscriber to the scored mentions got nothing.
    pub longest_pause: Duration,
    /// From a kill of a service to the first commit of each of its partitions thereafter.
    pub recoveries: Vec<Duration>,
    /// The same for brokers, over all services.
    pub broker_recoveries: Vec<Duration>,
    /// From the first start to the last commit.
    pub elapsed: Duration,
    /// What ingest has read.
    pub read: u64,
    /// What a foreign client has read of the scored mentions.
    pub foreign_records: u64,
    services_killed: Vec<(Instant, Role)>,
    brokers_killed: Vec<Instant>,
}

impl Outcome {
    /// Nothing was done yet.
    pub fn new(settings: ChaosSettings) -> Self {
        Self {
            settings,
            kills_of: BTreeMap::new(),
            pauses: (0, 0),
            leaves: 0,
            visits: 0,
            rebalances: 0,
            transactions: (0, 0),
            exits: Exits::default(),
            starts: 0,
            longest_pause: Duration::ZERO,
            recoveries: Vec::new(),
            broker_recoveries: Vec::new(),
            elapsed: Duration::ZERO,
            read: 0,
            foreign_records: 0,
            services_killed: Vec::new(),
            brokers_killed: Vec::new(),
        }
    }

    /// All kills.
    pub fn kills(&self) -> u64 {
        self.kills_of.values().sum()
    }

    /// A service was killed.
    pub fn killed(&mut self, member: Member, at: Instant) {
        *self.kills_of.entry(member.role.name().to_owned()).or_default() += 1;
        self.services_killed.push((at, member.role));
    }

    /// A broker was killed.
    pub fn killed_broker(&mut self, number: u16, at: Instant) {
        *self.kills_of.entry(format!("broker {number}")).or_default() += 1;
        self.brokers_killed.push(at);
    }

    /// A process was paused.
    pub fn paused(&mut self, _member: Member, span: Duration) {
        self.pauses.0 += 1;
        self.pauses.1 += u64::from(span > SESSION);
    }

    /// A process was asked to end.
    pub fn left(&mut self, _member: Member) {
        self.leaves += 1;
    }

    /// A third instance came.
    pub fn visited(&mut self, _member: Member) {
        self.visits += 1;
    }

    /// Where it stands, in words.
    pub fn words(&self, exits: &Exits) -> String {
        let exits: Vec<String> =
            exits.iter().map(|(name, count)| format!("{name}: {count}")).collect();
        format!(
            "{:?}; pauses {:?}, leaves {}, visits {}; ended {}",
            self.kills_of,
            self.pauses,
            self.leaves,
            self.visits,
            exits.join(", ")
        )
    }

    /// Takes pauses and recoveries from what arrived.
    pub fn measure(&mut self, arrivals: &Arrivals) {
        let mut output: Vec<Instant> = Vec::new();
        for ((topic, _), moments) in arrivals {
            if topic == topics::MENTIONS_SCORED {
                output.extend(moments);
            }
        }
        output.sort_unstable();
        let pauses = output.windows(2).map(|pair| pair[1] - pair[0]);
        self.longest_pause = pauses.max().unwrap_or_default();
        let committed_by =
            |role: Role| arrivals.iter().filter(move |((topic, _), _)| topic == written_by(role));
        for (at, role) in &self.services_killed {
            let first = committed_by(*role).map(|(_, moments)| first_after(moments, *at));
            self.recoveries.extend(first.max().flatten());
        }
        for at in &self.brokers_killed {
            let all = Role::ALL.into_iter().flat_map(committed_by);
            let first = all.map(|(_, moments)| first_after(moments, *at));
            self.broker_recoveries.extend(first.max().flatten());
        }
        self.recoveries.sort_unstable();
        self.broker_recoveries.sort_unstable();
    }

    /// Counts how transactions ended, from Kafka's own topic of them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn count_transactions(&mut self, bootstrap: &str) -> Result<()> {
        let (topic, partitions) = TRANSACTION_STATES;
        let consumer: BaseConsumer = config(bootstrap)
            .set("enable.partition.eof", "true")
            .set("enable.auto.commit", "false")
            .create()
            .context("cannot make a consumer")?;
        let mut list = TopicPartitionList::new();
        for number in 0..partitions {
            list.add_partition_offset(topic, number, Offset::Beginning)?;
        }
        consumer.assign(&list)?;
        let mut ended = 0;
        while ended < partitions {
            match consumer.poll(REQUEST) {
                Some(Ok(message)) => match message.payload().and_then(|value| value.get(STATUS_AT))
                {
                    Some(&COMPLETE_COMMIT) => self.transactions.0 += 1,
                    Some(&COMPLETE_ABORT) => self.transactions.1 += 1,
                    Some(_) | None => {}
                },
                Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
                Some(Err(error)) => return Err(error).context("cannot read transaction states"),
                None => ensure!(false, "{topic} gave nothing for {REQUEST:?}"),
            }
        }
        Ok(())
    }
}

/// What each commit of a service writes to.
fn written_by(role: Role) -> &'static str {
    match role {
        Role::Ingest => topics::INGEST_CHECKPOINTS,
        Role::Tagger => "vigie-tagger-changelog",
        Role::Detector => "vigie-detector-changelog",
        Role::Scorer => "vigie-scorer-changelog",
    }
}
