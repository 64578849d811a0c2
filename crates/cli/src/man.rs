//! `vigie man DIR`: a manual page for every subcommand.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::command::Vigie;
use crate::exit::{Exit, Outcome};

/// What `vigie man` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Writes a manual page for every command into a directory",
    after_help = "Example:\n  vigie man ~/.local/share/man/man1 && man vigie-tag"
)]
pub struct Arguments {
    /// Where the pages go; made if need be
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Arguments {
    /// Writes them.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn run(self) -> Outcome {
        let attempt = || format!("cannot write manual pages into {}", self.directory.display());
        fs::create_dir_all(&self.directory).with_context(attempt)?;
        clap_mangen::generate_to(Vigie::command(), &self.directory).with_context(attempt)?;
        Ok(Exit::Drained)
    }
}
