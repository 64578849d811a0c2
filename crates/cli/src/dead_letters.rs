//! `vigie dead-letters list | show | replay`: what was rejected, and why.

use std::io::Write as _;
use std::str::FromStr;

use crate::data::DataArguments;
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_line, write_pretty};
use crate::present::{list, number, text, thousands};
use crate::table::Table;

/// What `vigie dead-letters` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Lists, shows and replays records that were rejected",
    after_help = "Examples:\n  vigie dead-letters list\n  vigie dead-letters show 2/17\n  \
                  vigie dead-letters replay 2/17"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the newest with their place and the reason
    #[command(after_help = "Examples:\n  vigie dead-letters list --limit 10\n  \
                            vigie dead-letters list --json | jq -r .reason | sort | uniq -c")]
    List {
        /// How many, up to 1,000
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u64,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Shows one with its bytes
    #[command(after_help = "Example:\n  vigie dead-letters show 2/17 | jq -r .content.text")]
    Show {
        /// Its partition and offset, as `list` tells them
        #[arg(value_name = "PARTITION/OFFSET")]
        letter: Letter,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Pushes the bytes of one once more, after what was wrong is mended; needs a running `vigie
    /// up`
    #[command(after_help = "Example:\n  vigie dead-letters replay 2/17")]
    Replay {
        /// Its partition and offset, as `list` tells them
        #[arg(value_name = "PARTITION/OFFSET")]
        letter: Letter,
        #[command(flatten)]
        data: DataArguments,
    },
}

/// Where a dead letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Letter {
    partition: u32,
    offset: u64,
}

impl FromStr for Letter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(partition, offset)| {
            Some(Self { partition: partition.parse().ok()?, offset: offset.parse().ok()? })
        });
        parsed.ok_or_else(|| format!("\"{text}\" is no partition/offset, such as 2/17"))
    }
}

impl Letter {
    fn path(self) -> String {
        format!("/v1/dead-letters/{}/{}", self.partition, self.offset)
    }
}

impl Arguments {
    /// Lists, shows or replays.
    ///
    /// # Errors
    /// When there is no such letter, it cannot be replayed, or the data cannot be read.
    pub fn run(self) -> Outcome {
        let mut out = stdout();
        match self.command {
            Command::List { limit, json, data } => {
                let answer = data.access()?.get(&format!("/v1/dead-letters?limit={limit}"))?;
                let letters = list(&answer, "/dead_letters");
                if json {
                    for letter in letters {
                        write_line(&mut out, letter)?;
                    }
                } else {
                    table(letters).write("", &mut out)?;
                    let shown = thousands(letters.len() as i64);
                    // A cluster does not tell how many there ever were.
                    match answer["total"].as_i64() {
                        Some(total) => eprintln!("{shown} of {}", thousands(total)),
                        None => eprintln!("{shown} shown"),
                    }
                }
            }
            Command::Show { letter, data } => {
                write_pretty(&mut out, &data.access()?.get(&letter.path())?)?;
            }
            Command::Replay { letter, data } => {
                let path = format!("{}/replay", letter.path());
                let answer = data.access()?.post(&path, "application/json", b"{}".to_vec())?;
                write_pretty(&mut out, &answer)?;
                if number(&answer, "/dead_lettered") > 0 {
                    eprintln!("rejected again: `vigie dead-letters list` says why");
                    out.flush()?;
                    return Ok(Exit::Fatal);
                }
            }
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

fn table(letters: &[serde_json::Value]) -> Table {
    let mut table = Table::new(["letter", "rejected by", "place", ">bytes", "reason"]);
    for letter in letters {
        table.row([
            format!("{}/{}", number(letter, "/partition"), number(letter, "/offset")),
            text(letter, "/service").to_owned(),
            text(letter, "/place").to_owned(),
            thousands(number(letter, "/bytes")),
            text(letter, "/reason").to_owned(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_named_by_partition_and_offset() {
        assert_eq!("2/17".parse(), Ok(Letter { partition: 2, offset: 17 }));
        assert!("17".parse::<Letter>().is_err());
    }
}
