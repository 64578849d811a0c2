//! `cargo xtask soak`: an even load for a long time, and a minute without a broker.
#![allow(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

use anyhow::{Context, Result, bail};
use vigie_e2e::soak::{SoakSettings, report, run};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut settings = SoakSettings { minutes: 20, lines_per_second: 4_000 };
    for pair in words.chunks(2) {
        let [flag, value] = pair else { bail!("{} needs a number after it", pair[0]) };
        let number = value.parse().with_context(|| format!("{flag} {value} is no whole number"))?;
        match flag.as_str() {
            "--minutes" => settings.minutes = number,
            "--rate" => settings.lines_per_second = number,
            other => bail!("{other} is not understood; there are --minutes and --rate"),
        }
    }
    print!("{}", report(&run(settings)?));
    Ok(())
}
