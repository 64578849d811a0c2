//! Whether a transaction was left open, as Kafka's own tool sees it.

use std::time::Duration;

use anyhow::{Result, ensure};
use vigie_local_kafka::{Tool, Tools, wait_for};

/// A transaction of a process that was lost for good ends within its time-out and the broker's
/// scan, 30 s together; the tool itself takes two.
const LONGEST_OPEN: Duration = Duration::from_mins(1);

/// The states of a transaction in which readers wait for it.
const OPEN: [&str; 4] = ["Ongoing", "PrepareCommit", "PrepareAbort", "PrepareEpochFence"];

/// Waits until no transaction is open.
///
/// # Errors
/// When one is still open after its time-out, with the tool's line about it.
pub fn must_all_have_ended(tools: &Tools, bootstrap: &str) -> Result<usize> {
    let mut open = Vec::new();
    let mut known = 0;
    let ended = wait_for(LONGEST_OPEN, || {
        let listed = tools.run(Tool::Transactions, bootstrap, &["list"])?;
        let lines: Vec<&str> = listed.lines().skip(1).filter(|line| !line.is_empty()).collect();
        known = lines.len();
        let is_open = |line: &&&str| line.split_whitespace().any(|word| OPEN.contains(&word));
        open = lines.iter().filter(is_open).map(|line| (*line).to_owned()).collect();
        Ok(open.is_empty().then_some(()))
    })?;
    ensure!(ended.is_some(), "transactions are open: {open:#?}");
    ensure!(known > 0, "the tool lists no transaction at all");
    Ok(known)
}
