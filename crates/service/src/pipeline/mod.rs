//! The life cycle: all services in one process over one embedded log, each on its own OS thread.

mod control_writer;
mod embedded;
mod embedded_control;
mod idle;
mod services;
mod thread;

pub(crate) use control_writer::read_all as read_control;
pub use control_writer::{
    Control, ControlError, ControlTurn, ControlWriter, apply_streams, suppress,
};
pub(crate) use embedded::now;
pub use embedded::{Boards, Input, Pipeline, PipelineError, open_log};
pub(crate) use services::APPLICATION;
