//! A process stands still in the middle of a transaction for longer than its session, and goes on
//! as if nothing had been.

use std::time::Duration;

use anyhow::Result;
use vigie_e2e::{Member, Stage, StageSettings, now, open_transactions, wait};
use vigie_service::pipeline::Role;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

/// Beyond the session of 6 s, and before the transaction's time-out and the broker's look for it:
/// its transaction is open still.
const BEYOND_SESSION: Duration = Duration::from_secs(8);

/// Beyond the transaction's time-out of 5 s and the broker's look for it every 10 s as well.
const BEYOND_TRANSACTION: Duration = Duration::from_secs(17);

/// Between two tries to meet a transaction: a stop of a moment disturbs nobody.
const MOMENT: Duration = Duration::from_millis(7);

/// Stops the member at an instruction within a transaction.
fn stop_in_transaction(stage: &mut Stage, member: Member, changelog: &str) -> Result<()> {
    stage.until(&format!("{member} stands in a transaction"), LONGEST_RUN, |stage| {
        stage.fleet.pause(member)?;
        if open_transactions(&stage.bootstrap, changelog)? > 0 {
            return Ok(true);
        }
        stage.fleet.resume(member)?;
        wait(MOMENT);
        Ok(false)
    })
}

#[test]
fn a_process_that_stood_still_does_not_commit_what_others_have_taken_over() {
    let ground = Ground::take(&[]);
    let (workload, expected) = undisturbed(ground.directory.path(), 14, MENTIONS);
    let settings = StageSettings {
        transaction_timeout: "5s",
        lines_per_second: Some(MENTIONS / 60),
        ..StageSettings::default()
    };
    let mut stage = ground.stage(&workload, &settings);
    // Only one of each takes part in the transactions that are looked for; the second takes over.
    stage.start_streams(1, 1, 1).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    let zombies = [
        (Member { role: Role::Tagger, ordinal: 0 }, "vigie-tagger-changelog", BEYOND_SESSION),
        (Member { role: Role::Scorer, ordinal: 0 }, "vigie-scorer-changelog", BEYOND_TRANSACTION),
    ];
    for (member, changelog, span) in zombies {
        stop_in_transaction(&mut stage, member, changelog).unwrap();
        stage.fleet.add(Member { ordinal: 1, ..member }, &[]).unwrap();
        let end = now() + span;
        stage.until("the pause ends", LONGEST_RUN, |_| Ok(now() >= end)).unwrap();
        stage.fleet.resume(member).unwrap();
    }
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
}
