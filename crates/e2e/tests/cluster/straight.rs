//! Nothing is disturbed.

use vigie_e2e::{StageSettings, count_with};
use vigie_local_kafka::ForeignReader;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

#[test]
fn a_run_on_a_cluster_equals_one_in_a_single_process() {
    let ground = Ground::take(&[]);
    let registry = ground.registry();
    let (workload, expected) = undisturbed(ground.directory.path(), 11, MENTIONS);
    let settings = StageSettings { registry: Some(registry.clone()), ..StageSettings::default() };
    let mut stage = ground.stage(&workload, &settings);
    stage.start_streams(1, 1, 1).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
    let exits: Vec<_> = stage.fleet.exits.iter().collect();
    assert_eq!(exits, [("0 drained", 4)], "each has ended once, and in order");

    // The readers of docs/consuming see the same, with nothing but the registry to go by.
    let (java, python) = (
        ForeignReader::java(&ground.cache).unwrap(),
        ForeignReader::python(&ground.cache).unwrap(),
    );
    for reader in [java, python] {
        let count = count_with(&reader, &ground.bootstrap, &registry).unwrap();
        assert!(count.doubles.is_empty(), "{count:?}");
        assert_eq!(count.records, expected.count("mentions") as u64);
    }
}
