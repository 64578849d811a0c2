//! Where our schemas stand in a registry, and bringing them there.

use vigie_schema::TopicSchema;

use super::client::{Compatibility, RegistryClient};
use super::error::RegistryError;
use super::subject_of;

/// The level of all our subjects: every version can be read with every other. Topics that only our
/// own services read need it as well, because an upgrade mixes binaries.
pub const LEVEL: &str = "FULL_TRANSITIVE";

/// Where one schema stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The subject.
    pub subject: String,
    /// Its id, where it is registered.
    pub id: Option<u32>,
    /// Whether it is compatible with what the subject holds.
    pub compatibility: Compatibility,
    /// The level that was set for the subject.
    pub level: Option<String>,
}

impl Standing {
    /// Whether services can start, and no incompatible version can come.
    pub fn is_good(&self) -> bool {
        self.id.is_some() && self.has_level() && self.compatibility.is_compatible
    }

    /// Whether the subject has our level.
    pub fn has_level(&self) -> bool {
        self.level.as_deref() == Some(LEVEL)
    }
}

/// What was done for one schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The subject.
    pub subject: String,
    /// Its id.
    pub id: u32,
    /// Whether it had none before.
    pub is_new: bool,
}

/// Asks where a topic's schema stands.
///
/// # Errors
/// When the registry cannot be asked.
pub fn standing_of(
    client: &RegistryClient,
    topic: &TopicSchema,
) -> Result<Standing, RegistryError> {
    let subject = subject_of(topic.name);
    Ok(Standing {
        id: client.find(&subject, topic.text)?,
        compatibility: client.compatibility(&subject, topic.text)?,
        level: client.level(&subject)?,
        subject,
    })
}

/// Gives the subject our level, and registers the schema where it is not yet.
///
/// # Errors
/// When the registry refuses, as it does a schema that is not compatible.
pub fn register(client: &RegistryClient, topic: &TopicSchema) -> Result<Registered, RegistryError> {
    let subject = subject_of(topic.name);
    // The level first, so that an incompatible schema finds no moment in which it is accepted; a
    // registry that sets it for existing subjects only gets it after the first version.
    let is_set = client.set_level(&subject, LEVEL)?;
    let known = client.find(&subject, topic.text)?;
    let id = match known {
        Some(id) => id,
        None => client.register(&subject, topic.text)?,
    };
    if !is_set {
        client.set_level(&subject, LEVEL)?;
    }
    Ok(Registered { subject, id, is_new: known.is_none() })
}
