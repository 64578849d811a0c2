//! `vigie up` end to end, every commit flushed to the disk: mentions a second, CPU and memory.
//!
//! `cargo xtask bench up`; `VIGIE_MENTIONS` sets how many, 1,000,000 by default.

#[path = "measure/mod.rs"]
mod measure;

use std::io::Write;

fn main() {
    let mentions = measure::mentions(1_000_000);
    let directory = tempfile::tempdir().expect("a directory");
    let (lines, streams) = measure::simulate(directory.path(), mentions);
    let mut command = measure::vigie();
    command.args(["up", "--exit", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(directory.path().join("data")).arg("--streams").arg(streams);
    command.arg("--input").arg(lines);
    let (cost, status) = measure::run(&mut command);
    assert!(status.success(), "up ended with {status}");
    let rate = mentions as f64 / cost.wall.as_secs_f64();
    let per_million = cost.cpu.as_secs_f64() * 1e6 / mentions as f64;
    writeln!(
        std::io::stdout(),
        "up: {mentions} mentions, {rate:.0} a second, {per_million:.1} CPU s a million; {}",
        cost.in_words()
    )
    .expect("written");
}
