//! The running of vigie: configuration, life cycle, Prometheus metrics, views and the HTTP API.
//!
//! Guarantees: what the API answers is committed; a service does not know which engine it runs on;
//! a thread that fails ends the process with its reason, and a restart goes on where it was.
//!
//! Refuses: judging mentions. Domain types are named under `http/`, `views/` and `rules/` only.

pub mod access;
pub mod backfill;
pub mod configuration;
pub mod copy;
pub mod http;
pub mod metrics;
pub mod peers;
pub mod pipeline;
pub mod registry;
pub mod rules;
pub mod topics;
mod views;
