//! A named OS thread that ends the process with its reason when it fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::PipelineError;

/// One running service.
pub(super) struct ServiceThread {
    name: String,
    thread: JoinHandle<Result<(), PipelineError>>,
}

impl ServiceThread {
    /// Starts a thread; its failure stops the others.
    pub(super) fn start(
        name: String,
        stop: &Arc<AtomicBool>,
        run: impl FnOnce(&AtomicBool) -> Result<(), PipelineError> + Send + 'static,
    ) -> Result<Self, PipelineError> {
        let stop = Arc::clone(stop);
        let thread = std::thread::Builder::new()
            .name(name.clone())
            .spawn(move || {
                let guard = StopOnDrop(&stop);
                let result = run(&stop);
                if result.is_ok() {
                    std::mem::forget(guard);
                }
                result
            })
            .map_err(|cause| PipelineError::Thread {
                name: name.clone(),
                reason: cause.to_string(),
            })?;
        Ok(Self { name, thread })
    }

    /// Waits for its end.
    pub(super) fn join(self) -> Result<(), PipelineError> {
        let name = self.name;
        self.thread.join().unwrap_or_else(|panic| {
            let reason = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_else(|| "it panicked".into());
            Err(PipelineError::Thread { name, reason })
        })
    }
}

/// Stops everything when a thread fails or panics.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
