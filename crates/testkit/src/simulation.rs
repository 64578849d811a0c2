//! Several stream threads of several applications over one simulated log, stepped in random order,
//! killed and started again until everything is read.

use vigie_runtime::{EngineError, StreamThread, ThreadError, ThreadParts, Topic};
use vigie_types::Millis;

use crate::chances::Chances;
use crate::engine::{CRASH, SimulatedEngine};
use crate::log::SimulatedLog;

/// The longest wait of one poll.
const POLL: Millis = Millis::new(50);

/// One application: what it reads and how its threads are made, each time anew.
pub struct Program {
    /// Names the group.
    pub application: String,
    /// The topics that its tasks read.
    pub inputs: Vec<Topic>,
    /// The control topics that each thread reads whole.
    pub controls: Vec<Topic>,
    /// Makes a thread's parts; nothing of an earlier thread may live on in them.
    pub parts: Box<dyn Fn() -> ThreadParts>,
}

/// Why a simulation ended before everything was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// A thread ended by itself.
    #[error("a thread of {application} ended: {error}")]
    Thread {
        /// Of which application.
        application: String,
        /// Why.
        error: ThreadError,
    },
    /// Something was still unread after so many steps without a fault.
    #[error("{application} has not read everything after {steps} calm steps")]
    Stuck {
        /// Of which application.
        application: String,
        /// How many steps were made.
        steps: usize,
    },
}

/// Threads over one log.
pub struct Simulation {
    log: SimulatedLog,
    programs: Vec<Program>,
    threads: Vec<Thread>,
    /// How many threads ended by crash or fence, and were started again.
    deaths: usize,
}

struct Thread {
    program: usize,
    thread: Option<StreamThread<SimulatedEngine>>,
}

impl Simulation {
    /// Starts `threads` threads of each program.
    pub fn new(log: &SimulatedLog, programs: Vec<Program>, threads: usize) -> Self {
        let slots = (0..programs.len() * threads)
            .map(|index| Thread { program: index / threads, thread: None })
            .collect();
        Self { log: log.clone(), programs, threads: slots, deaths: 0 }
    }

    /// Makes so many steps, each of some thread.
    ///
    /// # Errors
    /// When a thread ends for another reason than a simulated one.
    pub fn run(&mut self, steps: usize) -> Result<(), Stopped> {
        for _ in 0..steps {
            let chosen = self.log.shared().dice.below(self.threads.len());
            self.step(chosen)?;
        }
        Ok(())
    }

    /// Ends all faults and goes on until everything is read and committed.
    ///
    /// # Errors
    /// As [`Simulation::run`], or when it does not come to an end within `steps` steps.
    pub fn finish(&mut self, chances: Chances, steps: usize) -> Result<(), Stopped> {
        self.log.set_chances(chances);
        for step in 0..steps {
            self.run(1)?;
            // Asking costs as much as many steps.
            if step % 8 == 7 && self.unread().is_none() {
                return self.settle();
            }
        }
        match self.unread() {
            None => Ok(()),
            Some(application) => Err(Stopped::Stuck { application, steps }),
        }
    }

    /// Lets every thread learn what it owns.
    fn settle(&mut self) -> Result<(), Stopped> {
        // One step to take a partition that was asked back meanwhile, one to be asked, one to give
        // it up, one for the next owner to take it; twice that, for nothing counts on the number.
        for _ in 0..8 {
            for thread in 0..self.threads.len() {
                self.step(thread)?;
            }
        }
        Ok(())
    }

    /// Kills every thread at once: nothing but the log lives on.
    pub fn crash(&mut self) {
        for thread in &mut self.threads {
            thread.thread = None;
        }
        self.deaths += 1;
    }

    /// How many threads died and were started again.
    pub fn deaths(&self) -> usize {
        self.deaths
    }

    fn unread(&self) -> Option<String> {
        let unread = self
            .programs
            .iter()
            .find(|program| !self.log.is_read(&program.application, &program.inputs));
        unread.map(|program| program.application.clone())
    }

    fn step(&mut self, chosen: usize) -> Result<(), Stopped> {
        let slot = &mut self.threads[chosen];
        let program = &self.programs[slot.program];
        let chance = self.log.shared().chances.crashed;
        if self.log.shared().dice.happens(chance) {
            slot.thread = None;
            self.deaths += 1;
        }
        let thread = slot.thread.get_or_insert_with(|| {
            let (inputs, controls) = (&program.inputs, &program.controls);
            let engine = SimulatedEngine::new(&self.log, &program.application, inputs, controls);
            StreamThread::new(engine, (program.parts)())
        });
        match thread.step(POLL) {
            Ok(()) => Ok(()),
            Err(error) if is_simulated(&error) => {
                slot.thread = None;
                self.deaths += 1;
                Ok(())
            }
            Err(error) => Err(Stopped::Thread { application: program.application.clone(), error }),
        }
    }
}

/// Whether a thread died of what the dice rolled.
fn is_simulated(error: &ThreadError) -> bool {
    match error {
        ThreadError::Fenced | ThreadError::Engine(EngineError::Fenced) => true,
        ThreadError::Engine(EngineError::Fatal(reason)) | ThreadError::Commit(reason) => {
            reason == CRASH
        }
        ThreadError::Engine(EngineError::BelowLogStart { .. })
        | ThreadError::Task(_)
        | ThreadError::Control(_)
        | ThreadError::NoProcessor(_) => false,
    }
}
