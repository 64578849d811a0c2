//! The Kafka engine: one OS thread's group member, transactional producer and restores over a
//! cluster.
//!
//! Guarantees: records, states and positions of a commit become visible together or not at all; a
//! process that another has replaced cannot commit, nor one that does not know yet what it has
//! lost; a call that hangs ends the process, never the promise.
//!
//! Refuses: to decide anything about streams, to reset a position that the log no longer holds,
//! and to read records of transactions that have not committed.

mod admin;
mod classes;
mod client;
mod commit;
mod connection;
mod controls;
mod cursor;
mod engine;
mod group;
mod identity;
mod membership;
mod names;
mod offsets;
mod producer;
mod reader;
mod restore;
mod restorers;
mod settings;
mod standing;
mod watchdog;

pub use admin::{KafkaAdmin, NewTopicDescription, TopicDescription, TopicSettings};
pub use client::ClusterError;
pub use connection::{ConnectionSettings, Sasl, SaslMechanism, Security, Tls};
pub use engine::KafkaEngine;
pub use group::Member;
pub use identity::Identity;
pub use names::TopicNames;
pub use producer::KafkaProducer;
pub use reader::KafkaLog;
pub use settings::EngineSettings;
pub use watchdog::{Hang, Watchdog};
