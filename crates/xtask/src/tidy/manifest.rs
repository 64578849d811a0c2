//! Dependencies are decisions: each stands once, in the root manifest, with its reason beside it.

use toml::{Table, Value};

use crate::finding::Finding;

/// Finds dependencies of the workspace that do not say why they are there.
pub fn check_reasons(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        }
        let Some((name, value)) = line.split_once('=').filter(|_| inside) else { continue };
        // Our own crates are explained once, by the table of layers.
        if line.starts_with(['#', '[']) || value.contains("path =") {
            continue;
        }
        let reason = value.rsplit_once('#').map_or("", |(_, reason)| reason.trim());
        if reason.is_empty() {
            let what = format!(
                "`{}` does not say why we depend on it: end its line with `# reason`",
                name.trim()
            );
            findings.push(Finding::new(path, index + 1, what));
        }
    }
    findings
}

/// Finds dependencies of a crate that do not come from the workspace's list.
pub fn check_inherited(path: &str, text: &str) -> Vec<Finding> {
    let manifest = match parse(path, text) {
        Ok(manifest) => manifest,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for dependency in dependencies(&manifest) {
        let inherits = dependency.value.get("workspace").and_then(Value::as_bool) == Some(true);
        if !inherits {
            let what = format!(
                "`{0}` is decided here: decide it in the root Cargo.toml, with its reason, and \
                 write `{0}.workspace = true`",
                dependency.name
            );
            findings.push(Finding::new(path, line_of_key(text, dependency.name), what));
        }
    }
    findings
}

/// Reads a manifest.
pub fn parse(path: &str, text: &str) -> Result<Table, Finding> {
    text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Finding::new(path, line, format!("not TOML: {}", error.message()))
    })
}

/// One line of a crate's dependency tables.
pub struct Dependency<'a> {
    pub name: &'a str,
    pub value: &'a Value,
    pub is_for_tests: bool,
}

/// The dependencies of a manifest, those of single platforms included.
pub fn dependencies(manifest: &Table) -> Vec<Dependency<'_>> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for table in std::iter::once(manifest).chain(platforms) {
        for (kind, is_for_tests) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let entries = table.get(kind).and_then(Value::as_table);
            found.extend(entries.into_iter().flatten().map(|(name, value)| Dependency {
                name,
                value,
                is_for_tests,
            }));
        }
    }
    found
}

/// The first line that defines a key, from 1.
pub fn line_of_key(text: &str, key: &str) -> usize {
    let defines = |line: &str| {
        line.trim_start()
            .strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with(['.', '=']))
    };
    text.lines().position(defines).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<usize> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let text = "[workspace.dependencies]\n# Data.\nserde = \"1\" # shapes\ntoml = \"1\"\n\
                    csv = \"1\" #\nvigie-text = { path = \"crates/text\" }\n[profile.dev]\na = 1\n";
        assert_eq!(lines(&check_reasons("Cargo.toml", text)), [4, 5]);
    }

    #[test]
    fn a_dependency_decided_in_a_crate_is_found() {
        let text = "[dependencies]\nserde.workspace = true\ncsv = \"1\"\n[dev-dependencies]\n\
                    rand = { workspace = true, features = [\"std\"] }\n\
                    [target.'cfg(unix)'.dependencies]\nrustix = { version = \"1\" }\n";
        assert_eq!(lines(&check_inherited("crates/text/Cargo.toml", text)), [3, 7]);
    }

    #[test]
    fn a_broken_manifest_is_found_at_its_line() {
        assert_eq!(lines(&check_inherited("crates/text/Cargo.toml", "[a]\nb = \n")), [2]);
    }
}
