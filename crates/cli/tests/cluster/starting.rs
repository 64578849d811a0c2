//! Services that start while the registry is down, or without schemas.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{cluster, command, registry, run};

/// How long anything here may take: a registry was seen to start for 41 s on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);

/// A service whose standard error is read line by line.
struct Service {
    child: Child,
    lines: Receiver<String>,
}

impl Service {
    fn start(configuration: &Path) -> Self {
        let configuration = configuration.to_str().expect("text");
        let arguments = ["tagger", "--config", configuration, "--listen", "127.0.0.1:0"];
        let mut command = command(&arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("started");
        let (said, lines) = unbounded();
        let error = BufReader::new(child.stderr.take().expect("piped"));
        thread::spawn(move || {
            for line in error.lines() {
                // Nobody listens any more at the end of a test.
                let _ = said.send(line.expect("text"));
            }
        });
        Self { child, lines }
    }

    /// Reads up to a line that holds the text.
    #[track_caller]
    fn says(&mut self, text: &str) {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(LONGEST) {
                Ok(line) if line.contains(text) => return,
                Ok(line) => seen.push(line),
                Err(error) => panic!("{text} was not said, {error}:\n{}", seen.join("\n")),
            }
        }
    }

    /// Asks it to end and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let id = Pid::from_child(&self.child);
        kill_process(id, Signal::TERM).expect("asked");
        self.child.wait().expect("ended").code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // A test that failed leaves it running; one that ended is not there any more.
        let _ = self.child.kill();
    }
}

fn write_configuration(directory: &Path, brokers: &str, url: &str) -> PathBuf {
    let file = directory.join("cluster.toml");
    let text = format!("[kafka]\nbrokers = \"{brokers}\"\n[registry]\nurl = \"{url}\"\n");
    fs::write(&file, text).expect("written");
    file
}

#[test]
fn a_start_waits_for_the_registry_and_goes_on_when_it_comes() {
    let directory = tempfile::tempdir().expect("a directory");
    let cluster = cluster();
    let mut registry = registry();
    let file = write_configuration(directory.path(), &cluster.bootstrap(), &registry.url());
    let configuration = file.to_str().expect("text");
    run(&["topics", "apply", "--config", configuration]).with(0);

    let mut service = Service::start(&file);
    service.says("lacks the schemas of mentions.raw.v1-value");
    assert_eq!(service.child.wait().expect("ended").code(), Some(1));
    run(&["schemas", "register", "--config", configuration]).with(0);

    registry.kill().expect("killed");
    let mut waiting = Service::start(&file);
    waiting.says("waiting for the schema registry");
    assert_eq!(waiting.end(), Some(0));
    let mut waiting = Service::start(&file);
    waiting.says("waiting for the schema registry");
    registry.start_again().expect("started");
    waiting.says("tagger with its API at");
    // A registry that goes away again is nothing to a running service.
    registry.kill().expect("killed");
    thread::park_timeout(Duration::from_secs(2));
    assert!(waiting.child.try_wait().expect("looked").is_none());
    assert_eq!(waiting.end(), Some(0));
}
