//! `vigie topics`: what is on the topics, one JSON object a record; and the topics of a cluster.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use crossbeam_channel::Receiver;
use serde_json::Value;
use vigie_service::access::Access;

use crate::data::{DataArguments, path_segment};
use crate::exit::{Exit, Misuse, Outcome};
use crate::jsonl::{stdout, write_line};
use crate::present::{fraction, list, number, text, thousands};
use crate::signals;
use crate::table::Table;
use crate::{topics_apply, topics_copy};

/// How many records are asked for at once while following or reading everything.
const PAGE: u64 = 1_000;

/// How far back records are counted at most, as the API has it.
const LONGEST_BACK: u64 = 1_000_000;

/// How often new records are asked for: a commit interval.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(100);

/// What `vigie topics` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Lists the topics, prints their records, or makes those of a cluster",
    after_help = "Examples:\n  vigie topics list\n  vigie topics tail spikes.v1 --follow | jq .value"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the topics with their records
    #[command(after_help = "Example:\n  vigie topics list --data vigie-data")]
    List {
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Prints records of a topic, decoded, one JSON object a line
    Tail(Tail),
    Apply(topics_apply::ApplyArguments),
    Diff(topics_apply::DiffArguments),
    Copy(topics_copy::Arguments),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  vigie topics tail mentions.scored.v1 | jq .value.score\n  \
                  vigie topics tail spikes.v1 --from 0 --limit 1000000\n  \
                  vigie topics tail author-events.v1 --partition 2 --from 100 --follow")]
struct Tail {
    /// The topic
    #[arg(value_name = "TOPIC")]
    topic: String,
    /// Only this partition
    #[arg(long, value_name = "N")]
    partition: Option<u32>,
    /// The first position in each partition; a negative number counts back from its end
    /// [default: the last records of each partition, as many as --limit]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    from: Option<i64>,
    /// How many records in all; with --follow how many before it waits for new ones
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: u64,
    /// Go on with new records until Ctrl-C
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl Arguments {
    /// Lists or prints.
    ///
    /// # Errors
    /// When there is no such topic or the data cannot be read.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::List { json, data } => print_topics(json, &data),
            Command::Tail(tail) => tail.run(),
            Command::Apply(arguments) => arguments.run(),
            Command::Diff(arguments) => arguments.run(),
            Command::Copy(arguments) => arguments.run(),
        }
    }
}

fn print_topics(json: bool, data: &DataArguments) -> Outcome {
    let answer = data.access()?.get("/v1/topics")?;
    let mut out = stdout();
    // On a cluster markers of transactions take positions, so that these are no counts.
    let counts = answer["positions_count_records"] == Value::Bool(true);
    let (written, kept) = if counts { (">records", ">kept") } else { (">end", ">positions kept") };
    let mut table = Table::new(["topic", ">partitions", written, kept, "cleanup"]);
    for topic in list(&answer, "/topics") {
        if json {
            write_line(&mut out, topic)?;
            continue;
        }
        let partitions = list(topic, "/partitions");
        let sum = |path: &str| partitions.iter().map(|partition| number(partition, path)).sum();
        let (start, end): (i64, i64) = (sum("/start"), sum("/end"));
        let cleanup = match text(topic, "/kind") {
            "retained" => {
                format!("kept {:.0} days", fraction(topic, "/retention_seconds") / 86_400.0)
            }
            "compacted" => "newest of each key".into(),
            _ => "kept for ever".into(),
        };
        table.row([
            text(topic, "/name").to_owned(),
            partitions.len().to_string(),
            thousands(end),
            thousands(end - start),
            cleanup,
        ]);
    }
    if !json {
        table.write("", &mut out)?;
    }
    out.flush()?;
    Ok(Exit::Drained)
}

/// Where each partition is read next.
type Positions = BTreeMap<u32, i64>;

impl Tail {
    fn run(self) -> Outcome {
        if self.limit == 0 && !self.follow {
            return Err(Misuse("--limit is 0: nothing would be printed".into()).into());
        }
        let access = self.data.access()?;
        let mut left = self.limit;
        let mut positions = self.first_positions(&access)?;
        self.print(&access, &mut positions, &mut left)?;
        if !self.follow {
            return Ok(Exit::Drained);
        }
        if !access.is_running() {
            eprintln!("nothing runs on this data directory: no record will follow");
            return Ok(Exit::Drained);
        }
        self.follow(&access, positions, &signals::listen()?)
    }

    /// Of a log the last records are wanted unless `--from` says otherwise.
    fn first_positions(&self, access: &Access) -> anyhow::Result<Positions> {
        let topics = access.get("/v1/topics")?;
        let topics = list(&topics, "/topics");
        let topic = topics.iter().find(|topic| text(topic, "/name") == self.topic);
        let Some(topic) = topic else {
            let names: Vec<&str> = topics.iter().map(|topic| text(topic, "/name")).collect();
            let names = names.join(", ");
            return Err(
                Misuse(format!("there is no topic {}: they are {names}", self.topic)).into()
            );
        };
        let partitions = list(topic, "/partitions");
        if self.partition.is_some_and(|partition| partition as usize >= partitions.len()) {
            let last = partitions.len().saturating_sub(1);
            return Err(Misuse(format!("{} has the partitions 0 to {last}", self.topic)).into());
        }
        let is_log = text(topic, "/kind") != "compacted";
        let of = |partition: &Value| {
            match self.from {
                // Records are counted back by whoever can tell them from markers.
                Some(from) if from < 0 => from,
                Some(from) => from.max(number(partition, "/start")),
                None if is_log && self.limit == 0 => number(partition, "/end"),
                None if is_log => -(self.limit.min(LONGEST_BACK) as i64),
                None => 0,
            }
        };
        let wanted = |number: &u32| self.partition.is_none_or(|partition| partition == *number);
        let numbered = (0_u32..).zip(partitions).filter(|(number, _)| wanted(number));
        Ok(numbered.map(|(number, partition)| (number, of(partition))).collect())
    }

    /// Prints what there is, up to as many records as are left.
    fn print(
        &self,
        access: &Access,
        positions: &mut Positions,
        left: &mut u64,
    ) -> anyhow::Result<()> {
        let mut out = stdout();
        // Of several partitions each gives its share, so that none hides the others.
        let mut share = (*left).div_ceil(positions.len().max(1) as u64);
        loop {
            let mut printed = 0;
            for (partition, position) in positions.iter_mut() {
                let limit = share.min(*left).min(PAGE);
                if limit == 0 {
                    break;
                }
                let path = format!(
                    "/v1/topics/{}/records?partition={partition}&from={position}&limit={limit}",
                    path_segment(&self.topic)
                );
                let answer = access.get(&path)?;
                for record in list(&answer, "/records") {
                    write_line(&mut out, record)?;
                    printed += 1;
                    *left -= 1;
                }
                let next = answer.pointer(&format!("/next/{partition}"));
                *position = next.and_then(Value::as_i64).unwrap_or(*position);
            }
            if printed == 0 || *left == 0 {
                out.flush()?;
                return Ok(());
            }
            share = *left;
        }
    }

    fn follow(&self, access: &Access, mut positions: Positions, signals: &Receiver<()>) -> Outcome {
        while signals.recv_timeout(FOLLOW_INTERVAL).is_err() {
            self.print(access, &mut positions, &mut { PAGE * PAGE })?;
        }
        Ok(Exit::Drained)
    }
}
