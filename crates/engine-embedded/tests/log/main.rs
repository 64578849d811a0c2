//! The log against a model, against kills, against faults, and as an engine.

mod engine;
mod faults;
mod kill;
mod model;
mod support;
