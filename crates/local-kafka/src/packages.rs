//! Maven packages at pinned versions, each file held to its SHA-256.
//!
//! Guarantees: what [`Packages::install`] gives is exactly what the lock file lists, byte for byte,
//! also when several processes install at once.
//!
//! Refuses: to use a file that is not listed or differs, and to change a lock file by itself.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// The Maven goal that copies what a pom resolves to into one directory.
const COPY_ALL: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/// The Maven goal that copies one file. From version 3 on it wants the file's pom and parents too.
const COPY_ONE: &str = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy";

/// Programs that check a list of SHA-256 sums: GNU's, and the one that macOS has.
const SUM_PROGRAMS: [(&str, &[&str]); 2] = [("sha256sum", &[]), ("shasum", &["-a", "256"])];

/// Apache Kafka: broker and command-line tools.
pub const KAFKA: Packages = Packages {
    name: "kafka-4.1.0",
    source: Source::Pom(include_str!("../packages/kafka.xml")),
    lock: include_str!("../packages/kafka.lock"),
    lock_path: "crates/local-kafka/packages/kafka.lock",
};

/// The Apicurio schema registry, the newest that Java 17 runs: one archive that holds everything.
pub const REGISTRY: Packages = Packages {
    name: "apicurio-registry-3.0.9",
    // Its own pom names a parent that Central does not have, so it is not resolved.
    source: Source::File("io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all"),
    lock: include_str!("../packages/registry.lock"),
    lock_path: "crates/local-kafka/packages/registry.lock",
};

/// What the Java reader of docs/consuming runs with.
pub const READER: Packages = Packages {
    name: "scored-reader-kafka-4.1.0-avro-1.12.2",
    source: Source::Pom(include_str!("../../../docs/consuming/pom.xml")),
    lock: include_str!("../packages/reader.lock"),
    lock_path: "crates/local-kafka/packages/reader.lock",
};

/// All packages there are.
pub const ALL: [&Packages; 3] = [&KAFKA, &REGISTRY, &READER];

/// A set of Maven packages.
pub struct Packages {
    /// The name of its directory below the cache; holds the version.
    name: &'static str,
    source: Source,
    /// Lines as `sha256sum` writes them.
    lock: &'static str,
    lock_path: &'static str,
}

/// What Maven is asked for.
enum Source {
    /// All that a project needs when it runs.
    Pom(&'static str),
    /// One file by its coordinates.
    File(&'static str),
}

impl Packages {
    /// Copies the packages below the cache unless they are there, and gives their directory.
    ///
    /// # Errors
    /// Maven is missing or reaches no repository, or a file is not the one that was locked.
    pub fn install(&self, cache: &Path) -> Result<PathBuf> {
        let cache = std::path::absolute(cache).context("the cache directory has no path")?;
        fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let _alone = exclude_others(&cache, self.name)?;
        let directory = cache.join(self.name);
        if directory.is_dir() && self.verify(&directory).is_ok() {
            return Ok(directory);
        }
        let fresh = self.copy(&cache)?;
        self.verify(&fresh).with_context(|| {
            format!(
                "what Maven gave is not what {} lists: if a version was changed on purpose, run \
                 `cargo xtask kafka lock` and look at what changed",
                self.lock_path
            )
        })?;
        remove_directory(&directory)?;
        fs::rename(&fresh, &directory)
            .with_context(|| format!("cannot move {} into place", fresh.display()))?;
        Ok(directory)
    }

    /// Where the lock file stands in the repository, and what it has to hold for the versions of
    /// the pom: the chore that changes a version writes it.
    ///
    /// # Errors
    /// As for [`Packages::install`].
    pub fn resolve(&self, cache: &Path) -> Result<(&'static str, String)> {
        fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let cache = std::path::absolute(cache).context("the cache directory has no path")?;
        let _alone = exclude_others(&cache, self.name)?;
        let fresh = self.copy(&cache)?;
        let output = sum_program()?.args(names_in(&fresh)?).current_dir(&fresh).output();
        let output = output.context("cannot start the program that makes SHA-256 sums")?;
        ensure!(output.status.success(), "cannot make the SHA-256 sums of {}", fresh.display());
        remove_directory(&fresh)?;
        Ok((self.lock_path, String::from_utf8(output.stdout)?))
    }

    /// Has Maven copy the packages into a fresh directory.
    fn copy(&self, cache: &Path) -> Result<PathBuf> {
        let fresh = cache.join(format!("{}.fresh", self.name));
        remove_directory(&fresh)?;
        eprintln!("fetching {} with Maven into {}", self.name, cache.display());
        let mut command = Command::new("mvn");
        command.args(["--batch-mode", "--quiet"]).current_dir(cache);
        match self.source {
            Source::Pom(text) => {
                let pom = cache.join(format!("{}.pom.xml", self.name));
                fs::write(&pom, text).with_context(|| format!("cannot write {}", pom.display()))?;
                command.arg("--file").arg(pom).args([COPY_ALL, "-DincludeScope=runtime"]);
            }
            Source::File(coordinates) => {
                command.arg(COPY_ONE).arg(format!("-Dartifact={coordinates}"));
            }
        }
        let output = command
            .arg(format!("-DoutputDirectory={}", fresh.display()))
            .stdin(Stdio::null())
            .output()
            .context("cannot start mvn: install Maven (Debian: apt-get install maven)")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            bail!("mvn cannot fetch {}; is Maven Central reachable?\n{}", self.name, said.trim());
        }
        Ok(fresh)
    }

    /// Holds a directory to the lock file: the same names, the same bytes.
    fn verify(&self, directory: &Path) -> Result<()> {
        let found = names_in(directory)?;
        let listed: BTreeSet<String> = listed_names(self.lock).map(str::to_owned).collect();
        if found != listed {
            let differing: Vec<&str> =
                found.symmetric_difference(&listed).map(String::as_str).collect();
            bail!("there or listed, but not both: {}", differing.join(", "));
        }
        let mut child = sum_program()?
            .args(["--check", "-"])
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the program that checks SHA-256 sums")?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(self.lock.as_bytes()).context("cannot hand over the SHA-256 sums")?;
        }
        let output = child.wait_with_output().context("cannot wait for the SHA-256 sums")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let differing: Vec<&str> = said.lines().filter(|line| !line.ends_with(": OK")).collect();
        ensure!(output.status.success(), "wrong SHA-256: {}", differing.join(", "));
        Ok(())
    }
}

/// The names in a lock file.
fn listed_names(lock: &str) -> impl Iterator<Item = &str> {
    lock.lines().filter_map(|line| line.split_whitespace().nth(1))
}

/// The names of the files in a directory.
fn names_in(directory: &Path) -> Result<BTreeSet<String>> {
    let entries =
        fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<_>>()
        .with_context(|| format!("cannot list {}", directory.display()))
}

/// The program that makes and checks SHA-256 sums.
fn sum_program() -> Result<Command> {
    for (name, arguments) in SUM_PROGRAMS {
        let runs = Command::new(name).arg("--version").output();
        if runs.is_ok_and(|output| output.status.success()) {
            let mut command = Command::new(name);
            command.args(arguments);
            return Ok(command);
        }
    }
    bail!("neither sha256sum nor shasum runs: install coreutils")
}

/// Waits until no other process installs what has the name, and keeps others waiting.
pub(crate) fn exclude_others(cache: &Path, name: &str) -> Result<File> {
    let path = cache.join(format!("{name}.lock"));
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

/// Removes a directory that may not be there.
pub(crate) fn remove_directory(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)
            .with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of the bytes `one\n`.
    const LOCK: &str =
        "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806  one.jar\n";

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &str) {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(directory.path().join(name), text).unwrap();
        }
        let packages =
            Packages { name: "a", source: Source::Pom(""), lock: LOCK, lock_path: "a.lock" };
        let found = packages.verify(directory.path()).err().map(|error| error.to_string());
        assert_eq!(found.unwrap_or_default(), expected);
    }

    #[test]
    fn a_file_that_differs_or_is_not_listed_or_is_missing_is_named() {
        check(&[("one.jar", "one\n")], "");
        check(&[("one.jar", "two\n")], "wrong SHA-256: one.jar: FAILED");
        check(&[("one.jar", "one\n"), ("two.jar", "")], "there or listed, but not both: two.jar");
        check(&[], "there or listed, but not both: one.jar");
    }
}
