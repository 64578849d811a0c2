//! SIGINT and SIGTERM: the first asks for an orderly end, the second ends at once.

use std::thread;

use crossbeam_channel::{Receiver, bounded};
use tokio::signal::unix::{SignalKind, signal};

/// What a shell shows for a program that a signal ended: 128 and SIGINT's number.
const INTERRUPTED: i32 = 130;

/// Listens from now on; the receiver gets one message at the first signal.
///
/// # Errors
/// When the system refuses.
pub fn listen() -> std::io::Result<Receiver<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut interrupt, mut terminate) = {
        let _guard = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    let (asked, received) = bounded(1);
    thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async move {
            for is_first in [true, false] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if !is_first {
                    eprintln!("ended at once; the next start goes on from the last commit");
                    std::process::exit(INTERRUPTED);
                }
                // Nobody waiting means that the end has come already.
                let _ = asked.try_send(());
            }
        });
    })?;
    Ok(received)
}
