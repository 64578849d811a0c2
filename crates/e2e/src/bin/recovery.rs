//! `cargo xtask recovery`: a scorer is killed that holds the state of many authors.
#![allow(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

use anyhow::{Context, Result, bail};
use vigie_e2e::recovery::{RecoverySettings, report, run};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut settings = RecoverySettings { authors: 1_000_000, rounds: 3 };
    for pair in words.chunks(2) {
        let [flag, value] = pair else { bail!("{} needs a number after it", pair[0]) };
        let number: u32 =
            value.parse().with_context(|| format!("{flag} {value} is no whole number"))?;
        match flag.as_str() {
            "--authors" => settings.authors = u64::from(number.max(1)),
            "--rounds" => settings.rounds = number,
            other => bail!("{other} is not understood; there are --authors and --rounds"),
        }
    }
    print!("{}", report(&run(settings)?));
    Ok(())
}
