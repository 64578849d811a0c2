//! Steps that are timed one by one, all of them run, and a table at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The steps done so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<Step>,
}

/// A step that has ended.
struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// Runs a step. One that fails does not keep the next from telling what it knows.
    pub fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let started = now();
        let result = step();
        let took = now().duration_since(started);
        if let Err(error) = &result {
            println!("{name} failed: {error:#}");
        }
        self.done.push(Step { name, took, passed: result.is_ok() });
    }

    /// The table: a line for each step, and the sum.
    pub fn table(&self) -> String {
        let mut sum = Duration::ZERO;
        let mut rows = vec![format!("\n{:<14} {:>8}  result\n", "step", "seconds")];
        for Step { name, took, passed } in &self.done {
            sum += *took;
            let result = if *passed { "ok" } else { "FAILED" };
            rows.push(format!("{name:<14} {:>8.1}  {result}\n", took.as_secs_f64()));
        }
        rows.push(format!("{:<14} {:>8.1}\n", "all", sum.as_secs_f64()));
        rows.concat()
    }

    /// Fails with the names of the steps that failed.
    pub fn finish(self) -> Result<()> {
        let failed: Vec<&str> =
            self.done.iter().filter(|step| !step.passed).map(|step| step.name).collect();
        if failed.is_empty() {
            return Ok(());
        }
        bail!("failed: {}", failed.join(", "))
    }
}

/// The clock of the table.
#[allow(clippy::disallowed_methods, reason = "a chore measures how long it takes")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_does_not_stop_the_next() {
        let mut steps = Steps::default();
        steps.run("one", || bail!("broken"));
        steps.run("two", || Ok(()));
        let table = steps.table();
        let results: Vec<&str> =
            table.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
        assert_eq!(results, ["result", "FAILED", "ok"]);
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: one");
    }
}
