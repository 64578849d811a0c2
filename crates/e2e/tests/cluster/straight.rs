//! Nothing is disturbed.

use vigie_e2e::StageSettings;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

#[test]
fn a_run_on_a_cluster_equals_one_in_a_single_process() {
    let ground = Ground::take(&[]);
    let (workload, expected) = undisturbed(ground.directory.path(), 11, MENTIONS);
    let mut stage = ground.stage(&workload, &StageSettings::default());
    stage.start_streams(1, 1, 1).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
    let exits: Vec<_> = stage.fleet.exits.iter().collect();
    assert_eq!(exits, [("0 drained", 4)], "each has ended once, and in order");
}
