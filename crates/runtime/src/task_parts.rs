//! What all tasks of one processor share.

use std::sync::Arc;

use crate::control::ControlLookup;
use crate::emitter::{Decoder, Outputs};
use crate::limits::Limits;
use crate::observer::Observer;
use crate::processor::Processor;
use crate::staging::Layout;

/// What all tasks of a processor share.
pub struct TaskParts<P: Processor> {
    /// The application, which names changelogs.
    pub application: String,
    /// The fold.
    pub processor: Arc<P>,
    /// Reads the input topic.
    pub decoder: Arc<dyn Decoder<P::Input>>,
    /// Writes the output topics.
    pub outputs: Arc<dyn Outputs<P::Output>>,
    /// Finds the control tables.
    pub controls: Arc<dyn ControlLookup<P::Control>>,
    /// Partition counts of every topic that is read or written.
    pub layout: Arc<Layout>,
    /// What a task may hold.
    pub limits: Limits,
    /// Who watches.
    pub observer: Arc<dyn Observer>,
}
