//! Who holds the directory, other formats and layouts, damaged files, a full disk, and limits.

use std::path::Path;
use std::process::Command;

use vigie_engine_embedded::{
    Holder, Kind, Layout, LayoutError, Log, OpenError, ReadError, Settings, StoreError, TopicSpec,
};
use vigie_runtime::{CommitError, Topic, Transaction, TransactionalProducer};

use crate::support::{
    Written, at, commit, compacted, layout, open, open_to_read, position, records, send,
};

const DIRECTORY_VARIABLE: &str = "VIGIE_TEST_FULL_DISK_DIRECTORY";

fn open_with(directory: &Path, topics: &[TopicSpec]) -> Result<(), OpenError> {
    let layout = Layout::new(topics.to_vec()).expect("a sound layout");
    Log::open(directory, &layout, Settings::default()).map(drop)
}

#[test]
fn a_second_open_is_refused_and_told_who_holds_the_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let refused = open_with(directory.path(), layout().topics()).expect_err("held");
    let pid = std::process::id();
    let expected = format!(
        "{} is held by a running process (pid {pid}, no API yet)",
        directory.path().display()
    );
    assert_eq!(refused.to_string(), expected);
    log.advertise("127.0.0.1:7070").expect("advertises");
    let expected = Holder { pid: Some(pid), address: Some("127.0.0.1:7070".into()) };
    match Log::open_read_only(directory.path()) {
        Err(OpenError::Held { holder, .. }) => assert_eq!(holder, expected),
        other => panic!("held, not {other:?}"),
    }
    drop(log);
    Log::open_read_only(directory.path()).expect("the lock of a process that let go is taken over");
}

#[test]
fn another_format_version_is_refused_and_nothing_is_touched() {
    for (format, found) in
        [("vigie-log 1\n", "1"), ("vigie-log 3\n", "3"), ("", ""), ("\0\u{1}", "\\u{0}\\u{1}")]
    {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("vigie.format"), format).expect("written");
        for refused in [
            open_with(directory.path(), layout().topics()).expect_err("another version"),
            Log::open_read_only(directory.path()).map(drop).expect_err("another version"),
        ] {
            let says = format!("has format version {found} and this program reads version 2");
            assert!(refused.to_string().contains(&says), "{refused}");
        }
        let files: Vec<_> = std::fs::read_dir(directory.path()).expect("listed").collect();
        assert_eq!(files.len(), 1, "{files:?}");
    }
}

#[test]
fn an_existing_topic_keeps_its_partitions_and_its_kind_and_a_new_one_is_added() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    commit(&mut log.producer().expect("one"), &[(&at("rules", 0), b"k", Some(b"v"))]).expect("ok");
    drop(log);
    let rules = |partitions, kind| TopicSpec { topic: Topic::new("rules"), partitions, kind };
    for (spec, expected) in [
        (
            rules(2, Kind::Forever),
            LayoutError::PartitionsDiffer { topic: Topic::new("rules"), stored: 1, asked: 2 },
        ),
        (
            rules(1, Kind::Compacted),
            LayoutError::KindDiffers {
                topic: Topic::new("rules"),
                stored: Kind::Forever,
                asked: Kind::Compacted,
            },
        ),
    ] {
        match open_with(directory.path(), &[spec]) {
            Err(OpenError::Layout(error)) => assert_eq!(error, expected),
            other => panic!("refused, not {other:?}"),
        }
    }
    let new = TopicSpec { topic: Topic::new("new"), partitions: 3, kind: Kind::Forever };
    open_with(directory.path(), std::slice::from_ref(&new)).expect("a topic is added");
    let log = open_to_read(directory.path());
    assert_eq!(log.topics(), [layout().topics(), &[new]].concat());
    assert_eq!(records(&log, &at("rules", 0)).len(), 1);
    assert!(log.producer().is_err(), "it is open to read only");
}

#[test]
fn a_directory_without_a_log_or_with_half_of_one_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let none = Log::open_read_only(directory.path()).map(drop).expect_err("nothing there");
    assert!(matches!(none, OpenError::NoLog { .. }), "{none}");
    let log = open(directory.path());
    commit(&mut log.producer().expect("one"), &[(&at("state", 0), b"k", Some(b"v"))]).expect("ok");
    drop(log);
    for name in ["log.redb", "state.redb", "vigie.format"] {
        let (file, aside) = (directory.path().join(name), directory.path().join("aside"));
        std::fs::rename(&file, &aside).expect("moved");
        match open_with(directory.path(), layout().topics()) {
            Err(OpenError::Missing { path, .. }) => assert_eq!(path, file),
            other => panic!("{name} is missing, not {other:?}"),
        }
        std::fs::rename(&aside, &file).expect("moved back");
    }
    assert_eq!(compacted(&open(directory.path()), &at("state", 0)).len(), 1);
}

/// Flips a byte inside the first `pattern` in the file.
fn damage(file: &Path, pattern: &[u8]) {
    let mut bytes = std::fs::read(file).expect("read");
    let place = bytes.windows(pattern.len()).position(|window| window == pattern);
    bytes[place.expect("the pattern is in the file") + pattern.len() / 2] ^= 0x10;
    std::fs::write(file, bytes).expect("written");
}

#[test]
fn a_damaged_batch_is_named_and_the_others_can_be_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let mut producer = log.producer().expect("a producer");
    let events = at("events", 1);
    for value in ["the first", "the second, to be damaged", "the third"] {
        commit(&mut producer, &[(&events, b"k", Some(value.as_bytes()))]).expect("commits");
    }
    drop((log, producer));
    damage(&directory.path().join("log.redb"), b"the second, to be damaged");
    let log = open(directory.path());
    let error = log.read(&events, position(0), 1_000).expect_err("damaged");
    let expected = StoreError::DamagedBatch {
        partition: events.clone(),
        base: vigie_runtime::Offset::new(1),
        path: directory.path().join("log.redb"),
        reason: "its checksum does not fit its bytes".into(),
    };
    assert_eq!(error, ReadError::Store(expected));
    assert!(error.to_string().contains("events/1: the batch at offset 1 in "), "{error}");
    assert_eq!(log.read(&events, position(0), 1).expect("the first is sound").len(), 1);
    assert_eq!(log.read(&events, position(2), 1).expect("the third is sound").len(), 1);
}

#[test]
fn a_damaged_state_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let state = at("state", 0);
    let writes = [(&state, &b"k"[..], Some(&b"a value of state"[..]))];
    commit(&mut log.producer().expect("a producer"), &writes).expect("commits");
    drop(log);
    damage(&directory.path().join("state.redb"), b"a value of state");
    let log = open(directory.path());
    let error = log.compacted(&state, &mut |_, _| panic!("not shown")).expect_err("damaged");
    let says = "state.redb: the entry \"k\" of state/0 does not fit its checksum";
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn a_damaged_database_gives_an_error_or_the_truth_and_never_a_panic() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let (events, state) = (at("events", 0), at("state", 0));
    let mut producer = log.producer().expect("a producer");
    for number in 0..40_u32 {
        let key = number.to_be_bytes();
        let value = vec![number as u8; 700];
        let writes = [(&events, &key[..], Some(&value[..])), (&state, &key, Some(&value))];
        commit(&mut producer, &writes).expect("commits");
    }
    drop((log, producer));
    let log = open_to_read(directory.path());
    let truth = (records(&log, &events), compacted(&log, &state));
    drop(log);
    let mut errors = 0;
    for name in ["log.redb", "state.redb"] {
        let file = directory.path().join(name);
        let sound = std::fs::read(&file).expect("read");
        let pages =
            (0..sound.len()).step_by(4_096).filter(|at| sound[*at..][..4_096] != [0; 4_096]);
        let mut damaged: Vec<Vec<u8>> = pages
            .flat_map(|at| {
                [0x00, 0xff].map(|byte| {
                    let mut bytes = sound.clone();
                    bytes[at..at + 4_096].fill(byte);
                    bytes
                })
            })
            .collect();
        damaged.push(sound[..sound.len() / 2].to_vec());
        damaged.push(Vec::new());
        for bytes in damaged {
            std::fs::write(&file, bytes).expect("written");
            match read_all(directory.path()) {
                Ok(found) => assert!(found == truth, "what is read is what was written"),
                Err(error) => {
                    assert!(error.contains(directory.path().to_str().expect("text")), "{error}");
                    errors += 1;
                }
            }
        }
        std::fs::write(&file, sound).expect("written");
    }
    assert!(errors > 20, "{errors}");
    assert!(read_all(directory.path()).expect("sound again") == truth);
}

type Truth = (Vec<Written>, std::collections::BTreeMap<Vec<u8>, Vec<u8>>);

fn read_all(directory: &Path) -> Result<Truth, String> {
    let log = Log::open_read_only(directory).map_err(|error| error.to_string())?;
    let (events, state) = (at("events", 0), at("state", 0));
    let fetched = log.read(&events, position(0), 1 << 20).map_err(|error| error.to_string())?;
    let found = fetched
        .iter()
        .map(|record| (record.offset.get(), record.key.to_vec(), record.value.map(<[u8]>::to_vec)))
        .collect();
    let mut entries = std::collections::BTreeMap::new();
    log.compacted(&state, &mut |key, value| drop(entries.insert(key.to_vec(), value.to_vec())))
        .map_err(|error| error.to_string())?;
    Ok((found, entries))
}

/// Commits until that fails, when it is the child; otherwise does nothing.
#[test]
fn the_child_of_the_full_disk_test() {
    let Ok(directory) = std::env::var(DIRECTORY_VARIABLE) else { return };
    let log = open(Path::new(&directory));
    let mut producer = log.producer().expect("a producer");
    let value = vec![7_u8; 100_000];
    let mut acknowledged = 0;
    let error = loop {
        match commit(&mut producer, &[(&at("events", 0), b"k", Some(&value))]) {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(commit(&mut producer, &[(&at("rules", 0), b"k", Some(b"v"))]), Err(error.clone()));
    println!("acknowledged {acknowledged}, then: {error}");
}

#[test]
fn a_full_disk_fails_the_commit_and_loses_nothing_committed() {
    let directory = tempfile::tempdir().expect("a directory");
    // The signal that comes with the limit is ignored, so the write itself fails, as on a full
    // disk.
    let script = "trap '' XFSZ; ulimit -f 20000; exec \"$0\" \"$@\"";
    let child = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "faults::the_child_of_the_full_disk_test", "--nocapture"])
        .env(DIRECTORY_VARIABLE, directory.path())
        .output()
        .expect("the child runs");
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{output}{}", String::from_utf8_lossy(&child.stderr));
    let (_, says) = output.split_once("acknowledged ").expect("the child tells");
    let (acknowledged, error) = says.split_once(", then: ").expect("the child tells");
    assert!(error.contains("cannot commit to"), "{error}");
    assert!(error.contains("File too large (os error 27): nothing committed before"), "{error}");
    let log = open(directory.path());
    let written = log.end(&at("events", 0)).expect("known").get();
    let acknowledged: u64 = acknowledged.parse().expect("a number");
    assert!(written == acknowledged || written == acknowledged + 1, "{acknowledged}, {written}");
    assert_eq!(records(&log, &at("events", 0)).len() as u64, written);
    let mut producer = log.producer().expect("a producer");
    commit(&mut producer, &[(&at("events", 0), b"k", Some(b"v"))]).expect("there is room again");
}

#[test]
fn what_cannot_be_written_is_refused_with_its_reason_and_spoils_its_transaction() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let mut producer = log.producer().expect("a producer");
    let large = vec![0; 16 << 20];
    let (events, unknown, beyond) = (at("events", 0), at("unknown", 0), at("events", 2));
    for (write, reason) in [
        (
            (&events, &b"k"[..], None),
            "cannot write a tombstone to events/0: the topic is not compacted",
        ),
        ((&unknown, b"k", Some(&b"v"[..])), "cannot write to unknown/0: no such partition"),
        ((&beyond, b"k", Some(b"v")), "cannot write to events/2: no such partition"),
        (
            (&events, b"k", Some(&large)),
            "a record for events/0 takes 16777233 bytes, the limit is 16777216",
        ),
    ] {
        let mut transaction = producer.begin().expect("begins");
        send(&mut transaction, (&events, b"k", Some(b"v"))).expect("sends");
        let refused = CommitError::Fatal(reason.into());
        assert_eq!(send(&mut transaction, write), Err(refused.clone()));
        assert_eq!(transaction.commit(), Err(refused));
    }
    assert_eq!(log.end(&events), Ok(position(0)));
    let unknown = ReadError::UnknownPartition(unknown);
    assert_eq!(log.read(&at("unknown", 0), position(0), 1).map(drop), Err(unknown));
    let beyond =
        ReadError::BeyondEnd { partition: events.clone(), wanted: position(1), end: position(0) };
    assert_eq!(log.read(&events, position(1), 1).map(drop), Err(beyond));
}
