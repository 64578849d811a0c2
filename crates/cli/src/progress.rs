//! Progress on long work: a bar with a rate, on a terminal only.

use std::borrow::Cow;
use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a second the bar is drawn: people see no more.
const DRAWS_PER_SECOND: u8 = 10;

/// A bar on standard error; nothing at all where that is no terminal. Disappears when dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Counts `units`, up to a total where one is known.
    pub fn counting(what: &'static str, units: &'static str, total: Option<u64>) -> Self {
        let numbers = format!("{{human_pos}} {units}");
        Self::new(what, total, &numbers, "{per_sec}")
    }

    /// Measures bytes, up to a total where one is known.
    pub fn measuring(what: &'static str, total: Option<u64>) -> Self {
        Self::new(what, total, "{bytes}", "{bytes_per_sec}")
    }

    fn new(what: &'static str, total: Option<u64>, numbers: &str, rate: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND);
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => format!("{{prefix}} {{bar:30}} {numbers} at {rate}, {{eta}} to go {{msg}}"),
            None => format!("{{prefix}} {{spinner}} {numbers} at {rate} {{msg}}"),
        };
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { bar }
    }

    /// Says how far the work has come.
    pub fn set(&self, position: u64) {
        self.bar.set_position(position);
    }

    /// Says something beside the bar.
    pub fn say(&self, message: impl Into<Cow<'static, str>>) {
        self.bar.set_message(message);
    }

    /// Makes the bar disappear.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
