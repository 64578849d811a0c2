//! The binary, run against servers of the test's own.

use std::process::{Command, Stdio};

use vigie_local_kafka::{
    Cluster, ClusterSettings, Registry, RegistrySettings, Tools, cache_of_tests,
};

/// What a command gave.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Holds the exit code; standard output comes back.
    #[track_caller]
    pub fn with(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}\n{}", self.err, self.out);
        self.out
    }
}

/// A command, not started.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.args(arguments).env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(arguments: &[&str]) -> Ran {
    let output = command(arguments).output().expect("the binary runs");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A cluster of one broker.
pub fn cluster() -> Cluster {
    Cluster::start(&ClusterSettings::new(cache_of_tests().expect("a cache"), 1)).expect("a broker")
}

/// Kafka's own tools.
pub fn tools() -> Tools {
    Tools::install(&cache_of_tests().expect("a cache")).expect("tools")
}

/// A registry without schemas.
pub fn registry() -> Registry {
    let cache = cache_of_tests().expect("a cache");
    let settings = RegistrySettings { cache, directory: None, port: None };
    Registry::start(&settings).expect("a registry")
}
