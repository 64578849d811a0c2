//! Plans: what is done, what is refused, and what the refusal says.

use vigie_engine_kafka::TopicSettings;

use super::*;
use crate::configuration::Topics;
use crate::pipeline::topic_names;
use crate::topics::wanted_topics;

fn wanted() -> Vec<WantedTopic> {
    wanted_topics(&Topics::built_in(), &topic_names(1))
}

/// Everything as it is to be on three brokers.
fn found() -> Vec<TopicDescription> {
    let described = wanted().into_iter().map(|topic| {
        let mut settings = topic.settings;
        settings.insert("min.insync.replicas".into(), "2".into());
        settings.insert("compression.type".into(), "producer".into());
        TopicDescription {
            name: topic.name,
            partitions: topic.partitions,
            replication: 3,
            settings,
        }
    });
    described.collect()
}

/// The plan after one topic was changed behind our back.
fn plan_with(topic: &str, change: impl FnOnce(&mut TopicDescription)) -> Plan {
    let mut there = found();
    change(there.iter_mut().find(|found| found.name == topic).expect("a topic"));
    plan(&wanted(), &there, 3)
}

fn set(name: &'static str, value: &'static str) -> impl FnOnce(&mut TopicDescription) {
    move |topic| {
        topic.settings.insert(name.into(), value.into());
    }
}

#[track_caller]
fn check_changes(topic: &str, name: &'static str, value: &'static str, expected: &str) {
    let plan = plan_with(topic, set(name, value));
    assert_eq!(plan.refusals, []);
    let told: Vec<String> = plan.actions.iter().map(ToString::to_string).collect();
    assert_eq!(told, [expected]);
}

#[track_caller]
fn check_refused(plan: &Plan, expected: &str) {
    assert_eq!(plan.actions, []);
    let told: Vec<String> = plan.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(told, [expected]);
}

#[test]
fn what_is_as_it_is_to_be_stays() {
    assert!(plan(&wanted(), &found(), 3).is_empty());
    assert!(plan(&wanted(), &found(), 5).is_empty());
    // What goes beyond what is wanted does no harm.
    assert!(plan_with("rules.v1", |topic| topic.replication = 4).is_empty());
    assert!(plan_with("rules.v1", set("max.message.bytes", "8388608")).is_empty());
}

#[test]
fn a_topic_is_created_on_as_many_brokers_as_there_are() {
    let created = |brokers| {
        let plan = plan(&wanted()[..1], &[], brokers);
        let Some(Action::Create(topic)) = plan.actions.first() else { panic!("{plan:?}") };
        (topic.replication, topic.settings["min.insync.replicas"].clone())
    };
    assert_eq!(created(1), (1, "1".into()));
    assert_eq!(created(2), (2, "1".into()));
    assert_eq!(created(3), (3, "2".into()));
    assert_eq!(created(9), (3, "2".into()));
}

#[test]
fn what_is_missing_is_created_whole() {
    let plan = plan(&wanted(), &found()[1..], 3);
    let told: Vec<String> = plan.actions.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["+ mentions.raw.v1: 4 partitions on 3 brokers, cleanup.policy=delete, \
          max.message.bytes=4194304, message.timestamp.type=LogAppendTime, min.insync.replicas=2, \
          retention.bytes=-1, retention.ms=2419200000, segment.ms=86400000, \
          unclean.leader.election.enable=false"]
    );
}

#[test]
fn what_keeps_more_or_loses_nothing_is_changed() {
    check_changes(
        "spikes.v1",
        "retention.ms",
        "1000",
        "~ spikes.v1: retention.ms from 1000 to 31536000000",
    );
    check_changes("rules.v1", "retention.ms", "7", "~ rules.v1: retention.ms from 7 to -1");
    check_changes("rules.v1", "retention.bytes", "7", "~ rules.v1: retention.bytes from 7 to -1");
    check_changes(
        "authors.v1",
        "cleanup.policy",
        "compact, delete",
        "~ authors.v1: cleanup.policy from compact, delete to compact",
    );
    check_changes(
        "rules.v1",
        "cleanup.policy",
        "compact",
        "~ rules.v1: cleanup.policy from compact to delete",
    );
    check_changes(
        "spikes.v1",
        "message.timestamp.type",
        "CreateTime",
        "~ spikes.v1: message.timestamp.type from CreateTime to LogAppendTime",
    );
    check_changes(
        "spikes.v1",
        "min.insync.replicas",
        "1",
        "~ spikes.v1: min.insync.replicas from 1 to 2",
    );
    check_changes(
        "spikes.v1",
        "max.message.bytes",
        "1048588",
        "~ spikes.v1: max.message.bytes from 1048588 to 4194304",
    );
}

#[test]
fn a_setting_that_the_cluster_does_not_tell_is_set() {
    let plan = plan_with("spikes.v1", |topic| topic.settings = TopicSettings::new());
    assert_eq!(plan.refusals, []);
    let Some(Action::Change { changes, .. }) = plan.actions.first() else { panic!("{plan:?}") };
    assert_eq!(changes.len(), 8);
}

#[test]
fn other_partitions_are_refused_whatever_is_allowed() {
    let plan = plan_with("counts.v1", |topic| topic.partitions = 8);
    let expected = "! counts.v1 has 8 partitions, wanted 4: keys would be in other partitions than \
                    their state and their past; set partitions = 8 for it in the file of topics; \
                    another number needs new topics, as a new application version has them";
    check_refused(&plan, expected);
    check_refused(&plan.allowing_data_loss(), expected);
}

#[test]
fn a_shorter_retention_is_refused_unless_it_is_allowed() {
    let plan = plan_with("mentions.raw.v1", set("retention.ms", "-1"));
    check_refused(
        &plan,
        "! mentions.raw.v1 has retention.ms = -1, wanted 2419200000: what is older would be \
         dropped; set a longer `retention` in the file of topics, or allow it with \
         --allow-data-loss",
    );
    let allowed = plan.allowing_data_loss();
    assert_eq!(allowed.refusals, []);
    assert_eq!(
        allowed.actions[0].to_string(),
        "~ mentions.raw.v1: retention.ms from -1 to 2419200000"
    );
}

#[test]
fn another_cleanup_that_loses_records_is_refused_unless_it_is_allowed() {
    check_refused(
        &plan_with("authors.v1", set("cleanup.policy", "delete")),
        "! authors.v1 has cleanup.policy = delete, wanted compact: records that are kept now would \
         go; set `cleanup` in the file of topics, or allow it with --allow-data-loss",
    );
    let plan = plan_with("spikes.v1", set("cleanup.policy", "compact"));
    assert_eq!(plan.refusals.len(), 1);
    assert!(plan.actions.is_empty());
    assert_eq!(plan.allowing_data_loss().actions.len(), 1);
}

#[test]
fn fewer_brokers_in_sync_or_fewer_copies_are_left_to_people() {
    check_refused(
        &plan_with("spikes.v1", set("min.insync.replicas", "3")),
        "! spikes.v1 has min.insync.replicas = 3, wanted 2: fewer brokers would hold a record that \
         counts; set `min_insync` in the file of topics, or lower it with Kafka's own \
         kafka-configs",
    );
    let plan = plan_with("spikes.v1", |topic| {
        topic.replication = 1;
        topic.settings.insert("min.insync.replicas".into(), "1".into());
    });
    check_refused(
        &plan,
        "! spikes.v1 is on 1 brokers, wanted on 3; move its partitions with Kafka's own \
         kafka-reassign-partitions, or set `replication` in the file of topics",
    );
}

#[test]
fn what_is_allowed_joins_what_changes_anyway() {
    let plan = plan_with("spikes.v1", |topic| {
        topic.settings.insert("retention.ms".into(), "-1".into());
        topic.settings.insert("segment.ms".into(), "1".into());
    });
    assert_eq!((plan.actions.len(), plan.refusals.len()), (1, 1));
    let allowed = plan.allowing_data_loss();
    let Some(Action::Change { changes, .. }) = allowed.actions.first() else { panic!("one") };
    assert_eq!((allowed.actions.len(), changes.len()), (1, 2));
}
