//! A broken rule: where it is broken and what to do about it.

use std::fmt;

use anyhow::{Result, bail};

/// One place that breaks a rule of the house.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path below the repository's root.
    pub path: String,
    /// Line in that file, from 1.
    pub line: usize,
    /// What is wrong and what to do, lower case, no full stop.
    pub what: String,
}

impl Finding {
    /// A finding at a line of a file.
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Prints the findings in order of place and fails if there are any.
pub fn report(chore: &str, mut findings: Vec<Finding>) -> Result<()> {
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("{chore}: 1 finding"),
        many => bail!("{chore}: {many} findings"),
    }
}
