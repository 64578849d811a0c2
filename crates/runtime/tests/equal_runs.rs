//! Properties over random topologies, random logs and random faults: whatever happens, the run is
//! equal to the undisturbed one.

mod toy;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use toy::event::Event;
use toy::node::Fold;
use toy::{Manner, Ran, World, events, folds, is_signal, topic, worlds};
use vigie_runtime::{Partition, Tally, TaskProgress};
use vigie_testkit::{Chances, equal};

const CASES: u32 = 256;

fn check_equal(world: &World, manner: Manner) -> Ran {
    let undisturbed = world.run(Manner::UNDISTURBED);
    let disturbed = world.run(manner);
    let (expected, found) = (world.image(&undisturbed), world.image(&disturbed));
    equal(&expected, &found).unwrap_or_else(|difference| panic!("{difference}"));
    disturbed
}

/// The tallies of every task of an application, from its changelog.
fn tally(ran: &Ran, application: &str) -> Tally {
    let changelog = topic(&format!("{application}-node-changelog"));
    let mut last = std::collections::BTreeMap::new();
    for record in ran.log.records(&changelog) {
        let value = record.value.as_deref().unwrap_or_default();
        if let Some(progress) = TaskProgress::from_changelog(&record.key, value) {
            last.insert(record.partition, progress.expect("readable"));
        }
    }
    let mut sum = Tally::default();
    for tally in last.values().flat_map(|progress| progress.tallies.values()) {
        sum += *tally;
    }
    sum
}

fn inputs(ran: &Ran, name: &str) -> u64 {
    let records = ran.log.records(&topic(name));
    records.iter().filter(|record| !is_signal(record)).count() as u64
}

#[test]
fn the_storm_reaches_every_run() {
    // Otherwise the properties below would prove nothing.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut deaths = 0;
    for seed in 0..20 {
        let world = worlds(folds()).new_tree(&mut runner).expect("a world").current();
        deaths += world.run(Manner::stormy(seed)).deaths;
    }
    assert!(deaths > 100, "only {deaths} deaths in 20 runs");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_disturbed_run_is_equal_to_the_undisturbed_one(world in worlds(folds()), seed: u64) {
        check_equal(&world, Manner::stormy(seed));
    }

    #[test]
    fn every_record_has_one_disposition(world in worlds(folds()), seed: u64) {
        let ran = world.run(Manner::stormy(seed));
        prop_assert_eq!(tally(&ran, toy::FIRST).total(), inputs(&ran, "raw"));
        prop_assert_eq!(tally(&ran, toy::SECOND).total(), inputs(&ran, "middle"));
        let dead = tally(&ran, toy::FIRST).dead_lettered + tally(&ran, toy::SECOND).dead_lettered;
        prop_assert_eq!(dead, inputs(&ran, "dead"));
    }

    #[test]
    fn late_is_late_in_every_run(world in worlds(Just((Fold::Count, Fold::Count))), seed: u64) {
        let world = World { merges: false, ..world };
        let judged = |ran: &Ran| {
            let mut judged: Vec<(i64, bool)> = events(&ran.log, "middle")
                .into_iter()
                .filter_map(|(_, event)| match event {
                    Event::Derived { number, late, .. } => Some((number, late)),
                    Event::Fact { .. } | Event::Heartbeat(_) | Event::Watermark { .. } => None,
                })
                .collect();
            judged.sort_unstable();
            judged
        };
        let ran = world.run(Manner::stormy(seed));
        prop_assert_eq!(judged(&ran), judged(&world.run(Manner::UNDISTURBED)));
        prop_assert_eq!(tally(&ran, toy::FIRST).late, tally(&ran, toy::SECOND).late);
    }

    #[test]
    fn a_closed_window_does_not_depend_on_which_partition_was_slow(
        world in worlds(Just((Fold::Count, Fold::Window))),
        seed: u64,
        slow in 0_u32..3,
    ) {
        let slow_partition = Some(Partition::new(slow));
        let chances = Chances { slow_partition, ..Chances::SLOW };
        let ran = check_equal(&world, Manner { seed, chances, threads: 1, steps: 200 });
        // The sources have ended, so every window is closed and no state asks for a timer.
        ran.boards[1].for_each(|key, state| assert!(state.windows.is_empty(), "{key} is open"));
    }

    #[test]
    fn a_control_revision_judges_the_same_records_everywhere(
        world in worlds(Just((Fold::Count, Fold::Window))),
        seed: u64,
    ) {
        let world = World { merges: false, ..world };
        let ran = check_equal(&world, Manner::stormy(seed));
        let mut judged: Vec<i64> =
            events(&ran.log, "middle").iter().filter_map(|(_, event)| event.number()).collect();
        judged.sort_unstable();
        prop_assert_eq!(judged, world.judged_by_hand());
    }

    #[test]
    fn readers_see_what_the_changelog_holds(world in worlds(folds()), seed: u64) {
        let ran = world.run(Manner::stormy(seed));
        for (board, name) in ran.boards.iter().zip([toy::FIRST, toy::SECOND]) {
            let mut states = std::collections::BTreeMap::new();
            for record in ran.log.records(&topic(&format!("{name}-node-changelog"))) {
                let value = record.value.as_deref().unwrap_or_default();
                if TaskProgress::from_changelog(&record.key, value).is_none() {
                    let state =
                        record.value.map(|value| postcard::from_bytes(&value[1..]).unwrap());
                    states.insert(String::from_utf8(record.key).unwrap(), state);
                }
            }
            let mut seen = std::collections::BTreeMap::new();
            board.for_each(|key, state| { seen.insert(key.clone(), Some(state.clone())); });
            states.retain(|_, state| state.is_some());
            prop_assert_eq!(seen, states);
            let progress = board.progress();
            let tallies = progress.values().flat_map(|progress| progress.tallies.values());
            let tallied: u64 = tallies.map(Tally::total).sum();
            prop_assert_eq!(tallied, tally(&ran, name).total());
        }
    }
}
