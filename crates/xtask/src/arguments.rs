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
  train WHAT --sources DIR [--keep-out FILE]
                                makes the model of a judgement anew, as docs/training.md says
  eval WHAT --eval DIR          measures a judgement on labelled sets
  chaos [--kills N] [--mentions N] [--brokers 1|3] [--seed N]
                                services and brokers of a real cluster are killed under load;
                                what they leave behind is held to an undisturbed run
  soak [--minutes N]            a cluster under half load: memory, and a minute without a broker
  recovery [--authors N]        a scorer is killed: how soon it goes on with so many authors
  kafka up [--brokers 1|3] [--no-registry] [--secure]
                                a real Kafka and a schema registry on this machine, below
                                target/kafka; goes on with what `down --keep` has kept;
                                --secure: TLS, passwords, certificates and rules
  kafka status                  what of it runs, and where its logs are
  kafka down [--keep]           stops it and removes its data, unless told to keep it
  kafka lock                    after a change of version: the packages' SHA-256 anew
";

/// One chore with its settings.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    Tidy,
    Supply,
    Schemas {
        freeze: bool,
    },
    Test,
    Fuzz {
        seconds: u32,
        target: Option<String>,
    },
    Bench {
        name: Option<String>,
    },
    Kafka(Kafka),
    /// A program of another crate with its own arguments.
    Program {
        package: &'static str,
        program: &'static str,
        arguments: Vec<String>,
    },
}

/// What is done to the Kafka of this machine.
#[derive(Debug, PartialEq, Eq)]
pub enum Kafka {
    Up(KafkaUp),
    Status,
    Down { keep: bool },
    Lock,
}

/// What is to be there.
#[derive(Debug, PartialEq, Eq)]
pub struct KafkaUp {
    pub brokers: u16,
    pub registry: bool,
    pub secure: bool,
}

/// The program reads its arguments itself, and says what is wrong with them.
fn program(package: &'static str, program: &'static str, arguments: &[&str]) -> Command {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    Command::Program { package, program, arguments }
}

fn end_to_end(name: &'static str, arguments: &[&str]) -> Command {
    program("vigie-e2e", name, arguments)
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
        ("train" | "eval", _) => Ok(program("vigie-train", "vigie-train", words)),
        ("chaos", flags) => Ok(end_to_end("chaos", flags)),
        ("soak", flags) => Ok(end_to_end("soak", flags)),
        ("recovery", flags) => Ok(end_to_end("recovery", flags)),
        ("bench", []) => Ok(Command::Bench { name: None }),
        ("bench", [name]) => Ok(Command::Bench { name: Some((*name).to_owned()) }),
        ("fuzz", rest) => parse_fuzz(rest),
        ("kafka", rest) => parse_kafka(rest).map(Command::Kafka),
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

/// Reads what follows `kafka`.
fn parse_kafka(words: &[&str]) -> Result<Kafka> {
    match words {
        ["up", rest @ ..] => parse_kafka_up(rest),
        ["status"] => Ok(Kafka::Status),
        ["down"] => Ok(Kafka::Down { keep: false }),
        ["down", "--keep"] => Ok(Kafka::Down { keep: true }),
        ["lock"] => Ok(Kafka::Lock),
        ["status" | "down" | "lock", .., last] | [last, ..] => {
            bail!("`cargo xtask kafka` does not take `{last}` there\n\n{USAGE}")
        }
        [] => bail!("`cargo xtask kafka` needs `up`, `status`, `down` or `lock`\n\n{USAGE}"),
    }
}

/// Reads the flags of `kafka up` in any order.
fn parse_kafka_up(words: &[&str]) -> Result<Kafka> {
    let mut up = KafkaUp { brokers: 1, registry: true, secure: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--brokers" => {
                up.brokers = match words.next() {
                    Some(&"1") => 1,
                    Some(&"3") => 3,
                    Some(other) => bail!("`--brokers {other}` is neither 1 nor 3"),
                    None => bail!("`--brokers` needs 1 or 3 after it"),
                }
            }
            "--no-registry" => up.registry = false,
            "--secure" => up.secure = true,
            other => bail!("`cargo xtask kafka up` does not take `{other}`\n\n{USAGE}"),
        }
    }
    Ok(Kafka::Up(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_has_one_broker_and_a_registry_unless_told_otherwise() {
        let up = |words: &[&str]| parse(&[&["kafka", "up"], words].concat());
        let expected = |brokers, registry, secure| {
            Command::Kafka(Kafka::Up(KafkaUp { brokers, registry, secure }))
        };
        assert_eq!(up(&[]).unwrap(), expected(1, true, false));
        let three = up(&["--no-registry", "--secure", "--brokers", "3"]).unwrap();
        assert_eq!(three, expected(3, false, true));
        assert!(up(&["--brokers", "2"]).unwrap_err().to_string().contains("`--brokers 2`"));
        let keep = parse(&["kafka", "down", "--keep"]).unwrap();
        assert_eq!(keep, Command::Kafka(Kafka::Down { keep: true }));
        assert!(parse(&["kafka", "status", "all"]).unwrap_err().to_string().contains("`all`"));
    }

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
