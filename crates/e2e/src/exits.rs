//! How processes ended, counted.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// How processes ended, counted by what a supervisor sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exits(BTreeMap<String, u64>);

/// What the exit codes of the binary say.
const CODES: [(i32, &str); 6] = [
    (0, "0 drained"),
    (1, "1 failed"),
    (2, "2 configuration"),
    (3, "3 fenced"),
    (4, "4 dead letters"),
    (5, "5 watchdog"),
];

impl Exits {
    /// Counts one.
    pub fn count(&mut self, status: ExitStatus) {
        *self.0.entry(name_of(status)).or_default() += 1;
    }

    /// How many ended with that code.
    pub fn of_code(&self, code: i32) -> u64 {
        let name = CODES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
        name.and_then(|name| self.0.get(name)).copied().unwrap_or_default()
    }

    /// Each way to end with its number.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }
}

fn name_of(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => CODES
            .iter()
            .find(|(known, _)| *known == code)
            .map_or_else(|| format!("{code} unknown"), |(_, name)| (*name).to_owned()),
        (None, Some(9)) => "killed".to_owned(),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "unknown".to_owned(),
    }
}
