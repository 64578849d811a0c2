//! Commands against a real cluster and a real registry.

mod schemas;
mod starting;
mod support;
mod topics;
