//! How a Java program is started.

use std::path::Path;
use std::process::Command;

use crate::settings::Load;

/// Starts in a third less time and compiles nothing that a short life would not pay back.
const SHORT_LIFE: &str = "-XX:TieredStopAtLevel=1";

/// One collector thread: the machine's other cores are for what is tested.
const SMALL_COLLECTOR: &str = "-XX:+UseSerialGC";

/// A tool of the command line holds a batch or two.
const TOOL_HEAP: &str = "-Xmx128m";

/// The options of a server with a heap of at most that many mebibytes.
pub fn server(load: Load, heap: u16) -> Command {
    let mut command = Command::new("java");
    command.args([SMALL_COLLECTOR, "-XX:+ExitOnOutOfMemoryError"]).arg(format!("-Xmx{heap}m"));
    match load {
        Load::Light => command.arg(SHORT_LIFE),
        Load::Heavy => &mut command,
    };
    command
}

/// The options of a tool that does one thing and ends.
pub fn tool() -> Command {
    let mut command = Command::new("java");
    command.args([SMALL_COLLECTOR, SHORT_LIFE, TOOL_HEAP]);
    command
}

/// A class path of all jars in a directory.
pub fn class_path(jars: &Path) -> String {
    format!("{}/*", jars.display())
}
