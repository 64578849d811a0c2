//! What ends the servers of a test that was killed and could not end them itself.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Waits for the end of its input, which comes when its starter ends, however it ends. Then it
/// kills what the files of numbers name; an orderly end has removed them.
const SCRIPT: &str = "read -r _; \
    for file in \"$1\"/*.pid; do [ -e \"$file\" ] && kill -9 \"$(cat \"$file\")\"; done";

/// A shell that outlives us by a moment.
pub struct Guard(Child);

impl Guard {
    /// Watches over the processes whose numbers are in files of the directory.
    ///
    /// # Errors
    /// There is no shell.
    pub fn over(directory: &Path) -> Result<Self> {
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start a shell that watches over the servers")?;
        Ok(Self(child))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Dropped in order, so it has nothing to do any more. It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::process::Process;
    use crate::wait::wait_for;

    #[test]
    fn what_its_starter_left_running_is_killed() {
        let directory = tempfile::tempdir().unwrap();
        let mut guard = Guard::over(directory.path()).unwrap();
        let mut process = Process::find("left", directory.path());
        let mut command = Command::new("sh");
        command.args(["-c", "while :; do sleep 1; done"]).arg(directory.path());
        process.start(command).unwrap();
        // What the system does when the starter ends.
        drop(guard.0.stdin.take());
        let gone = wait_for(Duration::from_secs(10), || Ok((!process.is_alive()).then_some(())));
        assert_eq!(gone.unwrap(), Some(()));
    }
}
