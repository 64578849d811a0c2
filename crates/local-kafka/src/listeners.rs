//! Where a broker listens, and whom it lets in.

use std::path::Path;

use crate::access::{ADMIN, Access, broker_store};
use crate::settings::{ClusterSettings, Security};

/// The listeners of a cluster's brokers, each at its place behind the cluster's first port.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    pub first: u16,
    pub brokers: u16,
}

/// What a listener is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// Clients: anybody, or who has a password.
    Client,
    /// The other controllers.
    Controller,
    /// Who has a certificate.
    Mutual,
    /// The other brokers and who looks after the cluster, who may do everything.
    Inner,
}

impl Ports {
    /// The port of a broker, which are numbered from 1.
    pub fn of(self, listener: Listener, number: u16) -> u16 {
        let place = match listener {
            Listener::Client => 0,
            Listener::Controller => 1,
            Listener::Mutual => 2,
            Listener::Inner => 3,
        };
        self.first + place * self.brokers + number - 1
    }

    /// The address of a broker.
    pub fn address(self, listener: Listener, number: u16) -> String {
        format!("127.0.0.1:{}", self.of(listener, number))
    }

    /// All brokers, with commas between them.
    pub fn addresses(self, listener: Listener) -> String {
        let all: Vec<String> =
            (1..=self.brokers).map(|number| self.address(listener, number)).collect();
        all.join(",")
    }
}

/// What a broker is told of its listeners.
pub fn properties(
    settings: &ClusterSettings,
    ports: Ports,
    number: u16,
    directory: &Path,
) -> Vec<(&'static str, String)> {
    let address = |listener| ports.address(listener, number);
    let controller = format!("CONTROLLER://{}", address(Listener::Controller));
    let voters: Vec<String> = (1..=ports.brokers)
        .map(|voter| format!("{voter}@{}", ports.address(Listener::Controller, voter)))
        .collect();
    let (inner, clients, protocols) = match settings.security {
        Security::Plaintext => (
            "CLIENT",
            format!("CLIENT://{}", address(Listener::Client)),
            "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ),
        Security::SaslTls { .. } => (
            "INNER",
            format!(
                "CLIENT://{},MUTUAL://{},INNER://{}",
                address(Listener::Client),
                address(Listener::Mutual),
                address(Listener::Inner)
            ),
            "CLIENT:SASL_SSL,MUTUAL:SSL,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ),
    };
    let mut lines = vec![
        ("controller.quorum.voters", voters.join(",")),
        ("listeners", format!("{clients},{controller}")),
        ("advertised.listeners", clients),
        ("listener.security.protocol.map", protocols.to_owned()),
        ("inter.broker.listener.name", inner.to_owned()),
    ];
    if let Security::SaslTls { .. } = settings.security {
        lines.extend(security_properties(directory));
    }
    lines
}

/// Passwords at one listener, certificates at the other, and rules for both.
fn security_properties(directory: &Path) -> Vec<(&'static str, String)> {
    let authority = Access::of(ADMIN, directory).authority_file;
    let login = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    let authorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    vec![
        ("listener.name.client.sasl.enabled.mechanisms", "SCRAM-SHA-512".to_owned()),
        ("listener.name.client.scram-sha-512.sasl.jaas.config", login.to_owned()),
        ("listener.name.mutual.ssl.client.auth", "required".to_owned()),
        ("ssl.keystore.type", "PEM".to_owned()),
        ("ssl.keystore.location", broker_store(directory).display().to_string()),
        ("ssl.truststore.type", "PEM".to_owned()),
        ("ssl.truststore.location", authority.display().to_string()),
        // A certificate's common name is the user.
        ("ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/".to_owned()),
        ("authorizer.class.name", authorizer.to_owned()),
        // The inner listener asks nobody who he is.
        ("super.users", format!("User:{ADMIN};User:ANONYMOUS")),
        ("allow.everyone.if.no.acl.found", "false".to_owned()),
    ]
}
