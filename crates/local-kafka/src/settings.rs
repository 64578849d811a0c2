//! How a cluster is to be.

use std::path::PathBuf;
use std::time::Duration;

/// The settings of a cluster, made by [`ClusterSettings::new`] and changed from there.
#[derive(Debug, Clone)]
pub struct ClusterSettings {
    /// Where the packages are kept between starts.
    pub cache: PathBuf,
    /// Where data, logs and settings go; without one, a directory that is removed at the end.
    pub directory: Option<PathBuf>,
    /// One, or three with every partition on each of them and two of them in sync at least.
    pub brokers: u16,
    /// Whom the brokers let in.
    pub security: Security,
    /// The first broker's port if it is free.
    pub first_port: Option<u16>,
    /// What the brokers are made for.
    pub load: Load,
    /// After how long without a heartbeat a broker counts as dead. A broker killed and started
    /// again is refused for as long.
    pub broker_session: Duration,
    /// Settings of the broker, which win over ours.
    pub properties: Vec<(String, String)>,
}

/// Whom the brokers let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Security {
    /// Anybody, without encryption.
    Plaintext,
    /// Over TLS, who proves a password (SCRAM-SHA-512) or, at a port of its own, shows a
    /// certificate. The users may nothing until rules give it to them.
    SaslTls {
        /// The users there are, besides the admin.
        users: Vec<String>,
    },
}

/// What a broker is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Up soon, in little memory: a test of what happens.
    Light,
    /// Fast once it is warm: a measurement, or a long run.
    Heavy,
}

impl ClusterSettings {
    /// The settings for that many brokers, in a directory that is removed at the end.
    pub fn new(cache: PathBuf, brokers: u16) -> Self {
        // With three brokers the session is Kafka's own, so that a failover takes as long as it
        // does in production. One alone has nobody to fail over to.
        let broker_session = if brokers == 1 { 3 } else { 9 };
        Self {
            cache,
            directory: None,
            brokers,
            security: Security::Plaintext,
            first_port: None,
            load: Load::Light,
            broker_session: Duration::from_secs(broker_session),
            properties: Vec::new(),
        }
    }
}
