//! A supervisor of services: starts them, disturbs them, and starts again what has ended.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::Signal;
use vigie_local_kafka::{Guard, Process, wait_for};
use vigie_service::pipeline::Role;

use crate::clock::now;
use crate::exits::Exits;

/// One replica of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Of which service.
    pub role: Role,
    /// Which replica.
    pub ordinal: u32,
}

impl std::fmt::Display for Member {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}-{}", self.role.name(), self.ordinal)
    }
}

/// When a member that was ended is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// At the next look.
    AtOnce,
    /// After some time.
    After(Duration),
    /// Not by itself.
    Never,
}

/// How long a supervisor waits before it starts again what has ended by itself.
const BACKOFF: Duration = Duration::from_millis(200);

/// How long an orderly end may take: the binary's own limit, and the start of a busy machine.
const LONGEST_STOP: Duration = Duration::from_secs(45);

enum State {
    Runs,
    Paused,
    /// Was asked to commit and end.
    Ends(Return),
    /// Until then; none waits to be started by name.
    Down(Option<Instant>),
    /// Has done all that it was there for.
    Done,
}

struct Seat {
    member: Member,
    arguments: Vec<OsString>,
    process: Process,
    state: State,
}

impl Return {
    fn state(self) -> State {
        State::Down(match self {
            Self::AtOnce => Some(now()),
            Self::After(span) => Some(now() + span),
            Self::Never => None,
        })
    }
}

impl Seat {
    /// Whether there is a process, or was one at the last look.
    const fn is_there(&self) -> bool {
        matches!(self.state, State::Runs | State::Paused | State::Ends(_))
    }

    /// Signals it where it is there; it may have ended by itself at any moment.
    fn signal(&mut self, signals: &[Signal]) -> Result<()> {
        for signal in signals {
            if self.is_there() && self.process.ended()?.is_none() {
                self.process.signal(*signal)?;
            }
        }
        Ok(())
    }
}

/// Processes of services over one configuration.
pub struct Fleet {
    binary: PathBuf,
    configuration: PathBuf,
    directory: PathBuf,
    seats: Vec<Seat>,
    /// How they have ended so far.
    pub exits: Exits,
    /// How often one was started.
    pub starts: u64,
    environment: Vec<(String, String)>,
    _guard: Guard,
}

impl Fleet {
    /// No process yet; logs go into the directory.
    ///
    /// # Errors
    /// When there is no shell that could watch over what we start.
    pub fn new(binary: &Path, configuration: &Path, directory: &Path) -> Result<Self> {
        Ok(Self {
            binary: binary.to_owned(),
            configuration: configuration.to_owned(),
            directory: directory.to_owned(),
            seats: Vec::new(),
            exits: Exits::default(),
            starts: 0,
            environment: Vec::new(),
            _guard: Guard::over(directory)?,
        })
    }

    /// Sets a variable of every process that is started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Adds a member and starts it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn add(&mut self, member: Member, arguments: &[OsString]) -> Result<()> {
        self.add_away(member, arguments);
        self.start(member)
    }

    /// Adds a member that is started by name.
    pub fn add_away(&mut self, member: Member, arguments: &[OsString]) {
        self.seats.push(Seat {
            member,
            arguments: arguments.to_vec(),
            process: Process::find(&member.to_string(), &self.directory),
            state: State::Down(None),
        });
    }

    /// Starts a member that is down.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&mut self, member: Member) -> Result<()> {
        let mut command = Command::new(&self.binary);
        command.arg(member.role.name()).arg("--config").arg(&self.configuration);
        command.args(["--ordinal", &member.ordinal.to_string()]);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("NO_COLOR", "1");
        let seat = self.seat(member)?;
        command.args(&seat.arguments);
        if !seat.arguments.iter().any(|argument| argument == "--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        seat.process.start(command)?;
        seat.state = State::Runs;
        self.starts += 1;
        Ok(())
    }

    /// Kills a member at whichever instruction it is.
    ///
    /// # Errors
    /// When it does not end.
    pub fn kill(&mut self, member: Member, back: Return) -> Result<()> {
        self.seat(member)?.signal(&[Signal::KILL])?;
        self.end(member, back)
    }

    /// Asks a member to commit and end, and does not wait.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn ask_to_end(&mut self, member: Member, back: Return) -> Result<()> {
        let seat = self.seat(member)?;
        // Asked twice it would end at once.
        if matches!(seat.state, State::Runs | State::Paused) {
            // A paused process hears of it only when resumed.
            seat.signal(&[Signal::TERM, Signal::CONT])?;
        }
        if seat.is_there() {
            seat.state = State::Ends(back);
        }
        Ok(())
    }

    /// Asks a member to commit and end, and waits for it.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn stop(&mut self, member: Member, back: Return) -> Result<()> {
        self.ask_to_end(member, back)?;
        self.end(member, back)
    }

    /// Stops a member at an instruction.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause(&mut self, member: Member) -> Result<()> {
        let seat = self.seat(member)?;
        seat.signal(&[Signal::STOP])?;
        if matches!(seat.state, State::Runs) {
            seat.state = State::Paused;
        }
        Ok(())
    }

    /// Lets a paused member go on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn resume(&mut self, member: Member) -> Result<()> {
        let seat = self.seat(member)?;
        if matches!(seat.state, State::Paused) {
            seat.signal(&[Signal::CONT])?;
            seat.state = State::Runs;
        }
        Ok(())
    }

    /// Counts what has ended, and starts what is to be started.
    ///
    /// # Errors
    /// When a process cannot be started or waited for.
    pub fn tend(&mut self) -> Result<()> {
        let mut due = Vec::new();
        for seat in &mut self.seats {
            if seat.is_there()
                && let Some(status) = seat.process.ended()?
            {
                self.exits.count(status);
                seat.state = match seat.state {
                    State::Ends(back) => back.state(),
                    State::Runs | State::Paused | State::Down(_) | State::Done
                        if status.success() && seat.member.role == Role::Ingest =>
                    {
                        State::Done
                    }
                    State::Runs | State::Paused | State::Down(_) | State::Done => {
                        Return::After(BACKOFF).state()
                    }
                };
            }
            if matches!(seat.state, State::Down(Some(until)) if until <= now()) {
                due.push(seat.member);
            }
        }
        due.into_iter().try_for_each(|member| self.start(member))
    }

    /// The number of a member's process, while there is one.
    pub fn process_number(&mut self, member: Member) -> Option<i32> {
        self.seat(member).ok()?.process.number()
    }

    /// The members that run and are not paused.
    pub fn running(&self) -> Vec<Member> {
        self.with(|state| matches!(state, State::Runs))
    }

    /// The members that are paused.
    pub fn paused(&self) -> Vec<Member> {
        self.with(|state| matches!(state, State::Paused))
    }

    /// Whether a member is down until it is started by name.
    pub fn is_away(&self, member: Member) -> bool {
        self.with(|state| matches!(state, State::Down(None))).contains(&member)
    }

    /// Every member.
    pub fn members(&self) -> Vec<Member> {
        self.with(|_| true)
    }

    /// Whether a member has done all that it was there for.
    pub fn is_done(&self, member: Member) -> bool {
        self.with(|state| matches!(state, State::Done)).contains(&member)
    }

    /// Resumes, and starts at once, whoever is not there.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn complete(&mut self) -> Result<()> {
        for member in self.members() {
            self.resume(member)?;
            if matches!(self.seat(member)?.state, State::Down(_)) {
                self.start(member)?;
            }
        }
        Ok(())
    }

    /// Asks everybody to end and waits for it.
    ///
    /// # Errors
    /// When one does not end in time.
    pub fn stop_all(&mut self) -> Result<()> {
        for member in self.members() {
            self.ask_to_end(member, Return::Never)?;
        }
        self.members().into_iter().try_for_each(|member| self.end(member, Return::Never))
    }

    /// The end of a member's log, for an error.
    pub fn words(&mut self, member: Member) -> String {
        self.seat(member).map_or_else(|error| error.to_string(), |seat| seat.process.log_end())
    }

    /// Everything that a member has written.
    ///
    /// # Errors
    /// When there is no such member.
    pub fn log(&mut self, member: Member) -> Result<String> {
        Ok(self.seat(member)?.process.log_from(0))
    }

    fn end(&mut self, member: Member, back: Return) -> Result<()> {
        let seat = self.seat(member)?;
        if seat.is_there() {
            let process = &mut seat.process;
            let ended = wait_for(LONGEST_STOP, || process.ended())?;
            let status =
                ended.with_context(|| format!("{member} has not ended after {LONGEST_STOP:?}"))?;
            seat.state = back.state();
            self.exits.count(status);
        }
        Ok(())
    }

    fn with(&self, is_meant: impl Fn(&State) -> bool) -> Vec<Member> {
        let meant = self.seats.iter().filter(|seat| is_meant(&seat.state));
        meant.map(|seat| seat.member).collect()
    }

    fn seat(&mut self, member: Member) -> Result<&mut Seat> {
        let seat = self.seats.iter_mut().find(|seat| seat.member == member);
        seat.with_context(|| format!("{member} is no member of this fleet"))
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for seat in &mut self.seats {
            if let Err(error) = seat.process.kill() {
                eprintln!("{error:#}");
            }
        }
    }
}
