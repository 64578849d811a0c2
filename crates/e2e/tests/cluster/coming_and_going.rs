//! Instances leave and come back under load, with a word and without.

use std::time::Duration;

use vigie_e2e::{Member, Return, StageSettings, now};
use vigie_service::pipeline::Role;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

/// Who is asked to end, whether it says that it leaves, and after how long it is back: at once,
/// within its session of 6 s, and beyond it.
const MOVES: [(Role, u32, bool, Duration); 6] = [
    (Role::Tagger, 0, true, Duration::from_secs(2)),
    (Role::Scorer, 1, false, Duration::ZERO),
    (Role::Scorer, 0, true, Duration::ZERO),
    (Role::Tagger, 1, false, Duration::from_secs(8)),
    (Role::Detector, 0, true, Duration::from_secs(1)),
    (Role::Scorer, 1, true, Duration::from_secs(2)),
];

/// Between two of them.
const BETWEEN_MOVES: Duration = Duration::from_secs(3);

#[test]
fn instances_that_come_and_go_lose_and_double_nothing() {
    let ground = Ground::take(&[]);
    let (workload, expected) = undisturbed(ground.directory.path(), 13, MENTIONS);
    let settings =
        StageSettings { lines_per_second: Some(MENTIONS / 20), ..StageSettings::default() };
    let mut stage = ground.stage(&workload, &settings);
    stage.start_streams(2, 1, 2).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    for (role, ordinal, leaves, away) in MOVES {
        let end = now() + BETWEEN_MOVES;
        stage.until("the next move", LONGEST_RUN, |_| Ok(now() >= end)).unwrap();
        let leaves = if leaves { "true" } else { "false" };
        stage.fleet.set("VIGIE__KAFKA__LEAVE_ON_STOP", leaves);
        stage.fleet.ask_to_end(Member { role, ordinal }, Return::After(away)).unwrap();
    }
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
    let failed: Vec<_> = stage.fleet.exits.iter().filter(|(name, _)| *name == "1 failed").collect();
    assert_eq!(failed, [], "who is asked to end ends in order");
}
