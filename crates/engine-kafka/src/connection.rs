//! How brokers are reached: addresses, encryption and who we are to them.

use std::path::PathBuf;

use rdkafka::ClientConfig;

/// Everything that every client of a cluster needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Addresses of some of the brokers, as `host:port`, joined by commas.
    pub brokers: String,
    /// Encryption and authentication.
    pub security: Security,
}

/// Encryption and authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Encryption; none speaks in the clear.
    pub tls: Option<Tls>,
    /// User and password; none where the certificate says who we are, or nobody asks.
    pub sasl: Option<Sasl>,
}

/// Certificates, as files that hold PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Whom we trust; the system's authorities where it is left out.
    pub authority_file: Option<PathBuf>,
    /// Our certificate, for brokers that ask for one.
    pub certificate_file: Option<PathBuf>,
    /// The key of our certificate.
    pub key_file: Option<PathBuf>,
}

/// User and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Sasl {
    /// How the password is proven.
    pub mechanism: SaslMechanism,
    /// The user.
    pub user: String,
    /// The password, read from a file by whoever builds this.
    pub password: String,
}

impl std::fmt::Debug for Sasl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sasl({:?}, {}, [redacted])", self.mechanism, self.user)
    }
}

/// How a password is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaslMechanism {
    /// Challenge and response over SHA-256.
    ScramSha256,
    /// Challenge and response over SHA-512.
    ScramSha512,
    /// The password itself, for brokers over TLS.
    Plain,
}

impl SaslMechanism {
    const fn name(self) -> &'static str {
        match self {
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
            Self::Plain => "PLAIN",
        }
    }
}

impl ConnectionSettings {
    /// The cluster at these addresses, in the clear.
    pub fn plain(brokers: impl Into<String>) -> Self {
        Self { brokers: brokers.into(), security: Security::default() }
    }

    /// The configuration that every client begins with.
    pub fn client_config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        // A broker that is back is tried again within a second, however long it was away.
        config.set("reconnect.backoff.max.ms", "1000");
        let Security { tls, sasl } = &self.security;
        config.set(
            "security.protocol",
            match (tls.is_some(), sasl.is_some()) {
                (false, false) => "plaintext",
                (true, false) => "ssl",
                (false, true) => "sasl_plaintext",
                (true, true) => "sasl_ssl",
            },
        );
        if let Some(tls) = tls {
            let files = [
                ("ssl.ca.location", &tls.authority_file),
                ("ssl.certificate.location", &tls.certificate_file),
                ("ssl.key.location", &tls.key_file),
            ];
            for (key, file) in files {
                if let Some(file) = file {
                    config.set(key, file.display().to_string());
                }
            }
        }
        if let Some(sasl) = sasl {
            config.set("sasl.mechanism", sasl.mechanism.name());
            config.set("sasl.username", &sasl.user);
            config.set("sasl.password", &sasl.password);
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_follows_from_what_is_configured() {
        let mut settings = ConnectionSettings::plain("a:1");
        let protocol = |settings: &ConnectionSettings| {
            settings.client_config().get("security.protocol").map(ToOwned::to_owned)
        };
        assert_eq!(protocol(&settings).as_deref(), Some("plaintext"));
        settings.security.tls = Some(Tls::default());
        assert_eq!(protocol(&settings).as_deref(), Some("ssl"));
        settings.security.sasl = Some(Sasl {
            mechanism: SaslMechanism::ScramSha512,
            user: "vigie".into(),
            password: "secret".into(),
        });
        assert_eq!(protocol(&settings).as_deref(), Some("sasl_ssl"));
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
