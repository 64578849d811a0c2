//! The life cycle: services, each on its own OS threads, over the embedded log or a cluster.

mod boards;
mod control_writer;
mod embedded;
mod embedded_control;
mod engines;
mod error;
mod idle;
mod input;
mod kafka;
mod kafka_control;
#[expect(clippy::module_inception, reason = "the folder is named after what stands in the file")]
mod pipeline;
mod role;
mod services;
mod thread;

use vigie_engine_embedded::Clock;
use vigie_types::WallTime;

pub use boards::Boards;
pub use control_writer::{
    Control, ControlError, ControlTurn, ControlWriter, Turn, read_control, suppress,
};
pub use embedded::open_log;
pub use error::PipelineError;
pub(crate) use idle::raw_lag;
pub use input::Input;
pub use kafka::{OnHang, control_of, lone_producer, open_cluster, start_watchdog, topic_names};
pub use pipeline::{ClusterParts, Pipeline};
pub use role::Role;
pub(crate) use services::APPLICATION;

/// The wall clock, read at this edge.
pub(crate) fn now() -> WallTime {
    Clock::system().now()
}
