//! Streams change under load, while services are killed: each mention is judged by one revision,
//! its record names the versions of that revision, and a replay judges the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use vigie_e2e::{
    Detail, Dice, Image, Return, Stage, StageSettings, Workload, must_differ, must_equal, now,
    vigie,
};
use vigie_runtime::{ControlState as _, LogReader, Partition, Position, Topic, TopicPartition};
use vigie_schema::{Schemas, TaggedMention, WhatHappened, topics};
use vigie_service::configuration::Configuration;
use vigie_service::pipeline::open_cluster;
use vigie_tagger::{RuleDelta, RuleSet, Tagger};
use vigie_text::Judge;
use vigie_types::ControlRevision;

use crate::support::{Ground, LONGEST_RUN, MENTIONS};

/// How often other streams are applied.
const CHANGES: u64 = 8;

/// Between two changes: a kill comes between them, and a restart takes about as long.
const BETWEEN_CHANGES: Duration = Duration::from_millis(1_800);

#[test]
fn streams_that_change_under_load_and_kills_are_never_mixed_and_replayed_alike() {
    let ground = Ground::take(&[]);
    let workload = Workload::simulate(ground.directory.path(), 23, MENTIONS).unwrap();
    let seconds = BETWEEN_CHANGES.as_secs_f64() * CHANGES as f64;
    let settings = StageSettings {
        lines_per_second: Some((MENTIONS as f64 / seconds).ceil() as u64),
        ..StageSettings::default()
    };
    let mut stage = ground.stage(&workload, &settings);
    stage.start_streams(3, 1, 1).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    let variants = variants(&workload, ground.directory.path());
    let log = stage.log().unwrap();
    let raw = TopicPartition::new(&Topic::new(topics::MENTIONS_RAW), Partition::new(0));
    let begins = |_: &mut Stage| Ok(log.end(&raw)? > Position::START);
    stage.until("the first mention enters", LONGEST_RUN, begins).unwrap();
    let mut dice = Dice::new(5);
    for (number, variant) in variants.iter().enumerate() {
        rest(&mut stage, dice.between(BETWEEN_CHANGES / 3, BETWEEN_CHANGES / 2));
        let running = stage.fleet.running();
        let member = *dice.one_of(&running).unwrap();
        stage.fleet.kill(member, Return::AtOnce).unwrap();
        rest(&mut stage, dice.between(BETWEEN_CHANGES / 3, BETWEEN_CHANGES / 2));
        apply(&stage, variant, &format!("change {number}"));
    }
    stage.drain(LONGEST_RUN).unwrap();
    stage.fleet.stop_all().unwrap();
    stage.must_add_up().unwrap();

    let schemas = stage.schemas().unwrap();
    let rules = revisions(&log, &schemas);
    assert_eq!(rules.len() as u64, CHANGES + 2, "nothing, the file, and each change");
    let told = tagged(&log, &schemas);
    let mut used: BTreeSet<ControlRevision> = BTreeSet::new();
    let tagger = Tagger::new(Arc::new(Judge::new()));
    for mention in &told {
        let rules = &rules[&mention.stamps.rules];
        let (expected, _) = tagger.tag(&mention.mention, rules);
        assert_eq!(mention.matches, expected.matches, "{mention:#?}");
        used.insert(mention.stamps.rules);
    }
    // The last ones may have come after the last mention, on a machine that does other things.
    assert!(used.len() as u64 >= CHANGES - 2, "{used:?}: too few revisions judged anything");
    let versions: BTreeSet<_> = told
        .iter()
        .flat_map(|mention| &mention.matches)
        .map(|met| (met.stream.clone(), met.version.clone()))
        .collect();
    assert!(versions.len() > 6, "{versions:?}: too few versions matched anything");

    // What live has left is what a second version of the application makes of the same log.
    let mut live = stage.image(Detail::Whole).unwrap();
    let mut again = replayed(&stage, &ground);
    for image in [&mut live, &mut again] {
        // Those of ingest, which runs once for all versions, are the first version's.
        image.sections.remove("dead letters");
    }
    must_equal(&live, &again).unwrap();
    must_differ(&again).unwrap();
}

/// Tends the fleet for a while.
fn rest(stage: &mut Stage, span: Duration) {
    let end = now() + span;
    stage.until("the next disturbance", LONGEST_RUN, |_| Ok(now() >= end)).unwrap();
}

/// Files of streams, each unlike the one before: queries change, streams come and go, and so do
/// entries of a list that is named.
fn variants(workload: &Workload, directory: &Path) -> Vec<PathBuf> {
    let base = fs::read_to_string(workload.streams()).unwrap();
    let variant = |number: u64| {
        let sampled = format!("[[stream]]\nid = \"sampled\"\nquery = \"sample:{}\"\n", 10 + number);
        let listed = "[[stream]]\nid = \"listed\"\nquery = \"@list(said) -is:repost\"\n";
        let words: Vec<String> = ["the", "my", "why", "never", "best"]
            .into_iter()
            .skip(number as usize % 4)
            .map(|word| format!("\"{word}\""))
            .collect();
        let list = format!(
            "[[list]]\nname = \"said\"\nkind = \"words\"\nentries = [{}]\n",
            words.join(", ")
        );
        let extra = if number.is_multiple_of(3) { "" } else { &sampled };
        let text = format!("{base}\n{listed}\n{extra}\n{list}");
        let path = directory.join(format!("streams.{number}.toml"));
        fs::write(&path, text).unwrap();
        path
    };
    (0..CHANGES).map(variant).collect()
}

fn apply(stage: &Stage, streams: &Path, note: &str) {
    let output = Command::new(vigie().unwrap())
        .args(["streams", "apply", "--by", "e2e", "--note", note, "--config"])
        .arg(stage.configuration())
        .arg(streams)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// The streams at each revision.
fn revisions(log: &dyn LogReader, schemas: &Schemas) -> BTreeMap<ControlRevision, RuleSet> {
    let mut all = BTreeMap::from([(ControlRevision::ZERO, RuleSet::default())]);
    each(log, topics::RULES, &mut |value| {
        let record = schemas.rules.decode(value).unwrap();
        let revision = record.revision;
        let (_, last) = all.last_key_value().unwrap();
        let next = last.apply(&Arc::new(RuleDelta::from(record)));
        all.insert(revision, next);
    });
    all
}

/// Every mention that was told to its author's events.
fn tagged(log: &dyn LogReader, schemas: &Schemas) -> Vec<TaggedMention> {
    let mut all = Vec::new();
    each(log, topics::AUTHOR_EVENTS, &mut |value| {
        let event = schemas.author_events.decode(value).unwrap();
        if let WhatHappened::TaggedMention(tagged) = event.event
            && tagged.status == vigie_types::Status::Active
        {
            all.push(*tagged);
        }
    });
    assert!(all.len() as u64 > MENTIONS / 2, "{} mentions", all.len());
    all
}

fn each(log: &dyn LogReader, topic: &str, take: &mut dyn FnMut(&[u8])) {
    let topics = log.topics().unwrap();
    let outline = topics.into_iter().find(|outline| outline.topic == Topic::new(topic)).unwrap();
    for partition in outline.partitions() {
        let mut position = Position::START;
        loop {
            let fetched = log.read(&partition, position, 1 << 20).unwrap();
            if fetched.is_empty() {
                break;
            }
            for record in fetched.iter() {
                take(record.value.unwrap_or_default());
                position = record.offset.next();
            }
        }
    }
}

/// What the second version of the application makes of the log.
fn replayed(stage: &Stage, ground: &Ground) -> Image {
    let run = |arguments: &[&str]| {
        let output = Command::new(vigie().unwrap())
            .args(arguments)
            .args(["--application-version", "2", "--config"])
            .arg(stage.configuration())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    };
    run(&["topics", "apply"]);
    run(&["reprocess"]);
    let second = ground.path("second.toml");
    let text = fs::read_to_string(stage.configuration()).unwrap();
    fs::write(&second, format!("{text}application_version = 2\n")).unwrap();
    let configuration = Configuration::read(&second).unwrap();
    let log = open_cluster(&configuration.kafka.unwrap()).unwrap();
    Image::read(&log, stage.schemas().unwrap(), Detail::Whole).unwrap()
}
