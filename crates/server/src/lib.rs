//! The HTTP face: the only crate that knows axum.
//!
//! A request passes, outermost first: request id and access log, client address, security
//! headers, panic and time limits, the route, its access extractor, the handler. A route is a
//! function with `#[utoipa::path]` in a file of `api/`, merged in `api/mod.rs`; its access is
//! one of the extractors in `auth/`, and a row in `tests/control/access.rs` says who may call it.

mod api;
mod auth;
mod client_ip;
mod extract;
mod housekeeping;
mod ingest;
mod listen;
mod live;
mod metrics;
mod openapi;
mod problem;
mod projects;
mod request_id;
mod router;
mod security_headers;
mod state;
mod ui;

pub use client_ip::{Network, NetworkError};
pub use listen::{Drained, ListenOptions, listen};
pub use live::publish::PublishOptions;
pub use live::{AuthRefusal, LiveOptions, Verifier};
pub use metrics::MetricsToken;
pub use openapi::document;
pub use problem::Problem;
pub use projects::Directory;
// Parts of the options, so that whoever fills them in need not know whose they are.
pub use realtime::hub::history::Keep;
pub use realtime::limits::Rate;
pub use realtime::native::Protocol;
pub use router::router;
pub use state::{App, BackupOptions, SecureCookies, ServerOptions};
