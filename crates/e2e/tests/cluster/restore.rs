//! State comes back from changelogs that are compacted all the time and end in markers of
//! transactions.

use std::fs;
use std::path::PathBuf;

use vigie_e2e::{Detail, Member, Return, StageSettings, Workload, records_of};
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
    let text = fs::read_to_string(workload.mentions()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let parts = lines.chunks(lines.len().div_ceil(3)).enumerate();
    let write = |(number, part): (usize, &[&str])| {
        let path = workload.directory.join(format!("part-{number}.ndjson"));
        fs::write(&path, part.join("\n") + "\n").unwrap();
        path
    };
    parts.map(write).collect()
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
    let (records, end) = records_of(&ground.bootstrap, "vigie-scorer-changelog").unwrap();
    assert!(records * 2 < end, "{records} records up to {end}: nothing was compacted");
    ground.must_be_exact(&mut stage, &expected);
}
