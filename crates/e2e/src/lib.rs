//! The end-to-end suite: the services as processes on a real Kafka, disturbed, and held to what an
//! undisturbed run leaves behind.
//!
//! Guarantees: two runs are compared by the same code, whichever engine they ran on; what the
//! cluster holds is also read by a client that shares no code with ours; a process that the suite
//! started does not outlive it.
//!
//! Refuses: to call a run equal that differs in one record, and to look away when a process ends
//! otherwise than a supervisor expects.

mod binary;
pub mod chaos;
mod clock;
pub mod cost;
mod dice;
mod exits;
mod fleet;
mod foreign;
mod image;
mod lag;
pub mod latency;
mod offsets;
pub mod push;
pub mod recovery;
pub mod soak;
mod stage;
mod topics;
mod transactions;
mod watch;
mod workload;

pub use binary::{target_directory, vigie};
pub use clock::{now, wait};
pub use dice::Dice;
pub use exits::Exits;
pub use fleet::{Fleet, Member, Return};
pub use foreign::{ForeignCount, count_scored, count_with};
pub use image::{Detail, Image, Section, differences, must_differ, must_equal};
pub use lag::lag;
pub use offsets::{end_of, open_transactions};
pub use stage::{Stage, StageSettings};
pub use topics::{Overrides, create_topics, delete_everything, delete_records};
pub use transactions::must_all_have_ended;
pub use workload::Workload;
