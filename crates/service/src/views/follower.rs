//! The thread that keeps the views near the end of the log.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::fold::{ViewError, Views};
use crate::metrics::Metrics;
use crate::pipeline::now;

/// How often the log is looked at: what the freshness that is measured may be too old by.
const INTERVAL: Duration = Duration::from_millis(50);

/// Follows the log until it is dropped.
pub(crate) struct Follower {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Starts to follow. Without a thread to be had, the views are folded when they are asked for.
    pub(crate) fn start(views: &Arc<Views>, metrics: &Arc<Metrics>) -> Self {
        let (stop, stopped) = channel();
        let (views, metrics) = (Arc::clone(views), Arc::clone(metrics));
        let run = move || run(&views, &metrics, &stopped);
        let thread = std::thread::Builder::new().name("views".into()).spawn(run);
        let thread = thread
            .map_err(|error| tracing::warn!(%error, "no thread follows the log for the views"))
            .ok();
        Self { stop: Some(stop), thread }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A follower that panicked has told so; the views are folded when asked for.
            let _ = thread.join();
        }
    }
}

fn run(views: &Views, metrics: &Metrics, stopped: &Receiver<()>) {
    // What was committed before this start says nothing of how fresh answers are now.
    let mut result = views.follow(&mut |_| {});
    loop {
        if let Err(error) = &result {
            tracing::error!(%error, "the views cannot follow the log");
            return;
        }
        match stopped.recv_timeout(INTERVAL) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
        result = measured(views, metrics);
    }
}

fn measured(views: &Views, metrics: &Metrics) -> Result<(), ViewError> {
    views.follow(&mut |ingested_at| metrics.observe_freshness(now() - ingested_at))
}
