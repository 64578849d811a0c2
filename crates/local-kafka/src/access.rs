//! Keys, certificates and passwords of a cluster that asks who is there.
//!
//! They are made with the cluster, by openssl, for this machine's loopback and for nothing else:
//! the keys lie unprotected beside the data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Who may do everything, without rules.
pub const ADMIN: &str = "admin";

/// Where they are, below the cluster's directory.
const DIRECTORY: &str = "access";

/// How long they are valid: longer than a cluster on one machine is kept.
const VALID_DAYS: &str = "365";

/// A small key that every client knows.
const KEY: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/// How one user is let in: by password and by certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The user; with either way in, Kafka's rules call it `User:` and this.
    pub user: String,
    /// The certificate of whom to trust, in PEM.
    pub authority_file: PathBuf,
    /// The password for SCRAM-SHA-512.
    pub password_file: PathBuf,
    /// The user's certificate, in PEM.
    pub certificate_file: PathBuf,
    /// The key of the user's certificate, in PEM.
    pub key_file: PathBuf,
}

impl Access {
    /// Where the files of a user of the cluster are.
    pub fn of(user: &str, cluster: &Path) -> Self {
        let directory = cluster.join(DIRECTORY);
        Self {
            user: user.to_owned(),
            authority_file: directory.join("authority.pem"),
            password_file: directory.join(format!("{user}.password")),
            certificate_file: directory.join(format!("{user}.pem")),
            key_file: directory.join(format!("{user}.key")),
        }
    }

    /// The password itself.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn password(&self) -> Result<String> {
        fs::read_to_string(&self.password_file)
            .with_context(|| format!("cannot read {}", self.password_file.display()))
    }

    /// The settings of a Java client that comes with the password.
    ///
    /// # Errors
    /// The password cannot be read.
    pub fn java_properties(&self) -> Result<String> {
        let login = "org.apache.kafka.common.security.scram.ScramLoginModule required";
        let (user, password) = (&self.user, self.password()?);
        Ok(format!(
            "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n\
             sasl.jaas.config={login} username=\"{user}\" password=\"{password}\";\n\
             ssl.truststore.type=PEM\nssl.truststore.location={}\n",
            self.authority_file.display()
        ))
    }
}

/// Makes the authority, the brokers' certificate, and what each user needs, the admin first.
///
/// # Errors
/// openssl is missing, older than 3, or fails.
pub fn make(cluster: &Path, users: &[String]) -> Result<Vec<Access>> {
    let directory = cluster.join(DIRECTORY);
    fs::create_dir_all(&directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    certify(&directory, "authority", &[])?;
    let signed = ["-CA", "authority.pem", "-CAkey", "authority.key"];
    let leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
    let address = ["-addext", "subjectAltName=IP:127.0.0.1"];
    certify(&directory, "broker", &[&signed[..], &leaf, &address].concat())?;
    let key = read(&directory.join("broker.key"))?;
    let certificate = read(&directory.join("broker.pem"))?;
    // Kafka wants both in one file.
    write(&broker_store(cluster), &format!("{key}{certificate}"))?;
    let mut accesses = Vec::new();
    for user in std::iter::once(ADMIN).chain(users.iter().map(String::as_str)) {
        certify(&directory, user, &[&signed[..], &leaf].concat())?;
        let access = Access::of(user, cluster);
        write(&access.password_file, &format!("{user}-of-the-loopback"))?;
        accesses.push(access);
    }
    Ok(accesses)
}

/// The file with the brokers' key and certificate.
pub fn broker_store(cluster: &Path) -> PathBuf {
    cluster.join(DIRECTORY).join("broker-store.pem")
}

/// Makes a key and a certificate in that name.
fn certify(directory: &Path, name: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new("openssl")
        .args(["req", "-x509", "-noenc", "-days", VALID_DAYS, "-subj", &format!("/CN={name}")])
        .args(KEY)
        .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")])
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .context("cannot start openssl: install it, version 3 or newer")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "openssl 3 makes no certificate for {name}: {said}");
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
