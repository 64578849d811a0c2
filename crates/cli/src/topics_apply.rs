//! `vigie topics apply | diff`: the topics of a cluster, held to the file of topics.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use vigie_engine_kafka::{ConnectionSettings, KafkaAdmin, TopicNames};
use vigie_service::configuration::{Configuration, Topics};
use vigie_service::pipeline::topic_names;
use vigie_service::topics::{Plan, carry_out, plan_on};

use crate::exit::{Exit, Outcome};
use crate::jsonl::stdout;
use crate::topics_copy::cluster_of;

/// Which cluster, and what its topics are to be.
#[derive(Debug, clap::Args)]
struct Target {
    /// The configuration file, which names the cluster in its table `kafka`
    #[arg(long, value_name = "FILE", required_unless_present = "brokers")]
    config: Option<PathBuf>,
    /// Brokers that are reached in the clear, as host:port, joined by commas
    #[arg(long, value_name = "BROKERS", conflicts_with = "config")]
    brokers: Option<String>,
    /// The file of topics, as deploy/topics.toml [default: the one this program was built with]
    #[arg(long, value_name = "FILE")]
    topics: Option<PathBuf>,
    /// The version of the application whose topics are meant [default: the configuration's, or 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    application_version: Option<u32>,
    /// Do also what drops records that are kept now: a shorter retention, another cleanup
    #[arg(long)]
    allow_data_loss: bool,
}

/// What `vigie topics apply` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Creates the topics of a cluster and brings their settings in line",
    long_about = "Creates the topics that a cluster lacks and brings the settings of the others \
                  in line with the file of topics. What would lose records or move keys is \
                  refused with what to do instead, and then nothing is changed at all. Settings \
                  that the file says nothing of are kept.",
    after_help = "Examples:\n  vigie topics apply --config cluster.toml\n  \
                  vigie topics apply --brokers localhost:9092"
)]
pub struct ApplyArguments {
    #[command(flatten)]
    target: Target,
}

/// What `vigie topics diff` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints what `vigie topics apply` would do: exit code 0 is nothing, 1 is something",
    after_help = "Examples:\n  vigie topics diff --config cluster.toml\n  \
                  vigie topics diff --brokers localhost:9092 --topics deploy/topics.toml"
)]
pub struct DiffArguments {
    #[command(flatten)]
    target: Target,
}

impl ApplyArguments {
    /// Makes it so.
    ///
    /// # Errors
    /// When the cluster cannot be asked or refuses.
    pub fn run(self) -> Outcome {
        let (admin, plan) = self.target.plan()?;
        if !plan.refusals.is_empty() {
            print(&Plan { actions: Vec::new(), refusals: plan.refusals })?;
            eprintln!("nothing was changed");
            return Ok(Exit::Fatal);
        }
        print(&plan)?;
        carry_out(&admin, &plan)?;
        Ok(Exit::Drained)
    }
}

impl DiffArguments {
    /// Prints what there is to do.
    ///
    /// # Errors
    /// When the cluster cannot be asked.
    pub fn run(self) -> Outcome {
        let (_, plan) = self.target.plan()?;
        print(&plan)?;
        Ok(if plan.is_empty() { Exit::Drained } else { Exit::Fatal })
    }
}

impl Target {
    fn plan(&self) -> anyhow::Result<(KafkaAdmin, Plan)> {
        let (connection, names) = self.cluster()?;
        let topics = match &self.topics {
            Some(file) => {
                let name = file.display().to_string();
                let text =
                    std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
                Topics::parse(&name, &text)?
            }
            None => Topics::built_in(),
        };
        let admin = KafkaAdmin::open(&connection)?;
        let plan = plan_on(&admin, &topics, &names)?;
        let plan = if self.allow_data_loss { plan.allowing_data_loss() } else { plan };
        Ok((admin, plan))
    }

    fn cluster(&self) -> anyhow::Result<(ConnectionSettings, TopicNames)> {
        if let Some(file) = &self.config {
            let configuration = Configuration::read(file)?;
            let kafka = cluster_of(&configuration, file)?;
            let version = self.application_version.unwrap_or(kafka.application_version);
            return Ok((kafka.connection()?, topic_names(version)));
        }
        let brokers = self.brokers.clone().unwrap_or_default();
        let version = self.application_version.unwrap_or(1);
        Ok((ConnectionSettings::plain(brokers), topic_names(version)))
    }
}

fn print(plan: &Plan) -> std::io::Result<()> {
    let mut out = stdout();
    for action in &plan.actions {
        writeln!(out, "{action}")?;
    }
    for refusal in &plan.refusals {
        writeln!(out, "{refusal}")?;
    }
    out.flush()
}
