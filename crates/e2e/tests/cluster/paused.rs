//! A process stands still in the middle of a transaction for longer than its session, and goes on
//! as if nothing had been.

use std::time::Duration;

use anyhow::Result;
use vigie_e2e::{Member, Stage, StageSettings, now, open_transactions, wait};
use vigie_service::pipeline::Role;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed_halves};

/// Beyond the session of 6 s, and before the transaction's time-out and the broker's look for it:
/// its transaction is open still.
const BEYOND_SESSION: Duration = Duration::from_secs(8);

/// Beyond the transaction's time-out of 5 s and the broker's look for it every 10 s as well.
const BEYOND_TRANSACTION: Duration = Duration::from_secs(17);

/// How long a half of the mentions is read for: a transaction is met within a second or two.
const INPUT_SECONDS: u64 = 40;

/// How long a member runs between two tries to meet a transaction. A commit that fell due while it
/// stood still comes at once and takes milliseconds, the next one a commit interval of 100 ms
/// later: one span alone could miss both for ever.
const RUNS: [Duration; 8] = [
    Duration::from_millis(1),
    Duration::from_millis(3),
    Duration::from_millis(6),
    Duration::from_millis(10),
    Duration::from_millis(16),
    Duration::from_millis(30),
    Duration::from_millis(60),
    Duration::from_millis(110),
];

/// Stops the member at an instruction within a transaction.
fn stop_in_transaction(stage: &mut Stage, member: Member, changelog: &str) -> Result<()> {
    stage.until(&format!("{member} stands in a transaction"), LONGEST_RUN, |stage| {
        for run in RUNS {
            wait(run);
            stage.fleet.pause(member)?;
            if open_transactions(&stage.bootstrap, changelog)? > 0 {
                return Ok(true);
            }
            stage.fleet.resume(member)?;
        }
        Ok(false)
    })
}

#[test]
fn a_process_that_stood_still_does_not_commit_what_others_have_taken_over() {
    let ground = Ground::take(&[]);
    let (workload, halves, expected) = undisturbed_halves(ground.directory.path(), 14, MENTIONS);
    let settings = StageSettings {
        transaction_timeout: "5s",
        lines_per_second: Some(MENTIONS / 2 / INPUT_SECONDS),
        ..StageSettings::default()
    };
    let mut stage = ground.stage(&workload, &settings);
    // Only one of each takes part in the transactions that are looked for; the second takes over.
    stage.start_streams(1, 1, 1).unwrap();
    let zombies = [
        (Role::Tagger, "vigie-tagger-changelog", BEYOND_SESSION),
        (Role::Scorer, "vigie-scorer-changelog", BEYOND_TRANSACTION),
    ];
    for (ordinal, (half, (role, changelog, span))) in (0..).zip(halves.iter().zip(zombies)) {
        // Each is looked for while its own half is read, however long the one before took.
        let input = stage.start_ingest(ordinal, half).unwrap();
        let zombie = Member { role, ordinal: 0 };
        stop_in_transaction(&mut stage, zombie, changelog).unwrap();
        stage.fleet.add(Member { role, ordinal: 1 }, &[]).unwrap();
        let end = now() + span;
        stage.until("the pause ends", LONGEST_RUN, |_| Ok(now() >= end)).unwrap();
        stage.fleet.resume(zombie).unwrap();
        let is_read = |stage: &mut Stage| Ok(stage.fleet.is_done(input));
        stage.until("its half is read", LONGEST_RUN, is_read).unwrap();
    }
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
}
