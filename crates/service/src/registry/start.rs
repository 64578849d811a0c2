//! The codecs of services whose schemas have ids of a registry.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_schema::{SchemaSource, Schemas, TopicSchema, topic_schemas};

use super::backoff::{Backoff, Wait};
use super::client::RegistryClient;
use super::error::RegistryError;
use super::source::RegistrySource;
use super::subject_of;
use crate::configuration::RegistryConfiguration;

/// Looks up the ids of our schemas, for as long as it takes, and makes the codecs. They know every
/// version that is registered by now, so whoever reads a log from its start need not wait.
///
/// # Errors
/// When a schema is not registered, the registry refuses, or somebody asked to end meanwhile.
pub fn open_schemas(
    configuration: &RegistryConfiguration,
    wait: Wait<'_>,
) -> Result<Arc<Schemas>, RegistryError> {
    let client = RegistryClient::new(configuration)?;
    let ids = patiently(wait, &client, || schema_ids(&client, &topic_schemas()))?;
    tracing::info!(registry = client.url(), ?ids, "the schemas have ids");
    let versions = patiently(wait, &client, || registered_versions(&client))?;
    let source: Arc<dyn SchemaSource> = Arc::new(RegistrySource::start(client, versions)?);
    Ok(Arc::new(Schemas::with_ids(|topic| ids[topic.name], &source)))
}

/// The ids of these schemas, by topic.
///
/// # Errors
/// When one is not registered, or the registry cannot be asked.
pub fn schema_ids(
    client: &RegistryClient,
    topics: &[TopicSchema],
) -> Result<BTreeMap<&'static str, u32>, RegistryError> {
    let mut ids = BTreeMap::new();
    let mut missing = Vec::new();
    for topic in topics {
        let subject = subject_of(topic.name);
        match client.find(&subject, topic.text)? {
            Some(id) => {
                ids.insert(topic.name, id);
            }
            None => missing.push(subject),
        }
    }
    if missing.is_empty() {
        return Ok(ids);
    }
    let (url, subjects) = (client.url().to_owned(), missing.join(", "));
    Err(RegistryError::NotRegistered { url, subjects })
}

/// The texts of all versions of our schemas that are registered, by id.
fn registered_versions(client: &RegistryClient) -> Result<BTreeMap<u32, Arc<str>>, RegistryError> {
    let mut versions = BTreeMap::new();
    for topic in topic_schemas() {
        let found = client.versions(&subject_of(topic.name))?;
        versions.extend(found.into_iter().map(|(id, text)| (id, Arc::from(text))));
    }
    Ok(versions)
}

/// The registry's id for each id that our schemas have where there is no registry, for a log that
/// is copied from there.
///
/// # Errors
/// As [`schema_ids`].
pub fn ids_by_built_in(client: &RegistryClient) -> Result<BTreeMap<u32, u32>, RegistryError> {
    let topics = topic_schemas();
    let ids = schema_ids(client, &topics)?;
    let mut by_built_in = BTreeMap::new();
    for topic in &topics {
        for (built_in, text) in topic.built_in_versions() {
            if built_in == topic.built_in_id() {
                by_built_in.insert(built_in, ids[topic.name]);
            } else if let Some(id) = client.find(&subject_of(topic.name), text)? {
                by_built_in.insert(built_in, id);
            }
        }
    }
    Ok(by_built_in)
}

/// Asks until the registry answers.
fn patiently<T>(
    wait: Wait<'_>,
    client: &RegistryClient,
    mut ask: impl FnMut() -> Result<T, RegistryError>,
) -> Result<T, RegistryError> {
    let mut backoff = Backoff::new();
    loop {
        match ask() {
            Err(error @ RegistryError::Unavailable { .. }) => {
                let next = backoff.next();
                tracing::warn!(%error, again_after = ?next, "waiting for the schema registry");
                if wait(next) {
                    return Err(RegistryError::Stopped { url: client.url().to_owned() });
                }
            }
            other => return other,
        }
    }
}
