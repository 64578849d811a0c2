//! Services are killed at random moments under load.

use std::time::Duration;

use vigie_e2e::{Detail, Dice, Return, StageSettings, must_differ, now};

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

/// How often somebody is killed.
const KILLS: u64 = 12;

/// Between two kills: a restart takes about as long.
const BETWEEN_KILLS: Duration = Duration::from_millis(1_200);

#[test]
fn services_that_are_killed_under_load_lose_and_double_nothing() {
    let ground = Ground::take(&[]);
    let (workload, expected) = undisturbed(ground.directory.path(), 12, MENTIONS);
    let seconds = BETWEEN_KILLS.as_secs_f64() * KILLS as f64;
    let settings = StageSettings {
        lines_per_second: Some((MENTIONS as f64 / seconds).ceil() as u64),
        ..StageSettings::default()
    };
    let mut stage = ground.stage(&workload, &settings);
    stage.start_streams(2, 1, 2).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    let mut dice = Dice::new(1);
    for _ in 0..KILLS {
        let end = now() + dice.between(BETWEEN_KILLS / 3, BETWEEN_KILLS * 5 / 3);
        stage.until("the next kill", LONGEST_RUN, |_| Ok(now() >= end)).unwrap();
        let running = stage.fleet.running();
        let member = *dice.one_of(&running).unwrap();
        stage.fleet.kill(member, Return::AtOnce).unwrap();
    }
    stage.drain(LONGEST_RUN).unwrap();
    ground.must_be_exact(&mut stage, &expected);
    must_differ(&stage.image(Detail::Whole).unwrap()).unwrap();
}
