//! What a process has used, as the kernel counts it.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Clock ticks a second in `/proc`, on every Linux there is.
const TICKS: u64 = 100;

/// What a process has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// In user mode and in the kernel.
    pub cpu: Duration,
    /// The most memory at any time.
    pub peak_bytes: u64,
    /// The memory now.
    pub resident_bytes: u64,
}

impl Usage {
    /// What a running process has used so far.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn of(number: i32) -> Result<Self> {
        let read = |file: &str| {
            let path = format!("/proc/{number}/{file}");
            fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
        };
        let status = read("status")?;
        let cpu = ticks(&read("stat")?).context("a stat line that is none")?;
        Ok(Self {
            cpu: Duration::from_millis(cpu * 1_000 / TICKS),
            peak_bytes: kibibytes(&status, "VmHWM:").unwrap_or(0) << 10,
            resident_bytes: kibibytes(&status, "VmRSS:").unwrap_or(0) << 10,
        })
    }

    /// The CPU since an earlier look; the peak is that of the whole life.
    #[must_use]
    pub fn since(self, earlier: &Self) -> Self {
        Self { cpu: self.cpu.saturating_sub(earlier.cpu), ..self }
    }
}

/// The 14th and 15th field; the second one, the name, may hold blanks and brackets.
fn ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 1 0";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(kibibytes("VmHWM:\t  2048 kB\n", "VmHWM:"), Some(2_048));
    }
}
