//! `vigie schemas check | register` on a real registry.

use vigie_service::configuration::RegistryConfiguration;
use vigie_service::registry::RegistryClient;

use crate::support::{registry, run};

/// Each topic of ours has a schema.
const TOPICS: usize = 12;

#[test]
fn schemas_are_registered_once_and_what_is_incompatible_is_refused() {
    let registry = registry();
    let url = registry.url();
    let vigie = |command: &str| run(&["schemas", command, "--registry", &url]);
    let before = vigie("check");
    assert!(before.err.contains("rules.v1-value: not registered"), "{}", before.err);
    before.with(1);

    // Somebody else's schema under one of our subjects.
    let client = RegistryClient::new(&RegistryConfiguration::plain(url.clone())).expect("a client");
    let stranger = r#"{"type": "record", "name": "Stranger", "fields": []}"#;
    client.register("rules.v1-value", stranger).expect("registered");
    let partly = vigie("register");
    assert!(partly.err.contains("refuses to register the schema of rules.v1-value"), "{partly:?}");
    let out = partly.with(1);
    assert_eq!(out.matches(" now").count(), TOPICS - 1, "{out}");
    assert!(!out.contains("rules.v1-value"), "{out}");
    let check = vigie("check");
    assert!(check.err.contains("rules.v1-value: not compatible"), "{}", check.err);
    check.with(1);
}

#[test]
fn a_second_registration_changes_nothing() {
    let registry = registry();
    let url = registry.url();
    let vigie = |command: &str| run(&["schemas", command, "--registry", &url]);
    let first = vigie("register").with(0);
    assert_eq!(first.matches(" now").count(), TOPICS, "{first}");
    let second = vigie("register").with(0);
    let ids = |table: &str| -> Vec<String> {
        let rows = table.lines().skip(2);
        rows.filter_map(|row| row.split_whitespace().nth(1)).map(str::to_owned).collect()
    };
    assert_eq!(ids(&second), ids(&first));
    assert_eq!(second.matches(" before").count(), TOPICS, "{second}");
    let check = vigie("check").with(0);
    assert_eq!(check.matches("FULL_TRANSITIVE").count(), TOPICS, "{check}");
}

#[test]
fn a_registry_that_is_not_there_or_is_none_is_told() {
    let ran = run(&["schemas", "check", "--registry", "http://127.0.0.1:1"]);
    assert!(ran.err.contains("at http://127.0.0.1:1 does not answer"), "{}", ran.err);
    ran.with(1);
    let ran = run(&["schemas", "check", "--registry", "127.0.0.1:1"]);
    assert!(ran.err.contains("registry.url begins with http://"), "{}", ran.err);
    ran.with(2);
}
