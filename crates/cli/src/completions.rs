//! `vigie completions SHELL`: what a shell needs to complete the command line.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::command::Vigie;
use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;

/// What `vigie completions` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints completions for a shell",
    after_help = "Examples:\n  vigie completions bash > ~/.local/share/bash-completion/completions/vigie\n  \
                  vigie completions zsh > \"${fpath[1]}/_vigie\"\n  \
                  vigie completions fish > ~/.config/fish/completions/vigie.fish"
)]
pub struct Arguments {
    /// Which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Arguments {
    /// Prints them.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn run(self) -> Outcome {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Vigie::command(), "vigie", &mut text);
        let mut out = stdout();
        out.write_all(&text)?;
        out.flush()?;
        Ok(Exit::Drained)
    }
}
