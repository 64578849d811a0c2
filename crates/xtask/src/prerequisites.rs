//! What has to be on the machine before anything is tested. What is missing is named, all at once,
//! with how to get it; nothing is skipped for want of a tool.

use anyhow::{Context, Result, bail};

use crate::repository::Repository;
use crate::tools::first_line;

/// A program, how it is asked whether it is there, and how to get it.
type Program = (&'static str, &'static [&'static str], &'static str);

/// What building and testing need besides Java.
const PROGRAMS: [Program; 9] = [
    ("cargo", &["fmt", "--version"], "rustup component add rustfmt"),
    ("cargo", &["clippy", "--version"], "rustup component add clippy"),
    ("cc", &["--version"], "install a C compiler (Debian: apt-get install build-essential)"),
    ("git", &["--version"], "install git (Debian: apt-get install git)"),
    // librdkafka is built from its source against the system's OpenSSL.
    ("pkg-config", &["--version"], "install pkg-config (Debian: apt-get install pkg-config)"),
    ("pkg-config", &["--modversion", "openssl"], "Debian: apt-get install libssl-dev"),
    // It makes the certificates of clusters that ask who is there.
    ("openssl", &["version"], "install OpenSSL 3 (Debian: apt-get install openssl)"),
    // What the two clients are written in that read our topics in tests and are not ours.
    ("javac", &["--version"], "Debian: apt-get install openjdk-17-jdk-headless"),
    ("python3", &["-m", "venv", "--help"], "Debian: apt-get install python3-venv"),
];

/// What fetches a real Kafka.
const MAVEN: Program =
    ("mvn", &["--batch-mode", "--version"], "install Maven (Debian: apt-get install maven)");

/// The oldest Java that the brokers and the registry run on.
const OLDEST_JAVA: u32 = 17;

/// Looks for everything and prints what was found.
pub fn check(repository: &Repository) -> Result<()> {
    let mut missing = Vec::new();
    let wanted = pinned_rustc(&repository.read("rust-toolchain.toml")?)?;
    let found = first_line(repository.command("rustc").arg("--version"));
    if let Err(what) = check_rustc(&wanted, found.as_deref()) {
        missing.push(what);
    }
    let programs = PROGRAMS.iter().chain([&MAVEN]).map(|program| look_for(repository, program));
    for looked in programs.chain([look_for_java(repository)]) {
        match looked {
            Ok(line) => println!("  {line}"),
            Err(what) => missing.push(what),
        }
    }
    report(&missing)
}

/// Looks for what a real Kafka needs and says only what is missing.
pub fn check_kafka(repository: &Repository) -> Result<()> {
    let looked = [look_for(repository, &MAVEN), look_for_java(repository)];
    report(&looked.into_iter().filter_map(Result::err).collect::<Vec<String>>())
}

/// The program's first line, or what is to be done about it.
fn look_for(repository: &Repository, program: &Program) -> Result<String, String> {
    let (name, arguments, remedy) = program;
    match first_line(repository.command(name).args(*arguments)) {
        Some(line) if line.contains(name) => Ok(line),
        Some(line) => Ok(format!("{name} {} {line}", arguments[1..].join(" "))),
        None => Err(format!("{name} {} does not run: {remedy}", arguments.join(" "))),
    }
}

/// Looks for Java, new enough.
fn look_for_java(repository: &Repository) -> Result<String, String> {
    let found = first_line(repository.command("java").arg("--version"));
    check_java(found.as_deref()).map(str::to_owned)
}

/// Fails with everything that is missing.
fn report(missing: &[String]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    bail!("missing on this machine:\n  {}", missing.join("\n  "))
}

/// Holds what `java --version` says, such as `openjdk 17.0.15 2025-04-15`, to the oldest version.
fn check_java(found: Option<&str>) -> Result<&str, String> {
    let remedy = format!(
        "install Java {OLDEST_JAVA} or newer (Debian: apt-get install openjdk-17-jdk-headless)"
    );
    let line = found.ok_or_else(|| format!("java does not run: {remedy}"))?;
    let version = line.split(' ').nth(1).unwrap_or_default();
    let major = version.split(['.', '-', '+']).next().and_then(|text| text.parse().ok());
    match major {
        Some(major) if (OLDEST_JAVA..).contains(&major) => Ok(line),
        Some(_) | None => Err(format!("`{line}` is too old or unknown: {remedy}")),
    }
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
    fn an_old_java_is_named() {
        let line = "openjdk 17.0.15 2025-04-15";
        assert_eq!(check_java(Some(line)), Ok(line));
        assert_eq!(check_java(Some("openjdk 25-ea")), Ok("openjdk 25-ea"));
        assert!(check_java(Some("openjdk 11.0.2 2019")).unwrap_err().contains("11.0.2"));
        assert!(check_java(None).unwrap_err().contains("does not run"));
    }

    #[test]
    fn a_toolchain_file_without_a_channel_is_refused() {
        assert!(pinned_rustc("[toolchain]\n").is_err());
    }
}
