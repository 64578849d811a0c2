//! `[kafka]`: the cluster, and who this process is on it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use vigie_engine_kafka::{ConnectionSettings, Sasl, SaslMechanism, Security, Tls};
use vigie_types::Millis;

use super::{ConfigurationError, Span};

/// The cluster and who this process is on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaConfiguration {
    /// Some of the brokers, as `host:port`, joined by commas.
    pub brokers: String,
    /// Which replica of its service this process is, from 0. Stable over restarts: it names the
    /// member and the transactions, so that a successor fences what a lost process left open.
    #[serde(default)]
    pub ordinal: u32,
    /// How many stream threads each service of this process runs; partitions are shared by them.
    #[serde(default = "one_thread")]
    pub threads: u32,
    /// Which version of the application this is: a later one derives its topics beside the first.
    #[serde(default = "first_version")]
    pub application_version: u32,
    /// How long a transaction may be open, and so how long a process that is lost for good makes
    /// readers wait at most (10 s more, the broker's own scan). Longer than a broker's fail-over.
    #[serde(default = "transaction_timeout")]
    pub transaction_timeout: Span,
    /// How long a process may be silent before its partitions are given to others.
    #[serde(default = "session_timeout")]
    pub session_timeout: Span,
    /// Whether a process that is stopped hands its partitions over at once, as when scaling down.
    /// Otherwise they wait for its return, for as long as `session_timeout`.
    #[serde(default)]
    pub leave_on_stop: bool,
    /// Encryption.
    pub tls: Option<TlsConfiguration>,
    /// User and password.
    pub sasl: Option<SaslConfiguration>,
}

/// Certificates, as files that hold PEM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "secrets are given as files, and their keys say so")]
pub struct TlsConfiguration {
    /// Whom we trust; the system's authorities where it is left out.
    pub authority_file: Option<PathBuf>,
    /// Our certificate, for brokers that ask for one.
    pub certificate_file: Option<PathBuf>,
    /// The key of our certificate.
    pub key_file: Option<PathBuf>,
}

/// User and password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaslConfiguration {
    /// How the password is proven.
    pub mechanism: Mechanism,
    /// The user.
    pub user: String,
    /// The file that holds the password, and a line end at most.
    pub password_file: PathBuf,
}

/// How a password is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Mechanism {
    /// Challenge and response over SHA-256.
    #[serde(rename = "SCRAM-SHA-256")]
    ScramSha256,
    /// Challenge and response over SHA-512.
    #[serde(rename = "SCRAM-SHA-512")]
    ScramSha512,
    /// The password itself; goes with `[kafka.tls]` only.
    #[serde(rename = "PLAIN")]
    Plain,
}

const fn one_thread() -> u32 {
    1
}

const fn first_version() -> u32 {
    1
}

const fn transaction_timeout() -> Span {
    Span(Millis::seconds(20))
}

const fn session_timeout() -> Span {
    Span(Millis::seconds(10))
}

/// More threads than any machine has cores for; each holds a consumer and a producer.
const MAXIMUM_THREADS: u32 = 64;

/// Brokers refuse longer ones unless they are configured otherwise (`transaction.max.timeout.ms`).
const LONGEST_TRANSACTION: Millis = Millis::minutes(15);

/// Brokers refuse sessions outside of these unless they are configured otherwise
/// (`group.min.session.timeout.ms`, `group.max.session.timeout.ms`).
const SESSIONS: (Millis, Millis) = (Millis::seconds(6), Millis::minutes(30));

impl KafkaConfiguration {
    /// Whether the settings go together.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.brokers.trim().is_empty() {
            return Err("kafka.brokers is empty: expected host:port, joined by commas".into());
        }
        if self.threads == 0 || self.threads > MAXIMUM_THREADS {
            return Err(format!("kafka.threads is from 1 to {MAXIMUM_THREADS}"));
        }
        if self.application_version == 0 {
            return Err("kafka.application_version begins at 1".into());
        }
        let Span(transaction) = self.transaction_timeout;
        if transaction < Millis::seconds(5) || transaction > LONGEST_TRANSACTION {
            return Err("kafka.transaction_timeout is from 5s to 15m".into());
        }
        let Span(session) = self.session_timeout;
        if session < SESSIONS.0 || session > SESSIONS.1 {
            return Err("kafka.session_timeout is from 6s to 30m".into());
        }
        match &self.sasl {
            Some(sasl) if sasl.mechanism == Mechanism::Plain && self.tls.is_none() => {
                Err("kafka.sasl.mechanism PLAIN sends the password itself: add [kafka.tls]".into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// How the brokers are reached; reads the file of the password.
    ///
    /// # Errors
    /// When that file cannot be read.
    pub fn connection(&self) -> Result<ConnectionSettings, ConfigurationError> {
        let tls = self.tls.clone().map(|tls| Tls {
            authority_file: tls.authority_file,
            certificate_file: tls.certificate_file,
            key_file: tls.key_file,
        });
        let sasl = self.sasl.as_ref().map(SaslConfiguration::read).transpose()?;
        Ok(ConnectionSettings { brokers: self.brokers.clone(), security: Security { tls, sasl } })
    }

    /// Takes files that are not absolute as standing beside the configuration.
    pub(super) fn beside(&mut self, directory: &Path) {
        let tls = self.tls.iter_mut().flat_map(|tls| {
            [&mut tls.authority_file, &mut tls.certificate_file, &mut tls.key_file]
        });
        let password = self.sasl.iter_mut().map(|sasl| &mut sasl.password_file);
        for file in tls.flatten().chain(password) {
            *file = directory.join(&*file);
        }
    }
}

impl SaslConfiguration {
    fn read(&self) -> Result<Sasl, ConfigurationError> {
        Ok(Sasl {
            mechanism: match self.mechanism {
                Mechanism::ScramSha256 => SaslMechanism::ScramSha256,
                Mechanism::ScramSha512 => SaslMechanism::ScramSha512,
                Mechanism::Plain => SaslMechanism::Plain,
            },
            user: self.user.clone(),
            password: super::secret(&self.password_file)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Configuration;

    fn refusal(kafka: &str) -> String {
        let text = format!("[kafka]\nbrokers = \"localhost:9092\"\n{kafka}");
        match Configuration::parse("vigie.toml", &text) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused_by_name() {
        assert_eq!(refusal(""), "");
        assert!(refusal("threads = 0").contains("kafka.threads"));
        assert!(refusal("session_timeout = \"1s\"").contains("from 6s"));
        assert!(refusal("transaction_timeout = \"1h\"").contains("to 15m"));
        let plain = "[kafka.sasl]\nmechanism = \"PLAIN\"\nuser = \"v\"\npassword_file = \"p\"\n";
        assert!(refusal(plain).contains("add [kafka.tls]"));
        assert!(refusal("colour = 1").contains("colour"));
    }
}
