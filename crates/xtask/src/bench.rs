//! `cargo xtask bench`: starts one of the benchmarks below `benches/`, optimised.

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;
use crate::tools::target_directory;

/// Where the benchmarks stand, one file each.
const BENCHES: &str = "benches/";

/// Runs the benchmark named; without a name, says which there are.
pub fn run(repository: &Repository, name: Option<&str>) -> Result<()> {
    let names = names(&repository.files()?);
    match name {
        None => {
            println!("benchmarks: {}", names.join(", "));
            Ok(())
        }
        Some(name) if names.iter().any(|known| known == name) => {
            let mut command = repository.command("cargo");
            command.args(["bench", "--locked", "--bench", name]);
            let manifest = repository.path(&format!("{BENCHES}{name}/Cargo.toml"));
            if manifest.exists() {
                // A workspace of its own, built beside ours.
                command.arg("--manifest-path").arg(manifest);
                command.arg("--target-dir").arg(target_directory(repository).join(name));
            } else {
                command.arg("--workspace");
            }
            let status = command.status().context("cannot start cargo bench")?;
            ensure!(status.success(), "benchmark `{name}` ended with {status}");
            Ok(())
        }
        Some(name) => bail!("no benchmark is called `{name}`; there are: {}", names.join(", ")),
    }
}

/// The benchmarks there are, by the names of their files, or of the folders that are packages.
fn names(files: &[String]) -> Vec<String> {
    let name_of = |path: &String| {
        let path = path.strip_prefix(BENCHES)?;
        let name = path.strip_suffix("/Cargo.toml").or_else(|| path.strip_suffix(".rs"))?;
        (!name.contains('/')).then(|| name.to_owned())
    };
    files.iter().filter_map(name_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_is_a_file_below_benches() {
        let files = ["README.md", "tag.rs", "data/a.rs", "search/Cargo.toml", "search/search.rs"];
        let files = files.map(|name| format!("{BENCHES}{name}"));
        assert_eq!(names(&files), ["tag", "search"]);
    }
}
