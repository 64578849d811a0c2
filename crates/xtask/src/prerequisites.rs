//! What has to be on the machine before anything is tested. What is missing is named, all at once,
//! with how to get it; nothing is skipped for want of a tool.

use anyhow::{Context, Result, bail};

use crate::repository::Repository;
use crate::tools::first_line;

/// A program, how it is asked for its version, and how to get it.
const PROGRAMS: [(&str, &[&str], &str); 4] = [
    ("cargo", &["fmt", "--version"], "rustup component add rustfmt"),
    ("cargo", &["clippy", "--version"], "rustup component add clippy"),
    ("cc", &["--version"], "install a C compiler (Debian: apt-get install build-essential)"),
    ("git", &["--version"], "install git (Debian: apt-get install git)"),
];

/// Looks for everything and prints what was found.
pub fn check(repository: &Repository) -> Result<()> {
    let mut missing = Vec::new();
    let wanted = pinned_rustc(&repository.read("rust-toolchain.toml")?)?;
    let found = first_line(repository.command("rustc").arg("--version"));
    if let Err(what) = check_rustc(&wanted, found.as_deref()) {
        missing.push(what);
    }
    for (program, arguments, remedy) in PROGRAMS {
        match first_line(repository.command(program).args(arguments)) {
            Some(version) => println!("  {version}"),
            None => {
                missing.push(format!("{program} {} does not run: {remedy}", arguments.join(" ")));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    bail!("missing on this machine:\n  {}", missing.join("\n  "))
}

/// The version that the toolchain file pins.
fn pinned_rustc(text: &str) -> Result<String> {
    let file: toml::Table = text.parse().context("rust-toolchain.toml is not TOML")?;
    file.get("toolchain")
        .and_then(|toolchain| toolchain.get("channel"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .context("rust-toolchain.toml names no channel")
}

/// Compares what `rustc --version` says with the version wanted.
fn check_rustc(wanted: &str, found: Option<&str>) -> Result<(), String> {
    let remedy = format!("rustup toolchain install {wanted}");
    match found {
        None => Err(format!("rustc does not run: {remedy}")),
        Some(line) if line.split(' ').nth(1) == Some(wanted) => Ok(()),
        Some(line) => Err(format!("rustc {wanted} is wanted and `{line}` found: {remedy}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_compiler_than_the_pinned_one_is_named() {
        let wanted = pinned_rustc("[toolchain]\nchannel = \"1.95.0\"\n").unwrap();
        assert_eq!(check_rustc(&wanted, Some("rustc 1.95.0 (abc 2026-01-01)")), Ok(()));
        let error = check_rustc(&wanted, Some("rustc 1.95.1 (abc 2026-01-01)")).unwrap_err();
        assert!(error.contains("1.95.0") && error.contains("1.95.1"), "{error}");
        assert!(check_rustc(&wanted, None).unwrap_err().contains("rustup"));
    }

    #[test]
    fn a_toolchain_file_without_a_channel_is_refused() {
        assert!(pinned_rustc("[toolchain]\n").is_err());
    }
}
