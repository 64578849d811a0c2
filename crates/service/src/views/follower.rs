//! The thread that keeps what answers are made of near the end of the log.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::fold::ViewError;

/// How long the end of a service waits for a look at the log. A look at a cluster that is away
/// takes longer, and may be left behind: it changes nothing.
const LONGEST_END: Duration = Duration::from_secs(2);

/// Follows the log until it is dropped.
pub(crate) struct Follower {
    stop: Option<Sender<()>>,
    /// Tells nothing; it closes when the thread has ended.
    ended: Receiver<()>,
}

impl Follower {
    /// Looks at the log every `interval`, beginning now. Without a thread to be had, nothing is
    /// followed.
    pub(crate) fn start(
        name: &str,
        interval: Duration,
        mut look: impl FnMut() -> Result<(), ViewError> + Send + 'static,
    ) -> Self {
        let (stop, stopped) = unbounded();
        let (ending, ended) = unbounded::<()>();
        let run = move || {
            run(interval, &mut look, &stopped);
            // What it looks with is given back before anybody hears that it has ended.
            drop(look);
            drop(ending);
        };
        if let Err(error) = std::thread::Builder::new().name(name.into()).spawn(run) {
            tracing::error!(%error, "no thread follows the log for answers");
        }
        Self { stop: Some(stop), ended }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        if self.ended.recv_timeout(LONGEST_END) == Err(RecvTimeoutError::Timeout) {
            tracing::info!("a look at the log for answers is left behind");
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
                tracing::warn!(%error, "answers cannot follow the log");
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
