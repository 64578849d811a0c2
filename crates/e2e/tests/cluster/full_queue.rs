//! The broker stands still until ingest's queue is full: senders are told to come back, and what
//! they send again is counted once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vigie_e2e::push::{body, push};
use vigie_e2e::{Return, StageSettings, Workload, count_scored, must_all_have_ended, now, wait};
use vigie_local_kafka::Tools;

use crate::support::{Ground, LONGEST_RUN, without_broker};

/// More than may wait.
const SENDERS: usize = 100;

/// In each push.
const MENTIONS: usize = 20;

/// How long a sender that was refused waits: as the answer says.
const PAUSE: Duration = Duration::from_secs(1);

#[test]
fn a_full_queue_refuses_pushes_and_loses_none_that_come_again() {
    let ground = Ground::take(&[]);
    let workload = Workload::simulate(ground.directory.path(), 3, 10).unwrap();
    let mut stage = ground.stage(&workload, &StageSettings::default());
    stage.start_streams(1, 1, 1).unwrap();
    let ingest = stage.start_receiver(0).unwrap();
    let has_told = |stage: &mut vigie_e2e::Stage| Ok(stage.fleet.words(ingest).contains("http://"));
    stage.until("ingest tells its address", LONGEST_RUN, has_told).unwrap();
    let address = stage.address(ingest).unwrap();
    // It takes pushes once it has written something.
    assert_eq!(push(&address, "first", &body(SENDERS, 1)), Some(200));

    let (refused, end) = (AtomicUsize::new(0), now() + LONGEST_RUN);
    let send = |sender: usize| {
        let body = body(sender, MENTIONS);
        loop {
            match push(&address, "many", &body) {
                Some(200) => return,
                Some(429) => _ = refused.fetch_add(1, Ordering::Relaxed),
                // Not known to be committed: the same as refused for who sends it.
                Some(503) | None => {}
                Some(other) => panic!("a push was answered {other}"),
            }
            assert!(now() < end, "sender {sender} was never taken");
            wait(PAUSE);
        }
    };
    std::thread::scope(|scope| {
        without_broker(&ground, || {
            for sender in 0..SENDERS {
                scope.spawn(move || send(sender));
            }
            while refused.load(Ordering::Relaxed) == 0 {
                assert!(now() < end, "nobody was refused while the broker stood still");
                wait(Duration::from_millis(50));
            }
        });
    });
    stage.fleet.stop(ingest, Return::Never).unwrap();
    stage.drain(LONGEST_RUN).unwrap();
    stage.fleet.stop_all().unwrap();
    stage.must_add_up().unwrap();
    let count = count_scored(&ground.cache, &ground.bootstrap).unwrap();
    assert!(count.doubles.is_empty(), "{count:?}");
    assert_eq!(count.records, (SENDERS * MENTIONS + 1) as u64, "{count:?}");
    let tools = Tools::install(&ground.cache).unwrap();
    must_all_have_ended(&tools, &ground.bootstrap).unwrap();
}
