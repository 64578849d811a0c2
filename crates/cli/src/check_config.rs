//! `vigie check-config FILE`: whether a configuration can be used, and what it says.

use std::io::Write as _;
use std::path::PathBuf;

use vigie_service::configuration::{Configuration, StreamFile};

use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;

/// What `vigie check-config` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Checks a configuration file and the streams that it names",
    after_help = "Example:\n  vigie check-config vigie.toml"
)]
pub struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Arguments {
    /// Checks it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn run(self) -> Outcome {
        let configuration = Configuration::read(&self.file)?;
        let streams = configuration.streams.as_deref().map(StreamFile::read).transpose()?;
        let mut out = stdout();
        writeln!(out, "{} can be used", self.file.display())?;
        writeln!(out, "data directory  {}", configuration.data_directory.display())?;
        writeln!(out, "HTTP            http://{}", configuration.http.listen)?;
        let streams = match (configuration.streams, streams) {
            (Some(file), Some(read)) => {
                format!("{} in {}", read.rules.streams.len(), file.display())
            }
            _ => "none: mentions are tagged and scored, nothing is counted".into(),
        };
        writeln!(out, "streams         {streams}")?;
        let input =
            if configuration.ingest.mapping.is_some() { "mapped" } else { "vigie's own envelope" };
        writeln!(out, "input           {input}")?;
        out.flush()?;
        Ok(Exit::Drained)
    }
}
