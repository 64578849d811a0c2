//! `cargo xtask bench`: starts one of the benchmarks below `benches/`, optimised.

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;

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
            let status = repository
                .command("cargo")
                .args(["bench", "--workspace", "--locked", "--bench", name])
                .status()
                .context("cannot start cargo bench")?;
            ensure!(status.success(), "benchmark `{name}` ended with {status}");
            Ok(())
        }
        Some(name) => bail!("no benchmark is called `{name}`; there are: {}", names.join(", ")),
    }
}

/// The benchmarks there are, by the names of their files.
fn names(files: &[String]) -> Vec<String> {
    files
        .iter()
        .filter_map(|path| path.strip_prefix(BENCHES)?.strip_suffix(".rs"))
        .filter(|name| !name.contains('/'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_is_a_file_below_benches() {
        let files = ["benches/README.md", "benches/tag.rs", "benches/data/a.rs"].map(str::to_owned);
        assert_eq!(names(&files), ["tag"]);
    }
}
