//! `vigie tag` on one core: mentions a CPU second, without streams and with seven.
//!
//! `cargo xtask bench tag`; `VIGIE_TEXTS` names a file of lines with a `text`, else they are
//! simulated; `VIGIE_MENTIONS` sets how many, 200,000 by default.

#[path = "measure/mod.rs"]
mod measure;

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

fn main() {
    let directory = tempfile::tempdir().expect("a directory");
    let (simulated, streams) = measure::simulate(directory.path(), measure::mentions(200_000));
    let lines = std::env::var_os("VIGIE_TEXTS").map_or(simulated, PathBuf::from);
    let text = std::fs::read_to_string(&lines).unwrap_or_default();
    let count = text.lines().filter(|line| line.contains("\"text\"")).count().max(1);
    for (name, watched) in [("without streams", false), ("with streams", true)] {
        let mut command = measure::vigie();
        command.args(["tag", "--threads", "1"]).stdout(Stdio::null());
        command.stdin(File::open(&lines).expect("opened"));
        if watched {
            command.arg("--streams").arg(&streams);
        }
        // Simulated lines hold broken ones, which end it with code 1.
        let (cost, _) = measure::run(&mut command);
        let rate = count as f64 / cost.cpu.as_secs_f64().max(0.01);
        writeln!(
            std::io::stdout(),
            "tag {name}: {count} texts, {rate:.0} a CPU second; {}",
            cost.in_words()
        )
        .expect("written");
    }
}
