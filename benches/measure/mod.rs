//! Runs a command and takes its wall time, CPU time and peak memory, as the system accounts for
//! them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What one run of a command cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// From start to end.
    pub wall: Duration,
    /// On all processors, user and system.
    pub cpu: Duration,
    /// The most memory that was resident at once, in MiB.
    pub peak_mib: u64,
}

impl Cost {
    /// As words: `12.3 s on the clock, 20.1 CPU s, 400 MiB at most`.
    pub fn in_words(&self) -> String {
        let (wall, cpu) = (self.wall.as_secs_f64(), self.cpu.as_secs_f64());
        format!("{wall:.1} s on the clock, {cpu:.1} CPU s, {} MiB at most", self.peak_mib)
    }
}

/// Ticks of `/proc/PID/stat` a second: fixed on Linux.
const TICKS_A_SECOND: u64 = 100;

/// The binary under measurement.
pub fn vigie() -> Command {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
}

/// How many mentions to measure with, from `VIGIE_MENTIONS`.
pub fn mentions(default: u64) -> u64 {
    let text = std::env::var("VIGIE_MENTIONS").ok();
    text.map_or(default, |text| text.parse().expect("VIGIE_MENTIONS is a number"))
}

/// Simulates mentions into `directory`: the lines, and the streams that watch them.
pub fn simulate(directory: &Path, mentions: u64) -> (PathBuf, PathBuf) {
    let (lines, streams) = (directory.join("lines.ndjson"), directory.join("streams.toml"));
    let status = vigie()
        .args(["simulate", "--seed", "7", "--mentions", &mentions.to_string(), "--streams"])
        .arg(&streams)
        .stdout(File::create(&lines).expect("created"))
        .status()
        .expect("started");
    assert!(status.success(), "simulate ended with {status}");
    (lines, streams)
}

/// Runs the command to its end and looks at its account every few milliseconds.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub fn run(command: &mut Command) -> (Cost, ExitStatus) {
    let begun = Instant::now();
    let mut child = command.stderr(Stdio::null()).spawn().expect("started");
    let mut cost = Cost::default();
    let status = loop {
        if let Some(account) = account_of(child.id()) {
            cost = Cost { wall: begun.elapsed(), ..account };
        }
        if let Some(status) = child.try_wait().expect("waited for") {
            break status;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    };
    (Cost { wall: begun.elapsed(), ..cost }, status)
}

fn account_of(pid: u32) -> Option<Cost> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let peak_kib: u64 = peak.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(Cost {
        wall: Duration::ZERO,
        cpu: Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND),
        peak_mib: peak_kib / 1_024,
    })
}
