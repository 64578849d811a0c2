//! `vigie schemas check | register`: our schemas in a registry. Services only look them up.

use std::io::Write as _;
use std::path::PathBuf;

use vigie_schema::topic_schemas;
use vigie_service::configuration::{Configuration, RegistryConfiguration};
use vigie_service::registry::{
    LEVEL, RegistryClient, RegistryError, Standing, register, standing_of,
};

use crate::exit::{Exit, Misuse, Outcome};
use crate::jsonl::stdout;
use crate::table::Table;

/// What `vigie schemas` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Checks the schemas in a registry, or registers them",
    after_help = "Examples:\n  vigie schemas register --config cluster.toml\n  \
                  vigie schemas check --registry http://localhost:8081"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Prints the id and the level of each schema: exit code 0 is all good, 1 is not
    #[command(after_help = "Example:\n  vigie schemas check --config cluster.toml")]
    Check {
        #[command(flatten)]
        target: Target,
    },
    /// Registers each schema that is not yet, and prints its id
    #[command(
        long_about = "Gives each subject the level FULL_TRANSITIVE, so that every version of a \
                      schema can be read with every other, and registers each schema that is not \
                      yet. A schema that is not compatible is refused by the registry. Run again, \
                      it changes nothing.",
        after_help = "Example:\n  vigie schemas register --registry http://localhost:8081"
    )]
    Register {
        #[command(flatten)]
        target: Target,
    },
}

/// Which registry.
#[derive(Debug, clap::Args)]
struct Target {
    /// The configuration file, which names it in its table `registry`
    #[arg(long, value_name = "FILE", required_unless_present = "registry")]
    config: Option<PathBuf>,
    /// The root of the registry's Confluent API
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    registry: Option<String>,
}

impl Arguments {
    /// Checks or registers.
    ///
    /// # Errors
    /// When the registry does not answer or refuses.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Check { target } => check(&target.client()?),
            Command::Register { target } => register_all(&target.client()?),
        }
    }
}

impl Target {
    fn client(&self) -> anyhow::Result<RegistryClient> {
        let Some(file) = &self.config else {
            let url = self.registry.clone().unwrap_or_default();
            return Ok(RegistryClient::new(&RegistryConfiguration::plain(url))?);
        };
        let configuration = Configuration::read(file)?;
        let registry = configuration.registry.as_ref().ok_or_else(|| {
            Misuse(format!("{} names no registry: add [registry] with url", file.display()))
        })?;
        Ok(RegistryClient::new(registry)?)
    }
}

fn check(client: &RegistryClient) -> Outcome {
    let mut table = Table::new(["subject", ">id", "level", "is good"]);
    let mut remedies = Vec::new();
    for topic in topic_schemas() {
        let standing = standing_of(client, &topic)?;
        table.row([
            standing.subject.clone(),
            standing.id.map_or_else(|| "none".into(), |id| id.to_string()),
            standing.level.clone().unwrap_or_else(|| "none".into()),
            if standing.is_good() { "yes" } else { "no" }.into(),
        ]);
        remedies.extend(complaint(&standing));
    }
    let mut out = stdout();
    table.write("", &mut out)?;
    out.flush()?;
    for remedy in &remedies {
        eprintln!("{remedy}");
    }
    if remedies.is_empty() {
        return Ok(Exit::Drained);
    }
    eprintln!("`vigie schemas register` registers what is missing and sets the levels");
    Ok(Exit::Fatal)
}

/// What is wrong with a schema's standing, if anything is.
fn complaint(standing: &Standing) -> Option<String> {
    let subject = &standing.subject;
    if !standing.compatibility.is_compatible {
        let reasons = standing.compatibility.messages.join("; ");
        let reasons = if reasons.is_empty() { "the registry says not why" } else { &reasons };
        return Some(format!(
            "{subject}: not compatible with the versions that are registered: {reasons}; was a \
             newer vigie here?"
        ));
    }
    if standing.id.is_none() {
        return Some(format!("{subject}: not registered; no service can start"));
    }
    let level = standing.level.as_deref().unwrap_or("none of its own");
    (!standing.has_level()).then(|| format!("{subject}: the level is {level}, not {LEVEL}"))
}

fn register_all(client: &RegistryClient) -> Outcome {
    let mut table = Table::new(["subject", ">id", "registered"]);
    let mut failed = Vec::new();
    for topic in topic_schemas() {
        // One that is refused says nothing of the others.
        match register(client, &topic) {
            Ok(registered) => table.row([
                registered.subject,
                registered.id.to_string(),
                if registered.is_new { "now" } else { "before" }.into(),
            ]),
            Err(error @ RegistryError::Refused { .. }) => failed.push(error),
            Err(error) => return Err(error.into()),
        }
    }
    let mut out = stdout();
    table.write("", &mut out)?;
    out.flush()?;
    for error in &failed {
        eprintln!("error: {error}");
    }
    Ok(if failed.is_empty() { Exit::Drained } else { Exit::Fatal })
}
