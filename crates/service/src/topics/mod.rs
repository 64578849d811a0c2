//! The topics of a cluster: what they are to be, and what it takes to make them so.
//!
//! Guarantees: nothing is changed unless everything that is wanted can be; what would lose records
//! or move keys is refused with the remedy.
//!
//! Refuses: other numbers of partitions, always. Topics that are not ours are not looked at.

mod plan;
mod wanted;

use vigie_engine_kafka::{ClusterError, KafkaAdmin, TopicNames};

pub use plan::{Action, Change, Plan, Refusal, plan};
pub use wanted::{WantedTopic, wanted_topics};

use crate::configuration::Topics;

/// What it takes to make the topics of the cluster as the file says.
///
/// # Errors
/// When the cluster does not answer.
pub fn plan_on(
    admin: &KafkaAdmin,
    topics: &Topics,
    names: &TopicNames,
) -> Result<Plan, ClusterError> {
    let wanted = wanted_topics(topics, names);
    let listed: Vec<String> = wanted.iter().map(|topic| topic.name.clone()).collect();
    Ok(plan(&wanted, &admin.describe(&listed)?, admin.brokers()?))
}

/// Does what a plan says, in its order: first what is created, then what is changed.
///
/// # Errors
/// When the cluster refuses; what was done before stays done, and a new plan goes on from there.
pub fn carry_out(admin: &KafkaAdmin, plan: &Plan) -> Result<(), ClusterError> {
    let mut new = Vec::new();
    for action in &plan.actions {
        if let Action::Create(topic) = action {
            new.push(topic.clone());
        }
    }
    if !new.is_empty() {
        admin.create(&new)?;
    }
    for action in &plan.actions {
        if let Action::Change { topic, changes } = action {
            let settings = changes.iter().map(|change| (change.name.clone(), change.to.clone()));
            admin.change(topic, &settings.collect())?;
        }
    }
    Ok(())
}
