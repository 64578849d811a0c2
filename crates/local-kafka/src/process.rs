//! A server process: started here, or found again by the file that holds its number.
//!
//! Guarantees: it is signalled by number, and only while its command line still names its
//! directory, so that no stranger who got the same number later is hit.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::wait::wait_for;

/// How long the system takes to end a process that was killed, at most: its memory is freed first.
const KILL_LIMIT: Duration = Duration::from_secs(10);

/// How many of a log's last lines an error quotes: a stack trace with its cause.
const QUOTED_LINES: usize = 25;

/// One server process, with its log and its number in files of its directory.
pub struct Process {
    name: String,
    directory: PathBuf,
    number: Option<Pid>,
    /// Only of a process started here: the system keeps its number until it is waited for.
    child: Option<Child>,
}

impl Process {
    /// The process of that name in that directory, whether it lives or not.
    pub fn find(name: &str, directory: &Path) -> Self {
        let text = fs::read_to_string(directory.join(format!("{name}.pid"))).unwrap_or_default();
        let number = text.trim().parse().ok().and_then(Pid::from_raw);
        Self { name: name.to_owned(), directory: directory.to_owned(), number, child: None }
    }

    /// Starts the process. Its output is added to its log; it is its own process group, so that an
    /// interrupt typed at the terminal does not reach it.
    ///
    /// # Errors
    /// It lives already, or cannot be started.
    pub fn start(&mut self, mut command: Command) -> Result<()> {
        if self.is_alive() {
            bail!("{} runs already", self.name);
        }
        let log = self.open_log()?;
        let child = command
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("cannot share a log")?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .with_context(|| {
                let program = command.get_program().display();
                format!("cannot start {program}: install it (Debian: openjdk-17-jdk-headless)")
            })?;
        fs::write(self.number_path(), format!("{}\n", child.id()))
            .with_context(|| format!("cannot write {}", self.number_path().display()))?;
        self.number = Some(Pid::from_child(&child));
        self.child = Some(child);
        Ok(())
    }

    /// Whether it runs; a paused process does.
    pub fn is_alive(&mut self) -> bool {
        match (&mut self.child, self.number) {
            (Some(child), _) => matches!(child.try_wait(), Ok(None)),
            (None, Some(number)) => {
                let mark = self.directory.display().to_string();
                command_line(number).contains(&mark)
            }
            (None, None) => false,
        }
    }

    /// How a process that was started here has ended; none while it runs.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let name = &self.name;
        match &mut self.child {
            Some(child) => child.try_wait().with_context(|| format!("cannot wait for {name}")),
            None => Ok(None),
        }
    }

    /// Its number, while it lives.
    pub fn number(&mut self) -> Option<i32> {
        if self.is_alive() { self.number.map(Pid::as_raw_pid) } else { None }
    }

    /// Stops it at an instruction, until it is resumed.
    ///
    /// # Errors
    /// It does not live.
    pub fn pause(&mut self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets a paused process go on.
    ///
    /// # Errors
    /// It does not live.
    pub fn resume(&mut self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// Kills it without a warning and waits until it is gone. One that is dead stays so.
    ///
    /// # Errors
    /// The system did not end it in time.
    pub fn kill(&mut self) -> Result<()> {
        if self.is_alive() {
            self.signal(Signal::KILL)?;
            if !self.is_gone_within(KILL_LIMIT)? {
                bail!("{} lives {KILL_LIMIT:?} after it was killed", self.name);
            }
        }
        self.forget();
        Ok(())
    }

    /// Asks it to end, and kills it when it has not after some time. Says whether it ended by
    /// itself.
    ///
    /// # Errors
    /// The system did not end it in time.
    pub fn stop(&mut self, patience: Duration) -> Result<bool> {
        let ends = self.is_alive() && {
            self.signal(Signal::TERM)?;
            // A paused process would hear of it only when resumed.
            self.signal(Signal::CONT)?;
            self.is_gone_within(patience)?
        };
        self.kill()?;
        Ok(ends)
    }

    /// Waits until a process that was started here has ended by itself.
    ///
    /// # Errors
    /// It failed, or did not end in time; then it is killed. The error quotes the end of its log.
    pub fn wait_for_success(&mut self, limit: Duration) -> Result<()> {
        let child = self.child.as_mut().context("only who started a process can wait for it")?;
        let ended = wait_for(limit, || child.try_wait().context("cannot wait for a process"))?;
        let problem = match ended {
            Some(status) if status.success() => None,
            Some(status) => Some(format!("ended with {status}")),
            None => Some(format!("has not ended after {limit:?}")),
        };
        self.kill()?;
        problem.map_or(Ok(()), |what| bail!("{} {what}; {}", self.name, self.log_end()))
    }

    /// Asks it to end, and does not wait.
    ///
    /// # Errors
    /// It does not live.
    pub fn ask_to_end(&mut self) -> Result<()> {
        self.signal(Signal::TERM)
    }

    /// Where its output goes.
    pub fn log_path(&self) -> PathBuf {
        self.directory.join(format!("{}.log", self.name))
    }

    /// What it has written from a byte of its log on.
    pub fn log_from(&self, start: u64) -> String {
        let bytes = fs::read(self.log_path()).unwrap_or_default();
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
        String::from_utf8_lossy(&bytes[start..]).into_owned()
    }

    /// How long its log is.
    pub fn log_length(&self) -> u64 {
        fs::metadata(self.log_path()).map_or(0, |metadata| metadata.len())
    }

    /// The end of its log, for an error.
    pub fn log_end(&self) -> String {
        let text = self.log_from(0);
        let lines: Vec<&str> = text.lines().collect();
        let quoted = lines[lines.len().saturating_sub(QUOTED_LINES)..].join("\n  ");
        format!("the end of {}:\n  {quoted}", self.log_path().display())
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// It does not live.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        let Some(number) = self.number().and_then(Pid::from_raw) else {
            bail!("{} does not run", self.name);
        };
        match kill_process(number, signal) {
            // It may have ended since we looked.
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot signal {}", self.name)),
        }
    }

    fn is_gone_within(&mut self, limit: Duration) -> Result<bool> {
        Ok(wait_for(limit, || Ok((!self.is_alive()).then_some(())))?.is_some())
    }

    fn forget(&mut self) {
        self.child = None;
        self.number = None;
        // A file left behind is harmless: its process is looked for by command line as well.
        let _ = fs::remove_file(self.number_path());
    }

    fn number_path(&self) -> PathBuf {
        self.directory.join(format!("{}.pid", self.name))
    }

    fn open_log(&self) -> Result<File> {
        let path = self.log_path();
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The command line of a process; empty when there is none.
fn command_line(number: Pid) -> String {
    let number = number.as_raw_pid().to_string();
    if Path::new("/proc/self/cmdline").exists() {
        let bytes = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let output = Command::new("ps").args(["-o", "command=", "-p", &number]).output();
    output.map_or_else(|_| String::new(), |found| String::from_utf8_lossy(&found.stdout).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that names the directory in its command line and waits.
    fn waiting(directory: &Path) -> Process {
        let mut process = Process::find("waiting", directory);
        let mut command = Command::new("sh");
        command.args(["-c", "echo ready; while :; do sleep 1; done"]).arg(directory);
        process.start(command).unwrap();
        // For a moment after its start the system does not tell its command line.
        let ready =
            wait_for(KILL_LIMIT, || Ok(process.log_from(0).contains("ready").then_some(())));
        ready.unwrap().unwrap();
        process
    }

    #[test]
    fn a_process_is_found_again_by_its_number_and_its_command_line() {
        let directory = tempfile::tempdir().unwrap();
        let mut process = waiting(directory.path());
        let mut found = Process::find("waiting", directory.path());
        assert!(found.is_alive());
        assert_eq!(found.number(), process.number());

        // The same number under another directory is a stranger.
        let elsewhere = tempfile::tempdir().unwrap();
        let text = process.number().unwrap().to_string();
        fs::write(elsewhere.path().join("waiting.pid"), text).unwrap();
        assert!(!Process::find("waiting", elsewhere.path()).is_alive());

        process.kill().unwrap();
        assert!(!process.is_alive() && !found.is_alive());
        assert!(!Process::find("waiting", directory.path()).is_alive());
    }

    #[test]
    fn a_paused_process_is_alive_and_ends_when_asked() {
        let directory = tempfile::tempdir().unwrap();
        let mut process = waiting(directory.path());
        process.pause().unwrap();
        assert!(process.is_alive());
        assert!(process.stop(Duration::from_secs(10)).unwrap());
        assert!(process.pause().unwrap_err().to_string().contains("does not run"));
    }
}
