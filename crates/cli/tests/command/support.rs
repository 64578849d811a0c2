//! Runs the binary, and waits for what it does.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take before the test gives up and says what it saw.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a command gave.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text on standard output"),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The command, which must have ended well.
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.err, self.out);
        self
    }

    /// Standard output as JSON, one value a line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.out.lines().map(parse).collect()
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// A command, not started.
pub fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

/// Runs a command without input.
pub fn vigie<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    Ran::of(command(arguments).stdin(Stdio::null()).output().expect("the binary"))
}

/// Runs a command with input.
pub fn vigie_with<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Ran {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let ran = Ran::of(child.wait_with_output().expect("an end"));
    // A command that refuses its arguments reads nothing.
    let _ = writing.join().expect("written");
    ran
}

/// Tries until there is a result; what was seen last is told if there never is.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a deadline of a test")]
pub fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < deadline, "waited for {what}, saw {seen}"),
        }
    }
}

/// A directory with files in it.
pub struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("written");
        path
    }

    /// Runs `vigie up --exit` over the inputs.
    pub fn up(&self, data: &str, inputs: &[&Path], options: &[&str]) -> Ran {
        let mut command = command(["up", "--exit", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(self.path(data)).args(options);
        for input in inputs {
            command.arg("--input").arg(input);
        }
        Ran::of(command.stdin(Stdio::null()).output().expect("the binary"))
    }

    /// Asks a subcommand about a data directory.
    pub fn ask(&self, data: &str, arguments: &[&str]) -> Ran {
        let data = self.path(data);
        let data = [OsStr::new("--data"), data.as_os_str()];
        vigie(arguments.iter().map(OsStr::new).chain(data))
    }

    /// The records of a topic.
    #[track_caller]
    pub fn records(&self, data: &str, topic: &str) -> Vec<Value> {
        let arguments = ["topics", "tail", topic, "--from", "0", "--limit", "100000"];
        self.ask(data, &arguments).well().lines()
    }
}
