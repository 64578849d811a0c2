//! A cluster that asks who is there: what the tests of rights rely on.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use vigie_local_kafka::{
    Access, Cluster, ClusterSettings, ForeignReader, Security, Tool, Tools, cache_of_tests,
};

const TOPIC: &str = "lines";

/// The settings of librdkafka for who comes with a password.
fn by_password(access: &Access) -> String {
    format!(
        "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\nsasl.username={}\n\
         sasl.password={}\nssl.ca.location={}\n",
        access.user,
        access.password().unwrap(),
        access.authority_file.display()
    )
}

/// The settings of librdkafka for who shows a certificate.
fn by_certificate(access: &Access) -> String {
    format!(
        "security.protocol=SSL\nssl.certificate.location={}\nssl.key.location={}\n\
         ssl.ca.location={}\n",
        access.certificate_file.display(),
        access.key_file.display(),
        access.authority_file.display()
    )
}

/// Reads the topic, which is empty, with a client of librdkafka; what it complains of if it fails.
fn read(reader: &ForeignReader, bootstrap: &str, settings: &str, directory: &Path) -> String {
    let file = directory.join("client.properties");
    fs::write(&file, settings).unwrap();
    let mut command = reader.command(bootstrap, "http://127.0.0.1:1", TOPIC);
    let output = command.args(["--until-end", "--config"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[test]
fn a_user_comes_in_by_password_or_certificate_and_may_only_what_rules_allow() {
    let cache = cache_of_tests().unwrap();
    let tools = Tools::install(&cache).unwrap();
    let python = ForeignReader::python(&cache).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut settings = ClusterSettings::new(cache, 1);
    settings.security = Security::SaslTls { users: vec!["vigie".to_owned()] };
    let cluster = Cluster::start(&settings).unwrap();
    let (inner, bootstrap) = (cluster.inner_bootstrap(), cluster.bootstrap());
    let mutual = cluster.mutual_bootstrap().unwrap();
    let access = cluster.access("vigie").unwrap();
    let (password, certificate) = (by_password(&access), by_certificate(&access));
    let read = |bootstrap: &str, settings: &str| {
        self::read(&python, bootstrap, settings, directory.path())
    };
    tools.run(Tool::Topics, &inner, &["--create", "--topic", TOPIC]).unwrap();

    for (bootstrap, settings) in [(&bootstrap, &password), (&mutual, &certificate)] {
        let said = read(bootstrap, settings);
        assert!(said.contains("TOPIC_AUTHORIZATION_FAILED"), "{said}");
    }
    let principal = format!("User:{}", access.user);
    let rule = ["--add", "--allow-principal", &principal, "--consumer", "--topic", TOPIC];
    let group = ["--group", "scored-reader"];
    tools.run(Tool::Acls, &inner, &[&rule[..], &group].concat()).unwrap();
    assert_eq!(read(&bootstrap, &password), "");
    assert_eq!(read(&mutual, &certificate), "");

    // The same by Kafka's own client, and what is not proven is refused.
    let java = directory.path().join("java.properties");
    let list = ["--list", "--command-config", java.to_str().unwrap()];
    let properties = access.java_properties().unwrap();
    fs::write(&java, &properties).unwrap();
    assert_eq!(tools.run(Tool::Topics, &bootstrap, &list).unwrap(), format!("{TOPIC}\n"));
    fs::write(&java, properties.replace("password=\"", "password=\"not ")).unwrap();
    let error = tools.run(Tool::Topics, &bootstrap, &list).unwrap_err().to_string();
    assert!(error.contains("Authentication failed"), "{error}");
}
