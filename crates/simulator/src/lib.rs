//! Seeded synthetic social networks whose truth is known.
//!
//! A [`Simulator`] is an iterator of [`Delivery`]s, in delivery order, as a source of public
//! mentions would hand them over: posts, replies, reposts, quotes, comments and articles of
//! invented people about invented brands in ten languages, with storms, campaigns, spam, edits,
//! deletes, duplicates, late and broken records. [`Truth`] says what was planned and delivered.
//!
//! Guarantees: the same [`Settings`] give the same bytes; memory is bounded, however long the run;
//! whoever reacts does so to a mention delivered before; a text is about the brand that its
//! [`Label`] names.
//!
//! Refuses: clocks, entropy and I/O; real people, companies and texts.

mod author;
mod brand;
mod broken;
mod cascade;
mod casting;
mod delivery;
mod dice;
mod event;
mod grammar;
mod line;
mod mint;
mod network;
mod pending;
mod region;
mod rhythm;
mod settings;
mod simulator;
mod spam;
mod text;
mod truth;

pub use brand::{Brand, BrandIndex, Trade};
pub use broken::{Broken, Defect};
pub use delivery::{Deletion, Delivery, DeliveryKind, Label, Record};
pub use event::{EventKind, Plan, PlannedEvent, Shape};
pub use settings::{Disturbances, Limit, Settings, SettingsError};
pub use simulator::Simulator;
pub use text::Stance;
pub use truth::{BrandTotals, DeliveryCounts, EventTruth, Truth};
