//! The words after `cargo xtask`, read into one command.

use anyhow::{Context, Result, bail};

/// How long each fuzz target runs unless told otherwise: a minute finds what a change broke, and
/// all targets together stay under five.
const FUZZ_SECONDS: u32 = 60;

/// What `cargo xtask` prints when asked for help.
pub const USAGE: &str = "\
cargo xtask <command>

  test                          everything that CI runs, with a table of times at the end
  tidy                          the rules of the house: layers, budgets, names, openings
  supply                        licences, sources, wrappers and duplicates, as deny.toml says
  schemas [--freeze]            schemas: documentation, defaults and compatibility with the past;
                                --freeze keeps what changed as the next version
  fuzz [--seconds N] [TARGET]   each fuzz target (or the one named) for N seconds (60)
  bench [NAME]                  the named benchmark, or the names there are
";

/// One chore with its settings.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    Tidy,
    Supply,
    Schemas { freeze: bool },
    Test,
    Fuzz { seconds: u32, target: Option<String> },
    Bench { name: Option<String> },
}

/// Reads the command line, or says which word was not understood.
pub fn parse(words: &[&str]) -> Result<Command> {
    let Some((name, rest)) = words.split_first() else { return Ok(Command::Help) };
    match (*name, rest) {
        ("help" | "--help" | "-h", []) => Ok(Command::Help),
        ("tidy", []) => Ok(Command::Tidy),
        ("supply", []) => Ok(Command::Supply),
        ("test", []) => Ok(Command::Test),
        ("schemas", []) => Ok(Command::Schemas { freeze: false }),
        ("schemas", ["--freeze"]) => Ok(Command::Schemas { freeze: true }),
        ("bench", []) => Ok(Command::Bench { name: None }),
        ("bench", [name]) => Ok(Command::Bench { name: Some((*name).to_owned()) }),
        ("fuzz", rest) => parse_fuzz(rest),
        ("help" | "tidy" | "supply" | "test" | "schemas" | "bench", [.., last]) => {
            bail!("`cargo xtask {name}` does not take `{last}`\n\n{USAGE}")
        }
        (unknown, _) => bail!("no chore is called `{unknown}`\n\n{USAGE}"),
    }
}

/// Reads the flags of `fuzz` in any order.
fn parse_fuzz(words: &[&str]) -> Result<Command> {
    let mut seconds = FUZZ_SECONDS;
    let mut target = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if *word == "--seconds" {
            let value = words.next().context("`--seconds` needs a number after it")?;
            seconds = value
                .parse()
                .ok()
                .filter(|seconds| *seconds > 0)
                .with_context(|| format!("`--seconds {value}` is no whole number above 0"))?;
        } else if word.starts_with('-') || target.is_some() {
            bail!("`cargo xtask fuzz` does not take `{word}`\n\n{USAGE}");
        } else {
            target = Some((*word).to_owned());
        }
    }
    Ok(Command::Fuzz { seconds, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fuzz_run_takes_its_seconds_and_its_target_in_any_order() {
        let expected = Command::Fuzz { seconds: 5, target: Some("query_parse".to_owned()) };
        assert_eq!(parse(&["fuzz", "query_parse", "--seconds", "5"]).unwrap(), expected);
        assert_eq!(parse(&["fuzz", "--seconds", "5", "query_parse"]).unwrap(), expected);
        assert_eq!(
            parse(&["fuzz"]).unwrap(),
            Command::Fuzz { seconds: FUZZ_SECONDS, target: None }
        );
    }

    #[test]
    fn a_word_that_means_nothing_is_named() {
        for words in [
            &["fuzz", "--seconds", "0"][..],
            &["fuzz", "--seconds", "soon"],
            &["fuzz", "one", "two"],
            &["tidy", "two"],
            &["sweep", "two"],
        ] {
            let error = parse(words).unwrap_err().to_string();
            let last = words.last().unwrap();
            assert!(error.contains(last) || error.contains("sweep"), "{words:?}: {error}");
        }
        assert!(parse(&["fuzz", "--seconds"]).unwrap_err().to_string().contains("--seconds"));
    }
}
