//! What goes wrong with a registry.

use crate::configuration::ConfigurationError;

/// What goes wrong with a registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// It cannot be reached, or cannot answer now: the same request may succeed later.
    #[error("the schema registry at {url} does not answer: {reason}; see registry.url")]
    Unavailable {
        /// Where it should be.
        url: String,
        /// What happened.
        reason: String,
    },
    /// It has answered that it will not.
    #[error("the schema registry at {url} refuses to {attempt}: {reason}")]
    Refused {
        /// Where it is.
        url: String,
        /// What was asked of it.
        attempt: String,
        /// Its reason.
        reason: String,
    },
    /// What comes back is no answer of a registry.
    #[error(
        "{url} does not answer as a schema registry does: {reason}; registry.url is the root of \
         the Confluent API"
    )]
    Answer {
        /// What was asked.
        url: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// Schemas that services write with have no id.
    #[error(
        "the schema registry at {url} lacks the schemas of {subjects}: run \
         `vigie schemas register --registry {url}`"
    )]
    NotRegistered {
        /// Where it is.
        url: String,
        /// The subjects, joined by commas.
        subjects: String,
    },
    /// Somebody asked to end before the registry answered.
    #[error("stopped before the schema registry at {url} answered")]
    Stopped {
        /// Where it should be.
        url: String,
    },
    /// How it is reached is configured wrongly.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// No thread can be started to ask it.
    #[error("cannot start the thread that asks the schema registry: {0}")]
    Thread(std::io::Error),
}
