//! The schema registry, through its Confluent API.
//!
//! Guarantees: a service never registers, a command does; a registry that is down delays a start,
//! never a running service: records of schemas that are known go on, those of others wait until it
//! answers. An id is called unknown only after the registry has said so twice.
//!
//! Refuses: schemas that refer to other subjects; ours are whole.

mod backoff;
mod client;
mod error;
mod source;
mod standing;
mod start;

pub use backoff::Wait;
pub use client::{Compatibility, RegistryClient};
pub use error::RegistryError;
pub use source::RegistrySource;
pub use standing::{LEVEL, Registered, Standing, register, standing_of};
pub use start::{ids_by_built_in, open_schemas, schema_ids};

/// The subject under which a topic's values are registered. It is the same for every version of
/// the application: ids are those of schemas, whatever topic they are used on.
pub fn subject_of(topic: &str) -> String {
    format!("{topic}-value")
}
