//! The thread that keeps what answers are made of near the end of the log.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::fold::ViewError;

/// Follows the log until it is dropped.
pub(crate) struct Follower {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Looks at the log every `interval`, beginning now. Without a thread to be had, nothing is
    /// followed.
    pub(crate) fn start(
        name: &str,
        interval: Duration,
        mut look: impl FnMut() -> Result<(), ViewError> + Send + 'static,
    ) -> Self {
        let (stop, stopped) = channel();
        let run = move || run(interval, &mut look, &stopped);
        let thread = std::thread::Builder::new().name(name.into()).spawn(run);
        let thread = thread
            .map_err(|error| tracing::error!(%error, "no thread follows the log for answers"))
            .ok();
        Self { stop: Some(stop), thread }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A follower that panicked has told so.
            let _ = thread.join();
        }
    }
}

fn run(
    interval: Duration,
    look: &mut dyn FnMut() -> Result<(), ViewError>,
    stopped: &Receiver<()>,
) {
    let mut known = None;
    loop {
        // A reason is told once: a broker that is away for an hour would fill a disk.
        let reason = look().err();
        if reason != known {
            if let Some(error) = &reason {
                tracing::error!(%error, "answers cannot follow the log");
            } else {
                tracing::info!("answers follow the log again");
            }
            known = reason;
        }
        match stopped.recv_timeout(interval) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
