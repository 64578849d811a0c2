//! The pipeline on a cluster beside a raw exactly-once copy of what it writes, on one broker.
//!
//! `cargo xtask bench kafka`; `VIGIE_MENTIONS` sets how many, 300,000 by default.

use std::io::Write as _;

use vigie_e2e::cost::{measure, report};

fn main() -> anyhow::Result<()> {
    let mentions = match std::env::var("VIGIE_MENTIONS") {
        Ok(text) => text.parse()?,
        Err(_) => 300_000,
    };
    let cost = measure(mentions)?;
    write!(std::io::stdout(), "{}", report(&cost))?;
    Ok(())
}
