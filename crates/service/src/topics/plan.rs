//! What is wanted held against what is there: what to do, and what must not be done.

use std::collections::BTreeSet;
use std::fmt;

use vigie_engine_kafka::{NewTopicDescription, TopicDescription};

use super::wanted::WantedTopic;

/// What to do, and what stands against it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to do, in the order of the file.
    pub actions: Vec<Action>,
    /// What must not be done.
    pub refusals: Vec<Refusal>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Create a topic.
    Create(NewTopicDescription),
    /// Change settings of a topic.
    Change {
        /// The topic.
        topic: String,
        /// What changes.
        changes: Vec<Change>,
    },
}

/// A setting that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The setting.
    pub name: String,
    /// What it is; nothing where the cluster does not know it.
    pub from: Option<String>,
    /// What it is to be.
    pub to: String,
}

/// Something that must not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The topic.
    pub topic: String,
    /// What is there, what is wanted, and what it would do.
    pub reason: String,
    /// What to do instead.
    pub remedy: String,
    /// The change that is refused; none where nothing but people can make it so.
    pub change: Option<Change>,
}

impl Plan {
    /// Whether everything is as it is to be.
    pub const fn is_empty(&self) -> bool {
        self.actions.is_empty() && self.refusals.is_empty()
    }

    /// The plan when records may be lost: what was refused for their sake is done.
    #[must_use]
    pub fn allowing_data_loss(self) -> Self {
        let mut plan = Self { actions: self.actions, refusals: Vec::new() };
        for refusal in self.refusals {
            match refusal.change {
                Some(change) => plan.add_change(refusal.topic, change),
                None => plan.refusals.push(refusal),
            }
        }
        plan
    }

    fn add_change(&mut self, of: String, change: Change) {
        for action in &mut self.actions {
            match action {
                Action::Change { topic, changes } if *topic == of => return changes.push(change),
                Action::Change { .. } | Action::Create(_) => {}
            }
        }
        self.actions.push(Action::Change { topic: of, changes: vec![change] });
    }
}

/// Holds what is wanted against what there is on a cluster of so many brokers.
pub fn plan(wanted: &[WantedTopic], found: &[TopicDescription], brokers: u32) -> Plan {
    let mut plan = Plan::default();
    for topic in wanted {
        match found.iter().find(|found| found.name == topic.name) {
            None => plan.actions.push(Action::Create(new_topic(topic, brokers))),
            Some(found) => compare(topic, found, brokers, &mut plan),
        }
    }
    plan
}

fn new_topic(wanted: &WantedTopic, brokers: u32) -> NewTopicDescription {
    let replication = wanted.replication.min(brokers.max(1));
    let mut settings = wanted.settings.clone();
    settings.insert("min.insync.replicas".into(), in_sync(wanted, replication).to_string());
    let (name, partitions) = (wanted.name.clone(), wanted.partitions);
    NewTopicDescription { name, partitions, replication, settings }
}

/// How many copies must be in sync where there are so many: one may be away, if there are two.
fn in_sync(wanted: &WantedTopic, replication: u32) -> u32 {
    wanted.min_insync.min(replication.saturating_sub(1).max(1))
}

fn compare(wanted: &WantedTopic, found: &TopicDescription, brokers: u32, plan: &mut Plan) {
    if let Some(refusal) = refuse_partitions(wanted, found) {
        plan.refusals.push(refusal);
        return;
    }
    let possible = wanted.replication.min(brokers.max(1));
    if found.replication < possible {
        plan.refusals.push(Refusal {
            topic: wanted.name.clone(),
            reason: format!("is on {} brokers, wanted on {possible}", found.replication),
            remedy: "move its partitions with Kafka's own kafka-reassign-partitions, or set \
                     `replication` in the file of topics"
                .into(),
            change: None,
        });
    }
    let in_sync = in_sync(wanted, found.replication);
    let minimum = ("min.insync.replicas".to_owned(), in_sync.to_string());
    let settings = wanted.settings.clone().into_iter().chain([minimum]);
    for (name, to) in settings {
        let from = found.settings.get(&name).cloned();
        if from.as_ref().is_some_and(|from| is_met(&name, from, &to)) {
            continue;
        }
        let change = Change { name, from, to };
        match refuse(wanted, &change) {
            Some(refusal) => plan.refusals.push(refusal),
            None => plan.add_change(wanted.name.clone(), change),
        }
    }
}

fn refuse_partitions(wanted: &WantedTopic, found: &TopicDescription) -> Option<Refusal> {
    (found.partitions != wanted.partitions).then(|| Refusal {
        topic: wanted.name.clone(),
        reason: format!(
            "has {} partitions, wanted {}: keys would be in other partitions than their state and \
             their past",
            found.partitions, wanted.partitions
        ),
        remedy: format!(
            "set partitions = {} for it in the file of topics; another number needs new topics, as \
             a new application version has them",
            found.partitions
        ),
        change: None,
    })
}

/// Whether a setting does what is wanted of it.
fn is_met(name: &str, from: &str, to: &str) -> bool {
    match name {
        "cleanup.policy" => policies(from) == policies(to),
        // Larger records than ours do no harm.
        "max.message.bytes" => number(from) >= number(to),
        _ => from == to,
    }
}

/// Why a change must not be made, if it must not.
fn refuse(wanted: &WantedTopic, change: &Change) -> Option<Refusal> {
    let from = change.from.as_deref()?;
    let refusal = |consequence: &str, remedy: String, change: Option<Change>| Refusal {
        topic: wanted.name.clone(),
        reason: consequence.into(),
        remedy,
        change,
    };
    let allow = |remedy: &str| format!("{remedy}, or allow it with --allow-data-loss");
    let (name, to) = (&change.name, &change.to);
    match name.as_str() {
        "retention.ms" | "retention.bytes" if limit(to) < limit(from) => {
            let consequence =
                format!("has {name} = {from}, wanted {to}: what is older would be dropped");
            let remedy = allow("set a longer `retention` in the file of topics");
            Some(refusal(&consequence, remedy, Some(change.clone())))
        }
        "cleanup.policy" if loses_records(wanted, from, to) => {
            let consequence =
                format!("has {name} = {from}, wanted {to}: records that are kept now would go");
            let remedy = allow("set `cleanup` in the file of topics");
            Some(refusal(&consequence, remedy, Some(change.clone())))
        }
        "min.insync.replicas" if number(to) < number(from) => {
            let consequence = format!(
                "has {name} = {from}, wanted {to}: fewer brokers would hold a record that counts"
            );
            let remedy = "set `min_insync` in the file of topics, or lower it with Kafka's own \
                          kafka-configs";
            Some(refusal(&consequence, remedy.into(), None))
        }
        _ => None,
    }
}

/// Whether another policy drops what is kept now: compaction all but the newest of each key, a
/// retention what is older. Neither does where it is in force already.
fn loses_records(wanted: &WantedTopic, from: &str, to: &str) -> bool {
    let (from, to) = (policies(from), policies(to));
    let mut added = to.difference(&from);
    let has_end = wanted.settings.get("retention.ms").is_some_and(|limit| limit != "-1");
    added.any(|policy| *policy == "compact" || has_end)
}

fn policies(list: &str) -> BTreeSet<&str> {
    list.split(',').map(str::trim).collect()
}

/// A number; what is none is the least.
fn number(text: &str) -> i64 {
    text.parse().unwrap_or(i64::MIN)
}

/// A limit, of which a negative one is none.
fn limit(text: &str) -> u64 {
    u64::try_from(number(text)).unwrap_or(u64::MAX)
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(topic) => {
                let (name, partitions, copies) = (&topic.name, topic.partitions, topic.replication);
                write!(formatter, "+ {name}: {partitions} partitions on {copies} brokers")?;
                topic.settings.iter().try_for_each(|(name, to)| write!(formatter, ", {name}={to}"))
            }
            Self::Change { topic, changes } => {
                write!(formatter, "~ {topic}:")?;
                for (index, change) in changes.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    let from = change.from.as_deref().unwrap_or("none");
                    write!(formatter, "{comma} {} from {from} to {}", change.name, change.to)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "! {} {}; {}", self.topic, self.reason, self.remedy)
    }
}

#[cfg(test)]
mod tests;
