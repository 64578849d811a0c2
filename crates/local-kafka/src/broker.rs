//! One broker: its settings and how it is started.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::access::Access;
use crate::java;
use crate::listeners::{self, Ports};
use crate::settings::{ClusterSettings, Load};

/// What is the same for every broker.
const SHARED_PROPERTIES: &str = include_str!("broker.properties");

/// Where a broker's log is configured: a file beside its settings.
const LOGGING: &str = include_str!("log4j2.properties");
const LOGGING_FILE: &str = "log4j2.properties";

/// Any 16 bytes in base64 do: clusters on one machine do not meet.
const CLUSTER_ID: &str = "dmlnaWUtbG9jYWwta2Fma2";

/// What one broker is told.
pub fn properties(
    settings: &ClusterSettings,
    ports: Ports,
    number: u16,
    directory: &Path,
) -> String {
    let replicas = settings.brokers;
    let in_sync = if replicas == 1 { 1 } else { replicas - 1 };
    let session = settings.broker_session.as_millis();
    let mut lines = vec![
        ("node.id", number.to_string()),
        ("log.dirs", directory.join(name(number)).display().to_string()),
        ("default.replication.factor", replicas.to_string()),
        ("min.insync.replicas", in_sync.to_string()),
        ("offsets.topic.replication.factor", replicas.to_string()),
        ("transaction.state.log.replication.factor", replicas.to_string()),
        ("transaction.state.log.min.isr", in_sync.to_string()),
        ("share.coordinator.state.topic.replication.factor", replicas.to_string()),
        ("share.coordinator.state.topic.min.isr", in_sync.to_string()),
        ("broker.session.timeout.ms", session.to_string()),
        // Several heartbeats within a session, as Kafka has it.
        ("broker.heartbeat.interval.ms", (session / 5).to_string()),
    ];
    lines.extend(listeners::properties(settings, ports, number, directory));
    let mut text = SHARED_PROPERTIES.to_owned();
    let others = settings.properties.iter().map(|(name, value)| (name.as_str(), value));
    for (name, value) in lines.iter().map(|(name, value)| (*name, value)).chain(others) {
        // A string takes everything. Of two lines with one name Kafka takes the later.
        let _ = writeln!(text, "{name}={value}");
    }
    text
}

/// Where the settings of a broker stand.
pub fn properties_path(directory: &Path, number: u16) -> PathBuf {
    directory.join(format!("{}.properties", name(number)))
}

/// What a broker is called, in the names of its files too.
pub fn name(number: u16) -> String {
    format!("broker-{number}")
}

/// Writes how brokers, or tools, that use the directory log, and from which level on.
///
/// # Errors
/// The directory cannot be written.
pub fn write_logging(directory: &Path, level: &str) -> Result<()> {
    let path = directory.join(LOGGING_FILE);
    let text = format!("rootLogger.level = {level}\n{LOGGING}");
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Has a Java program log as was written there.
pub fn use_logging(command: &mut Command, directory: &Path) {
    let path = directory.join(LOGGING_FILE);
    command.arg(format!("-Dlog4j2.configurationFile={}", path.display()));
}

/// How a broker is started.
pub fn command(jars: &Path, directory: &Path, number: u16, load: Load, heap: u16) -> Command {
    let mut command = java::server(load, heap);
    use_logging(&mut command, directory);
    command.arg("-cp").arg(java::class_path(jars)).arg("kafka.Kafka");
    command.arg(properties_path(directory, number));
    command
}

/// How a broker's empty directory is made ready, once, with the users it knows from the start.
///
/// # Errors
/// A user's password cannot be read.
pub fn format_command(
    jars: &Path,
    directory: &Path,
    number: u16,
    users: &[Access],
) -> Result<Command> {
    let mut command = java::tool();
    use_logging(&mut command, directory);
    command.arg("-cp").arg(java::class_path(jars)).args(["kafka.tools.StorageTool", "format"]);
    command.args(["--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config"]);
    command.arg(properties_path(directory, number));
    for access in users {
        let (user, password) = (&access.user, access.password()?);
        command.args(["--add-scram", &format!("SCRAM-SHA-512=[name={user},password={password}]")]);
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_was_asked_for_comes_after_ours() {
        let mut settings = ClusterSettings::new(PathBuf::from("cache"), 3);
        settings.properties.push(("min.insync.replicas".to_owned(), "1".to_owned()));
        let ports = Ports { first: 19_092, brokers: 3 };
        let text = properties(&settings, ports, 2, Path::new("cluster"));
        let ours = text.find("min.insync.replicas=2").unwrap();
        assert!(ours < text.find("min.insync.replicas=1").unwrap(), "{text}");
        assert!(text.contains("voters=1@127.0.0.1:19095,2@127.0.0.1:19096,3@127.0.0.1:19097\n"));
        assert!(text.contains("advertised.listeners=CLIENT://127.0.0.1:19093\n"), "{text}");
    }
}
