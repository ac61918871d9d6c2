//! The words every other crate speaks: what is received, what becomes of it, and what is kept.
//!
//! Pure data and arithmetic. This crate knows no other crate of the workspace, does no IO and
//! starts nothing; time comes in through [`Clock`].

pub mod bucket;
mod clock;
mod event;
mod heartbeat;
pub mod identity;
mod ids;
mod ledger;
mod log;
mod names;
pub mod origin;
mod outcome;
mod pressure;
mod project;
mod rating;
mod recording;
mod role;
pub mod settings;
mod stored;

pub use clock::{Clock, ManualClock, SystemClock};
pub use event::{DeviceType, ErrorClass, Event, Kind};
pub use heartbeat::Heartbeat;
pub use identity::Identity;
pub use ids::{Millis, ProjectId};
pub use ledger::{LedgerRow, LedgerTotals};
pub use log::{Level, LogEntry};
pub use outcome::{Outcome, Reason};
pub use pressure::Pressure;
pub use project::{KeyKind, Project, ProjectKey, Scope};
pub use rating::{Rating, VitalsProfile, rate_vital};
pub use recording::Recording;
pub use role::Role;
pub use settings::ProjectSettings;
pub use stored::{Signal, Source, Stored};
