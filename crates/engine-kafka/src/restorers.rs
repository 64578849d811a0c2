//! Several changelogs restored side by side: most of a restore is decoding, which takes a core.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, unbounded};
use vigie_runtime::{EngineError, Restore};

use crate::restore::Restorer;
use crate::settings::EngineSettings;

/// How many changelogs are read at once at most: each has clients of its own.
const MOST: usize = 4;

/// Between two looks at the group's member while others restore.
const BEAT: Duration = Duration::from_millis(100);

/// Those that restore.
pub(crate) struct Restorers {
    settings: EngineSettings,
    ready: Vec<Restorer>,
    at_once: usize,
}

impl Restorers {
    /// One that is ready; more are made when there is more to restore, as many as there are cores.
    pub(crate) fn open(settings: &EngineSettings) -> Result<Self, EngineError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let ready = vec![Restorer::open(settings)?];
        Ok(Self { settings: settings.clone(), ready, at_once: cores.min(MOST) })
    }

    /// Shows every committed record of each changelog, in order; `serve` is called between.
    pub(crate) fn restore(
        &mut self,
        restores: &mut [Restore<'_>],
        serve: &mut dyn FnMut() -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let wanted = restores.len().min(self.at_once);
        while self.ready.len() < wanted {
            self.ready.push(Restorer::open(&self.settings)?);
        }
        let waiting = Mutex::new(restores.iter_mut());
        let gives_up = AtomicBool::new(false);
        let (ended, ends) = unbounded();
        std::thread::scope(|scope| {
            for restorer in self.ready.iter().take(wanted) {
                let (waiting, gives_up, ended) = (&waiting, &gives_up, ended.clone());
                scope.spawn(move || {
                    let worked = work(restorer, waiting, gives_up);
                    // Whoever listens stays until the last has ended.
                    let _ = ended.send(worked);
                });
            }
            drop(ended);
            let mut outcome = Ok(());
            loop {
                let told = match ends.recv_timeout(BEAT) {
                    Ok(worked) => worked,
                    Err(RecvTimeoutError::Timeout) => serve(),
                    Err(RecvTimeoutError::Disconnected) => return outcome,
                };
                if told.is_err() {
                    gives_up.store(true, Ordering::Release);
                    // The first reason; what follows is from giving up.
                    outcome = outcome.and(told);
                }
            }
        })
    }
}

/// Takes one restore after another until none is left.
fn work(
    restorer: &Restorer,
    waiting: &Mutex<std::slice::IterMut<'_, Restore<'_>>>,
    gives_up: &AtomicBool,
) -> Result<(), EngineError> {
    let check = || {
        let another_failed = || EngineError::Fatal("another restore has failed".into());
        (!gives_up.load(Ordering::Acquire)).then_some(()).ok_or_else(another_failed)
    };
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
        match next {
            Some(restore) => restorer.restore(restore, &check)?,
            None => return Ok(()),
        }
    }
}
