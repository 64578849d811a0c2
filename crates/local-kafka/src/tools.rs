//! Kafka's own command-line tools: clients that are not ours.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::broker;
use crate::java;
use crate::packages::KAFKA;

/// One of the tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Prints the records of a topic.
    ConsoleConsumer,
    /// Sends the lines of its input.
    ConsoleProducer,
    /// Lists, describes and resets consumer groups.
    ConsumerGroups,
    /// Prints the first or last offsets of partitions.
    Offsets,
    /// Creates, describes and deletes topics.
    Topics,
    /// Lists, describes and aborts transactions.
    Transactions,
    /// Describes and changes settings of topics, users and brokers.
    Configs,
    /// Lists, grants and revokes rights.
    Acls,
    /// Removes records before an offset.
    DeleteRecords,
}

impl Tool {
    /// Its class in this version of Kafka.
    fn class(self) -> &'static str {
        match self {
            Self::ConsoleConsumer => "org.apache.kafka.tools.consumer.ConsoleConsumer",
            Self::ConsoleProducer => "org.apache.kafka.tools.ConsoleProducer",
            Self::ConsumerGroups => "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
            Self::Offsets => "org.apache.kafka.tools.GetOffsetShell",
            Self::Topics => "org.apache.kafka.tools.TopicCommand",
            Self::Transactions => "org.apache.kafka.tools.TransactionsCommand",
            Self::Configs => "kafka.admin.ConfigCommand",
            Self::Acls => "org.apache.kafka.tools.AclCommand",
            Self::DeleteRecords => "org.apache.kafka.tools.DeleteRecordsCommand",
        }
    }
}

/// The tools, installed.
#[derive(Debug, Clone)]
pub struct Tools {
    jars: PathBuf,
    /// Holds how they log.
    cache: PathBuf,
}

impl Tools {
    /// Installs the tools below the cache unless they are there.
    ///
    /// # Errors
    /// Maven is missing or reaches no repository, or a file is not the one that was locked.
    pub fn install(cache: &Path) -> Result<Self> {
        let jars = KAFKA.install(cache)?;
        let cache = std::path::absolute(cache).context("the cache directory has no path")?;
        broker::write_logging(&cache, "warn")?;
        Ok(Self { jars, cache })
    }

    /// A tool that asks those brokers; the caller adds the rest of its arguments and starts it.
    pub fn command(&self, tool: Tool, bootstrap: &str) -> Command {
        let mut command = java::tool();
        broker::use_logging(&mut command, &self.cache);
        command.arg("-cp").arg(java::class_path(&self.jars)).arg(tool.class());
        command.args(["--bootstrap-server", bootstrap]);
        command
    }

    /// Runs a tool to its end and gives what it printed.
    ///
    /// # Errors
    /// It cannot be started, or fails; then the error quotes what it said.
    pub fn run(&self, tool: Tool, bootstrap: &str, arguments: &[&str]) -> Result<String> {
        let output = self
            .command(tool, bootstrap)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .context("cannot start java: install it (Debian: openjdk-17-jdk-headless)")?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let arguments = arguments.join(" ");
            bail!("{tool:?} {arguments}: {}\n{printed}{said}", output.status);
        }
        Ok(printed)
    }
}
