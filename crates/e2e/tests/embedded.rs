//! `vigie up` is killed at random moments over one input and started again each time: what it
//! leaves behind equals an undisturbed run.
//!
//! `VIGIE_KILLS` says how often (10 unless given), `VIGIE_SEED` at which moments.

mod image;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::image::{Image, differences};

/// How many lines are read.
const MENTIONS: &str = "20000";

/// How long a run may take that is not killed.
const LONGEST_RUN: Duration = Duration::from_mins(5);

/// The latest moment of a kill, as a share of an undisturbed run: start-up and some reading.
const LATEST_KILL: f64 = 0.4;

/// `SplitMix64`: the same moments for the same seed.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

struct Stage {
    directory: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let stage = Self { directory: tempfile::tempdir().expect("a directory") };
        let lines = File::create(stage.path("mentions.ndjson")).expect("a file");
        let status = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(["simulate", "--seed", "11", "--mentions", MENTIONS, "--streams"])
            .arg(stage.path("streams.toml"))
            .stdout(lines)
            .status()
            .expect("the simulator");
        assert!(status.success());
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn start(&self, data: &Path) -> Child {
        let words = File::options().create(true).append(true).open(self.path("words"));
        Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(["up", "--exit", "--listen", "127.0.0.1:0", "--streams"])
            .arg(self.path("streams.toml"))
            .arg("--data")
            .arg(data)
            .arg("--input")
            .arg(self.path("mentions.ndjson"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words.expect("a file"))
            .spawn()
            .expect("vigie up")
    }

    /// Runs until the end, or is killed at that moment; none when it was killed.
    fn run(&self, data: &Path, moment: Duration) -> Option<ExitStatus> {
        let mut child = self.start(data);
        let id = Pid::from_child(&child);
        let (ended, end) = channel();
        let waiting = thread::spawn(move || {
            let status = child.wait().expect("a status");
            ended.send(()).expect("the receiver waits");
            status
        });
        let killed = end.recv_timeout(moment) == Err(RecvTimeoutError::Timeout);
        if killed {
            // It may have ended since; then its status says so.
            let _ = kill_process(id, Signal::KILL);
            end.recv().expect("an end");
        }
        let status = waiting.join().expect("waited");
        if killed && status.code().is_none() { None } else { Some(status) }
    }

    fn must_end(&self, data: &Path) {
        let status = self.run(data, LONGEST_RUN);
        let words = || fs::read_to_string(self.path("words")).unwrap_or_default();
        assert!(status.is_some_and(|status| status.success()), "{status:?}: {}", words());
    }
}

fn number_from(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is \"{text}\"")),
        Err(_) => default,
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "moments of a kill are moments of the wall clock")]
fn killed_at_random_moments_it_loses_and_doubles_nothing() {
    let (kills, seed) = (number_from("VIGIE_KILLS", 10), number_from("VIGIE_SEED", 1));
    let stage = Stage::new();
    let begun = Instant::now();
    stage.must_end(&stage.path("undisturbed"));
    let latest = begun.elapsed().mul_f64(LATEST_KILL);
    let expected = Image::read(&stage.path("undisturbed"));
    assert!(
        differences(&expected, &expected).is_empty(),
        "{:#?}",
        differences(&expected, &expected)
    );
    for section in ["raw", "mentions", "author events", "closed windows", "dead letters"] {
        assert!(!expected.sections[section].is_empty(), "no {section} to compare");
    }
    assert_seen(&expected);
    let (mut dice, mut done, mut round) = (Dice(seed), 0, 0);
    while done < kills {
        round += 1;
        let data = stage.path(&format!("killed-{round}"));
        let mut ended = false;
        while done < kills && !ended {
            match stage.run(&data, latest.mul_f64(dice.unit())) {
                None => done += 1,
                Some(status) => {
                    assert!(status.success(), "{status}");
                    ended = true;
                }
            }
        }
        stage.must_end(&data);
        let found = differences(&expected, &Image::read(&data));
        let first: Vec<_> = found.iter().take(5).collect();
        assert!(found.is_empty(), "round {round}: {} differences: {first:#?}", found.len());
        fs::remove_dir_all(&data).expect("removable");
    }
    println!("{done} kills in {round} rounds, seed {seed}, up to {latest:?} after the start");
}

/// In every section of a real run, a record that is dropped, doubled or altered is seen.
fn assert_seen(run: &Image) {
    for (name, section) in &run.sections {
        let key = section.keys().next().expect("no section is empty");
        let changes: [fn(&mut Vec<String>); 3] = [
            |records| {
                records.pop();
            },
            |records| records.extend(records.first().cloned()),
            |records| records[0].push('!'),
        ];
        for change in changes {
            let mut altered = run.clone();
            change(altered.sections.get_mut(name).and_then(|it| it.get_mut(key)).expect("there"));
            assert_eq!(differences(run, &altered).len(), 1, "in {name}");
        }
    }
    let mut altered = run.clone();
    altered.committed.pop_first();
    assert_eq!(differences(run, &altered).len(), 1, "in states");
}

