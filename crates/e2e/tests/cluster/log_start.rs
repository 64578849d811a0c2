//! The raw log was cut before it was read.

use vigie_e2e::{Member, Return, StageSettings, Workload, delete_records, end_of};
use vigie_runtime::LogReader as _;
use vigie_service::pipeline::Role;

use crate::support::{Ground, LONGEST_RUN, MENTIONS};

#[test]
fn a_tagger_refuses_a_log_that_was_cut_before_it_was_read() {
    let ground = Ground::take(&[]);
    let workload = Workload::simulate(ground.directory.path(), 16, MENTIONS).unwrap();
    let settings =
        StageSettings { lines_per_second: Some(MENTIONS / 10), ..StageSettings::default() };
    let mut stage = ground.stage(&workload, &settings);
    stage.start_streams(1, 0, 0).unwrap();
    let ingest = stage.start_ingest(0, &workload.mentions()).unwrap();
    let tagger = Member { role: Role::Tagger, ordinal: 0 };
    let log = stage.log().unwrap();
    stage
        .until("the tagger has begun", LONGEST_RUN, |_| {
            Ok(log.positions("vigie-tagger")?.iter().all(|committed| committed.commit_number > 0)
                && !log.positions("vigie-tagger")?.is_empty())
        })
        .unwrap();
    stage.fleet.stop(tagger, Return::Never).unwrap();
    stage.until("ingest is done", LONGEST_RUN, |stage| Ok(stage.fleet.is_done(ingest))).unwrap();
    let committed = log.positions("vigie-tagger").unwrap();
    for position in &committed {
        let number = position.partition.partition.get() as i32;
        let end = end_of(&ground.bootstrap, "mentions.raw.v1", number).unwrap();
        assert!(position.position.get() < end as u64, "the tagger has read it all");
        delete_records(&ground.bootstrap, "mentions.raw.v1", number, end).unwrap();
    }
    stage.fleet.start(tagger).unwrap();
    stage
        .until("the tagger refuses", LONGEST_RUN, |stage| Ok(stage.fleet.exits.of_code(1) > 0))
        .unwrap();
    let words = stage.fleet.words(tagger);
    assert!(words.contains("below the log's start"), "{words}");
    assert!(words.contains("restore the log, or start a new application version"), "{words}");
    assert_eq!(log.positions("vigie-tagger").unwrap(), committed, "nothing was reset");
}
