//! The services as processes on a real Kafka, disturbed in every way that we know of: what they
//! leave behind equals an undisturbed run, also for a client that is not ours.
#![allow(clippy::unwrap_used, reason = "a test")]

mod support;

mod coming_and_going;
mod expelled;
mod full_queue;
mod kills;
mod log_start;
mod newer_schema;
mod paused;
mod queries;
mod restore;
mod rules;
mod straight;
mod unreadable;
