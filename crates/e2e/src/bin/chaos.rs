//! `cargo xtask chaos`: kills services and brokers under load and holds what they leave behind to
//! an undisturbed run. Prints a table in Markdown.
#![allow(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use vigie_e2e::chaos::{ChaosSettings, finish, report, run};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.as_slice() {
        [only] if only == "--finish" => finish(),
        flags => parse(flags).and_then(run).map(|outcome| report(&outcome)),
    };
    match done {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the flags, in any order.
fn parse(words: &[String]) -> Result<ChaosSettings> {
    let mut settings = ChaosSettings::default();
    for pair in words.chunks(2) {
        let [flag, value] = pair else { bail!("{} needs a number after it", pair[0]) };
        let number = || -> Result<u64> {
            value.parse().with_context(|| format!("{flag} {value} is no whole number"))
        };
        match flag.as_str() {
            "--kills" => settings.kills = number()?,
            "--mentions" => settings.mentions = number()?,
            "--seed" => settings.seed = number()?,
            "--interval-millis" => {
                settings.interval = Duration::from_millis(number()?);
            }
            "--brokers" => {
                settings.brokers = match number()? {
                    1 => 1,
                    3 => 3,
                    other => bail!("--brokers {other} is neither 1 nor 3"),
                }
            }
            other => bail!(
                "{other} is not understood; there are --kills, --mentions, --brokers, --seed and \
                 --interval-millis"
            ),
        }
    }
    Ok(settings)
}
