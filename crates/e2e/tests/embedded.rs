//! `vigie up` is killed at random moments over one input and started again each time: what it
//! leaves behind equals an undisturbed run.
//!
//! `VIGIE_KILLS` says how often (10 unless given), `VIGIE_SEED` at which moments.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use vigie_e2e::{Detail, Dice, Image, Workload, must_differ, must_equal, now, vigie};
use vigie_engine_embedded::Log;
use vigie_schema::Schemas;

/// How many lines are read.
const MENTIONS: u64 = 20_000;

/// How long a run may take that is not killed.
const LONGEST_RUN: Duration = Duration::from_mins(5);

/// The latest moment of a kill, as a share of an undisturbed run: start-up and some reading.
const LATEST_KILL: f64 = 0.4;

struct Stage {
    directory: tempfile::TempDir,
    workload: Workload,
}

impl Stage {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let workload = Workload::simulate(directory.path(), 11, MENTIONS).unwrap();
        workload.recount().unwrap();
        Self { directory, workload }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn start(&self, data: &Path) -> Child {
        let words = File::options().create(true).append(true).open(self.path("words"));
        Command::new(vigie().unwrap())
            .args(["up", "--exit", "--listen", "127.0.0.1:0", "--streams"])
            .arg(self.workload.streams())
            .arg("--data")
            .arg(data)
            .arg("--input")
            .arg(self.workload.mentions())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words.unwrap())
            .spawn()
            .unwrap()
    }

    /// Runs until the end, or is killed at that moment; none when it was killed.
    fn run(&self, data: &Path, moment: Duration) -> Option<ExitStatus> {
        let mut child = self.start(data);
        let id = Pid::from_child(&child);
        let (ended, end) = channel();
        let waiting = thread::spawn(move || {
            let status = child.wait().unwrap();
            ended.send(()).unwrap();
            status
        });
        let killed = end.recv_timeout(moment) == Err(RecvTimeoutError::Timeout);
        if killed {
            // It may have ended since; then its status says so.
            let _ = kill_process(id, Signal::KILL);
        }
        let status = waiting.join().unwrap();
        if killed && status.code().is_none() { None } else { Some(status) }
    }

    fn must_end(&self, data: &Path) {
        let status = self.run(data, LONGEST_RUN);
        let words = || fs::read_to_string(self.path("words")).unwrap_or_default();
        assert!(status.is_some_and(|status| status.success()), "{status:?}: {}", words());
    }
}

fn image(data: &Path) -> Image {
    let log = Log::open_read_only(data).unwrap();
    Image::read(&*log, Arc::new(Schemas::new()), Detail::Whole).unwrap()
}

fn number_from(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is \"{text}\"")),
        Err(_) => default,
    }
}

#[test]
fn killed_at_random_moments_it_loses_and_doubles_nothing() {
    let (kills, seed) = (number_from("VIGIE_KILLS", 10), number_from("VIGIE_SEED", 1));
    let stage = Stage::new();
    let begun = now();
    stage.must_end(&stage.path("undisturbed"));
    let latest = begun.elapsed().mul_f64(LATEST_KILL);
    let expected = image(&stage.path("undisturbed"));
    must_equal(&expected, &expected).unwrap();
    for section in ["raw", "mentions", "author events", "closed windows", "dead letters"] {
        assert!(expected.count(section) > 0, "no {section} to compare");
    }
    let withdrawn = expected.count_holding("mentions", "withdrawn: [StreamWithdrawal");
    assert!(withdrawn > 100, "{withdrawn} judgements leave a stream");
    must_differ(&expected).unwrap();
    let (mut dice, mut done, mut round) = (Dice::new(seed), 0, 0);
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
        must_equal(&expected, &image(&data)).unwrap();
        fs::remove_dir_all(&data).unwrap();
    }
    println!("{done} kills in {round} rounds, seed {seed}, up to {latest:?} after the start");
}
