//! `cargo xtask kafka`: a real Kafka and a schema registry that stay up between chores.
//!
//! What is known of them stands below `target/kafka`, where `status` and `down` find it again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use vigie_local_kafka::{
    ALL, Access, Cluster, ClusterSettings, Registry, RegistrySettings, Security,
};

use crate::arguments::{Kafka, KafkaUp};
use crate::prerequisites;
use crate::repository::Repository;
use crate::tools::target_directory;

/// The first broker's port while it is free, so that what was pasted once works again. It is not
/// Kafka's own, which an installed one would hold.
const FIRST_PORT: u16 = 19_092;

/// The registry's port while it is free.
const REGISTRY_PORT: u16 = 18_081;

/// The user of a cluster that asks who is there.
const USER: &str = "vigie";

/// Does what was asked for.
pub fn run(repository: &Repository, what: &Kafka) -> Result<()> {
    let places = Places::new(repository);
    match what {
        Kafka::Up(wanted) => {
            prerequisites::check_kafka(repository)?;
            up(&places, wanted)
        }
        Kafka::Status => status(&places),
        Kafka::Down { keep } => down(&places, *keep),
        Kafka::Lock => {
            prerequisites::check_kafka(repository)?;
            lock(repository, &places)
        }
    }
}

/// Where everything is.
struct Places {
    cache: PathBuf,
    cluster: PathBuf,
    registry: PathBuf,
}

impl Places {
    fn new(repository: &Repository) -> Self {
        let target = target_directory(repository);
        let kafka = target.join("kafka");
        Self {
            cache: target.join("tools"),
            cluster: kafka.join("cluster"),
            registry: kafka.join("registry"),
        }
    }
}

/// Starts what does not run yet, and says how to reach it.
fn up(places: &Places, wanted: &KafkaUp) -> Result<()> {
    let cluster = cluster_up(places, wanted)?;
    println!("kafka     {}", cluster.bootstrap());
    if let Some(addresses) = cluster.mutual_bootstrap() {
        println!("          {addresses} for certificates");
        println!("          {} for the admin, without either", cluster.inner_bootstrap());
    }
    let registry = if wanted.registry { Some(registry_up(places)?) } else { None };
    if let Some(registry) = &registry {
        println!("registry  {}", registry.url());
    }
    println!("logs      {}\n", cluster.directory().display());
    println!("export VIGIE__KAFKA__BROKERS={}", cluster.bootstrap());
    if let Some(access) = cluster.access(USER) {
        print!("{}", exports(&access));
    }
    if let Some(registry) = &registry {
        println!("export VIGIE__REGISTRY__URL={}", registry.url());
    }
    cluster.detach();
    if let Some(registry) = registry {
        registry.detach();
    }
    Ok(())
}

/// How a service comes in by password.
fn exports(access: &Access) -> String {
    let Access { user, authority_file, password_file, .. } = access;
    format!(
        "export VIGIE__KAFKA__TLS__AUTHORITY_FILE={}\n\
         export VIGIE__KAFKA__SASL__MECHANISM=SCRAM-SHA-512\n\
         export VIGIE__KAFKA__SASL__USER={user}\n\
         export VIGIE__KAFKA__SASL__PASSWORD_FILE={}\n",
        authority_file.display(),
        password_file.display()
    )
}

/// The cluster that is there, with its dead brokers started again, or a new one.
fn cluster_up(places: &Places, wanted: &KafkaUp) -> Result<Cluster> {
    if let Some(mut cluster) = Cluster::find(&places.cluster)? {
        let brokers = *cluster.numbers().end();
        let secure = cluster.mutual_bootstrap().is_some();
        if (brokers, secure) != (wanted.brokers, wanted.secure) {
            bail!(
                "{} holds a cluster of {brokers}{}: `cargo xtask kafka down` first",
                places.cluster.display(),
                if secure { " that asks who is there" } else { "" }
            );
        }
        cluster.start_dead()?;
        return Ok(cluster);
    }
    let mut settings = ClusterSettings::new(places.cache.clone(), wanted.brokers);
    settings.directory = Some(places.cluster.clone());
    settings.first_port = Some(FIRST_PORT);
    if wanted.secure {
        settings.security = Security::SaslTls { users: vec![USER.to_owned()] };
    }
    Cluster::start(&settings)
}

/// The registry that is there, started again if it is dead, or a new one.
fn registry_up(places: &Places) -> Result<Registry> {
    if let Some(mut registry) = Registry::find(&places.registry)? {
        if !registry.is_alive() {
            registry.start_again()?;
        }
        return Ok(registry);
    }
    Registry::start(&RegistrySettings {
        cache: places.cache.clone(),
        directory: Some(places.registry.clone()),
        port: Some(REGISTRY_PORT),
    })
}

/// Says what of it runs.
fn status(places: &Places) -> Result<()> {
    let cluster = Cluster::find(&places.cluster)?;
    let registry = Registry::find(&places.registry)?;
    if cluster.is_none() && registry.is_none() {
        println!("no Kafka on this machine was started with `cargo xtask kafka up`");
    }
    if let Some(mut cluster) = cluster {
        for number in cluster.numbers() {
            let address = cluster.address(number);
            let log = cluster.log_path(number);
            let process = cluster.process_number(number);
            println!("{}", line(&format!("broker {number}"), &address, process, &log));
        }
    }
    if let Some(mut registry) = registry {
        let process = registry.process_number();
        println!("{}", line("registry", &registry.url(), process, &registry.log_path()));
    }
    Ok(())
}

/// One line of `status`.
fn line(name: &str, address: &str, process: Option<i32>, log: &Path) -> String {
    let state = process.map_or("dead".to_owned(), |number| format!("process {number}"));
    format!("{name:<9} {state:<16} {address}  {}", log.display())
}

/// Stops everything, and removes its data unless it is to be kept.
fn down(places: &Places, keep: bool) -> Result<()> {
    if let Some(mut registry) = Registry::find(&places.registry)? {
        if keep { registry.stop()? } else { registry.kill()? }
    }
    if let Some(mut cluster) = Cluster::find(&places.cluster)? {
        if keep { cluster.stop()? } else { cluster.kill_all()? }
    }
    for directory in [&places.registry, &places.cluster] {
        if !keep && directory.exists() {
            fs::remove_dir_all(directory)
                .with_context(|| format!("cannot remove {}", directory.display()))?;
        }
    }
    Ok(())
}

/// Writes the lock files of all packages.
fn lock(repository: &Repository, places: &Places) -> Result<()> {
    for packages in ALL {
        let (path, text) = packages.resolve(&places.cache)?;
        fs::write(repository.path(path), text).with_context(|| format!("cannot write {path}"))?;
        println!("wrote {path}; look at what changed before you commit it");
    }
    Ok(())
}
