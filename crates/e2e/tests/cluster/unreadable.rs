//! A record that nobody can read stands at the head of a partition.

use std::io::Write as _;
use std::process::Stdio;

use vigie_e2e::{Detail, StageSettings};
use vigie_local_kafka::{Tool, Tools};

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

/// What somebody else writes to the raw log.
const RUBBISH: &str = "this is no record of ours\n";

#[test]
fn a_record_that_nobody_can_read_is_a_dead_letter_and_holds_up_nothing() {
    let ground = Ground::take(&[]);
    let (workload, expected) = undisturbed(ground.directory.path(), 17, MENTIONS);
    let tools = Tools::install(&ground.cache).unwrap();
    let mut producer = tools
        .command(Tool::ConsoleProducer, &ground.bootstrap)
        .args(["--topic", "mentions.raw.v1"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    producer.stdin.take().unwrap().write_all(RUBBISH.as_bytes()).unwrap();
    assert!(producer.wait().unwrap().success());

    let mut stage = ground.stage(&workload, &StageSettings::default());
    stage.start_streams(1, 1, 1).unwrap();
    stage.start_ingest(0, &workload.mentions()).unwrap();
    stage.drain(LONGEST_RUN).unwrap();

    let letters = stage.access().unwrap().get("/v1/dead-letters?limit=1000").unwrap();
    let of_tagger: Vec<_> = letters["dead_letters"]
        .as_array()
        .unwrap_or_else(|| panic!("{letters:#}"))
        .iter()
        .filter(|letter| letter["service"] == "tagger" && letter["source"].is_null())
        .collect();
    assert_eq!(of_tagger.len(), 1, "{letters:#}");
    let place = of_tagger[0]["place"].as_str().unwrap();
    assert!(place.starts_with("mentions.raw.v1") && place.ends_with('0'), "{place}");
    assert!(of_tagger[0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));

    // Apart from it the run is equal.
    let mut found = stage.image(Detail::Whole).unwrap();
    let tallies = found.sections.get_mut("dispositions of the tagger").unwrap();
    let unread = tallies.remove("").unwrap();
    assert!(unread[0].contains("dead_lettered: 1") && unread[0].contains("processed: 0"));
    let letters = found.sections.get_mut("dead letters").unwrap();
    let without_place = letters.get_mut("").unwrap();
    let before = without_place.len();
    let known = expected.sections["dead letters"].get("").cloned().unwrap_or_default();
    without_place.retain(|letter| known.contains(letter));
    assert_eq!(before, without_place.len() + 1);
    if without_place.is_empty() {
        letters.remove("");
    }
    vigie_e2e::must_equal(&expected, &found).unwrap();
    stage.must_add_up().unwrap();
}
