//! `vigie topology`: which topics each service reads and writes, and which store it keeps.

use std::io::Write as _;

use serde::Serialize;
use vigie_runtime::Topic;
use vigie_schema::topics;

use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};

/// What `vigie topology` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints which topics each service reads and writes, and the store it keeps",
    after_help = "Examples:\n  vigie topology\n  vigie topology --format mermaid > topology.mmd"
)]
pub struct Arguments {
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A flow chart that many tools draw
    Mermaid,
    /// For programs
    Json,
}

/// One service in the flow.
#[derive(Debug, Serialize)]
pub struct Service {
    /// Its name.
    pub name: &'static str,
    /// The topics whose records it processes.
    pub reads: Vec<&'static str>,
    /// The control topics it judges by.
    pub judges_by: Vec<&'static str>,
    /// The changelog of its store.
    pub keeps: Option<String>,
    /// The topics it writes.
    pub writes: Vec<&'static str>,
}

/// Where ingest reads from and writes to; its sources are no topics.
const INGEST_OUTPUTS: [&str; 3] =
    [topics::MENTIONS_RAW, topics::INGEST_CHECKPOINTS, topics::DEAD_LETTERS];

/// The control topics that ingest stamps mentions with.
const INGEST_CONTROLS: [&str; 3] = [topics::RULES, topics::SCORES, topics::SUPPRESSIONS];

/// The services, in the order of the flow.
pub fn services() -> Vec<Service> {
    let keeps = |name| Some(Topic::changelog("vigie", name).to_string());
    vec![
        Service {
            name: "ingest",
            reads: Vec::new(),
            judges_by: INGEST_CONTROLS.to_vec(),
            keeps: None,
            writes: INGEST_OUTPUTS.to_vec(),
        },
        Service {
            name: "tagger",
            reads: vec![vigie_tagger::topology::INPUT],
            judges_by: vigie_tagger::topology::CONTROLS.to_vec(),
            keeps: keeps("tagger"),
            writes: vigie_tagger::topology::OUTPUTS.to_vec(),
        },
        Service {
            name: "detector",
            reads: vec![vigie_detector::topology::INPUT],
            judges_by: vigie_detector::topology::CONTROLS.to_vec(),
            keeps: keeps("detector"),
            writes: vigie_detector::topology::OUTPUTS.to_vec(),
        },
        Service {
            name: "scorer",
            reads: vec![vigie_scorer::topology::INPUT],
            judges_by: vigie_scorer::topology::CONTROLS.to_vec(),
            keeps: keeps("scorer"),
            writes: vigie_scorer::topology::OUTPUTS.to_vec(),
        },
    ]
}

impl Arguments {
    /// Prints it.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn run(self) -> Outcome {
        let services = services();
        let mut out = stdout();
        match self.format {
            Format::Json => write_pretty(&mut out, &services)?,
            Format::Text => out.write_all(text(&services).as_bytes())?,
            Format::Mermaid => out.write_all(mermaid(&services).as_bytes())?,
        }
        out.flush()?;
        Ok(Exit::Drained)
    }
}

fn text(services: &[Service]) -> String {
    let mut lines = Vec::new();
    for service in services {
        lines.push(service.name.to_owned());
        let reads = match service.reads.as_slice() {
            [] => "files, standard input, HTTP pushes".to_owned(),
            topics => topics.join(", "),
        };
        lines.push(format!("  reads      {reads}"));
        lines.push(format!("  judges by  {}", service.judges_by.join(", ")));
        if let Some(store) = &service.keeps {
            lines.push(format!("  keeps      {store}"));
        }
        lines.push(format!("  writes     {}", service.writes.join(", ")));
    }
    lines.join("\n") + "\n"
}

fn mermaid(services: &[Service]) -> String {
    let mut lines = vec!["flowchart LR".to_owned()];
    lines.push("  sources([files, pushes]) --> ingest[[ingest]]".into());
    for service in services {
        let name = service.name;
        for topic in &service.reads {
            lines.push(format!("  {topic}[/{topic}/] --> {name}[[{name}]]"));
        }
        for topic in &service.judges_by {
            lines.push(format!("  {topic}[/{topic}/] -.-> {name}"));
        }
        if let Some(store) = &service.keeps {
            lines.push(format!("  {name} <--> {store}[({store})]"));
        }
        for topic in &service.writes {
            lines.push(format!("  {name} --> {topic}[/{topic}/]"));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vigie_service::configuration::Topics;

    use super::*;

    #[test]
    fn every_topic_is_configured_and_every_configured_topic_is_in_the_graph() {
        let layout = Topics::built_in().layout();
        let configured: BTreeSet<String> = layout.keys().map(ToString::to_string).collect();
        let drawn: BTreeSet<String> = services()
            .iter()
            .flat_map(|service| {
                let topics = service.reads.iter().chain(&service.judges_by).chain(&service.writes);
                topics.map(|topic| (*topic).to_owned()).chain(service.keeps.clone())
            })
            .collect();
        assert_eq!(drawn, configured);
    }

    #[test]
    fn the_picture_in_the_readme_shows_every_service_and_topic() {
        let readme = include_str!("../../../README.md");
        let picture = readme.split("```text").nth(1).and_then(|rest| rest.split("```").next());
        let picture = picture.expect("the readme has a picture");
        for service in services() {
            let topics = service.reads.iter().chain(&service.judges_by).chain(&service.writes);
            for name in topics.chain([&service.name]) {
                assert!(picture.contains(name), "{name} is not in the picture");
            }
        }
    }
}
