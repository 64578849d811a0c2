//! State comes back from changelogs that are compacted all the time and end in markers of
//! transactions.

use std::fs;
use std::path::PathBuf;

use vigie_e2e::{Detail, Member, Return, StageSettings, Workload};
use vigie_engine_kafka::KafkaLog;
use vigie_runtime::{LogReader as _, TaskProgress};
use vigie_service::pipeline::Role;

use crate::support::{Ground, LONGEST_RUN, MENTIONS};

/// Segments that are closed by the second, and cleaned as soon as anything in them is dirty.
const CLEANED: &[(&str, &str)] = &[
    ("segment.ms", "500"),
    ("min.cleanable.dirty.ratio", "0.001"),
    ("min.compaction.lag.ms", "0"),
    ("delete.retention.ms", "0"),
];

/// Splits the lines in three, each a file.
fn thirds(workload: &Workload) -> Vec<PathBuf> {
    // Some lines are no UTF-8, on purpose.
    let bytes = fs::read(workload.mentions()).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let parts = lines.chunks(lines.len().div_ceil(3)).enumerate();
    let write = |(number, part): (usize, &[&[u8]])| {
        let path = workload.directory.join(format!("part-{number}.ndjson"));
        fs::write(&path, part.concat()).unwrap();
        path
    };
    parts.map(write).collect()
}

/// How many records of progress a changelog holds, and how many commits have each written one.
fn progress_of(log: &KafkaLog, application: &str, changelog: &str) -> (u64, u64) {
    let committed = log.positions(application).unwrap();
    let commits = committed.iter().map(|committed| committed.commit_number).sum();
    let outlines = log.topics().unwrap();
    let outline = outlines.iter().find(|outline| outline.topic.as_str() == changelog).unwrap();
    let mut kept = 0;
    for partition in outline.partitions() {
        let mut position = log.start(&partition).unwrap();
        loop {
            let fetched = log.read(&partition, position, 1 << 20).unwrap();
            let Some(last) = fetched.iter().last() else { break };
            position = last.offset.next();
            let is_progress = |record: &vigie_runtime::FetchedRecord<'_>| {
                let value = record.value.unwrap_or_default();
                TaskProgress::from_changelog(record.key, value).is_some()
            };
            kept += fetched.iter().filter(is_progress).count() as u64;
        }
    }
    (kept, commits)
}

#[test]
fn state_is_restored_from_changelogs_that_are_compacted_and_end_in_markers() {
    let changelogs =
        ["vigie-tagger-changelog", "vigie-detector-changelog", "vigie-scorer-changelog"];
    let ground = Ground::take(&changelogs.map(|name| (name, CLEANED)));
    let workload = Workload::simulate(ground.directory.path(), 15, MENTIONS).unwrap();
    let parts = thirds(&workload);
    let expected = workload.undisturbed(&parts, Detail::Whole).unwrap();
    let settings =
        StageSettings { lines_per_second: Some(MENTIONS / 8), ..StageSettings::default() };
    let mut stage = ground.stage(&workload, &settings);
    stage.start_streams(1, 1, 1).unwrap();
    for (ordinal, part) in (0..).zip(&parts) {
        stage.start_ingest(ordinal, part).unwrap();
        stage.drain(LONGEST_RUN).unwrap();
        // An orderly end leaves commit markers last, a kill within a transaction abort markers.
        for role in [Role::Tagger, Role::Detector, Role::Scorer] {
            let member = Member { role, ordinal: 0 };
            match ordinal {
                0 => stage.fleet.stop(member, Return::AtOnce).unwrap(),
                _ => stage.fleet.kill(member, Return::AtOnce).unwrap(),
            }
        }
    }
    for (application, changelog) in
        [("vigie-tagger", changelogs[0]), ("vigie-scorer", changelogs[2])]
    {
        let (kept, commits) = progress_of(&stage.log().unwrap(), application, changelog);
        assert!(kept * 2 < commits, "{changelog}: {kept} of {commits} progress records are left");
    }
    ground.must_be_exact(&mut stage, &expected);
}
