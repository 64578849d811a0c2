//! Ends the process when a call to the cluster hangs.
//!
//! A transaction call can hang beyond any time-out that it was given when the broker that
//! coordinates its group dies (librdkafka issues 5456 and 5511). Nothing is lost by it, and the
//! thread never comes back: a new process goes on from the last commit, exactly.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often calls are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// A call that hangs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{thread}: {call} has not returned for {seconds} s; a restart goes on from the last commit"
)]
pub struct Hang {
    /// Whose call it is.
    pub thread: String,
    /// Which call.
    pub call: &'static str,
    /// For how long.
    pub seconds: u64,
}

/// A call under way.
type Under = Option<(&'static str, Instant)>;

/// Looks after the calls of one thread.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    thread: String,
    under: Arc<Mutex<Under>>,
}

impl Watch {
    /// Makes a call that is looked after.
    pub(crate) fn call<R>(&self, name: &'static str, call: impl FnOnce() -> R) -> R {
        *self.lock() = Some((name, now()));
        let result = call();
        *self.lock() = None;
        result
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Under> {
        self.under.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks after the calls of every thread of a process, until it is dropped.
#[derive(Debug)]
pub struct Watchdog {
    watches: Arc<Mutex<Vec<Watch>>>,
    _stop: Sender<()>,
}

impl Watchdog {
    /// Tells `on_hang` of a call that takes longer than `limit`.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(
        limit: Duration,
        on_hang: impl Fn(Hang) + Send + 'static,
    ) -> std::io::Result<Self> {
        let watches: Arc<Mutex<Vec<Watch>>> = Arc::default();
        let (stop, stopped) = channel::<()>();
        let all = Arc::clone(&watches);
        std::thread::Builder::new().name("watchdog".into()).spawn(move || {
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                let watches = all.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(hang) = watches.iter().find_map(|watch| hanging(watch, limit)) {
                    on_hang(hang);
                }
            }
        })?;
        Ok(Self { watches, _stop: stop })
    }

    /// Looks after a thread as well.
    pub(crate) fn watch(&self, thread: &str) -> Watch {
        let watch = Watch { thread: thread.into(), under: Arc::default() };
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        // Threads that have ended make no more calls.
        watches.retain(|known| Arc::strong_count(&known.under) > 1);
        watches.push(watch.clone());
        watch
    }
}

fn hanging(watch: &Watch, limit: Duration) -> Option<Hang> {
    let (call, since) = (*watch.lock())?;
    let taken = now().saturating_duration_since(since);
    (taken > limit).then(|| Hang { thread: watch.thread.clone(), call, seconds: taken.as_secs() })
}

#[expect(clippy::disallowed_methods, reason = "an engine is an edge: here the clock is read")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_hangs_is_told_by_name_and_one_that_returns_is_not() {
        let (told, hangs) = channel();
        let watchdog = Watchdog::start(Duration::ZERO, move |hang| {
            // The first one is looked at; whoever hung goes on after it.
            let _ = told.send(hang);
        })
        .expect("a thread");
        let watch = watchdog.watch("vigie-tagger-0-0");
        assert_eq!(watch.call("begin_transaction", || 7), 7);
        let hang = watch.call("commit_transaction", || hangs.recv().expect("it is told"));
        assert_eq!((hang.call, hang.thread.as_str()), ("commit_transaction", "vigie-tagger-0-0"));
    }
}
